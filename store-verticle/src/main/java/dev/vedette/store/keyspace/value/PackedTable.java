package dev.vedette.store.keyspace.value;

import dev.vedette.store.keyspace.KeyHash;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A hash table of packed entries, one array each: the large form of hashes, and of whatever else has keys of its own.
 *
 * <pre>
 *   entry:  key length (1 byte, or 0xff and 4 bytes)   key   tail (a value, a score, or nothing)
 * </pre>
 *
 * <p>Laid out as a database is: a directory of small open-addressing parts, chosen by the first bits of the key's hash. A
 * full part splits in two, sparse neighbours join again; no step touches more than one part, so that no command waits for
 * the whole table. Parts in directory order are in the order of their hash prefixes, which is why a hash prefix is a
 * cursor that outlives growth and shrinkage.
 *
 * <p>{@link #copy} shares the parts; whoever changes a shared part makes its own first.
 */
final class PackedTable {

    /** Sees entries; they are not to be changed. */
    @FunctionalInterface
    interface EntryVisitor {
        void entry(byte[] entry);
    }

    private static final int PART_SLOTS_MIN = 8;
    private static final int PART_SLOTS_MAX = 512;
    /** Two sparse parts join when together they have no more entries than this. */
    private static final int JOIN_MAX = PART_SLOTS_MAX / 4;

    private static final int DEPTH_MAX = 40;
    private static final int CURSOR_SHIFT = 16;
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** The entries whose hashes share their first {@link #depth} bits. */
    private static final class Part {
        /** Stands in no slot: comparing with it reads a slot without a branch that is ever guessed wrong. */
        private static final byte[] NEVER = {};

        byte[] @Nullable [] slots;
        byte[] tags;
        int used;
        final int depth;
        /** The {@link #token} of the only table that may write to this part. */
        final Object owner;
        /** Another table may have entries of this part: they are replaced, not overwritten. */
        final boolean frozen;

        Part(int depth, int slotCount, Object owner, boolean frozen) {
            this.depth = depth;
            this.owner = owner;
            this.slots = new byte[slotCount][];
            this.tags = new byte[slotCount];
            this.frozen = frozen;
        }

        static byte tag(long hash) {
            return (byte) (hash >>> 32 | 0x80);
        }

        int find(long hash, byte[] key, int offset, int length) {
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
                    if (entry != null && hasKey(entry, key, offset, length)) {
                        return slot;
                    }
                }
                slot = slot + 1 & mask;
            }
        }

        byte[] entry(int slot) {
            byte[] entry = slots[slot];
            if (entry == null) {
                throw new IllegalStateException("tag without entry in slot " + slot);
            }
            return entry;
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

        void insertAll(Part other) {
            for (byte[] entry : other.slots) {
                if (entry != null) {
                    insert(hash(entry), entry);
                }
            }
        }

        void removeAt(int slot) {
            int mask = tags.length - 1;
            int hole = slot;
            int next = slot;
            while (true) {
                next = next + 1 & mask;
                if (tags[next] == 0) {
                    break;
                }
                byte[] entry = entry(next);
                int home = (int) hash(entry) & mask;
                // The entry may move back only if its home is not between the hole and where it stands.
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

        void resize(int slotCount) {
            byte[][] old = slots;
            slots = new byte[slotCount][];
            tags = new byte[slotCount];
            used = 0;
            for (byte[] entry : old) {
                if (entry != null) {
                    insert(hash(entry), entry);
                }
            }
        }

        Part own(Object newOwner) {
            Part own = new Part(depth, 0, newOwner, true);
            own.slots = slots.clone();
            own.tags = tags.clone();
            own.used = used;
            return own;
        }
    }

    /** Names this table to its own parts; a new one leaves all of them behind. */
    private Object token = new Object();

    private Part[] directory;
    private int globalDepth;
    /** How many parts use all {@link #globalDepth} bits. */
    private int deepest = 1;

    private long size;
    private long entryBytes;

    PackedTable() {
        directory = new Part[] {new Part(0, PART_SLOTS_MIN, token, false)};
    }

    private PackedTable(PackedTable other) {
        directory = other.directory.clone();
        globalDepth = other.globalDepth;
        deepest = other.deepest;
        size = other.size;
        entryBytes = other.entryBytes;
    }

    // ------------------------------------------------------------------ entries

    static int keyOffset(byte[] entry) {
        return entry[0] == (byte) 0xff ? 5 : 1;
    }

    static int keyLength(byte[] entry) {
        return entry[0] == (byte) 0xff ? (int) INTS.get(entry, 1) : entry[0] & 0xff;
    }

    /** Where the tail begins; it goes on to the end of the entry. */
    static int tailOffset(byte[] entry) {
        return entry[0] == (byte) 0xff ? 5 + (int) INTS.get(entry, 1) : 1 + (entry[0] & 0xff);
    }

    private static boolean hasKey(byte[] entry, byte[] key, int offset, int length) {
        int at = keyOffset(entry);
        return keyLength(entry) == length && Arrays.equals(entry, at, at + length, key, offset, offset + length);
    }

    private static long hash(byte[] entry) {
        return KeyHash.of(entry, keyOffset(entry), keyLength(entry));
    }

    private static byte[] pack(byte[] key, int keyOffset, int keyLength, byte[] tail, int tailOffset, int tailLength) {
        int header = keyLength < 0xff ? 1 : 5;
        byte[] entry = new byte[Math.addExact(header + keyLength, tailLength)];
        if (header == 1) {
            entry[0] = (byte) keyLength;
        } else {
            entry[0] = (byte) 0xff;
            INTS.set(entry, 1, keyLength);
        }
        System.arraycopy(key, keyOffset, entry, header, keyLength);
        System.arraycopy(tail, tailOffset, entry, header + keyLength, tailLength);
        return entry;
    }

    // ------------------------------------------------------------------ reading

    long size() {
        return size;
    }

    /** Rough bytes on the heap. */
    long memoryBytes() {
        // At a load between 7/16 and 7/8 there are one and a half slots for each entry, five bytes each.
        return 64 + 4L * directory.length + entryBytes + (long) (Math.max(size, PART_SLOTS_MIN) * 7.5);
    }

    private static long heapBytes(byte[] entry) {
        return 12L + entry.length + 7 & ~7L;
    }

    /** See {@link dev.vedette.store.keyspace.Value#warmSlot}. */
    int warmSlot(long hash) {
        return directory[index(hash)].warmSlot(hash);
    }

    /** See {@link dev.vedette.store.keyspace.Value#warmElement}. */
    int warmEntry(long hash) {
        return directory[index(hash)].warmEntry(hash);
    }

    /** The entry with that key, or null. */
    byte @Nullable [] get(byte[] key, int offset, int length) {
        long hash = KeyHash.of(key, offset, length);
        Part part = directory[index(hash)];
        int slot = part.find(hash, key, offset, length);
        return slot < 0 ? null : part.slots[slot];
    }

    /** Shows every entry, in no order; the visitor must not change the table. */
    void forEach(EntryVisitor visitor) {
        for (int i = 0; i < directory.length; i += 1 << (globalDepth - directory[i].depth)) {
            for (byte[] entry : directory[i].slots) {
                if (entry != null) {
                    visitor.entry(entry);
                }
            }
        }
    }

    /**
     * One step of a scan: shows about {@code count} entries and answers the next cursor, 0 at the end. An entry that is
     * there from the first step to the last is shown at least once.
     *
     * @param cursor 0 at first, then what the step before answered; any other value is harmless
     */
    long scan(long cursor, long count, EntryVisitor visitor) {
        long from = cursor << CURSOR_SHIFT;
        long shown = 0;
        do {
            Part part = directory[index(from)];
            int bits = part.depth;
            long share = part.used;
            // Cut the part's range of hashes into ranges of about count entries each.
            while (share > count && bits < 64 - CURSOR_SHIFT) {
                bits++;
                share >>= 1;
            }
            long next =
                    bits == 0 || from >>> 64 - bits == -1L >>> 64 - bits ? 0 : (from >>> 64 - bits) + 1 << 64 - bits;
            for (byte[] entry : part.slots) {
                if (entry != null) {
                    long hash = hash(entry);
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

    /** An entry chosen at random, each with the same chance; the table must not be empty. */
    byte[] random() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int partMax = PART_SLOTS_MAX - (PART_SLOTS_MAX >>> 3);
        while (true) {
            Part part = directory[random.nextInt(directory.length)];
            // A part is met as often as directory entries lead to it, and must be taken as often as it has entries.
            if (directory.length > 1 && random.nextInt(partMax << (globalDepth - part.depth)) >= part.used) {
                continue;
            }
            while (true) {
                byte[] entry = part.slots[random.nextInt(part.slots.length)];
                if (entry != null) {
                    return entry;
                }
            }
        }
    }

    // ------------------------------------------------------------------ changing

    /**
     * Sets the tail at that key.
     *
     * @return true when the key was not there
     */
    boolean set(byte[] key, int keyOffset, int keyLength, byte[] tail, int tailOffset, int tailLength) {
        long hash = KeyHash.of(key, keyOffset, keyLength);
        Part part = ownPart(hash);
        int slot = part.find(hash, key, keyOffset, keyLength);
        if (slot >= 0) {
            byte[] entry = part.entry(slot);
            int at = tailOffset(entry);
            if (entry.length - at == tailLength && !part.frozen) {
                System.arraycopy(tail, tailOffset, entry, at, tailLength);
            } else {
                byte[] replacement = pack(key, keyOffset, keyLength, tail, tailOffset, tailLength);
                entryBytes += heapBytes(replacement) - heapBytes(entry);
                part.slots[slot] = replacement;
            }
            return false;
        }
        while (part.isFull()) {
            if (part.slots.length < PART_SLOTS_MAX) {
                part.resize(part.slots.length * 2);
            } else {
                split(hash, part);
                part = directory[index(hash)];
            }
        }
        byte[] entry = pack(key, keyOffset, keyLength, tail, tailOffset, tailLength);
        part.insert(hash, entry);
        entryBytes += heapBytes(entry);
        size++;
        return true;
    }

    /** Removes the entry with that key, and answers it, or null. */
    byte @Nullable [] remove(byte[] key, int offset, int length) {
        long hash = KeyHash.of(key, offset, length);
        Part part = directory[index(hash)];
        int slot = part.find(hash, key, offset, length);
        if (slot < 0) {
            return null;
        }
        byte[] entry = part.entry(slot);
        part = ownPart(hash);
        part.removeAt(slot);
        entryBytes -= heapBytes(entry);
        size--;
        int slotCount = part.slots.length;
        if (slotCount > PART_SLOTS_MIN && part.used < slotCount >>> 3) {
            part.resize(Math.max(PART_SLOTS_MIN, slotCount >>> 1));
        }
        if (part.depth > 0 && part.used <= JOIN_MAX / 2) {
            join(hash, part);
        }
        return entry;
    }

    /** The same entries; each table makes its own what the two share before it changes it. */
    PackedTable copy() {
        token = new Object();
        return new PackedTable(this);
    }

    // ------------------------------------------------------------------ the directory

    private int index(long hash) {
        // A shift by 64 would be a shift by 0; two shifts make depth 0 the index 0.
        return (int) (hash >>> 1 >>> (63 - globalDepth));
    }

    private Part ownPart(long hash) {
        Part part = directory[index(hash)];
        if (part.owner != token) {
            part = part.own(token);
            fill(hash, part);
        }
        return part;
    }

    /** Puts the part wherever its prefix, that of the hash, leads. */
    private void fill(long hash, Part part) {
        int span = 1 << (globalDepth - part.depth);
        int first = index(hash) & -span;
        Arrays.fill(directory, first, first + span, part);
    }

    private void split(long hash, Part full) {
        if (full.depth == globalDepth) {
            if (globalDepth == DEPTH_MAX) {
                throw new IllegalStateException("the table cannot grow further");
            }
            Part[] doubled = new Part[directory.length * 2];
            for (int i = 0; i < directory.length; i++) {
                doubled[2 * i] = directory[i];
                doubled[2 * i + 1] = directory[i];
            }
            directory = doubled;
            globalDepth++;
            deepest = 0;
        }
        int depth = full.depth + 1;
        Part low = new Part(depth, PART_SLOTS_MAX, token, full.frozen);
        Part high = new Part(depth, PART_SLOTS_MAX, token, full.frozen);
        long bit = 1L << (64 - depth);
        for (byte[] entry : full.slots) {
            if (entry != null) {
                long entryHash = hash(entry);
                ((entryHash & bit) == 0 ? low : high).insert(entryHash, entry);
            }
        }
        fill(hash & -bit & ~bit, low);
        fill(hash & -bit | bit, high);
        if (depth == globalDepth) {
            deepest += 2;
        }
    }

    /** Joins a sparse part with the one that differs in the last bit of the prefix, if that is sparse too. */
    private void join(long hash, Part part) {
        long bit = 1L << (64 - part.depth);
        Part other = directory[index(hash ^ bit)];
        if (other.depth != part.depth || part.used + other.used > JOIN_MAX) {
            return;
        }
        int slotCount = PART_SLOTS_MIN;
        while (slotCount >>> 1 < part.used + other.used) {
            slotCount <<= 1;
        }
        Part both = new Part(part.depth - 1, slotCount, token, part.frozen || other.frozen || other.owner != token);
        both.insertAll(part);
        both.insertAll(other);
        fill(hash, both);
        if (part.depth == globalDepth) {
            deepest -= 2;
            while (deepest == 0 && globalDepth > 0) {
                halve();
            }
        }
    }

    private void halve() {
        Part[] halved = new Part[directory.length / 2];
        globalDepth--;
        for (int i = 0; i < halved.length; i++) {
            halved[i] = directory[2 * i];
            if (halved[i].depth == globalDepth) {
                deepest++;
            }
        }
        directory = halved;
    }
}
