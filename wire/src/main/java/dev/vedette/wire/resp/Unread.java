package dev.vedette.wire.resp;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/** Bytes that came and were not yet decoded. Grows only as bytes come; gives room back when it has become idle. */
final class Unread {

    private static final byte[] EMPTY = {};
    private static final int KEPT_BYTES = 64 * 1024;

    byte[] data = EMPTY;
    int from;
    int to;

    void add(Buffer chunk) {
        int length = chunk.length();
        if (length > data.length - to) {
            if (from > 0) {
                System.arraycopy(data, from, data, 0, to - from);
                to -= from;
                from = 0;
            }
            if (length > data.length - to) {
                long wanted = Math.max(Math.addExact(to, length), Math.min(2L * data.length, Integer.MAX_VALUE - 64));
                data = Arrays.copyOf(data, (int) wanted);
            }
        }
        chunk.getBytes(0, length, data, to);
        to += length;
    }

    int available() {
        return to - from;
    }

    /** Index of the next such byte at or after {@code start}, or -1. */
    int indexOf(byte wanted, int start) {
        for (int i = start; i < to; i++) {
            if (data[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    /** Whatever is left, which is taken out. */
    Buffer take() {
        Buffer rest = Buffer.buffer(Arrays.copyOfRange(data, from, to));
        from = to;
        release();
        return rest;
    }

    /** To be called when a unit was decoded. */
    void release() {
        if (from == to) {
            from = 0;
            to = 0;
            if (data.length > KEPT_BYTES) {
                data = EMPTY;
            }
        }
    }

    /** The number in these bytes, in its only decimal form, or null-like {@link Long#MIN_VALUE} when it is none. */
    static long integer(byte[] data, int from, int to) {
        int at = from;
        boolean negative = at < to && data[at] == '-';
        if (negative) {
            at++;
        }
        if (at == to || to - at > 18 || (data[at] == '0' && (to - at > 1 || negative))) {
            return Long.MIN_VALUE;
        }
        long value = 0;
        for (; at < to; at++) {
            int digit = data[at] - '0';
            if (digit < 0 || digit > 9) {
                return Long.MIN_VALUE;
            }
            value = value * 10 + digit;
        }
        return negative ? -value : value;
    }
}
