package dev.vedette.store.command.scripting;

import dev.vedette.store.lua.Lua;
import dev.vedette.store.lua.LuaError;

/** Arguments of library functions, with the complaints of Lua's own libraries. */
final class Arguments {

    private static final String[] KINDS = {
        "nil", "boolean", "userdata", "number", "string", "table", "function", "userdata", "thread"
    };

    private Arguments() {}

    /** A number, or a string that is one. */
    static double number(long thread, int argument, String function) throws LuaError {
        if (argument > Lua.top(thread) || !Lua.isNumeric(thread, argument)) {
            throw expected("number", thread, argument, function);
        }
        return Lua.number(thread, argument);
    }

    /** A string, or a number's text. */
    static byte[] bytes(long thread, int argument, String function) throws LuaError {
        byte[] bytes = argument > Lua.top(thread) ? null : Lua.bytes(thread, argument);
        if (bytes == null) {
            throw expected("string", thread, argument, function);
        }
        return bytes;
    }

    /** An integer as C's libraries have it: what is too large wraps around. */
    static int integer(long thread, int argument, String function) throws LuaError {
        return (int) (long) number(thread, argument, function);
    }

    /** The bytes of what is known to be a string. */
    static byte[] string(long thread, int index) {
        byte[] bytes = Lua.bytes(thread, index);
        if (bytes == null) {
            throw new IllegalStateException("a string without bytes");
        }
        return bytes;
    }

    private static LuaError expected(String kind, long thread, int argument, String function) {
        int type = argument > Lua.top(thread) ? -1 : Lua.type(thread, argument);
        return LuaError.argument(argument, function, kind + " expected, got " + (type < 0 ? "no value" : KINDS[type]));
    }
}
