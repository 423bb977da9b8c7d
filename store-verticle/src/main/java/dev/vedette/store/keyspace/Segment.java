package dev.vedette.store.keyspace;

import org.jspecify.annotations.Nullable;

/**
 * A small open-addressing table: the keys whose hashes share their first {@link #depth} bits.
 *
 * <p>Linear probing from the low bits of the hash; a tag byte for each slot (seven hash bits, the high bit set when in
 * use) spares most looks at keys that differ; deletion shifts back what follows, so there are no tombstones. A segment
 * doubles up to {@link #SLOTS_MAX} slots, then its database splits it in two: every step of growth is bounded.
 */
public final class Segment {

    static final int SLOTS_MIN = 8;
    static final int SLOTS_MAX = 512;

    /** Stands in no slot: comparing with it reads a slot without a branch that is ever guessed wrong. */
    private static final Object NEVER = new Object();

    @Nullable
    Object[] slots;

    byte[] tags;
    int used;
    final int depth;
    /** No entry here expires before this wall-clock time, in milliseconds. */
    long expireAtLeast = Long.MAX_VALUE;
    /** The number of the newest snapshot that has seen this segment. */
    long visitedBySnapshot;
    /** Which of that snapshot's visits it was, from 1 on; 0 when there was nothing to show. */
    long visit;

    Segment(int depth, int slotCount, long visitedBySnapshot) {
        this.depth = depth;
        this.slots = new @Nullable Object[slotCount];
        this.tags = new byte[slotCount];
        this.visitedBySnapshot = visitedBySnapshot;
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
                Object entry = slots[slot];
                if (entry != null && Entries.hasKey(entry, key, offset, length)) {
                    return slot;
                }
            }
            slot = slot + 1 & mask;
        }
    }

    /** Reads where a search for that hash begins; see {@link Database#warmSlot}. */
    int warmSlot(long hash) {
        int slot = (int) hash & tags.length - 1;
        return slots[slot] == NEVER ? 0 : tags[slot];
    }

    /** The entry that a search for that hash would look at first, most likely the one, or null. */
    @Nullable
    Object likely(long hash) {
        byte tag = tag(hash);
        byte[] tags = this.tags;
        int mask = tags.length - 1;
        int slot = (int) hash & mask;
        while (tags[slot] != 0) {
            if (tags[slot] == tag) {
                return slots[slot];
            }
            slot = slot + 1 & mask;
        }
        return null;
    }

    boolean isFull() {
        return used >= tags.length - (tags.length >>> 3);
    }

    boolean canGrow() {
        return tags.length < SLOTS_MAX;
    }

    void grow() {
        resize(slots.length * 2);
    }

    /** Gives memory back after many deletions; the load stays below a quarter, so it does not grow again at once. */
    void shrinkIfSparse() {
        int slotCount = slots.length;
        while (slotCount > SLOTS_MIN && used < slotCount >>> 3) {
            slotCount >>>= 1;
        }
        if (slotCount < slots.length) {
            resize(slotCount);
        }
    }

    private void resize(int slotCount) {
        @Nullable Object[] oldSlots = slots;
        slots = new @Nullable Object[slotCount];
        tags = new byte[slotCount];
        used = 0;
        for (Object entry : oldSlots) {
            if (entry != null) {
                insert(Entries.hash(entry), entry);
            }
        }
    }

    /** Puts in an entry whose key is not there; there must be room. */
    int insert(long hash, Object entry) {
        int mask = tags.length - 1;
        int slot = (int) hash & mask;
        while (tags[slot] != 0) {
            slot = slot + 1 & mask;
        }
        tags[slot] = tag(hash);
        slots[slot] = entry;
        used++;
        return slot;
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
            Object entry = slots[next];
            int home = entry == null ? next : (int) Entries.hash(entry) & mask;
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

    /** The first hash beyond those of this segment, which that hash belongs to; 0 when there is none. */
    long nextPrefix(long hash) {
        return depth == 0 ? 0 : (hash | -1L >>> depth) + 1;
    }

    /** The entries as they are now, constant until the snapshot of that number and all before it have ended. */
    Object[] hold(long snapshot) {
        Object[] held = new Object[used];
        int count = 0;
        for (Object entry : slots) {
            if (entry != null) {
                held[count++] = entry instanceof Entry object ? object.hold(snapshot) : entry;
            }
        }
        return held;
    }

    /** Number of entries. */
    public int size() {
        return used;
    }

    /** Number of slots. */
    public int slotCount() {
        return tags.length;
    }

    /** The entry in that slot, or null. */
    public @Nullable Object entryAt(int slot) {
        return slots[slot];
    }
}
