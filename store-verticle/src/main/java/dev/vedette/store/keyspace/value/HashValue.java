package dev.vedette.store.keyspace.value;

import dev.vedette.store.keyspace.Value;
import dev.vedette.store.keyspace.ValueType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A hash: fields with values.
 *
 * <p>Few short ones are packed into one array in the order in which they were added, and found by walking it:
 *
 * <pre>
 *   field length   value length   field   value   | field length   value length ...     (room)
 *   (1 byte each, or 0xff and 4 bytes)
 * </pre>
 *
 * Once there are more pairs than hash-max-listpack-entries, or a longer text than hash-max-listpack-value, they move to a
 * {@link PackedTable} and stay there, as in Redis; {@link #encoding} names the two forms as Redis does.
 *
 * <p>A pair is read in place, without garbage: {@link #get} says where it stands.
 *
 */
public final class HashValue extends Value {

    /** Sees pairs in place: {@code fields} and {@code values} may be one array; nothing is to be changed or kept. */
    @FunctionalInterface
    public interface PairVisitor {
        void pair(byte[] fields, int fieldOffset, int fieldLength, byte[] values, int valueOffset, int valueLength);
    }

    private static final byte[] NONE = new byte[0];
    private static final int LONG = 0xff;
    private static final int FIRST_BYTES = 32;
    /** The packed form is given up beyond this size whatever the limits say. */
    private static final int PACKED_BYTES_MAX = 1 << 30;

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** The packed pairs from 0 to {@link #used}; empty when {@link #table} has them. */
    private byte[] packed = NONE;

    private int used;
    private int count;
    private boolean shared;
    private @Nullable PackedTable table;

    /** An empty hash in the packed form. */
    public HashValue() {}

    @Override
    public ValueType type() {
        return ValueType.HASH;
    }

    @Override
    public String encoding() {
        return table == null ? "listpack" : "hashtable";
    }

    /** Whether this is the packed form. */
    public boolean isPacked() {
        return table == null;
    }

    @Override
    public long size() {
        PackedTable t = table;
        return t == null ? count : t.size();
    }

    @Override
    public long memoryBytes() {
        PackedTable t = table;
        return 32 + (t == null ? (12L + packed.length + 7 & ~7L) : t.memoryBytes());
    }

    @Override
    public int warmSlot(long hash) {
        PackedTable large = table;
        return large == null ? 0 : large.warmSlot(hash);
    }

    @Override
    public int warmElement(long hash) {
        PackedTable large = table;
        return large == null ? 0 : large.warmEntry(hash);
    }

    /**
     * A hash of the same pairs in the same form. What the two share is copied when one of them changes it, some hundred
     * pairs at a time, and the copy may be read by another thread meanwhile.
     */
    @Override
    public HashValue copy() {
        HashValue copy = new HashValue();
        PackedTable t = table;
        if (t == null) {
            shared = true;
            copy.shared = true;
            copy.packed = packed;
            copy.used = used;
            copy.count = count;
        } else {
            copy.table = t.copy();
        }
        return copy;
    }

    /** Gives back spare room, as after loading. */
    public void compact() {
        if (packed.length > used) {
            packed = Arrays.copyOf(packed, used);
            shared = false;
        }
    }

    // ------------------------------------------------------------------ reading

    /** Where a value stands; filled by {@link #get}, so that one object serves any number of look-ups. */
    public static final class Found {
        private byte[] array = NONE;
        private int offset;
        private int length;

        /** The array that holds the value, from {@link #offset} for {@link #length} bytes; not to be changed. */
        public byte[] array() {
            return array;
        }

        /** See {@link #array}. */
        public int offset() {
            return offset;
        }

        /** See {@link #array}. */
        public int length() {
            return length;
        }
    }

    /** Looks a field up; when it is there, {@code found} says where its value stands until the next change. */
    public boolean get(byte[] field, int fieldOffset, int fieldLength, Found found) {
        PackedTable t = table;
        if (t == null) {
            int at = place(field, fieldOffset, fieldLength);
            if (at < 0) {
                return false;
            }
            found.array = packed;
            found.offset = dataAt(at) + fieldLength;
            found.length = valueLengthAt(at);
            return true;
        }
        byte[] entry = t.get(field, fieldOffset, fieldLength);
        if (entry == null) {
            return false;
        }
        found.array = entry;
        found.offset = PackedTable.tailOffset(entry);
        found.length = entry.length - found.offset;
        return true;
    }

    /** Whether the field is there. */
    public boolean contains(byte[] field, int offset, int length) {
        PackedTable t = table;
        return t == null ? place(field, offset, length) >= 0 : t.get(field, offset, length) != null;
    }

    /** Shows every pair: in the packed form in the order in which they were added, else in no order. */
    public void forEach(PairVisitor visitor) {
        PackedTable t = table;
        if (t == null) {
            for (int at = 0; at < used; at = nextAt(at)) {
                showPacked(at, visitor);
            }
        } else {
            t.forEach(entry -> show(entry, visitor));
        }
    }

    /**
     * One step of HSCAN: shows about {@code count} pairs (all of them in the packed form) and answers the next cursor, 0
     * at the end. A field that is there from the first step to the last is shown at least once.
     */
    public long scan(long cursor, long count, PairVisitor visitor) {
        PackedTable t = table;
        if (t == null) {
            forEach(visitor);
            return 0;
        }
        return t.scan(cursor, count, entry -> show(entry, visitor));
    }

    /** Shows one pair chosen at random, each with the same chance; the hash must not be empty. */
    public void random(PairVisitor visitor) {
        PackedTable t = table;
        if (t == null) {
            int at = 0;
            for (int left = ThreadLocalRandom.current().nextInt(count); left > 0; left--) {
                at = nextAt(at);
            }
            showPacked(at, visitor);
        } else {
            show(t.random(), visitor);
        }
    }

    private void showPacked(int at, PairVisitor visitor) {
        int data = dataAt(at);
        int fieldLength = fieldLengthAt(at);
        visitor.pair(packed, data, fieldLength, packed, data + fieldLength, valueLengthAt(at));
    }

    private static void show(byte[] entry, PairVisitor visitor) {
        int tail = PackedTable.tailOffset(entry);
        visitor.pair(
                entry, PackedTable.keyOffset(entry), PackedTable.keyLength(entry), entry, tail, entry.length - tail);
    }

    // ------------------------------------------------------------------ changing

    /**
     * Gives up the packed form when a field or value of that length is about to come.
     *
     * @param hashMaxListpackValue the directive, in bytes
     */
    public void admit(int length, int hashMaxListpackValue) {
        if (table == null && length > hashMaxListpackValue) {
            useTable();
        }
    }

    /**
     * Sets a field, and gives up the packed form when there are too many then (also if the limit was lowered since).
     *
     * @param hashMaxListpackEntries the directive, in pairs
     * @return true when the field was not there
     */
    public boolean set(
            byte[] field,
            int fieldOffset,
            int fieldLength,
            byte[] value,
            int valueOffset,
            int valueLength,
            int hashMaxListpackEntries) {
        PackedTable t = table;
        if (t == null && used + 10L + fieldLength + valueLength > PACKED_BYTES_MAX) {
            t = useTable();
        }
        if (t != null) {
            return t.set(field, fieldOffset, fieldLength, value, valueOffset, valueLength);
        }
        int at = place(field, fieldOffset, fieldLength);
        if (at >= 0) {
            replace(at, value, valueOffset, valueLength);
            giveUpPacked(hashMaxListpackEntries);
            return false;
        }
        int header = lengthBytes(fieldLength) + lengthBytes(valueLength);
        int to = used;
        openGap(to, 0, header + fieldLength + valueLength);
        to = writeLength(to, fieldLength);
        to = writeLength(to, valueLength);
        System.arraycopy(field, fieldOffset, packed, to, fieldLength);
        System.arraycopy(value, valueOffset, packed, to + fieldLength, valueLength);
        count++;
        giveUpPacked(hashMaxListpackEntries);
        return true;
    }

    private void giveUpPacked(int hashMaxListpackEntries) {
        if (count > hashMaxListpackEntries) {
            useTable();
        }
    }

    /** Removes a field; false when it was not there. */
    public boolean remove(byte[] field, int offset, int length) {
        PackedTable t = table;
        if (t != null) {
            return t.remove(field, offset, length) != null;
        }
        int at = place(field, offset, length);
        if (at < 0) {
            return false;
        }
        openGap(at, nextAt(at) - at, 0);
        count--;
        if (packed.length > 4 * FIRST_BYTES && used < packed.length >>> 2) {
            packed = Arrays.copyOf(packed, packed.length >>> 1);
        }
        return true;
    }

    private void replace(int at, byte[] value, int offset, int length) {
        int oldLength = valueLengthAt(at);
        int fieldLength = fieldLengthAt(at);
        int lengthAt = at + lengthBytes(fieldLength);
        if (lengthBytes(length) != lengthBytes(oldLength)) {
            openGap(lengthAt, lengthBytes(oldLength), lengthBytes(length));
        }
        int valueAt = lengthAt + lengthBytes(length) + fieldLength;
        openGap(valueAt, oldLength, length);
        writeLength(lengthAt, length);
        System.arraycopy(value, offset, packed, valueAt, length);
    }

    /** Puts {@code size} bytes of room in the place of {@code oldSize} bytes at {@code at}, in an array of our own. */
    private void openGap(int at, int oldSize, int size) {
        int newUsed = used - oldSize + size;
        byte[] from = packed;
        if (newUsed > from.length) {
            packed = Arrays.copyOf(from, Math.max(Math.max(FIRST_BYTES, newUsed), newUsed + (used >>> 1)));
            shared = false;
        } else if (shared) {
            packed = from.clone();
            shared = false;
        }
        if (oldSize != size) {
            System.arraycopy(from, at + oldSize, packed, at + size, used - at - oldSize);
            used = newUsed;
        }
    }

    private PackedTable useTable() {
        PackedTable t = new PackedTable();
        forEach(t::set);
        table = t;
        packed = NONE;
        used = 0;
        count = 0;
        shared = false;
        return t;
    }

    // ------------------------------------------------------------------ the packed form

    /** Where the pair of that field begins, or -1. */
    private int place(byte[] field, int offset, int length) {
        byte[] p = packed;
        int end = used;
        // Fields of one hash often differ in their last byte only: looking there first spares most comparisons.
        byte last = length == 0 ? 0 : field[offset + length - 1];
        int at = 0;
        while (at < end) {
            int fieldLength = p[at] & 0xff;
            int valueLength = p[at + 1] & 0xff;
            int data = at + 2;
            if (fieldLength == LONG || valueLength == LONG) {
                fieldLength = fieldLengthAt(at);
                valueLength = valueLengthAt(at);
                data = dataAt(at);
            }
            if (fieldLength == length
                    && (length == 0
                            || p[data + length - 1] == last
                                    && Arrays.equals(p, data, data + length, field, offset, offset + length))) {
                return at;
            }
            at = data + fieldLength + valueLength;
        }
        return -1;
    }

    private int fieldLengthAt(int at) {
        return lengthAt(at);
    }

    private int valueLengthAt(int at) {
        return lengthAt(at + lengthBytesAt(at));
    }

    private int dataAt(int at) {
        int value = at + lengthBytesAt(at);
        return value + lengthBytesAt(value);
    }

    private int nextAt(int at) {
        return dataAt(at) + fieldLengthAt(at) + valueLengthAt(at);
    }

    private int lengthAt(int at) {
        int length = packed[at] & 0xff;
        return length == LONG ? (int) INTS.get(packed, at + 1) : length;
    }

    private int lengthBytesAt(int at) {
        return packed[at] == (byte) LONG ? 5 : 1;
    }

    private static int lengthBytes(int length) {
        return length < LONG ? 1 : 5;
    }

    private int writeLength(int at, int length) {
        if (length < LONG) {
            packed[at] = (byte) length;
            return at + 1;
        }
        packed[at] = (byte) LONG;
        INTS.set(packed, at + 1, length);
        return at + 5;
    }
}
