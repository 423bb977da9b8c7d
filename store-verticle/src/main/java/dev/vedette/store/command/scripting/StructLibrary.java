package dev.vedette.store.command.scripting;

import dev.vedette.store.lua.Lua;
import dev.vedette.store.lua.LuaError;
import dev.vedette.store.lua.LuaState;
import java.io.ByteArrayOutputStream;

/**
 * The table {@code struct} that scripts find: numbers and strings as the fields of a C structure.
 *
 * <p>A format is a series of letters: {@code b B h H l L T i I} for integers (small letters signed; {@code i} with its
 * size behind it), {@code f d} for floats, {@code s} for a string that ends with a zero, {@code c} for so many
 * characters, {@code x} for padding, {@code < >} for the order of bytes that follow, {@code !} for their alignment.
 */
final class StructLibrary {

    private static final int INTEGER_BYTES_MAX = 32;
    private static final int ALIGN_MAX = 8;
    private static final int INT_BYTES = 4;

    private final LuaState state;
    private final long main;

    StructLibrary(LuaState state) {
        this.state = state;
        this.main = state.main();
    }

    /** Puts the global variable. */
    void define() {
        Lua.createTable(main, 0, 3);
        state.push(StructLibrary::pack);
        Lua.setField(main, -2, "pack");
        state.push(StructLibrary::unpack);
        Lua.setField(main, -2, "unpack");
        state.push(StructLibrary::size);
        Lua.setField(main, -2, "size");
        Lua.setField(main, Lua.GLOBALS, "struct");
    }

    /** Goes through a format, letter by letter. */
    private static final class Format {
        private final byte[] text;
        private final String function;
        private int at;
        private boolean little = true;
        private int align = 1;
        char option;
        int size;

        Format(byte[] text, String function) {
            this.text = text;
            this.function = function;
        }

        /** The next letter, with its size; false at the end. */
        boolean next() throws LuaError {
            if (at == text.length || text[at] == 0) {
                return false;
            }
            option = (char) (text[at++] & 0xff);
            size = size(option);
            return true;
        }

        private boolean isDigit() {
            return at < text.length && text[at] >= '0' && text[at] <= '9';
        }

        private int number(int otherwise) throws LuaError {
            if (!isDigit()) {
                return otherwise;
            }
            long value = 0;
            while (isDigit()) {
                value = value * 10 + text[at++] - '0';
                if (value > Integer.MAX_VALUE) {
                    throw LuaError.at("integral size overflow");
                }
            }
            return (int) value;
        }

        private int size(char letter) throws LuaError {
            switch (letter) {
                case 'B', 'b', 'x' -> {
                    return 1;
                }
                case 'H', 'h' -> {
                    return 2;
                }
                case 'f' -> {
                    return 4;
                }
                case 'L', 'l', 'T', 'd' -> {
                    return 8;
                }
                case 'c' -> {
                    return number(1);
                }
                case 'i', 'I' -> {
                    int bytes = number(INT_BYTES);
                    if (bytes > INTEGER_BYTES_MAX) {
                        throw LuaError.at("integral size " + bytes + " is larger than limit of " + INTEGER_BYTES_MAX);
                    }
                    return bytes;
                }
                default -> {
                    return 0;
                }
            }
        }

        boolean isInteger() {
            return "bBhHlLTiI".indexOf(option) >= 0;
        }

        boolean isSigned() {
            return Character.isLowerCase(option);
        }

        /** Bytes to skip from a position so that the field is aligned. */
        int padding(long position) {
            if (size == 0 || option == 'c') {
                return 0;
            }
            int unit = Math.min(size, align);
            return (int) (unit - (position & unit - 1) & unit - 1);
        }

        /** A letter that stands for no field. */
        void control() throws LuaError {
            switch (option) {
                case ' ' -> {}
                case '>' -> little = false;
                case '<' -> little = true;
                case '!' -> {
                    int wanted = number(ALIGN_MAX);
                    if (wanted <= 0 || (wanted & wanted - 1) != 0) {
                        throw LuaError.at("alignment " + wanted + " is not a power of 2");
                    }
                    align = wanted;
                }
                default -> throw LuaError.argument(1, function, "invalid format option '" + option + "'");
            }
        }

        /** Index in a field of the byte that counts for 256 to the power of {@code i}. */
        int place(int i) {
            return little ? i : size - 1 - i;
        }
    }

    // ------------------------------------------------------------------ packing

