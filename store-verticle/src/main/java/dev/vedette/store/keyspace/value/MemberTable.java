package dev.vedette.store.keyspace.value;

import dev.vedette.store.keyspace.KeyHash;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A hash table of members, each one array: a header of fixed length that belongs to the owner, then the member's bytes.
 *
 * <p>Extendible hashing, as in the keyspace's own table: a directory over the first bits of the hash points to segments
 * of at most {@link #SLOTS_MAX} slots with linear probing and a tag byte for each slot. A full segment splits in two, two
 * sparse neighbours merge into one, so no step of growth or shrinking touches more than two segments (and, rarely, the
 * directory, which is some hundred times smaller than the table).
 *
 * <p>Every segment but a lone one has {@link #SLOTS_MAX} slots. That makes a fair random choice cheap: a directory
 * position and a slot are drawn, weighed by how many positions the segment takes, and drawn again when the slot is empty.
 *
 * <p>A scan's cursor is a prefix of the hash, so growth between two steps moves nothing across it.
 *
 * <p>{@link #copy} shares the segments; whoever changes a shared segment makes its own first. The entries stay shared even
 * then, so that a header must not be written to while another table may have the entry ({@link #mayWrite}).
 */
final class MemberTable {

    static final int SLOTS_MIN = 8;
    static final int SLOTS_MAX = 512;

    /** Two neighbours merge when they hold no more than this together; a quarter, so that they do not split soon. */
    private static final int MERGED_MAX = SLOTS_MAX / 4;

    private static final int DEPTH_MAX = 26;

    /** Cursors leave out this many low bits of the hash, to stay positive and short. */
    private static final int CURSOR_SHIFT = 16;

    /** Bytes of an object header with length and the reference to it, and what segments take for each member. */
    private static final int MEMBER_OVERHEAD_BYTES = 16 + 8;

    private final int header;
    /** Names this table to its own segments; a new one leaves all of them behind. */
    private Object token = new Object();

    private Segment[] directory;
    private int globalDepth;
    /** How many segments are as deep as the directory; at zero it halves. */
    private int deepest = 1;

    private int size;
    private long memberBytes;

    /** The members whose hashes share their first {@code depth} bits. */
    private static final class Segment {
        /** Stands in no slot: comparing with it reads a slot without a branch that is ever guessed wrong. */
        private static final byte[] NEVER = {};

        final int depth;
        byte[] @Nullable [] slots;
        byte[] tags;
        int used;
        /** The {@link #token} of the only table that may change this. */
        final Object owner;
        /** Another table may have entries of this segment. */
        final boolean frozen;

        Segment(int depth, int slotCount, Object owner, boolean frozen) {
            this.depth = depth;
            this.owner = owner;
            this.frozen = frozen;
            this.slots = new byte[slotCount] @Nullable [];
            this.tags = new byte[slotCount];
        }

        int find(long hash, byte[] member, int offset, int length, int header) {
            byte tag = tag(hash);
            byte[] tags = this.tags;
            int mask = tags.length - 1;
            int slot = (int) hash & mask;
            while (true) {
                byte at = tags[slot];
                if (at == 0) {
                    return -1;
                }
                if (at == tag) {
                    byte[] entry = slots[slot];
                    if (entry != null
                            && entry.length - header == length
                            && Arrays.equals(entry, header, entry.length, member, offset, offset + length)) {
                        return slot;
                    }
                }
                slot = slot + 1 & mask;
            }
        }

        void insert(long hash, byte[] entry) {
            int mask = tags.length - 1;
            int slot = (int) hash & mask;
            while (tags[slot] != 0) {
                slot = slot + 1 & mask;
            }
            tags[slot] = tag(hash);
            slots[slot] = entry;
            used++;
        }

        int warmSlot(long hash) {
            int slot = (int) hash & tags.length - 1;
            return slots[slot] == NEVER ? 0 : tags[slot];
        }

        int warmEntry(long hash) {
            byte tag = tag(hash);
            byte[] tags = this.tags;
            int mask = tags.length - 1;
            int slot = (int) hash & mask;
            while (tags[slot] != 0) {
                byte[] likely = tags[slot] == tag ? slots[slot] : null;
                if (likely != null) {
                    return likely[likely.length - 1];
                }
                slot = slot + 1 & mask;
            }
            return 0;
        }

        boolean isFull() {
            return used >= tags.length - (tags.length >>> 3);
        }

        void removeAt(int slot, int header) {
            int mask = tags.length - 1;
            int hole = slot;
            int next = slot;
            while (true) {
                next = next + 1 & mask;
                if (tags[next] == 0) {
                    break;
                }
                byte[] entry = slots[next];
                int home = entry == null ? next : (int) hashOf(entry, header) & mask;
                // An entry may move back only if its home is not between the hole and where it stands.
                if ((next - home & mask) >= (next - hole & mask)) {
                    slots[hole] = entry;
                    tags[hole] = tags[next];
                    hole = next;
                }
            }
            slots[hole] = null;
            tags[hole] = 0;
            used--;
        }

        void resize(int slotCount, int header) {
            byte[] @Nullable [] old = slots;
            slots = new byte[slotCount] @Nullable [];
            tags = new byte[slotCount];
            used = 0;
            takeAll(old, header);
        }

        Segment own(Object newOwner) {
            Segment own = new Segment(depth, 0, newOwner, true);
            own.slots = slots.clone();
            own.tags = tags.clone();
            own.used = used;
            return own;
        }

        void takeAll(byte[] @Nullable [] from, int header) {
            for (byte[] entry : from) {
                if (entry != null) {
                    insert(hashOf(entry, header), entry);
                }
            }
        }
    }

    /** An empty table whose entries have {@code header} bytes before the member. */
    MemberTable(int header, int sizeHint) {
        this.header = header;
        int slotCount = SLOTS_MIN;
        while (slotCount < SLOTS_MAX && slotCount - (slotCount >>> 3) <= sizeHint) {
            slotCount <<= 1;
        }
        this.directory = new Segment[] {new Segment(0, slotCount, token, false)};
    }

    private MemberTable(MemberTable other) {
        header = other.header;
        directory = other.directory.clone();
        globalDepth = other.globalDepth;
        deepest = other.deepest;
        size = other.size;
        memberBytes = other.memberBytes;
    }

    /** The same entries. Copies the directory; the copy may be read by another thread. */
    MemberTable copy() {
        token = new Object();
        return new MemberTable(this);
    }

    /** Whether no other table has the entry of that hash, so that its header may be written to. */
    boolean mayWrite(long hash) {
        Segment segment = directory[index(hash)];
        return segment.owner == token && !segment.frozen;
    }

    private Segment ownSegment(long hash) {
        Segment segment = directory[index(hash)];
        if (segment.owner != token) {
            segment = segment.own(token);
            int span = 1 << (globalDepth - segment.depth);
            int first = index(hash) & -span;
            Arrays.fill(directory, first, first + span, segment);
        }
        return segment;
    }

    private static byte tag(long hash) {
        return (byte) (hash >>> 32 | 0x80);
    }

    static long hashOf(byte[] entry, int header) {
        return KeyHash.of(entry, header, entry.length - header);
    }

    int size() {
        return size;
    }

    /** Rough bytes on the heap. */
    long memoryBytes() {
        long slots = globalDepth == 0 ? directory[0].tags.length * 5L : size * 8L;
        return 64 + directory.length * 4L + slots + memberBytes;
    }

    /** See {@link dev.vedette.store.keyspace.Value#warmSlot}. */
    int warmSlot(long hash) {
        return directory[index(hash)].warmSlot(hash);
    }

    /** See {@link dev.vedette.store.keyspace.Value#warmElement}. */
    int warmEntry(long hash) {
        return directory[index(hash)].warmEntry(hash);
    }

    /** The entry of that member, or null; {@code hash} is {@link KeyHash#of} it. */
    byte @Nullable [] find(long hash, byte[] member, int offset, int length) {
        Segment segment = directory[index(hash)];
        int slot = segment.find(hash, member, offset, length, header);
        return slot < 0 ? null : segment.slots[slot];
    }

    /** Puts in an entry whose member is not there. */
    void insert(long hash, byte[] entry) {
        Segment segment = ownSegment(hash);
        while (segment.isFull()) {
            if (segment.tags.length < SLOTS_MAX) {
                segment.resize(segment.tags.length * 2, header);
            } else {
                split(hash, segment);
                segment = directory[index(hash)];
            }
        }
        segment.insert(hash, entry);
        size++;
        memberBytes += entry.length + MEMBER_OVERHEAD_BYTES;
    }

    /** Puts an entry of the same member in the place of one that is there. */
    void replace(long hash, byte[] entry) {
        Segment segment = ownSegment(hash);
        int slot = segment.find(hash, entry, header, entry.length - header, header);
        if (slot < 0) {
            throw new IllegalStateException("there is nothing to replace");
        }
        segment.slots[slot] = entry;
    }

    /** Removes that member; answers its entry, or null. */
    byte @Nullable [] remove(long hash, byte[] member, int offset, int length) {
        Segment segment = directory[index(hash)];
        int slot = segment.find(hash, member, offset, length, header);
        if (slot < 0) {
            return null;
        }
        byte[] entry = segment.slots[slot];
        segment = ownSegment(hash);
        segment.removeAt(slot, header);
        size--;
        if (entry != null) {
            memberBytes -= entry.length + MEMBER_OVERHEAD_BYTES;
        }
        shrink(hash, segment);
        return entry;
    }

    // ------------------------------------------------------------------ growing and shrinking

    private int index(long hash) {
        // A shift by 64 would be a shift by 0; two shifts make depth 0 the index 0.
        return (int) (hash >>> 1 >>> (63 - globalDepth));
    }

    private void split(long hash, Segment full) {
        if (full.depth == globalDepth) {
            if (globalDepth == DEPTH_MAX) {
                throw new IllegalStateException("the table cannot grow further");
            }
            Segment[] doubled = new Segment[directory.length * 2];
            for (int i = 0; i < directory.length; i++) {
                doubled[2 * i] = directory[i];
                doubled[2 * i + 1] = directory[i];
            }
            directory = doubled;
            globalDepth++;
            deepest = 0;
        }
        int depth = full.depth + 1;
        if (depth == globalDepth) {
            deepest += 2;
        }
        Segment low = new Segment(depth, SLOTS_MAX, token, full.frozen);
        Segment high = new Segment(depth, SLOTS_MAX, token, full.frozen);
        long bit = 1L << (64 - depth);
        for (byte[] entry : full.slots) {
            if (entry != null) {
                long entryHash = hashOf(entry, header);
                ((entryHash & bit) == 0 ? low : high).insert(entryHash, entry);
            }
        }
        int span = 1 << (globalDepth - full.depth);
        int first = index(hash) & -span;
        Arrays.fill(directory, first, first + span / 2, low);
        Arrays.fill(directory, first + span / 2, first + span, high);
    }

    private void shrink(long hash, Segment sparse) {
        Segment segment = sparse;
        while (segment.depth > 0) {
            int span = 1 << (globalDepth - segment.depth);
            int first = index(hash) & -span;
            Segment buddy = directory[first ^ span];
            if (buddy.depth != segment.depth || buddy.used + segment.used > MERGED_MAX) {
                return;
            }
            boolean frozen = segment.frozen || buddy.frozen || buddy.owner != token;
            Segment merged = new Segment(segment.depth - 1, SLOTS_MAX, token, frozen);
            merged.takeAll(segment.slots, header);
            merged.takeAll(buddy.slots, header);
            int firstOfBoth = first & ~span;
            Arrays.fill(directory, firstOfBoth, firstOfBoth + 2 * span, merged);
            if (segment.depth == globalDepth) {
                deepest -= 2;
                if (deepest == 0) {
                    halveDirectory();
                }
            }
            segment = merged;
        }
        int slotCount = segment.tags.length;
        while (slotCount > SLOTS_MIN && segment.used < slotCount >>> 3) {
            slotCount >>>= 1;
        }
        if (slotCount < segment.tags.length) {
            segment.resize(slotCount, header);
        }
    }

    private void halveDirectory() {
        while (deepest == 0) {
            Segment[] halved = new Segment[directory.length / 2];
            for (int i = 0; i < halved.length; i++) {
                halved[i] = directory[2 * i];
            }
            directory = halved;
            globalDepth--;
            for (int i = 0; i < halved.length; i += 1 << (globalDepth - halved[i].depth)) {
                if (halved[i].depth == globalDepth) {
                    deepest++;
                }
            }
        }
    }

    // ------------------------------------------------------------------ walking

    /** A member chosen at random, each with the same chance; the table must not be empty. */
    byte[] random(RandomGenerator random) {
        if (size == 0) {
            throw new IllegalStateException("nothing to choose from");
        }
        while (true) {
            long bits = random.nextLong();
            Segment segment = directory[(int) (bits >>> 32) & directory.length - 1];
            int shallower = globalDepth - segment.depth;
            // A segment that takes 2^n positions of the directory comes up that much too often.
            if (shallower > 0 && (random.nextInt() & (1 << shallower) - 1) != 0) {
                continue;
            }
            byte[] entry = segment.slots[(int) bits & segment.tags.length - 1];
            if (entry != null) {
                return entry;
            }
        }
    }

    /** Takes the entries one by one, in no order. Any change of the table ends its use. */
    final class Walk {
        private int position;
        private int slot;

        /** The next entry, or null at the end. */
        byte @Nullable [] next() {
            while (position < directory.length) {
                Segment segment = directory[position];
                byte[] @Nullable [] slots = segment.slots;
                while (slot < slots.length) {
                    byte[] entry = slots[slot++];
                    if (entry != null) {
                        return entry;
                    }
                }
                slot = 0;
                position += 1 << (globalDepth - segment.depth);
            }
            return null;
        }
    }

    Walk walk() {
        return new Walk();
    }

    /** Takes an entry of a scan. */
    @FunctionalInterface
    interface EntryVisitor {
        void entry(byte[] entry);
    }

    /**
     * One step of a scan: shows about {@code count} entries and answers the next cursor, 0 at the end. A member that is
     * there from the first step to the last is shown at least once.
     */
    long scan(long cursor, long count, EntryVisitor visitor) {
        long from = cursor << CURSOR_SHIFT;
        long shown = 0;
        do {
            Segment segment = directory[index(from)];
            int bits = segment.depth;
            long share = segment.used;
            // Cut the segment's range of hashes into parts of about count entries each.
            while (share > count && bits < 64 - CURSOR_SHIFT) {
                bits++;
                share >>= 1;
            }
            long next = bits == 0 ? 0 : (from >>> 64 - bits) + 1 << 64 - bits;
            for (byte[] entry : segment.slots) {
                if (entry != null) {
                    long hash = hashOf(entry, header);
                    if (Long.compareUnsigned(hash, from) >= 0 && (next == 0 || Long.compareUnsigned(hash, next) < 0)) {
                        visitor.entry(entry);
                        shown++;
                    }
                }
            }
            from = next;
        } while (from != 0 && shown < count);
        return from >>> CURSOR_SHIFT;
    }
}
