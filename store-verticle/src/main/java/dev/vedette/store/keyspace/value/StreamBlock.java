package dev.vedette.store.keyspace.value;

import java.util.Arrays;

/**
 * A run of a stream's entries in one {@link Listpack}, which is that of Redis, element for element.
 *
 * <pre>
 *   live | deleted | fields | field ... | 0                       the head, and the fields of the block's first entry
 *   flags | millis | sequence | value ... | elements              an entry with just those fields
 *   flags | millis | sequence | fields | field | value | ... | elements      any other entry
 * </pre>
 *
 * Flag {@link #DELETED} stays where an entry was; {@link #SAME_FIELDS} says which of the two forms it has. Millis and
 * sequence are relative to the block's own id; the number of elements, itself left out, is for walking backwards, and the
 * head's 0 ends such a walk.
 *
 * <p>A block belongs to the stream whose token it holds; whoever has another token makes a copy before a change.
 */
final class StreamBlock {

    static final int DELETED = 1;
    static final int SAME_FIELDS = 2;

    private static final int FIRST_BYTES_MIN = 64;

    final long millis;
    final long sequence;
    final Object owner;
    byte[] pack;

    /** A block whose listpack is sound. */
    StreamBlock(long millis, long sequence, byte[] pack, Object owner) {
        this.millis = millis;
        this.sequence = sequence;
        this.pack = pack;
        this.owner = owner;
    }

    /** A block without an entry, for entries with the fields at {@code first}, {@code first + 2} and so on. */
    static StreamBlock begin(StreamId id, StreamWords words, int first, int fields, Object owner) {
        long room = Listpack.HEADER_BYTES + 5L * Listpack.INTEGER_BYTES_MAX;
        for (int i = 0; i < fields; i++) {
            room += Listpack.sizeMax(words.length(first + 2 * i));
        }
        byte[] pack = new byte[(int) Math.max(FIRST_BYTES_MIN, room)];
        int at = Listpack.HEADER_BYTES;
        at = Listpack.write(pack, at, 0);
        at = Listpack.write(pack, at, 0);
        at = Listpack.write(pack, at, fields);
        for (int i = 0; i < fields; i++) {
            int word = first + 2 * i;
            at = Listpack.write(pack, at, words.array(word), words.offset(word), words.length(word));
        }
        at = Listpack.write(pack, at, 0);
        Listpack.grown(pack, at, 4 + fields);
        return new StreamBlock(id.millis(), id.sequence(), pack, owner);
    }

    /** The same entries under another token. */
    StreamBlock copy(Object newOwner) {
        return new StreamBlock(millis, sequence, pack.clone(), newOwner);
    }

    int compareTo(long otherMillis, long otherSequence) {
        return StreamId.compare(millis, sequence, otherMillis, otherSequence);
    }

    /** Bytes of the listpack. */
    int bytes() {
        return Listpack.bytes(pack);
    }

    // ------------------------------------------------------------------ the head

    long live() {
        return Listpack.integer(pack, Listpack.HEADER_BYTES);
    }

    long deleted() {
        return Listpack.integer(pack, deletedAt());
    }

    private int deletedAt() {
        return Listpack.next(pack, Listpack.HEADER_BYTES);
    }

    private int fieldsAt() {
        return Listpack.next(pack, deletedAt());
    }

    /** How many fields the head names. */
    int headFields() {
        return (int) Listpack.integer(pack, fieldsAt());
    }

    /** Where the first of the head's fields stands. */
    int headFieldsAt() {
        return Listpack.next(pack, fieldsAt());
    }

    /** Where the first entry begins. */
    int entriesAt() {
        int fields = headFields();
        int at = headFieldsAt();
        for (int i = 0; i < fields; i++) {
            at = Listpack.next(pack, at);
        }
        return Listpack.next(pack, at);
    }

