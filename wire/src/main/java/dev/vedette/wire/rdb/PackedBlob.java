package dev.vedette.wire.rdb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * A small collection that Redis keeps and dumps as one blob. First {@link #validate()}, which walks all of it and
 * believes nothing; after that {@link #next()} walks it again.
 */
abstract sealed class PackedBlob permits IntsetBlob, ListpackBlob, ZiplistBlob, ZipmapBlob {

    static final VarHandle LONG_LE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle INT_LE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle SHORT_LE = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int EXACT_DIGITS_MAX = 15;

    final byte[] bytes;

    /** Where the next element begins. */
    int at;

    PackedBlob(byte[] bytes) {
        this.bytes = bytes;
    }

    /** How many elements it has (a field and its value are two), or -1 when it is corrupt. Goes to the first one. */
    abstract int validate();

    /** Whether there is another element. */
    abstract boolean hasNext();

    /** The next element; numbers as decimal digits. */
    abstract byte[] next();

    final byte[] copy(int from, int length) {
        return Arrays.copyOfRange(bytes, from, from + length);
    }

    final int unsigned(int index) {
        return bytes[index] & 0xff;
    }

    /** The low bits of one byte, then all of the next. */
    final int acrossTwo(int index, int lowBits) {
        return ((bytes[index] & ((1 << lowBits) - 1)) << 8) | unsigned(index + 1);
    }

    /** 24 bits, little endian, with their sign. */
    final int int24(int index) {
        return unsigned(index) | (unsigned(index + 1) << 8) | (bytes[index + 2] << 16);
    }

    /** The digits of a number, with a minus sign if it needs one. */
    static byte[] decimal(long value) {
        if (value == Long.MIN_VALUE) {
            return Long.toString(value).getBytes(StandardCharsets.ISO_8859_1);
        }
        long rest = Math.abs(value);
        int length = value < 0 ? 2 : 1;
        for (long left = rest / 10; left != 0; left /= 10) {
            length++;
        }
        byte[] digits = new byte[length];
        int index = length;
        do {
            digits[--index] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest != 0);
        if (value < 0) {
            digits[0] = '-';
        }
        return digits;
    }

    /** The number that this text is: decimal, with or without exponent, or inf; NaN for any other text. */
    static double score(byte[] text) {
        int digits = text.length > 0 && text[0] == '-' ? 1 : 0;
        if (text.length > digits && text.length - digits <= EXACT_DIGITS_MAX) {
            long value = 0;
            int index = digits;
            while (index < text.length && text[index] >= '0' && text[index] <= '9') {
                value = value * 10 + text[index++] - '0';
            }
            if (index == text.length) {
                return digits == 1 ? -(double) value : value;
            }
        }
        String word = new String(text, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        return switch (word) {
            case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
            case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
            default -> decimalDouble(word);
        };
    }

    private static double decimalDouble(String word) {
        // Java's parser also takes blanks, hexadecimal digits and type letters, which are no scores.
        for (int i = 0; i < word.length(); i++) {
            if ("0123456789+-.e".indexOf(word.charAt(i)) < 0) {
                return Double.NaN;
            }
        }
        try {
            return Double.parseDouble(word);
        } catch (NumberFormatException notANumber) {
            return Double.NaN;
        }
    }
}
