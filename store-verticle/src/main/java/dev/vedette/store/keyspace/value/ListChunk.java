package dev.vedette.store.keyspace.value;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A run of list elements in one array, read and written through static functions so that a chunk costs one object.
 *
 * <pre>
 *   0      4    8      12     13       start                              end
 *   start  end  count  flags  (room)   element element ...                (room)
 *
 *   element shorter than 255 bytes:   length  bytes  length
 *   any other:                        0xff length(4)  bytes  length(4) 0xff
 * </pre>
 *
 * The length stands at both ends, so that a chunk is walked in both directions; spare room is kept at the end to which
 * elements are pushed. A chunk with {@link #SHARED} set belongs to a copy as well and is never written again.
 */
final class ListChunk {

    static final byte[] NONE = new byte[0];
    static final int HEADER_BYTES = 13;

    private static final int START = 0;
    private static final int END = 4;
    private static final int COUNT = 8;
    private static final int FLAGS = 12;
    private static final byte SHARED = 1;
    private static final int LONG = 0xff;

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private ListChunk() {}

    /** An empty chunk with room for {@code capacity} bytes of elements, and its place at {@code start} of that room. */
    static byte[] allocate(int capacity, int room) {
        byte[] chunk = new byte[Math.addExact(HEADER_BYTES, capacity)];
        INTS.set(chunk, START, HEADER_BYTES + room);
        INTS.set(chunk, END, HEADER_BYTES + room);
        return chunk;
    }

    // ------------------------------------------------------------------ header

    static int start(byte[] chunk) {
        return (int) INTS.get(chunk, START);
    }

    static int end(byte[] chunk) {
        return (int) INTS.get(chunk, END);
    }

    static int count(byte[] chunk) {
        return (int) INTS.get(chunk, COUNT);
    }

    static int used(byte[] chunk) {
        return end(chunk) - start(chunk);
    }

    static void set(byte[] chunk, int start, int end, int count) {
        INTS.set(chunk, START, start);
        INTS.set(chunk, END, end);
        INTS.set(chunk, COUNT, count);
    }

    static boolean isShared(byte[] chunk) {
        return (chunk[FLAGS] & SHARED) != 0;
    }

    static void share(byte[] chunk) {
        chunk[FLAGS] |= SHARED;
    }

    /** The same elements in an array of its own. */
    static byte[] unshared(byte[] chunk) {
        byte[] own = chunk.clone();
        own[FLAGS] = 0;
        return own;
    }

    // ------------------------------------------------------------------ elements

    /** Bytes that an element of that length takes. */
    static int sizeOf(int length) {
        return length < LONG ? length + 2 : Math.addExact(length, 10);
    }

    /** Where the bytes of the element at {@code at} begin. */
    static int offset(byte[] chunk, int at) {
        return chunk[at] == (byte) LONG ? at + 5 : at + 1;
    }

    /** Length of the element at {@code at}. */
    static int length(byte[] chunk, int at) {
        int length = chunk[at] & 0xff;
        return length == LONG ? (int) INTS.get(chunk, at + 1) : length;
    }

    /** Where the element after the one at {@code at} begins. */
    static int next(byte[] chunk, int at) {
        int length = chunk[at] & 0xff;
        return length == LONG ? at + 10 + (int) INTS.get(chunk, at + 1) : at + 2 + length;
    }

    /** Where the element that ends at {@code at} begins. */
    static int previous(byte[] chunk, int at) {
        int length = chunk[at - 1] & 0xff;
        return length == LONG ? at - 10 - (int) INTS.get(chunk, at - 5) : at - 2 - length;
    }

    /** Where the element of that index (0 to count - 1) begins. */
    static int seek(byte[] chunk, int index) {
        int count = count(chunk);
        if (index <= count >>> 1) {
            int at = start(chunk);
            for (int i = 0; i < index; i++) {
                at = next(chunk, at);
            }
            return at;
        }
        int at = end(chunk);
        for (int i = count; i > index; i--) {
            at = previous(chunk, at);
        }
        return at;
    }

    /** Writes an element at {@code at}, where there is room; the header is the caller's. */
    static void write(byte[] chunk, int at, byte[] array, int offset, int length) {
        if (length < LONG) {
            chunk[at] = (byte) length;
            System.arraycopy(array, offset, chunk, at + 1, length);
            chunk[at + 1 + length] = (byte) length;
        } else {
            chunk[at] = (byte) LONG;
            INTS.set(chunk, at + 1, length);
            System.arraycopy(array, offset, chunk, at + 5, length);
            INTS.set(chunk, at + 5 + length, length);
            chunk[at + 9 + length] = (byte) LONG;
        }
    }

    static boolean same(byte[] chunk, int at, byte[] array, int offset, int length) {
        if (length(chunk, at) != length) {
            return false;
        }
        int from = offset(chunk, at);
        return Arrays.equals(chunk, from, from + length, array, offset, offset + length);
    }

    /** The elements from {@code from} to {@code to} (places, not indexes) in a chunk of exactly their size. */
    static byte[] slice(byte[] chunk, int from, int to, int count) {
        byte[] slice = allocate(to - from, 0);
        System.arraycopy(chunk, from, slice, HEADER_BYTES, to - from);
        set(slice, HEADER_BYTES, HEADER_BYTES + to - from, count);
        return slice;
    }

    /** Moves the elements within the array, or to a larger or smaller one, so that they begin at {@code room}. */
    static byte[] moved(byte[] chunk, int capacity, int room) {
        int start = start(chunk);
        int used = end(chunk) - start;
        int count = count(chunk);
        byte[] to = chunk.length == HEADER_BYTES + capacity ? chunk : new byte[HEADER_BYTES + capacity];
        System.arraycopy(chunk, start, to, HEADER_BYTES + room, used);
        set(to, HEADER_BYTES + room, HEADER_BYTES + room + used, count);
        return to;
    }

    /** Takes out what lies between two places, closing the gap from the side with fewer bytes. */
    static void cut(byte[] chunk, int from, int to, int elements) {
        int start = start(chunk);
        int end = end(chunk);
        int count = count(chunk) - elements;
        if (from - start < end - to) {
            System.arraycopy(chunk, start, chunk, start + to - from, from - start);
            set(chunk, start + to - from, end, count);
        } else {
            System.arraycopy(chunk, to, chunk, from, end - to);
            set(chunk, start, end - (to - from), count);
        }
    }
}
