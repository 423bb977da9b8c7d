package dev.vedette.store.keyspace;

import static dev.vedette.store.keyspace.NativeMemory.ALL;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A look at a string that is packed with its key outside of the heap, and the one place that knows how:
 *
 * <pre>
 *   0      1..3    4           5..6          7
 *   flags  access  key length  value length  [key length]  [expire]  key  value
 *   |              0xff: it                  4 bytes       8 bytes
 *   |              stands behind                           (if TTL)
 *   +-- bit 0: value is a 64-bit integer, 8 bytes
 *       bit 1: a TTL is there
 *       bit 2: OBJECT ENCODING says raw whatever the length (the string was appended to)
 *       bit 3: no snapshot in progress has seen it (see {@link Keyspace#mayOverwrite})
 *       bit 7: a free cell (see {@link Cells})
 * </pre>
 *
 * <p>It stands in one of the {@link Cells}, or is a snapshot's copy. A look is good until the entry goes, and until a few
 * more have been asked for. Numbers are in little-endian order. An entry is at least eight bytes.
 */
final class PackedString {

    static final int INTEGER = 1;
    static final int TTL = 2;
    static final int RAW = 4;
    static final int UNSEEN = 8;

    private static final int HEADER_BYTES = 7;
    private static final int SIZE_MIN = 8;
    private static final int LONG_KEY = 0xff;
    /** Up to here a loop is quicker than a call. */
    private static final int SHORT_COPY_MAX = 64;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfChar CHAR = ValueLayout.JAVA_CHAR_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte[] NOTHING = {};

    private long address;
    private int place;
    private byte[] copied = NOTHING;

    /** Looks at a cell. */
    void lookAt(long cell, int cellPlace) {
        address = cell;
        place = cellPlace;
    }

    long address() {
        return address;
    }

    /** The cell. */
    int place() {
        return place;
    }

    /**
     * The entry's bytes as they are now, from 0 on, longer than it by some: a copy that lasts until this looks elsewhere,
     * and that {@link #writeBack} takes the value from.
     */
    byte[] bytes() {
        int size = size(address);
        if (copied.length < size) {
            copied = new byte[size + 64];
        }
        copyOut(address, copied, 0, size);
        return copied;
    }

    /** Makes the value what it is in {@link #bytes}, of the same length. */
    void writeBack() {
        long header = header(address);
        long from = valueAddress(address, header);
        copyIn(copied, (int) (from - address), from, valueLength(header));
    }

    /** Writes the value, whose length is already there. */
    void setValue(byte[] from, int offset, int length) {
        copyIn(from, offset, valueAddress(address, header(address)), length);
    }

    // ------------------------------------------------------------------ memory

    static void copyOut(long from, byte[] to, int at, int length) {
        if (length > SHORT_COPY_MAX) {
            MemorySegment.copy(ALL, JAVA_BYTE, from, to, at, length);
            return;
        }
        int i = 0;
        for (; i <= length - 8; i += 8) {
            LONGS.set(to, at + i, ALL.get(LONG, from + i));
        }
        for (; i < length; i++) {
            to[at + i] = ALL.get(JAVA_BYTE, from + i);
        }
    }

    static void copyIn(byte[] from, int at, long to, int length) {
        if (length > SHORT_COPY_MAX) {
            MemorySegment.copy(from, at, ALL, JAVA_BYTE, to, length);
            return;
        }
        int i = 0;
        for (; i <= length - 8; i += 8) {
            ALL.set(LONG, to + i, (long) LONGS.get(from, at + i));
        }
        for (; i < length; i++) {
            ALL.set(JAVA_BYTE, to + i, from[at + i]);
        }
    }

    /** Copies bytes to another place, which may overlap. */
    static void copy(long from, long to, long length) {
        MemorySegment.copy(ALL, from, ALL, to, length);
    }

    static void clear(long from, long length) {
        ALL.asSlice(from, length).fill((byte) 0);
    }

    private static boolean equal(long address, byte[] key, int offset, int length) {
        int i = 0;
        for (; i <= length - 8; i += 8) {
            if (ALL.get(LONG, address + i) != (long) LONGS.get(key, offset + i)) {
                return false;
            }
        }
        if (i < length && length >= 8) {
            // The last eight, some of them once more.
            return ALL.get(LONG, address + length - 8) == (long) LONGS.get(key, offset + length - 8);
        }
        for (; i < length; i++) {
            if (ALL.get(JAVA_BYTE, address + i) != key[offset + i]) {
                return false;
            }
        }
        return true;
    }

    // ------------------------------------------------------------------ layout

    /** Bytes of an entry with such lengths; beyond what an int holds, some number above all cells'. */
    static int size(int keyLength, int valueLength, boolean ttl) {
        long size = (long) HEADER_BYTES + (keyLength < LONG_KEY ? 0 : 4) + (ttl ? 8 : 0) + keyLength + valueLength;
        return (int) Math.max(SIZE_MIN, Math.min(size, Integer.MAX_VALUE));
    }

    /** Bytes of the entry there. */
    static int size(long address) {
        long header = header(address);
        return (int) (valueAddress(address, header) + valueLength(header) - address);
    }

    /** Writes all but the value: that follows at {@link #valueAddress}. */
    static void write(
            long address,
            int flags,
            int access,
            byte[] key,
            int keyOffset,
            int keyLength,
            int valueLength,
            long expireAt) {
        boolean longKey = keyLength >= LONG_KEY;
        long header = flags | (expireAt < 0 ? 0 : TTL) | (long) access << 8 | (long) valueLength << 40;
        ALL.set(LONG, address, header | (longKey ? (long) LONG_KEY : keyLength) << 32);
        long to = address + HEADER_BYTES;
        if (longKey) {
            ALL.set(INT, to, keyLength);
            to += 4;
        }
        if (expireAt >= 0) {
            ALL.set(LONG, to, expireAt);
            to += 8;
        }
        copyIn(key, keyOffset, to, keyLength);
    }

    /** The first eight bytes, of which the accessors below make something. */
    static long header(long address) {
        return ALL.get(LONG, address);
    }

    static int flags(long header) {
        return (int) header & 0xff;
    }

    static boolean isUnseen(long address) {
        return (ALL.get(JAVA_BYTE, address) & UNSEEN) != 0;
    }

    static void setUnseen(long address) {
        ALL.set(JAVA_BYTE, address, (byte) (ALL.get(JAVA_BYTE, address) | UNSEEN));
    }

    static void setSeen(long address) {
        ALL.set(JAVA_BYTE, address, (byte) (ALL.get(JAVA_BYTE, address) & ~UNSEEN));
    }

    static int valueLength(long header) {
        return (int) (header >>> 40) & 0xffff;
    }

    private static int shortKeyLength(long header) {
        return (int) (header >>> 32) & 0xff;
    }

    static int keyLength(long address, long header) {
        int length = shortKeyLength(header);
        return length < LONG_KEY ? length : ALL.get(INT, address + HEADER_BYTES);
    }

    static long keyAddress(long address, long header) {
        return address
                + HEADER_BYTES
                + (shortKeyLength(header) < LONG_KEY ? 0 : 4)
                + ((flags(header) & TTL) == 0 ? 0 : 8);
    }

    static long valueAddress(long address, long header) {
        return keyAddress(address, header) + keyLength(address, header);
    }

    static boolean hasKey(long address, byte[] key, int offset, int length) {
        long header = header(address);
        return keyLength(address, header) == length && equal(keyAddress(address, header), key, offset, length);
    }

    static long expireAt(long address) {
        long header = header(address);
        return (flags(header) & TTL) == 0 ? -1 : ALL.get(LONG, keyAddress(address, header) - 8);
    }

    /**
     * Writes the entry with another time, or without one ({@code expireAt} -1). The target may be where the entry is.
     */
    static void writeWithExpiry(long address, long target, long expireAt) {
        long header = header(address);
        long from = keyAddress(address, header);
        long length = (long) keyLength(address, header) + valueLength(header);
        long upToExpiry = from - address - ((flags(header) & TTL) == 0 ? 0 : 8);
        long to = target + upToExpiry + (expireAt < 0 ? 0 : 8);
        copy(from, to, length);
        if (target != address) {
            copy(address, target, upToExpiry);
        }
        ALL.set(JAVA_BYTE, target, (byte) (flags(header) & ~TTL | (expireAt < 0 ? 0 : TTL)));
        if (expireAt >= 0) {
            ALL.set(LONG, to - 8, expireAt);
        }
    }

    static int access(long address) {
        return (int) (header(address) >>> 8) & 0xffffff;
    }

    static void setAccess(long address, int access) {
        ALL.set(CHAR, address + 1, (char) access);
        ALL.set(JAVA_BYTE, address + 3, (byte) (access >>> 16));
    }

    static void setValueLength(long address, int length) {
        ALL.set(CHAR, address + 5, (char) length);
    }

    /** The integer of an entry that is one. */
    static long integer(long address) {
        return ALL.get(LONG, valueAddress(address, header(address)));
    }

    static void setInteger(long address, long value) {
        ALL.set(LONG, valueAddress(address, header(address)), value);
    }

    /** Reads the end of the entry. */
    static int warm(long address) {
        return ALL.get(JAVA_BYTE, address + size(address) - 1);
    }

    // ------------------------------------------------------------------ free cells

    static boolean isFree(long cell) {
        return ALL.get(JAVA_BYTE, cell) == Cells.FREE;
    }

    /** Where the next free cell is, as {@link #markFree} has been told. */
    static char link(long cell) {
        return ALL.get(CHAR, cell + 1);
    }

    static void markFree(long cell, char next) {
        ALL.set(JAVA_BYTE, cell, Cells.FREE);
        ALL.set(CHAR, cell + 1, next);
    }

    /** The string as an object entry: for where there are no cells. */
    static Entry unpacked(long address) {
        long header = header(address);
        byte[] key = new byte[keyLength(address, header)];
        copyOut(keyAddress(address, header), key, 0, key.length);
        Entry entry = new Entry(key, new StringValue(value(address), (flags(header) & RAW) != 0), expireAt(address), 0);
        entry.access = access(address);
        return entry;
    }

    /** A copy of the value as GET would answer it. */
    static byte[] value(long address) {
        long header = header(address);
        if ((flags(header) & INTEGER) != 0) {
            return Decimals.bytes(integer(address));
        }
        byte[] value = new byte[valueLength(header)];
        copyOut(valueAddress(address, header), value, 0, value.length);
        return value;
    }
}