    private static int pack(long thread) throws LuaError {
        Format format = new Format(Arguments.bytes(thread, 1, "pack"), "pack");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int argument = 2;
        while (format.next()) {
            for (int i = format.padding(out.size()); i > 0; i--) {
                out.write(0);
            }
            if (format.isInteger()) {
                out.writeBytes(integer(Arguments.number(thread, argument++, "pack"), format));
            } else {
                switch (format.option) {
                    case 'x' -> out.write(0);
                    case 'f' ->
                        out.writeBytes(bytes(
                                Float.floatToRawIntBits((float) Arguments.number(thread, argument++, "pack")), format));
                    case 'd' ->
                        out.writeBytes(bytes(
                                Double.doubleToRawLongBits(Arguments.number(thread, argument++, "pack")), format));
                    case 'c', 's' -> {
                        byte[] text = Arguments.bytes(thread, argument++, "pack");
                        int length = format.size == 0 ? text.length : format.size;
                        if (text.length < length) {
                            throw LuaError.argument(argument, "pack", "string too short");
                        }
                        out.write(text, 0, length);
                        if (format.option == 's') {
                            out.write(0);
                        }
                    }
                    default -> format.control();
                }
            }
        }
        Lua.push(thread, out.toByteArray());
        return 1;
    }

    private static byte[] integer(double number, Format format) {
        return bytes(number < 0x1p63 ? (long) number : (long) (number - 0x1p63) ^ Long.MIN_VALUE, format);
    }

    private static byte[] bytes(long value, Format format) {
        byte[] bytes = new byte[format.size];
        for (int i = 0; i < Math.min(8, format.size); i++) {
            bytes[format.place(i)] = (byte) (value >>> 8 * i);
        }
        return bytes;
    }

    // ------------------------------------------------------------------ unpacking

    private static int unpack(long thread) throws LuaError {
        Format format = new Format(Arguments.bytes(thread, 1, "unpack"), "unpack");
        byte[] data = Arguments.bytes(thread, 2, "unpack");
        long start = Lua.top(thread) < 3 || Lua.type(thread, 3) == Lua.NIL
                ? 1
                : (long) Arguments.number(thread, 3, "unpack");
        if (start <= 0) {
            throw LuaError.argument(3, "unpack", "offset must be 1 or greater");
        }
        long position = start - 1;
        int results = 0;
        while (format.next()) {
            position += format.padding(position);
            need(data, position, format.size);
            if (!Lua.hasRoom(thread, 2)) {
                throw LuaError.at("stack overflow (too many results)");
            }
            int at = (int) position;
            if (format.isInteger()) {
                Lua.push(thread, number(data, at, format));
                results++;
            } else {
                switch (format.option) {
                    case 'x' -> {}
                    case 'f' -> {
                        Lua.push(thread, (double) Float.intBitsToFloat((int) bits(data, at, format)));
                        results++;
                    }
                    case 'd' -> {
                        Lua.push(thread, Double.longBitsToDouble(bits(data, at, format)));
                        results++;
                    }
                    case 'c' -> {
                        if (format.size == 0) {
                            if (results == 0 || !Lua.isNumeric(thread, -1)) {
                                throw LuaError.at("format 'c0' needs a previous size");
                            }
                            format.size = (int) Lua.number(thread, -1);
                            Lua.setTop(thread, -2);
                            results--;
                            need(data, position, format.size);
                        }
                        Lua.push(thread, data, at, format.size);
                        results++;
                    }
                    case 's' -> {
                        int end = at;
                        while (end < data.length && data[end] != 0) {
                            end++;
                        }
                        if (end >= data.length) {
                            throw LuaError.at("unfinished string in data");
                        }
                        Lua.push(thread, data, at, end - at);
                        format.size = end - at + 1;
                        results++;
                    }
                    default -> format.control();
                }
            }
            position += format.size;
        }
        Lua.push(thread, (double) (position + 1));
        return results + 1;
    }

    private static void need(byte[] data, long position, int size) throws LuaError {
        if (size < 0 || size > data.length || position > data.length - size) {
            throw LuaError.argument(2, "unpack", "data string too short");
        }
    }

    private static long bits(byte[] data, int at, Format format) {
        long value = 0;
        for (int i = Math.min(8, format.size) - 1; i >= 0; i--) {
            value = value << 8 | data[at + format.place(i)] & 0xff;
        }
        return value;
    }

    private static double number(byte[] data, int at, Format format) {
        long value = bits(data, at, format);
        int unused = 64 - 8 * Math.min(8, format.size);
        if (format.isSigned() && unused < 64) {
            return (double) (value << unused >> unused);
        }
        return value >= 0 ? (double) value : (double) (value >>> 1 | value & 1) * 2;
    }

    // ------------------------------------------------------------------ sizes

    private static int size(long thread) throws LuaError {
        Format format = new Format(Arguments.bytes(thread, 1, "size"), "size");
        long position = 0;
        while (format.next()) {
            position += format.padding(position);
            if (format.option == 's') {
                throw LuaError.argument(1, "size", "option 's' has no fixed size");
            } else if (format.option == 'c' && format.size == 0) {
                throw LuaError.argument(1, "size", "option 'c0' has no fixed size");
            } else if (!Character.isLetterOrDigit(format.option)) {
                format.control();
            }
            position += format.size;
        }
        Lua.push(thread, (double) position);
        return 1;
    }
}
