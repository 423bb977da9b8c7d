package dev.vedette.store.command.scripting;

import dev.vedette.store.command.Command;
import dev.vedette.store.lua.Lua;
import dev.vedette.store.lua.LuaError;
import dev.vedette.store.lua.LuaFunction;
import dev.vedette.store.lua.LuaState;
import dev.vedette.store.session.Args;
import dev.vedette.wire.resp.RedisVersion;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The table {@code redis} that scripts find, and the random numbers of {@code math}. */
final class RedisLibrary {

    private static final int REPL_AOF = 1;
    private static final int REPL_REPLICA = 2;
    private static final Level[] LEVELS = {Level.TRACE, Level.DEBUG, Level.INFO, Level.WARNING};
    private static final String[] LEVEL_NAMES = {"LOG_DEBUG", "LOG_VERBOSE", "LOG_NOTICE", "LOG_WARNING"};

    private final Scripting scripting;
    private final LuaState state;
    private final long main;
    private final RandomNumbers random = new RandomNumbers();

    RedisLibrary(Scripting scripting, LuaState state) {
        this.scripting = scripting;
        this.state = state;
        this.main = state.main();
    }

    private void define(String name, LuaFunction function) {
        state.push(function);
        Lua.setField(main, -2, name);
    }

    private void define(String name, int value) {
        Lua.push(main, value);
        Lua.setField(main, -2, name);
    }

    /** Puts the global variable {@code redis}, and {@code math}'s random numbers. */
    void define(boolean forFunctions) {
        Lua.createTable(main, 0, 32);
        define("call", thread -> call(thread, true));
        define("pcall", thread -> call(thread, false));
        defineLog();
        define("setresp", this::setProtocol);
        define("sha1hex", RedisLibrary::sha1);
        define("error_reply", RedisLibrary::errorReply);
        define("status_reply", RedisLibrary::statusReply);
        define("set_repl", this::setReplication);
        define("REPL_NONE", 0);
        define("REPL_AOF", REPL_AOF);
        define("REPL_SLAVE", REPL_REPLICA);
        define("REPL_REPLICA", REPL_REPLICA);
        define("REPL_ALL", REPL_AOF | REPL_REPLICA);
        define("acl_check_cmd", this::checkPermission);
        if (!forFunctions) {
            // There is no debugger: these do what they do without one.
            define("breakpoint", thread -> answer(thread, false));
            define("debug", thread -> 0);
            define("replicate_commands", thread -> answer(thread, true));
        }
        Lua.setField(main, Lua.GLOBALS, "redis");

        Lua.getField(main, Lua.GLOBALS, "math");
        define("random", this::random);
        define("randomseed", this::seed);
        Lua.setTop(main, -2);
    }

    /** Pushes the table that libraries find in its place while they are loaded. */
    void pushForLoading() {
        Lua.createTable(main, 0, 8);
        define("register_function", thread -> Registration.register(thread, scripting.libraries()));
        defineLog();
    }

    private void defineLog() {
        define("log", this::log);
        for (int level = 0; level < LEVELS.length; level++) {
            define(LEVEL_NAMES[level], level);
        }
        define("REDIS_VERSION_NUM", RedisVersion.NUMBER);
        Lua.push(main, RedisVersion.TEXT);
        Lua.setField(main, -2, "REDIS_VERSION");
    }

    private static int answer(long thread, boolean truth) {
        Lua.push(thread, truth);
        return 1;
    }

    /** Raises an error as Redis's own functions do: a table, without a place. */
    static LuaError error(long thread, String text) {
        Lua.setTop(thread, 0);
        LuaReplies.pushOwnError(thread, LuaReplies.withCode(text));
        return LuaError.ofTop();
    }

    private ScriptRun run(long thread, String what) throws LuaError {
        ScriptRun run = scripting.current();
        if (run == null) {
            throw error(thread, what + " can only be called inside a script invocation");
        }
        return run;
    }

    // ------------------------------------------------------------------ commands

    private int call(long thread, boolean raise) throws LuaError {
        ScriptRun run = run(thread, "redis.call/pcall");
        Args args = new Args();
        String complaint = arguments(thread, args);
        Lua.setTop(thread, 0);
        if (complaint != null) {
            LuaReplies.pushOwnError(thread, LuaReplies.withCode(complaint));
            return returned(raise);
        }
        boolean failed = scripting.call(run, args, thread);
        return returned(raise && failed);
    }

    private static int returned(boolean raise) throws LuaError {
        if (raise) {
            throw LuaError.ofTop();
        }
        return 1;
    }

    /** Reads a command from the stack; answers what is wrong with it. */
    private static @Nullable String arguments(long thread, Args args) {
        int count = Lua.top(thread);
        if (count == 0) {
            return "Please specify at least one argument for this redis lib call";
        }
        for (int i = 1; i <= count; i++) {
            byte[] word = Lua.type(thread, i) == Lua.NUMBER
                    ? NumberText.of(Lua.number(thread, i)).getBytes(StandardCharsets.ISO_8859_1)
                    : Lua.bytes(thread, i);
            if (word == null) {
                return "Lua redis lib command arguments must be strings or integers";
            }
            args.add(word);
        }
        return null;
    }

