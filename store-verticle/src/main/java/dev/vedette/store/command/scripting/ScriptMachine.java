package dev.vedette.store.command.scripting;

import dev.vedette.store.lua.Lua;
import dev.vedette.store.lua.LuaState;
import dev.vedette.store.lua.LuaState.Outcome;
import dev.vedette.store.session.Args;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A Lua state with what Redis gives scripts: the one in which EVAL runs, or the one of the functions. */
final class ScriptMachine {

    private static final String SURROUNDINGS = "surroundings";
    private static final Pattern PLACED_THERE = Pattern.compile(SURROUNDINGS + ":\\d+: ");
    private static final String ACROSS = "ERR attempt to yield across metamethod/C-call boundary";
    /** Collects garbage once in so many runs, so much. */
    private static final int GC_PERIOD = 50;

    private final LuaState state = new LuaState();
    private final int variables;
    private final int switchLoading;
    private int runs;

    /**
     * A machine.
     *
     * @param forFunctions whether it is the one of the functions: these find other variables while a library is loaded
     */
    ScriptMachine(Scripting scripting, boolean forFunctions) {
        long main = state.main();
        RedisLibrary redis = new RedisLibrary(scripting, state);
        redis.define(forFunctions);
        new JsonLibrary(state).define();
        new MessagePackLibrary(state).define();
        new StructLibrary(state).define();
        new BitLibrary(state).define();
        state.pushSignal();
        state.pushCanPause();
        state.pushEntering();
        if (forFunctions) {
            Lua.createTable(main, 0, 1);
            redis.pushForLoading();
            Lua.setField(main, -2, "redis");
        } else {
            Lua.pushNil(main);
        }
        state.setUp(surroundings(), "@" + SURROUNDINGS, 4, 3);
        switchLoading = Lua.keep(main);
        variables = Lua.keep(main);
        state.setGlobals();
    }

    private static byte[] surroundings() {
        try (InputStream source = ScriptMachine.class.getResourceAsStream(SURROUNDINGS + ".lua")) {
            if (source == null) {
                throw new IllegalStateException("no " + SURROUNDINGS + ".lua");
            }
            return source.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    LuaState state() {
        return state;
    }

    // ------------------------------------------------------------------ code

    /** Compiles source code; leaves the function on the main thread's stack and is null, or answers what is wrong. */
    @Nullable
    String compile(byte[] code, int from, String name) {
        long main = state.main();
        if (Lua.load(main, code, from, code.length - from, "@" + name)) {
            return null;
        }
        String complaint = Lua.text(main, -1);
        Lua.setTop(main, -2);
        return String.valueOf(complaint);
    }

    /** Takes the function on top of the main thread's stack; answers the key by which {@link #begin} finds it. */
    int keep() {
        return Lua.keep(state.main());
    }

    /** Forgets a function. */
    void release(int key) {
        Lua.release(state.main(), key);
    }

    // ------------------------------------------------------------------ running

    /** Begins a run of EVAL: keys and arguments are global variables. */
    Outcome begin(ScriptRun run, Args args, int firstKey, int keys) {
        long thread = state.prepare();
        Lua.pushKept(thread, variables);
        array(thread, args, firstKey, firstKey + keys);
        Lua.setField(thread, -2, "KEYS");
        array(thread, args, firstKey + keys, args.count());
        Lua.setField(thread, -2, "ARGV");
        Lua.setTop(thread, 0);
        Lua.pushKept(thread, run.script.key());
        return state.run(0, run);
    }

    /** Begins a run of a function: keys and arguments are its parameters. */
    Outcome beginFunction(ScriptRun run, Args args, int firstKey, int keys) {
        long thread = state.prepare();
        Lua.pushKept(thread, run.script.key());
        array(thread, args, firstKey, firstKey + keys);
        array(thread, args, firstKey + keys, args.count());
        return state.run(2, run);
    }

    private static void array(long thread, Args args, int from, int to) {
        Lua.createTable(thread, to - from, 0);
        for (int i = from; i < to; i++) {
            Lua.push(thread, args.array(i), args.offset(i), args.length(i));
            Lua.rawSet(thread, -2, i - from + 1);
        }
    }

    /** Runs the code of a library, on top of the main thread's stack, once: it registers its functions. */
    Outcome load(LuaState.@Nullable Watch watch) {
        long main = state.main();
        long thread = state.prepare();
        Lua.moveTo(main, thread, 1);
        setLoading(true);
        try {
            return state.run(0, watch);
        } finally {
            setLoading(false);
        }
    }

    private void setLoading(boolean loading) {
        state.callKept(switchLoading, loading);
    }

    /** Frees a little of what runs have left, now and then. */
    void afterRun() {
        if (++runs == GC_PERIOD) {
            runs = 0;
            Lua.collect(state.main(), Lua.GC_STEP, GC_PERIOD);
        }
    }

    // ------------------------------------------------------------------ errors

    /** An error as a reply. */
    record Failure(String text, boolean counted) {}

    /** What went wrong with a run, and where. */
    Failure failure(Outcome outcome, String name) {
        long thread = state.thread();
        Lua.Frame place = place(thread);
        String where = place == null ? "" : " script: " + name + ", on " + place.source() + ":" + place.line() + ".";
        Failure bare = bare(outcome, thread, place);
        return new Failure(bare.text + where, bare.counted);
    }

    /** As {@link #failure}, without the place. */
    Failure bareFailure(Outcome outcome) {
        long thread = state.thread();
        return bare(outcome, thread, place(thread));
    }

    private static Failure bare(Outcome outcome, long thread, Lua.@Nullable Frame place) {
        return switch (outcome) {
            case STOPPED, PAUSED -> new Failure("ERR Script killed by user with SCRIPT KILL...", false);
            case YIELDED -> new Failure(ACROSS, false);
            case FAILED -> raised(thread, place);
            case DONE -> throw new IllegalStateException("nothing went wrong");
        };
    }

    private static Failure raised(long thread, Lua.@Nullable Frame place) {
        Lua.roomForErrors(thread);
        if (Lua.type(thread, -1) == Lua.TABLE) {
            Lua.getField(thread, -1, "err");
            String text = Lua.isText(thread, -1) ? Lua.text(thread, -1) : null;
            Lua.getField(thread, -2, "ignore_error_stats_update");
            boolean counted = Lua.isTrue(thread, -1);
            Lua.setTop(thread, -3);
            return new Failure(text == null ? "ERR an error without a text" : text, counted);
        }
        String text = switch (Lua.type(thread, -1)) {
            case Lua.STRING, Lua.NUMBER -> String.valueOf(Lua.text(thread, -1));
            case Lua.NIL -> "nil";
            case Lua.BOOLEAN -> String.valueOf(Lua.isTrue(thread, -1));
            default -> "an error that is no text";
        };
        Matcher placed = PLACED_THERE.matcher(text);
        if (placed.lookingAt()) {
            String there = place == null ? "" : place.source().substring(1) + ":" + place.line() + ": ";
            text = there + text.substring(placed.end());
        }
        return new Failure("ERR " + text, false);
    }

    /** The function of the script that ran into the error, or that called the one of C that did. */
    private static Lua.@Nullable Frame place(long thread) {
        int level = 0;
        Lua.Frame frame = Lua.frame(thread, level);
        if (frame != null && frame.isC()) {
            frame = Lua.frame(thread, ++level);
        }
        while (frame != null
                && (frame.source().equals("@" + SURROUNDINGS) || frame.what().equals("tail"))) {
            frame = Lua.frame(thread, ++level);
        }
        return frame;
    }
}