    /** Sets both counts; entries may stand elsewhere afterwards. */
    void count(long live, long deleted) {
        int from = fieldsAt();
        int to = Listpack.HEADER_BYTES + Listpack.sizeOf(live) + Listpack.sizeOf(deleted);
        if (to != from) {
            int bytes = bytes();
            ensure(to - from);
            System.arraycopy(pack, from, pack, to, bytes - from);
            Listpack.grown(pack, bytes - Listpack.END_BYTES + to - from, 0);
        }
        Listpack.write(pack, Listpack.write(pack, Listpack.HEADER_BYTES, live), deleted);
    }

    // ------------------------------------------------------------------ entries

    /** Adds an entry whose id is greater than that of all others; its fields and values are the words from {@code first}. */
    void add(StreamId id, StreamWords words, int first, int fields) {
        boolean same = hasFields(words, first, fields);
        long room = 5L * Listpack.INTEGER_BYTES_MAX;
        for (int i = same ? 1 : 0; i < 2 * fields; i += same ? 2 : 1) {
            room += Listpack.sizeMax(words.length(first + i));
        }
        count(live() + 1, deleted());
        ensure(room);
        byte[] p = pack;
        int at = Listpack.end(p);
        at = Listpack.write(p, at, same ? SAME_FIELDS : 0);
        at = Listpack.write(p, at, id.millis() - millis);
        at = Listpack.write(p, at, id.sequence() - sequence);
        if (!same) {
            at = Listpack.write(p, at, fields);
        }
        for (int i = same ? 1 : 0; i < 2 * fields; i += same ? 2 : 1) {
            int word = first + i;
            at = Listpack.write(p, at, words.array(word), words.offset(word), words.length(word));
        }
        int elements = 3 + (same ? fields : 2 * fields + 1);
        at = Listpack.write(p, at, elements);
        Listpack.grown(p, at, elements + 1);
    }

    private boolean hasFields(StreamWords words, int first, int fields) {
        if (headFields() != fields) {
            return false;
        }
        int at = headFieldsAt();
        for (int i = 0; i < fields; i++) {
            int word = first + 2 * i;
            if (!Listpack.holds(pack, at, words.array(word), words.offset(word), words.length(word))) {
                return false;
            }
            at = Listpack.next(pack, at);
        }
        return true;
    }

    /** Marks the entry at that place, whose flags take one byte whatever they are. */
    void mark(int at) {
        Listpack.write(pack, at, Listpack.integer(pack, at) | DELETED);
    }

    /** Where the last entry begins, deleted or not. */
    int lastEntryAt() {
        return entryBefore(Listpack.end(pack));
    }

    /** Where the entry begins that ends at {@code end}, or -1 when there is none before. */
    int entryBefore(int end) {
        int at = Listpack.previous(pack, end);
        long elements = Listpack.integer(pack, at);
        if (elements == 0) {
            return -1;
        }
        for (long i = 0; i < elements; i++) {
            at = Listpack.previous(pack, at);
        }
        return at;
    }

    /** The id of the last entry, deleted or not; there is one. */
    StreamId lastId() {
        int millisAt = Listpack.next(pack, lastEntryAt());
        int sequenceAt = Listpack.next(pack, millisAt);
        return new StreamId(millis + Listpack.integer(pack, millisAt), sequence + Listpack.integer(pack, sequenceAt));
    }

    // ------------------------------------------------------------------ room

    private void ensure(long more) {
        long needed = bytes() + more;
        if (needed > pack.length) {
            long wanted = Math.max(needed, pack.length + (pack.length >>> 1));
            pack = Arrays.copyOf(pack, (int) Math.min(wanted, Integer.MAX_VALUE - 16));
        }
    }

    /** Gives back spare room. */
    void trim() {
        int bytes = bytes();
        if (pack.length > bytes) {
            pack = Arrays.copyOf(pack, bytes);
        }
    }

    /** Rough bytes on the heap. */
    long memoryBytes() {
        return 32 + (16L + pack.length + 7 & ~7L);
    }
}
