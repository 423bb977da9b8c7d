package dev.vedette.store.keyspace.value;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Integers in ascending order in one array, all as wide as the widest needs: 2, 4 or 8 bytes, little-endian.
 *
 * <p>Widens when a number comes that does not fit, and stays wide, as Redis's does.
 */
final class IntegerSet {

    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int FIRST_COUNT = 4;

    private byte[] bytes;
    private int width;
    private int count;

    IntegerSet() {
        this(2, new byte[2 * FIRST_COUNT], 0);
    }

    private IntegerSet(int width, byte[] bytes, int count) {
        this.width = width;
        this.bytes = bytes;
        this.count = count;
    }

    IntegerSet copy() {
        return new IntegerSet(width, Arrays.copyOf(bytes, count * width), count);
    }

    int count() {
        return count;
    }

    int capacityBytes() {
        return bytes.length;
    }

    /** The number at that place, 0 for the smallest. */
    long get(int index) {
        return switch (width) {
            case 2 -> (short) SHORTS.get(bytes, index * 2);
            case 4 -> (int) INTS.get(bytes, index * 4);
            default -> (long) LONGS.get(bytes, index * 8);
        };
    }

    private void set(int index, long value) {
        switch (width) {
            case 2 -> SHORTS.set(bytes, index * 2, (short) value);
            case 4 -> INTS.set(bytes, index * 4, (int) value);
            default -> LONGS.set(bytes, index * 8, value);
        }
    }

    private static int widthOf(long value) {
        if (value == (short) value) {
            return 2;
        }
        return value == (int) value ? 4 : 8;
    }

    /** Where the number is, or -(where it would be) - 1. */
    int find(long value) {
        int low = 0;
        int high = count - 1;
        // Numbers often come in order: look at the end first.
        if (high >= 0 && get(high) < value) {
            return -count - 1;
        }
        while (low <= high) {
            int middle = low + high >>> 1;
            long at = get(middle);
            if (at < value) {
                low = middle + 1;
            } else if (at > value) {
                high = middle - 1;
            } else {
                return middle;
            }
        }
        return -low - 1;
    }

    boolean contains(long value) {
        return find(value) >= 0;
    }

    /** Adds the number; false when it was there. */
    boolean add(long value) {
        int found = find(value);
        if (found >= 0) {
            return false;
        }
        int at = -found - 1;
        int needed = widthOf(value);
        if (needed > width) {
            widen(needed);
        } else if (count * width == bytes.length) {
            bytes = Arrays.copyOf(bytes, capacity(count + 1) * width);
        }
        System.arraycopy(bytes, at * width, bytes, (at + 1) * width, (count - at) * width);
        count++;
        set(at, value);
        return true;
    }

    private static int capacity(int needed) {
        return needed + Math.max(FIRST_COUNT, needed >> 2);
    }

    private void widen(int newWidth) {
        IntegerSet wide = new IntegerSet(newWidth, new byte[capacity(count + 1) * newWidth], 0);
        for (int i = 0; i < count; i++) {
            wide.set(i, get(i));
        }
        width = newWidth;
        bytes = wide.bytes;
    }

    /** Removes the number at that place. */
    void removeAt(int index) {
        System.arraycopy(bytes, (index + 1) * width, bytes, index * width, (count - index - 1) * width);
        count--;
        if (count > 2 * FIRST_COUNT && count * width < bytes.length >> 2) {
            bytes = Arrays.copyOf(bytes, capacity(count) * width);
        }
    }
}
