package dev.vedette.store.keyspace.value;

import dev.vedette.store.keyspace.Decimals;
import org.jspecify.annotations.Nullable;

/**
 * A walk over a stream's entries in a range of ids, in either direction, which shows them in place:
 *
 * <pre>
 *   while (cursor.next()) {                  // an entry: millis(), sequence(), fields()
 *       while (cursor.nextField()) {         // field...() and value...()
 * </pre>
 *
 * Valid until the stream's next change.
 */
public final class StreamCursor {

    /** Where a word of an entry stands. */
    private static final class Word {
        private final byte[] digits = new byte[Decimals.LENGTH_MAX];
        private byte[] array = digits;
        private int offset;
        private int length;

        void set(byte[] pack, int at) {
            if (Listpack.isInteger(pack, at)) {
                array = digits;
                offset = 0;
                length = Decimals.write(Listpack.integer(pack, at), digits, 0);
            } else {
                array = pack;
                offset = Listpack.textOffset(pack, at);
                length = Listpack.textLength(pack, at);
            }
        }
    }

    private static final byte[] NONE = new byte[0];

    private final StreamValue stream;
    private final StreamId start;
    private final StreamId end;
    private final boolean backwards;
    private final boolean withDeleted;
    private final Word field = new Word();
    private final Word value = new Word();

    private int nextBlock;
    private @Nullable StreamBlock block;
    private byte[] pack = NONE;
    private int packEnd;
    private int headFields;
    private int headFieldsAt;

    /** Where to go on in the block: the next entry's begin, or going backwards the end of the one before. */
    private int at;

    private int entryAt;
    private long flags;
    private long millis;
    private long sequence;
    private int fields;
    private int fieldsLeft;
    private int fieldAt;
    private int wordAt;

    StreamCursor(StreamValue stream, StreamId start, StreamId end, boolean backwards, boolean withDeleted) {
        this.stream = stream;
        this.start = start;
        this.end = end;
        this.backwards = backwards;
        this.withDeleted = withDeleted;
        int from = stream.blockOf(backwards ? end : start);
        this.nextBlock = backwards ? from : Math.max(from, 0);
    }

    /** Goes to the next entry; false when there is none. */
    public boolean next() {
        if (block != null && !backwards) {
            at = afterEntry();
        }
        while (true) {
            if (block == null && !enterBlock()) {
                return false;
            }
            if (!enterEntry()) {
                block = null;
                continue;
            }
            int beyond = backwards
                    ? StreamId.compare(start.millis(), start.sequence(), millis, sequence)
                    : StreamId.compare(millis, sequence, end.millis(), end.sequence());
            int before = backwards
                    ? StreamId.compare(millis, sequence, end.millis(), end.sequence())
                    : StreamId.compare(start.millis(), start.sequence(), millis, sequence);
            if (before <= 0 && (withDeleted || (flags & StreamBlock.DELETED) == 0)) {
                return beyond <= 0;
            }
            at = backwards ? entryAt : afterEntry();
        }
    }

    private boolean enterBlock() {
        if (nextBlock < 0 || nextBlock >= stream.blockCount()) {
            return false;
        }
        StreamBlock next = stream.block(nextBlock);
        nextBlock += backwards ? -1 : 1;
        block = next;
        pack = next.pack;
        packEnd = Listpack.end(pack);
        headFields = next.headFields();
        headFieldsAt = next.headFieldsAt();
        at = backwards ? packEnd : next.entriesAt();
        return true;
    }

    /** Reads the head of the entry at hand; false when the block has no more. */
    private boolean enterEntry() {
        StreamBlock here = block;
        if (here == null) {
            return false;
        }
        int entry = at;
        if (backwards) {
            entry = here.entryBefore(at);
            at = entry;
        }
        if (entry < 0 || entry >= packEnd) {
            return false;
        }
        entryAt = entry;
        flags = Listpack.integer(pack, entry);
        int part = Listpack.next(pack, entry);
        millis = here.millis + Listpack.integer(pack, part);
        part = Listpack.next(pack, part);
        sequence = here.sequence + Listpack.integer(pack, part);
        wordAt = Listpack.next(pack, part);
        if ((flags & StreamBlock.SAME_FIELDS) != 0) {
            fields = headFields;
            fieldAt = headFieldsAt;
        } else {
            fields = (int) Listpack.integer(pack, wordAt);
            wordAt = Listpack.next(pack, wordAt);
        }
        fieldsLeft = fields;
        return true;
    }

    private int afterEntry() {
        int words = (flags & StreamBlock.SAME_FIELDS) != 0 ? fieldsLeft : 2 * fieldsLeft;
        int place = wordAt;
        for (int i = 0; i < words; i++) {
            place = Listpack.next(pack, place);
        }
        return Listpack.next(pack, place);
    }

    // ------------------------------------------------------------------ the entry

    /** The first part of the entry's id. */
    public long millis() {
        return millis;
    }

    /** The second part of the entry's id. */
    public long sequence() {
        return sequence;
    }

    /** The entry's id. */
    public StreamId id() {
        return new StreamId(millis, sequence);
    }

    /** How many fields the entry has. */
    public int fields() {
        return fields;
    }

    /** Goes to the entry's next field; false when there is none. */
    public boolean nextField() {
        if (fieldsLeft == 0) {
            return false;
        }
        fieldsLeft--;
        if ((flags & StreamBlock.SAME_FIELDS) != 0) {
            field.set(pack, fieldAt);
            fieldAt = Listpack.next(pack, fieldAt);
        } else {
            field.set(pack, wordAt);
            wordAt = Listpack.next(pack, wordAt);
        }
        value.set(pack, wordAt);
        wordAt = Listpack.next(pack, wordAt);
        return true;
    }

    /** The array in which the field's name stands, from {@link #fieldOffset} for {@link #fieldLength} bytes. */
    public byte[] fieldArray() {
        return field.array;
    }

    /** See {@link #fieldArray}. */
    public int fieldOffset() {
        return field.offset;
    }

    /** See {@link #fieldArray}. */
    public int fieldLength() {
        return field.length;
    }

    /** The array in which the field's value stands, from {@link #valueOffset} for {@link #valueLength} bytes. */
    public byte[] valueArray() {
        return value.array;
    }

    /** See {@link #valueArray}. */
    public int valueOffset() {
        return value.offset;
    }

    /** See {@link #valueArray}. */
    public int valueLength() {
        return value.length;
    }

    // ------------------------------------------------------------------ for the stream

    /** The number of the block in which the entry stands. */
    int blockNumber() {
        return backwards ? nextBlock + 1 : nextBlock - 1;
    }

    /** Whether the entry is but the mark of a deleted one. */
    boolean isDeleted() {
        return (flags & StreamBlock.DELETED) != 0;
    }

    /** Where in the block the entry begins. */
    int entryAt() {
        return entryAt;
    }
}
