package dev.vedette.store.command.scripting;

import dev.vedette.store.command.scripting.Library.BadLibraryException;
import dev.vedette.store.lua.Lua;
import dev.vedette.store.lua.LuaError;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code redis.register_function}: by position (name, function), or with a table of named arguments. */
final class Registration {

    private static final String CALL = "redis.register_function";

    private final long thread;
    private @Nullable String name;
    private @Nullable String description;
    private Set<ScriptFlag> flags = ScriptFlag.none();
    /** Where on the stack the function is; 0 when there is none. */
    private int callback;

    private Registration(long thread) {
        this.thread = thread;
    }

    /** Adds a function to the library that is being loaded. */
    static int register(long thread, Libraries libraries) throws LuaError {
        if (!libraries.isLoading()) {
            throw RedisLibrary.error(thread, CALL + " can only be called on FUNCTION LOAD command");
        }
        Registration registration = new Registration(thread);
        String complaint = registration.read();
        if (complaint != null) {
            throw RedisLibrary.error(thread, complaint);
        }
        try {
            registration.addTo(libraries);
        } catch (BadLibraryException bad) {
            throw RedisLibrary.error(thread, String.valueOf(bad.getMessage()));
        }
        return 0;
    }

    private @Nullable String read() {
        return switch (Lua.top(thread)) {
            case 1 -> named();
            case 2 -> positional();
            default -> "wrong number of arguments to " + CALL;
        };
    }

    private @Nullable String positional() {
        if (!Lua.isText(thread, 1)) {
            return "first argument to " + CALL + " must be a string";
        }
        name = Lua.text(thread, 1);
        if (Lua.type(thread, 2) != Lua.FUNCTION) {
            return "second argument to " + CALL + " must be a function";
        }
        callback = 2;
        return null;
    }

    private @Nullable String named() {
        if (Lua.type(thread, 1) != Lua.TABLE) {
            return "calling " + CALL
                    + " with a single argument is only applicable to Lua table (representing named arguments).";
        }
        Lua.pushNil(thread);
        while (Lua.next(thread, 1)) {
            // A copy, as reading a number as text would change the key, and the walk needs it as it is.
            Lua.copy(thread, -2);
            String key = Lua.isText(thread, -1) ? Lua.text(thread, -1) : null;
            Lua.setTop(thread, -2);
            if (key == null) {
                return "named argument key given to " + CALL + " is not a string";
            }
            String complaint = argument(key.toLowerCase(Locale.ROOT));
            if (complaint != null) {
                return complaint;
            }
            Lua.setTop(thread, -2);
        }
        if (name == null) {
            return CALL + " must get a function name argument";
        }
        if (callback == 0) {
            return CALL + " must get a callback argument";
        }
        Lua.getField(thread, 1, "callback");
        callback = Lua.top(thread);
        return null;
    }

    private @Nullable String argument(String key) {
        switch (key) {
            case "function_name" -> {
                if (!Lua.isText(thread, -1)) {
                    return "function_name argument given to " + CALL + " must be a string";
                }
                name = Lua.text(thread, -1);
            }
            case "description" -> {
                if (!Lua.isText(thread, -1)) {
                    return "description argument given to " + CALL + " must be a string";
                }
                description = Lua.text(thread, -1);
            }
            case "callback" -> {
                if (Lua.type(thread, -1) != Lua.FUNCTION) {
                    return "callback argument given to " + CALL + " must be a function";
                }
                callback = -1;
            }
            case "flags" -> {
                if (Lua.type(thread, -1) != Lua.TABLE) {
                    return "flags argument to " + CALL + " must be a table representing function flags";
                }
                if (!readFlags()) {
                    return "unknown flag given";
                }
            }
            default -> {
                return "unknown argument given to " + CALL;
            }
        }
        return null;
    }

    private boolean readFlags() {
        for (int i = 1; ; i++) {
            Lua.rawGet(thread, -1, i);
            boolean end = Lua.type(thread, -1) == Lua.NIL;
            String word = Lua.isText(thread, -1) ? Lua.text(thread, -1) : null;
            Lua.setTop(thread, -2);
            if (end) {
                return true;
            }
            ScriptFlag flag = word == null ? null : ScriptFlag.of(word.toLowerCase(Locale.ROOT));
            if (flag == null) {
                return false;
            }
            flags.add(flag);
        }
    }

    private void addTo(Libraries libraries) throws BadLibraryException {
        String own = name;
        if (own == null) {
            throw new IllegalStateException("a function without a name was not refused");
        }
        libraries.checkNew(own);
        Lua.copy(thread, callback);
        libraries.add(own, description, flags, Lua.keep(thread));
    }
}
