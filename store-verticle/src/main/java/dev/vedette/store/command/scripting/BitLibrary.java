package dev.vedette.store.command.scripting;

import dev.vedette.store.lua.Lua;
import dev.vedette.store.lua.LuaError;
import dev.vedette.store.lua.LuaState;
import java.nio.charset.StandardCharsets;
import java.util.function.IntBinaryOperator;

/** The table {@code bit} that scripts find: operations on 32 bits, their results signed. */
final class BitLibrary {

    /** Added to a double, it leaves the whole number's lowest 32 bits as those of the sum. */
    private static final double SHIFT = 0x1.8p52;

    private static final int HEX_DIGITS = 8;

    private final LuaState state;
    private final long main;

    BitLibrary(LuaState state) {
        this.state = state;
        this.main = state.main();
    }

    /** Puts the global variable. */
    void define() {
        Lua.createTable(main, 0, 12);
        fold("tobit", (a, b) -> a, 1);
        fold("band", (a, b) -> a & b, Integer.MAX_VALUE);
        fold("bor", (a, b) -> a | b, Integer.MAX_VALUE);
        fold("bxor", (a, b) -> a ^ b, Integer.MAX_VALUE);
        shift("lshift", (a, n) -> a << n);
        shift("rshift", (a, n) -> a >>> n);
        shift("arshift", (a, n) -> a >> n);
        shift("rol", Integer::rotateLeft);
        shift("ror", Integer::rotateRight);
        state.push(thread -> answer(thread, ~bits(thread, 1, "bnot")));
        Lua.setField(main, -2, "bnot");
        state.push(thread -> answer(thread, Integer.reverseBytes(bits(thread, 1, "bswap"))));
        Lua.setField(main, -2, "bswap");
        state.push(BitLibrary::hex);
        Lua.setField(main, -2, "tohex");
        Lua.setField(main, Lua.GLOBALS, "bit");
    }

    private void fold(String name, IntBinaryOperator operation, int argumentsMax) {
        state.push(thread -> {
            int value = bits(thread, 1, name);
            for (int i = Math.min(argumentsMax, Lua.top(thread)); i > 1; i--) {
                value = operation.applyAsInt(value, bits(thread, i, name));
            }
            return answer(thread, value);
        });
        Lua.setField(main, -2, name);
    }

    private void shift(String name, IntBinaryOperator operation) {
        state.push(thread -> answer(thread, operation.applyAsInt(bits(thread, 1, name), bits(thread, 2, name) & 31)));
        Lua.setField(main, -2, name);
    }

    private static int bits(long thread, int argument, String function) throws LuaError {
        double number = Arguments.number(thread, argument, function);
        return (int) Double.doubleToRawLongBits(number + SHIFT);
    }

    private static int answer(long thread, int value) {
        Lua.push(thread, value);
        return 1;
    }

    private static int hex(long thread) throws LuaError {
        int value = bits(thread, 1, "tohex");
        int digits = Lua.top(thread) < 2 ? HEX_DIGITS : bits(thread, 2, "tohex");
        String all = String.format(digits < 0 ? "%08X" : "%08x", value);
        int shown = digits == Integer.MIN_VALUE ? HEX_DIGITS : Math.min(HEX_DIGITS, Math.abs(digits));
        Lua.push(thread, all.substring(HEX_DIGITS - shown).getBytes(StandardCharsets.ISO_8859_1));
        return 1;
    }
}
