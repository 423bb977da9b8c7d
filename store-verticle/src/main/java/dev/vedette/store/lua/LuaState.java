package dev.vedette.store.lua;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An interpreter of its own: global variables, libraries, and one thread that runs what it is given.
 *
 * <p>What runs can be interrupted: each {@link #COUNT} instructions the {@link Watch} is asked what is to become of it. A
 * run that pauses goes on where it was with {@link #resume}; one that is stopped, or fails, takes its thread with it, and
 * the next has a new one.
 *
 * <p>The Lua code of our own that surrounds the scripts' (see {@code pcall} in it) shares the {@link #signal} with this
 * class: when a thread below another has been interrupted, the one above sees there that it is to follow.
 */
public final class LuaState implements AutoCloseable {

    /** Instructions between two looks at the watch: about half a millisecond. */
    public static final int COUNT = 100_000;

    /** What {@link #signal} says: nothing, wait along, end. */
    private static final int GO_ON = 0;

    private static final int PAUSING = 1;
    private static final int STOPPING = 2;

    /** What is to become of a run. */
    public enum Verdict {
        /** It goes on. */
        CONTINUE,
        /** It waits, if it is where it can. */
        PAUSE,
        /** It ends by an error that it cannot catch. */
        STOP
    }

    /** Judges a run again and again. */
    @FunctionalInterface
    public interface Watch {
        Verdict look();
    }

    /** How a run stands. */
    public enum Outcome {
        /** It ended; its results are on the thread's stack, from 1. */
        DONE,
        /** It failed; the error is on top of the thread's stack, and {@link Lua#frame} tells where. */
        FAILED,
        /** It waits for {@link #resume}. */
        PAUSED,
        /** It ended since the watch said so. */
        STOPPED,
        /** It waits although nobody told it to: a script's own yield outside of any coroutine. */
        YIELDED
    }

    private static final MethodHandle ENTER;
    private static final MethodHandle HOOK;

    static {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        try {
            ENTER = lookup.findVirtual(
                    LuaState.class, "enter", MethodType.methodType(int.class, LuaFunction.class, long.class));
            HOOK = lookup.findVirtual(
                    LuaState.class, "hook", MethodType.methodType(void.class, long.class, long.class));
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Arena callbacks = Arena.ofShared();
    private final long main;
    private final long hook;
    private final int signal;
    private final boolean layoutKnown;
    private long thread;
    private int threadKey;
    private @Nullable Watch watch;
    private @Nullable Throwable bug;

    /** A state with Lua's own libraries but those that reach the system (io, os, package). */
    public LuaState() {
        main = Lua.newState();
        if (main == 0) {
            throw new OutOfMemoryError("no memory for a Lua state");
        }
        for (String library : List.of("base", "table", "string", "math", "debug")) {
            Lua.pushClosure(main, LuaLibrary.address("luaopen_" + library), 0);
            Lua.push(main, library.equals("base") ? "" : library);
            Lua.call(main, 1, 0);
        }
        hook = LuaLibrary.callback(
                HOOK.bindTo(this), FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG), callbacks);
        Lua.createTable(main, 1, 0);
        Lua.push(main, GO_ON);
        Lua.rawSet(main, -2, 1);
        signal = Lua.keep(main);
        Lua.countWith(main, hook, COUNT);
        boolean known = Lua.layoutIsKnown(main, true);
        Lua.uncount(main);
        layoutKnown = known && Lua.layoutIsKnown(main, false);
        freshThread();
    }

    // ------------------------------------------------------------------ setting up

    /** The thread on which the state is set up; scripts run on {@link #thread}. */
    public long main() {
        return main;
    }

    /** Pushes the table whose first element tells the surrounding code of interruptions: 0 none, 1 pause, 2 stop. */
    public void pushSignal() {
        Lua.pushKept(main, signal);
    }

    /** Pushes a function for scripts to call, on the main thread. */
    public void push(LuaFunction function) {
        Lua.pushClosure(main, callback(function), 0);
    }

    /** A function as C knows it, for {@link Lua#pushClosure}; as long as the state is there. */
    public long callback(LuaFunction function) {
        return LuaLibrary.callback(
                ENTER.bindTo(this).bindTo(function),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG),
                callbacks);
    }

    /** Pushes the function that tells whether the thread that calls it can pause. */
    public void pushCanPause() {
        push(caller -> {
            Lua.push(caller, layoutKnown && Lua.canPause(caller));
            return 1;
        });
    }

    /** Pushes the function to be called with a coroutine that waits and is about to be resumed. */
    public void pushEntering() {
        push(caller -> {
            if (layoutKnown) {
                Lua.inheritCalls(caller, Lua.thread(caller, 1));
            }
            return 0;
        });
    }

    /** Runs code of our own with the arguments on top of the main thread's stack, and leaves its results there. */
    public void setUp(byte[] code, String name, int arguments, int results) {
        if (!Lua.load(main, code, 0, code.length, name)) {
            throw new IllegalStateException("Lua code of our own: " + Lua.text(main, -1));
        }
        Lua.insert(main, -1 - arguments);
        Lua.call(main, arguments, results);
    }

    /** Calls a function that was kept, of our own, with a truth value. */
    public void callKept(int key, boolean argument) {
        Lua.pushKept(main, key);
        Lua.push(main, argument);
        Lua.call(main, 1, 0);
    }

    /** From now on threads have the global variables in the table on top of the main thread's stack; takes it off. */
    public void setGlobals() {
        Lua.replace(main, Lua.GLOBALS);
        freshThread();
    }

    // ------------------------------------------------------------------ running

    /** The thread that runs scripts; another one after a run that did not end well. */
    public long thread() {
        return thread;
    }

    private void freshThread() {
        if (threadKey != 0) {
            Lua.release(main, threadKey);
        }
        thread = Lua.newThread(main);
        threadKey = Lua.keep(main);
        if (layoutKnown) {
            Lua.limitCalls(thread);
        }
    }

    /** Makes the thread ready for {@link #run}: its stack is empty, its global variables are the state's. */
    public long prepare() {
        if (Lua.status(thread) != 0) {
            freshThread();
        }
        Lua.setTop(thread, 0);
        Lua.copy(main, Lua.GLOBALS);
        Lua.moveTo(main, thread, 1);
        Lua.replace(thread, Lua.GLOBALS);
        return thread;
    }

    /**
     * Calls the function below its arguments on top of the thread's stack.
     *
     * @param watch judges the run, or null when it may take as long as it likes
     */
    public Outcome run(int arguments, @Nullable Watch watch) {
        this.watch = watch;
        if (watch != null) {
            Lua.countWith(thread, hook, COUNT);
        }
        return went(Lua.resume(thread, arguments));
    }

    /** Goes on with a run that paused. */
    public Outcome resume() {
        signal(GO_ON);
        return went(Lua.resume(thread, 0));
    }

    /** Gives up a run that paused. */
    public void abandon() {
        signal(GO_ON);
        watch = null;
        freshThread();
    }

    private Outcome went(int status) {
        int said = signalled();
        if (status == Lua.YIELDED) {
            return said == PAUSING ? Outcome.PAUSED : Outcome.YIELDED;
        }
        watch = null;
        signal(GO_ON);
        Throwable unexpected = bug;
        if (unexpected != null) {
            bug = null;
            freshThread();
            throw new IllegalStateException("a function that a script called failed", unexpected);
        }
        if (status == 0) {
            Lua.uncount(thread);
            return Outcome.DONE;
        }
        return said == STOPPING ? Outcome.STOPPED : Outcome.FAILED;
    }

    private int signalled() {
        Lua.pushKept(main, signal);
        Lua.rawGet(main, -1, 1);
        int value = (int) Lua.number(main, -1);
        Lua.setTop(main, -3);
        return value;
    }

    private void signal(int value) {
        Lua.pushKept(main, signal);
        Lua.push(main, value);
        Lua.rawSet(main, -2, 1);
        Lua.setTop(main, -2);
    }

    // ------------------------------------------------------------------ called by C

    @SuppressWarnings("unused") // by way of ENTER
    private int enter(LuaFunction function, long caller) {
        try {
            return function.call(caller);
        } catch (LuaError error) {
            raise(caller, error);
        } catch (StackOverflowError deep) {
            raise(caller, LuaError.at("stack overflow"));
        } catch (Throwable unexpected) {
            // No exception may reach C. The script ends, and then the one who runs it hears.
            bug = unexpected;
            signal(STOPPING);
            raise(caller, LuaError.at("internal error"));
        }
        return 1;
    }

    private static void raise(long caller, LuaError error) {
        String text = error.text();
        if (text != null) {
            Lua.setTop(caller, 0);
            String place = "";
            if (error.isPlaced()) {
                Lua.where(caller, 1);
                place = String.valueOf(Lua.text(caller, -1));
            }
            Lua.push(caller, place + text);
        }
        Lua.raiseOnReturn(caller);
    }

    @SuppressWarnings("unused") // by way of HOOK
    private void hook(long running, long record) {
        Watch judge = watch;
        if (judge == null) {
            return;
        }
        Verdict verdict;
        try {
            verdict = judge.look();
        } catch (Throwable unexpected) {
            bug = unexpected;
            verdict = Verdict.STOP;
        }
        switch (verdict) {
            case CONTINUE -> {}
            case PAUSE -> {
                if (layoutKnown && Lua.canPause(running)) {
                    signal(PAUSING);
                    Lua.pause(running);
                }
            }
            case STOP -> {
                signal(STOPPING);
                Lua.end(running);
            }
        }
    }

    // ------------------------------------------------------------------ memory

    /** Memory in use by Lua, in bytes. */
    public long usedBytes() {
        return Lua.collect(main, Lua.GC_COUNT, 0) * 1024L;
    }

    /** Frees everything; nothing of the state may be used any more. */
    @Override
    public void close() {
        Lua.close(main);
        callbacks.close();
    }
}
