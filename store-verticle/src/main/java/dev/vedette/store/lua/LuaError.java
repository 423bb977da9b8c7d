package dev.vedette.store.lua;

import org.jspecify.annotations.Nullable;

/** An error that a function of ours raises in the script that called it. */
public final class LuaError extends Exception {

    private static final long serialVersionUID = 1L;

    private final @Nullable String text;
    private final boolean placed;

    private LuaError(@Nullable String text, boolean placed) {
        super(text, null, false, false);
        this.text = text;
        this.placed = placed;
    }

    /** The value on top of the stack. */
    public static LuaError ofTop() {
        return new LuaError(null, false);
    }

    /** A text, preceded by the place of the call, as the functions of Lua's own libraries have it. */
    public static LuaError at(String text) {
        return new LuaError(text, true);
    }

    /** A wrong argument, in Lua's usual words. */
    public static LuaError argument(int number, String function, String complaint) {
        return at("bad argument #" + number + " to '" + function + "' (" + complaint + ")");
    }

    @Nullable
    String text() {
        return text;
    }

    boolean isPlaced() {
        return placed;
    }
}
