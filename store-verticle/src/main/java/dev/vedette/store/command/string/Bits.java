package dev.vedette.store.command.string;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A string read as bits: bit 0 is the highest of the first byte. Beyond its end all bits are 0.
 *
 * <pre>
 *   byte      0               1
 *   bit       0 1 2 3 4 5 6 7 8 9 ...
 *             |-----------------|      a field of ten bits at bit 0 is a big-endian number across the two bytes
 * </pre>
 */
final class Bits {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Bits() {}

    /** How many bits are 1 from bit {@code first} to before {@code end}, counted from {@code offset}. */
    static long count(byte[] array, int offset, long first, long end) {
        if (first >= end) {
            return 0;
        }
        int firstByte = offset + (int) (first >>> 3);
        int lastByte = offset + (int) (end - 1 >>> 3);
        int head = 0xff >>> (first & 7);
        int tail = 0xff << 7 - (end - 1 & 7);
        if (firstByte == lastByte) {
            return Integer.bitCount(array[firstByte] & head & tail & 0xff);
        }
        return Integer.bitCount(array[firstByte] & head)
                + countBytes(array, firstByte + 1, lastByte)
                + Integer.bitCount(array[lastByte] & tail & 0xff);
    }

    private static long countBytes(byte[] array, int from, int to) {
        long count = 0;
        int at = from;
        for (; at + 8 <= to; at += 8) {
            count += Long.bitCount((long) LONGS.get(array, at));
        }
        for (; at < to; at++) {
            count += Integer.bitCount(array[at] & 0xff);
        }
        return count;
    }

    /** The first bit from {@code first} to before {@code end} that is {@code one} (or 0), or -1 when there is none. */
    static long find(byte[] array, int offset, long first, long end, boolean one) {
        int skipped = one ? 0 : 0xff;
        long skippedWord = one ? 0 : -1L;
        long at = first;
        while (at < end) {
            int index = offset + (int) (at >>> 3);
            if ((at & 7) == 0 && end - at >= 64 && (long) LONGS.get(array, index) == skippedWord) {
                at += 64;
            } else if ((at & 7) == 0 && end - at >= 8 && (array[index] & 0xff) == skipped) {
                at += 8;
            } else if ((array[index] >> 7 - (at & 7) & 1) == (one ? 1 : 0)) {
                return at;
            } else {
                at++;
            }
        }
        return -1;
    }

    /** Whether that bit of a string of {@code length} bytes is 1. */
    static boolean get(byte[] array, int offset, int length, long bit) {
        long index = bit >>> 3;
        return index < length && (array[offset + (int) index] >> 7 - (bit & 7) & 1) != 0;
    }

    /** Sets that bit, which must be within the array. */
    static void set(byte[] array, int offset, long bit, boolean one) {
        int index = offset + (int) (bit >>> 3);
        int mask = 1 << 7 - (bit & 7);
        array[index] = (byte) (one ? array[index] | mask : array[index] & ~mask);
    }

    /** The number without sign in the {@code width} (1 to 64) bits from {@code bit} on. */
    static long field(byte[] array, int offset, int length, long bit, int width) {
        long value = 0;
        long at = bit;
        int left = width;
        while (left > 0) {
            int inByte = (int) (at & 7);
            int taken = Math.min(8 - inByte, left);
            long index = at >>> 3;
            int octet = index < length ? array[offset + (int) index] & 0xff : 0;
            value = value << taken | octet >>> 8 - inByte - taken & (1 << taken) - 1;
            at += taken;
            left -= taken;
        }
        return value;
    }

    /** As {@link #field} for a number in two's complement. */
    static long signedField(byte[] array, int offset, int length, long bit, int width) {
        int unused = 64 - width;
        return field(array, offset, length, bit, width) << unused >> unused;
    }

    /** Writes the low {@code width} (1 to 64) bits of a number to the bits from {@code bit} on, all within the array. */
    static void setField(byte[] array, int offset, long bit, int width, long value) {
        long at = bit;
        int left = width;
        while (left > 0) {
            int inByte = (int) (at & 7);
            int taken = Math.min(8 - inByte, left);
            int index = offset + (int) (at >>> 3);
            int shift = 8 - inByte - taken;
            int mask = (1 << taken) - 1;
            int part = (int) (value >>> left - taken) & mask;
            array[index] = (byte) (array[index] & ~(mask << shift) | part << shift);
            at += taken;
            left -= taken;
        }
    }
}
