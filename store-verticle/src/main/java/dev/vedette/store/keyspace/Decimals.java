package dev.vedette.store.keyspace;

/** 64-bit integers as decimal text, without garbage. */
public final class Decimals {

    /** The longest text, that of {@link Long#MIN_VALUE}. */
    public static final int LENGTH_MAX = 20;

    private static final long[] POWERS = new long[19];

    static {
        long power = 1;
        for (int i = 0; i < POWERS.length; i++) {
            POWERS[i] = power;
            power *= 10;
        }
    }

    private Decimals() {}

    /** How many characters the text has, sign included. */
    public static int length(long value) {
        if (value < 0) {
            return value == Long.MIN_VALUE ? LENGTH_MAX : 1 + length(-value);
        }
        int digits = 1;
        while (digits < POWERS.length && value >= POWERS[digits]) {
            digits++;
        }
        return digits;
    }

    /** Writes the text to {@code to} from {@code at}; answers where it ends. */
    public static int write(long value, byte[] to, int at) {
        int end = at + length(value);
        if (value == Long.MIN_VALUE) {
            byte[] text = "-9223372036854775808".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            System.arraycopy(text, 0, to, at, text.length);
            return end;
        }
        long rest = value;
        if (rest < 0) {
            to[at] = '-';
            rest = -rest;
        }
        int position = end;
        do {
            to[--position] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest != 0);
        return end;
    }

    /** The text as an array of its own. */
    public static byte[] bytes(long value) {
        byte[] text = new byte[length(value)];
        write(value, text, 0);
        return text;
    }

    /**
     * Whether those bytes are the canonical text of a 64-bit integer: no sign {@code +}, no leading zero, no space, in
     * range. Only such text may be kept as an integer, since GET must give back what SET was given.
     */
    public static boolean isInteger(byte[] array, int offset, int length) {
        if (length == 0 || length > LENGTH_MAX) {
            return false;
        }
        int at = offset;
        int end = offset + length;
        boolean negative = array[at] == '-';
        if (negative && ++at == end) {
            return false;
        }
        if (array[at] == '0') {
            return length == 1;
        }
        int digits = end - at;
        if (digits > 19) {
            return false;
        }
        long value = 0;
        for (; at < end; at++) {
            int digit = array[at] - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            value = value * 10 + digit;
        }
        // Nineteen digits reach at most 9,999,999,999,999,999,999, which wraps to a negative long when out of range.
        return digits < 19 || value >= 0 || negative && value == Long.MIN_VALUE;
    }

    /** The value of text for which {@link #isInteger} holds. */
    public static long parse(byte[] array, int offset, int length) {
        int at = offset;
        int end = offset + length;
        boolean negative = array[at] == '-';
        if (negative) {
            at++;
        }
        long value = 0;
        for (; at < end; at++) {
            value = value * 10 + (array[at] - '0');
        }
        return negative ? -value : value;
    }
}