    private int checkPermission(long thread) throws LuaError {
        ScriptRun run = run(thread, "redis.acl_check_cmd");
        Args args = new Args();
        String complaint = arguments(thread, args);
        if (complaint != null) {
            throw error(thread, complaint);
        }
        Command command = scripting.find(args);
        if (command == null) {
            throw error(thread, "Invalid command passed to redis.acl_check_cmd()");
        }
        return answer(thread, scripting.permits(run.caller, command, args));
    }

    // ------------------------------------------------------------------ the run

    private int setProtocol(long thread) throws LuaError {
        run(thread, "redis.setresp");
        if (Lua.top(thread) != 1) {
            throw error(thread, "redis.setresp() requires one argument.");
        }
        int protocol = (int) Lua.number(thread, 1);
        if (protocol != 2 && protocol != 3) {
            throw error(thread, "RESP version must be 2 or 3.");
        }
        scripting.setProtocol(protocol);
        return 0;
    }

    private int setReplication(long thread) throws LuaError {
        ScriptRun run = run(thread, "redis.set_repl");
        if (Lua.top(thread) != 1) {
            throw error(thread, "redis.set_repl() requires two arguments.");
        }
        int targets = (int) Lua.number(thread, 1);
        if ((targets & ~(REPL_AOF | REPL_REPLICA)) != 0) {
            throw error(thread, "Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.");
        }
        run.propagates = (targets & REPL_REPLICA) != 0;
        return 0;
    }

    private int log(long thread) throws LuaError {
        int count = Lua.top(thread);
        if (count < 2) {
            throw error(thread, "redis.log() requires two arguments or more.");
        }
        if (!Lua.isNumeric(thread, 1)) {
            throw error(thread, "First argument must be a number (log level).");
        }
        int level = (int) Lua.number(thread, 1);
        if (level < 0 || level >= LEVELS.length) {
            throw error(thread, "Invalid debug level.");
        }
        StringBuilder text = new StringBuilder();
        for (int i = 2; i <= count; i++) {
            byte[] piece = Lua.bytes(thread, i);
            if (piece != null) {
                text.append(i == 2 ? "" : " ").append(new String(piece, StandardCharsets.UTF_8));
            }
        }
        scripting.log().log(LEVELS[level], text.toString());
        return 0;
    }

    // ------------------------------------------------------------------ values

    private static int sha1(long thread) throws LuaError {
        if (Lua.top(thread) != 1) {
            throw error(thread, "wrong number of arguments");
        }
        byte[] text = Lua.bytes(thread, 1);
        byte[] hashed = text == null ? new byte[0] : text;
        Lua.push(thread, Sha1.hex(hashed, 0, hashed.length));
        return 1;
    }

    private static boolean isOneString(long thread) {
        return Lua.top(thread) == 1 && Lua.type(thread, 1) == Lua.STRING;
    }

    private static int errorReply(long thread) {
        String text = isOneString(thread) ? Lua.text(thread, 1) : null;
        Lua.setTop(thread, 0);
        if (text == null) {
            LuaReplies.pushOwnError(thread, "ERR wrong number or type of arguments");
        } else {
            LuaReplies.pushOwnError(thread, LuaReplies.withCode(text.startsWith("-") ? text : "-" + text));
        }
        return 1;
    }

    private static int statusReply(long thread) {
        if (!isOneString(thread)) {
            Lua.setTop(thread, 0);
            LuaReplies.pushOwnError(thread, "ERR wrong number or type of arguments");
            return 1;
        }
        Lua.createTable(thread, 0, 1);
        Lua.copy(thread, 1);
        Lua.setField(thread, -2, "ok");
        return 1;
    }

    // ------------------------------------------------------------------ random numbers

    private int random(long thread) throws LuaError {
        if (scripting.current() == null) {
            throw LuaError.at("math.random can only be called inside a script invocation");
        }
        double fraction = random.next();
        int count = Lua.top(thread);
        switch (count) {
            case 0 -> Lua.push(thread, fraction);
            case 1 -> {
                int upper = integer(thread, 1, "random");
                if (upper < 1) {
                    throw LuaError.argument(1, "random", "interval is empty");
                }
                Lua.push(thread, Math.floor(fraction * upper) + 1);
            }
            case 2 -> {
                int lower = integer(thread, 1, "random");
                int upper = integer(thread, 2, "random");
                if (lower > upper) {
                    throw LuaError.argument(2, "random", "interval is empty");
                }
                Lua.push(thread, Math.floor(fraction * (upper - lower + 1)) + lower);
            }
            default -> throw LuaError.at("wrong number of arguments");
        }
        return 1;
    }

    private int seed(long thread) throws LuaError {
        if (scripting.current() == null) {
            throw LuaError.at("math.randomseed can only be called inside a script invocation");
        }
        random.seed(integer(thread, 1, "randomseed"));
        return 0;
    }

    private static int integer(long thread, int argument, String function) throws LuaError {
        return (int) (long) Arguments.number(thread, argument, function);
    }
}
