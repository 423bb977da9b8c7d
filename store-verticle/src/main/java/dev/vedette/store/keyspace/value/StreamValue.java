package dev.vedette.store.keyspace.value;

import dev.vedette.store.keyspace.Value;
import dev.vedette.store.keyspace.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stream: entries in the order of their ids, in blocks, and the groups of consumers that read them.
 *
 * <pre>
 *   blocks ->  |   | 5-0 | 17-2 | 31-0 |  |       each with a run of entries, see {@link StreamBlock}
 *                  ^ head
 * </pre>
 *
 * <p>Entries are added at the end and, as a rule, removed at the head, a block at a time. An entry that is deleted within
 * leaves its mark in its block, which goes with its last entry. To find an id costs a step for each halving of the blocks
 * and one for each entry of a block. A block ends where one of Redis would end under the same directives, so that
 * trimming "about" removes the same entries here and there.
 *
 * <p>{@link #copy} shares blocks and pending entries: whoever changes what is shared makes its own first.
 */
public final class StreamValue extends Value {

    /** What one entry's fields and values may have together, and the size of a block when nothing else limits it. */
    public static final long BYTES_MAX = 1L << 30;

    /** {@link #lag} when what was deleted makes it unknown; a group that was told to have read more has a negative lag. */
    public static final long UNKNOWN_LAG = Long.MIN_VALUE;

    private static final StreamBlock[] NONE = new StreamBlock[0];
    private static final int ID_BYTES = 16;

    private StreamBlock[] blocks = NONE;
    private int head;
    private int blockCount;
    private long blockBytes;
    private Object owner = new Object();

    private long length;
    private StreamId lastId = StreamId.MIN;
    private StreamId firstId = StreamId.MIN;
    private StreamId maxDeletedId = StreamId.MIN;
    private long entriesAdded;
    /** By name. */
    private final List<StreamGroup> groups = new ArrayList<>();

    /** An empty stream. */
    public StreamValue() {}

    @Override
    public ValueType type() {
        return ValueType.STREAM;
    }

    @Override
    public String encoding() {
        return "stream";
    }

    /** Number of entries; a stream stays in the keyspace without any. */
    @Override
    public long size() {
        return length;
    }

    @Override
    public long memoryBytes() {
        long bytes = 160 + 4L * blocks.length + blockBytes;
        for (StreamGroup group : groups) {
            bytes += group.memoryBytes();
        }
        return bytes;
    }

    /**
     * A stream of the same entries and groups. Copies the array of blocks and the consumers, and shares the rest; the
     * copy may be read by another thread meanwhile.
     */
    @Override
    public StreamValue copy() {
        StreamValue copy = new StreamValue();
        copy.blocks = Arrays.copyOfRange(blocks, head, head + blockCount);
        copy.blockCount = blockCount;
        copy.blockBytes = blockBytes;
        copy.length = length;
        copy.lastId = lastId;
        copy.firstId = firstId;
        copy.maxDeletedId = maxDeletedId;
        copy.entriesAdded = entriesAdded;
        for (StreamGroup group : groups) {
            copy.groups.add(group.copy());
        }
        owner = new Object();
        return copy;
    }

    /** Gives back spare room, as after loading. */
    public void compact() {
        if (blockCount > 0) {
            trim(blockCount - 1);
        }
    }

    // ------------------------------------------------------------------ what it knows of itself

    /** The id that was given last. */
    public StreamId lastId() {
        return lastId;
    }

    /** The id of the first entry, 0-0 when there is none. */
    public StreamId firstId() {
        return firstId;
    }

    /** The greatest id of an entry that was deleted by its id, 0-0 when there is none. */
    public StreamId maxDeletedId() {
        return maxDeletedId;
    }

    /** How many entries there have ever been. */
    public long entriesAdded() {
        return entriesAdded;
    }

    /** Sets the id that was given last. */
    public void setLastId(StreamId id) {
        lastId = id;
    }

    /** Sets the greatest id of a deleted entry. */
    public void setMaxDeletedId(StreamId id) {
        maxDeletedId = id;
    }

    /** Sets how many entries there have ever been. */
    public void setEntriesAdded(long entries) {
        entriesAdded = entries;
    }

    /** The id for the next entry at that time: greater than all before, unless there is none greater. */
    public StreamId nextId(long nowMillis) {
        return Long.compareUnsigned(nowMillis, lastId.millis()) > 0 ? new StreamId(nowMillis, 0) : lastId.next();
    }

    /** The greatest id of an entry that was not deleted; 0-0 when there is none. */
    public StreamId lastEntryId() {
        StreamCursor cursor = cursor(StreamId.MIN, StreamId.MAX, true);
        return cursor.next() ? cursor.id() : StreamId.MIN;
    }

    /** The least id of an entry, those that were deleted and left a mark included; the greatest id when there is none. */
    public StreamId firstMarkedId() {
        StreamCursor cursor = new StreamCursor(this, StreamId.MIN, StreamId.MAX, false, true);
        return cursor.next() ? cursor.id() : StreamId.MAX;
    }

    // ------------------------------------------------------------------ reading

    /** A walk over the entries from {@code start} to {@code end}, both included; backwards from {@code end}. */
    public StreamCursor cursor(StreamId start, StreamId end, boolean backwards) {
        return new StreamCursor(this, start, end, backwards, false);
    }

    /** Whether there is an entry of that id that was not deleted. */
    public boolean contains(StreamId id) {
        return cursor(id, id, false).next();
    }

    /** How many blocks there are. */
    public int blockCount() {
        return blockCount;
    }

    StreamBlock block(int number) {
        return blocks[head + number];
    }

    /** The first part of a block's id. */
    public long blockMillis(int number) {
        return block(number).millis;
    }

    /** The second part of a block's id. */
    public long blockSequence(int number) {
        return block(number).sequence;
    }

    /** The array in which a block's listpack stands, from 0 for {@link #blockLength} bytes; not to be changed. */
    public byte[] blockArray(int number) {
        return block(number).pack;
    }

    /** See {@link #blockArray}. */
    public int blockLength(int number) {
        return block(number).bytes();
    }

    /** The last block whose id is that or a lesser one, or -1. */
    int blockOf(StreamId id) {
        int low = 0;
        int high = blockCount - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            if (block(middle).compareTo(id.millis(), id.sequence()) <= 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    /** How many nodes a radix tree of the blocks' ids has, as Redis keeps one and XINFO tells of it. */
    public long radixTreeNodes() {
        // Between two ids that follow one another the tree forks where they begin to differ.
        int[] forks = new int[ID_BYTES + 1];
        int open = 0;
        long nodes = blockCount == 0 ? 1 : blockCount;
        int child = ID_BYTES;
        for (int i = 1; i <= blockCount; i++) {
            int common = i < blockCount ? commonBytes(block(i - 1), block(i)) : -1;
            child = ID_BYTES;
            while (open > 0 && forks[open - 1] > common) {
                nodes += child - forks[open - 1] > 1 ? 1 : 0;
                child = forks[--open];
            }
            if (common >= 0) {
                if (open == 0 || forks[open - 1] < common) {
                    forks[open++] = common;
                    nodes++;
                }
                nodes += child - common > 1 ? 1 : 0;
            }
        }
        return nodes + (blockCount > 0 && child > 0 ? 1 : 0);
    }

    private static int commonBytes(StreamBlock one, StreamBlock other) {
        long millis = one.millis ^ other.millis;
        return millis != 0
                ? Long.numberOfLeadingZeros(millis) >> 3
                : 8 + (Long.numberOfLeadingZeros(one.sequence ^ other.sequence) >> 3);
    }

    // ------------------------------------------------------------------ changing

    /**
     * Adds an entry.
     *
     * @param id greater than {@link #lastId}
     * @param words have the fields and values in turn, from {@code first} on
     * @param fields how many fields, one at least
     * @param nodeMaxBytes the directive stream-node-max-bytes
     * @param nodeMaxEntries the directive stream-node-max-entries
     */
    public void add(StreamId id, StreamWords words, int first, int fields, long nodeMaxBytes, long nodeMaxEntries) {
        long bytes = 0;
        for (int i = 0; i < 2 * fields; i++) {
            bytes += words.length(first + i);
        }
        int last = blockCount - 1;
        if (last >= 0 && isFull(block(last), bytes, nodeMaxBytes, nodeMaxEntries)) {
            trim(last);
            last = -1;
        }
        if (last < 0) {
            last = insert(StreamBlock.begin(id, words, first, fields, owner));
        }
        StreamBlock block = own(last);
        blockBytes -= block.memoryBytes();
        block.add(id, words, first, fields);
        blockBytes += block.memoryBytes();
        length++;
        entriesAdded++;
        lastId = id;
        if (length == 1) {
            firstId = id;
        }
    }

    private static boolean isFull(StreamBlock block, long more, long nodeMaxBytes, long nodeMaxEntries) {
        long bytesMax = nodeMaxBytes <= 0 || nodeMaxBytes > BYTES_MAX ? BYTES_MAX : nodeMaxBytes;
        return block.bytes() + more >= bytesMax
                || nodeMaxEntries > 0 && block.live() + block.deleted() >= nodeMaxEntries;
    }

    /** Deletes the entry of that id; false when there is none. */
    public boolean delete(StreamId id) {
        StreamCursor cursor = cursor(id, id, false);
        if (!cursor.next()) {
            return false;
        }
        int number = cursor.blockNumber();
        long live = block(number).live();
        if (live == 1) {
            remove(number);
        } else {
            StreamBlock block = own(number);
            block.mark(cursor.entryAt());
            count(block, live - 1, block.deleted() + 1);
        }
        length--;
        if (id.compareTo(maxDeletedId) > 0) {
            maxDeletedId = id;
        }
        if (length == 0 || id.equals(firstId)) {
            findFirst();
        }
        return true;
    }

    /**
     * Removes the oldest entries until no more than {@code lengthMax} are left.
     *
     * @param about whether only whole blocks are removed
     * @param limit so many entries at the most, 0 for no limit
     * @return how many were removed
     */
    public long trimToLength(long lengthMax, boolean about, long limit) {
        return trim(lengthMax, null, about, limit);
    }

    /** As {@link #trimToLength}, until none is left whose id is less than that. */
    public long trimBefore(StreamId id, boolean about, long limit) {
        return trim(0, id, about, limit);
    }

    private long trim(long lengthMax, @Nullable StreamId minId, boolean about, long limit) {
        long removed = 0;
        while (blockCount > 0 && (minId != null || length > lengthMax)) {
            StreamBlock block = block(0);
            long live = block.live();
            if (limit > 0 && removed + live > limit) {
                break;
            }
            boolean whole =
                    minId == null ? length - live >= lengthMax : block.lastId().compareTo(minId) < 0;
            if (!whole) {
                removed += about ? 0 : trimWithin(lengthMax, minId);
                break;
            }
            remove(0);
            length -= live;
            removed += live;
        }
        if (length == 0 || removed > 0) {
            findFirst();
        }
        return removed;
    }

    private long trimWithin(long lengthMax, @Nullable StreamId minId) {
        StreamBlock block = own(0);
        long marked = 0;
        StreamCursor cursor = new StreamCursor(this, StreamId.MIN, StreamId.MAX, false, true);
        while (cursor.next() && cursor.blockNumber() == 0) {
            boolean enough = minId == null
                    ? length <= lengthMax
                    : StreamId.compare(cursor.millis(), cursor.sequence(), minId.millis(), minId.sequence()) >= 0;
            if (enough) {
                break;
            }
            if (!cursor.isDeleted()) {
                block.mark(cursor.entryAt());
                marked++;
                length--;
            }
        }
        if (marked > 0) {
            count(block, block.live() - marked, block.deleted() + marked);
        }
        return marked;
    }

    private void count(StreamBlock block, long live, long deleted) {
        blockBytes -= block.memoryBytes();
        block.count(live, deleted);
        blockBytes += block.memoryBytes();
    }

    private void findFirst() {
        StreamCursor cursor = cursor(StreamId.MIN, StreamId.MAX, false);
        firstId = length > 0 && cursor.next() ? cursor.id() : StreamId.MIN;
    }

    // ------------------------------------------------------------------ blocks

    private StreamBlock own(int number) {
        StreamBlock block = block(number);
        if (block.owner != owner) {
            block = block.copy(owner);
            blocks[head + number] = block;
        }
        return block;
    }

    private void trim(int number) {
        StreamBlock block = own(number);
        blockBytes -= block.memoryBytes();
        block.trim();
        blockBytes += block.memoryBytes();
    }

    /**
     * Puts a block where its id belongs, as a rule at the end; one of the same id, which can have nothing but marks of
     * deleted entries, makes room. Answers its number.
     */
    private int insert(StreamBlock block) {
        int before = blockCount == 0 || block(blockCount - 1).compareTo(block.millis, block.sequence) < 0
                ? blockCount - 1
                : blockOf(new StreamId(block.millis, block.sequence));
        if (before >= 0 && block(before).compareTo(block.millis, block.sequence) == 0) {
            remove(before);
            before--;
        }
        if (head + blockCount == blocks.length) {
            makeRoom();
        }
        int at = head + before + 1;
        System.arraycopy(blocks, at, blocks, at + 1, head + blockCount - at);
        blocks[at] = block;
        blockCount++;
        blockBytes += block.memoryBytes();
        return before + 1;
    }

    private void makeRoom() {
        // Much room at the head: move there. Little: grow.
        StreamBlock[] roomy = head > blockCount / 2 ? blocks : new StreamBlock[Math.max(1, 2 * blockCount)];
        System.arraycopy(blocks, head, roomy, 0, blockCount);
        Arrays.fill(roomy, blockCount, roomy.length, null);
        blocks = roomy;
        head = 0;
    }

    private void remove(int number) {
        blockBytes -= block(number).memoryBytes();
        if (number == 0) {
            blocks[head++] = null;
        } else {
            System.arraycopy(blocks, head + number + 1, blocks, head + number, blockCount - number - 1);
            blocks[head + blockCount - 1] = null;
        }
        blockCount--;
        if (blockCount == 0) {
            blocks = NONE;
            head = 0;
        } else if (blockCount < blocks.length / 8) {
            blocks = Arrays.copyOfRange(blocks, head, head + 2 * blockCount);
            head = 0;
        }
    }

    // ------------------------------------------------------------------ groups

    /** All groups, by name. */
    public List<StreamGroup> groups() {
        return Collections.unmodifiableList(groups);
    }

    /** The group of that name, or null. */
    public @Nullable StreamGroup group(byte[] name) {
        int at = position(name);
        return at < 0 ? null : groups.get(at);
    }

    /** A new group, which has read up to that id; null when there is one of that name. */
    public @Nullable StreamGroup createGroup(byte[] name, StreamId last, long entriesRead) {
        int at = position(name);
        if (at >= 0) {
            return null;
        }
        StreamGroup group = new StreamGroup(name, last, entriesRead);
        groups.add(-at - 1, group);
        return group;
    }

    /** Removes a group with all that it knows; false when there is none of that name. */
    public boolean destroyGroup(byte[] name) {
        int at = position(name);
        if (at >= 0) {
            groups.remove(at);
        }
        return at >= 0;
    }

    private int position(byte[] name) {
        return ByName.find(groups, StreamGroup::name, name);
    }

    /** A group is given the entry of that id, which is greater than all that it had: how far has it read then? */
    public void advance(StreamGroup group, StreamId id) {
        long read = group.entriesRead();
        if (read != StreamGroup.UNKNOWN && !hasDeletedFrom(id)) {
            read++;
        } else if (entriesAdded != 0) {
            read = entriesUpTo(id);
        }
        group.setLast(id, read);
    }

    /** How many entries a group has still to be given, or {@link #UNKNOWN_LAG}. */
    public long lag(StreamGroup group) {
        if (entriesAdded == 0) {
            return 0;
        }
        long read = group.entriesRead() != StreamGroup.UNKNOWN && !hasDeletedFrom(group.lastId())
                ? group.entriesRead()
                : entriesUpTo(group.lastId());
        return read == StreamGroup.UNKNOWN ? UNKNOWN_LAG : entriesAdded - read;
    }

    private boolean hasDeletedFrom(StreamId id) {
        return length > 0
                && !maxDeletedId.isZero()
                && firstId.compareTo(maxDeletedId) <= 0
                && id.compareTo(maxDeletedId) <= 0;
    }

    /**
     * How many entries, from the first that there ever was, have ids up to that one; {@link StreamGroup#UNKNOWN} where
     * neither the stream's ends nor what was deleted tell it.
     */
    public long entriesUpTo(StreamId id) {
        if (entriesAdded == 0) {
            return 0;
        }
        int toLast = id.compareTo(lastId);
        if (toLast == 0 || toLast < 0 && length == 0) {
            return entriesAdded;
        }
        if (toLast < 0 && (maxDeletedId.isZero() || maxDeletedId.compareTo(firstId) < 0)) {
            int toFirst = id.compareTo(firstId);
            if (toFirst <= 0) {
                return entriesAdded - length + (toFirst == 0 ? 1 : 0);
            }
        }
        return StreamGroup.UNKNOWN;
    }

    // ------------------------------------------------------------------ loading

    /** Puts in a block as a dump has it, whose listpack is sound; false when there is one of that id. */
    public boolean load(long millis, long sequence, byte[] listpack) {
        StreamBlock block = new StreamBlock(millis, sequence, listpack, owner);
        int before = blockCount == 0 ? -1 : blockOf(new StreamId(millis, sequence));
        if (before >= 0 && block(before).compareTo(millis, sequence) == 0) {
            return false;
        }
        insert(block);
        length += block.live();
        return true;
    }

    /** Sets what is known of the stream whose blocks have been loaded. */
    public void loaded(StreamId last, StreamId first, StreamId maxDeleted, long added) {
        lastId = last;
        firstId = first;
        maxDeletedId = maxDeleted;
        entriesAdded = added;
    }

    /** As {@link #loaded(StreamId, StreamId, StreamId, long)}, where a dump does not tell of the past. */
    public void loaded(StreamId last) {
        findFirst();
        loaded(last, firstId, StreamId.MIN, length);
    }
}
