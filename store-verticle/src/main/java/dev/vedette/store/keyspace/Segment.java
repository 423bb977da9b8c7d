package dev.vedette.store.keyspace;

import org.jspecify.annotations.Nullable;

/**
 * A small open-addressing table: the keys whose hashes share their first {@link #depth} bits.
 *
 * <pre>
 *   tags     1 byte  for each slot: seven hash bits, the high bit set when in use
 *   places   4 bytes for each slot: the cell of a packed string, or 0
 *   objects  a reference for each slot: anything else; not there as long as there is nothing else
 * </pre>
 *
 * <p>Linear probing from the low bits of the hash; the tags spare most looks at keys that differ; deletion shifts back
 * what follows, so there are no tombstones. A segment doubles up to {@link #SLOTS_MAX} slots, then its database splits it
 * in two: every step of growth is bounded.
 */
public final class Segment {

    static final int SLOTS_MIN = 8;
    static final int SLOTS_MAX = 512;
    /** A key's share of the table, about. */
    static final int SLOT_BYTES = 6;

    /** Stands in no slot: comparing with it reads a slot without a branch that is ever guessed wrong. */
    private static final int NEVER = -1;

    private final Cells cells;
    private byte[] tags;
    private int[] places;
    private @Nullable Entry @Nullable [] objects;
    int used;
    final int depth;
    /** No entry here expires before this wall-clock time, in milliseconds. */
    long expireAtLeast = Long.MAX_VALUE;
    /** The number of the newest snapshot that has seen this segment. */
    long visitedBySnapshot;
    /** Some cells may be marked as unseen by snapshots. */
    boolean hasUnseen;
    /** Which of that snapshot's visits it was, from 1 on; 0 when there was nothing to show. */
    long visit;

    Segment(Cells cells, int depth, int slotCount, long visitedBySnapshot) {
        this.cells = cells;
        this.depth = depth;
        this.tags = new byte[slotCount];
        this.places = new int[slotCount];
        this.visitedBySnapshot = visitedBySnapshot;
    }

    private static byte tag(long hash) {
        return (byte) (hash >>> 32 | 0x80);
    }

    // ------------------------------------------------------------------ reading

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
            if (at == tag && hasKey(slot, key, offset, length)) {
                return slot;
            }
            slot = slot + 1 & mask;
        }
    }

    private boolean hasKey(int slot, byte[] key, int offset, int length) {
        int place = places[slot];
        return place != 0
                ? PackedString.hasKey(cells.address(place), key, offset, length)
                : object(slot).hasKey(key, offset, length);
    }

    /** The slot of the packed string in that cell. */
    int slotOf(long hash, int place) {
        int mask = tags.length - 1;
        int slot = (int) hash & mask;
        while (places[slot] != place) {
            if (tags[slot] == 0) {
                throw new IllegalStateException("no slot for the cell at " + place);
            }
            slot = slot + 1 & mask;
        }
        return slot;
    }

    /** Reads where a search for that hash begins; see {@link Database#warmSlots}. */
    int warmSlot(long hash) {
        int slot = (int) hash & tags.length - 1;
        return places[slot] == NEVER ? 0 : tags[slot];
    }

    /** The slot that a search for that hash would look at first, most likely the one, or -1. */
    int likely(long hash) {
        byte tag = tag(hash);
        byte[] tags = this.tags;
        int mask = tags.length - 1;
        int slot = (int) hash & mask;
        while (tags[slot] != 0) {
            if (tags[slot] == tag) {
                return slot;
            }
            slot = slot + 1 & mask;
        }
        return -1;
    }

    /** Number of entries. */
    public int size() {
        return used;
    }

    /** Number of slots. */
    public int slotCount() {
        return tags.length;
    }

    boolean isUsed(int slot) {
        return tags[slot] != 0;
    }

    /** The cell of the packed string in that slot, or 0. */
    int place(int slot) {
        return places[slot];
    }

    /** What is in a slot that is in use and has no cell. */
    Entry object(int slot) {
        @Nullable Entry[] others = objects;
        Entry object = others == null ? null : others[slot];
        if (object == null) {
            throw new IllegalStateException("tag without entry in slot " + slot);
        }
        return object;
    }

    /** The entry in a slot that is in use, to be shown to others. */
    Object entry(int slot) {
        int place = places[slot];
        return place != 0 ? cells.view(place) : object(slot);
    }

    long hash(int slot) {
        int place = places[slot];
        return place != 0 ? cells.hash(place) : object(slot).hash();
    }

    long expireAt(int slot) {
        int place = places[slot];
        return place != 0 ? PackedString.expireAt(cells.address(place)) : object(slot).expireAtMillis;
    }

    int access(int slot) {
        int place = places[slot];
        return place != 0 ? PackedString.access(cells.address(place)) : object(slot).access;
    }

    void setAccess(int slot, int access) {
        int place = places[slot];
        if (place != 0) {
            PackedString.setAccess(cells.address(place), access);
        } else {
            object(slot).access = access;
        }
    }

    // ------------------------------------------------------------------ changing

    boolean isFull() {
        return used >= tags.length - (tags.length >>> 3);
    }

    boolean canGrow() {
        return tags.length < SLOTS_MAX;
    }

    void grow() {
        resize(tags.length * 2);
    }

    /** Gives memory back after many deletions; the load stays below a quarter, so it does not grow again at once. */
    void shrinkIfSparse() {
        int slotCount = tags.length;
        while (slotCount > SLOTS_MIN && used < slotCount >>> 3) {
            slotCount >>>= 1;
        }
        if (slotCount < tags.length) {
            resize(slotCount);
        }
    }

    private void resize(int slotCount) {
        Segment resized = new Segment(cells, depth, slotCount, visitedBySnapshot);
        for (int slot = 0; slot < tags.length; slot++) {
            if (tags[slot] != 0) {
                resized.insertFrom(this, slot, hash(slot));
            }
        }
        tags = resized.tags;
        places = resized.places;
        objects = resized.objects;
    }

    /** Puts in what is in a slot of another segment; there must be room. */
    void insertFrom(Segment other, int from, long hash) {
        int place = other.places[from];
        int slot = claim(hash);
        if (place != 0) {
            places[slot] = place;
        } else {
            setObject(slot, other.object(from));
        }
    }

    /** Takes the slot for a key of that hash that is not there; there must be room. The slot's content is to be set. */
    int claim(long hash) {
        int mask = tags.length - 1;
        int slot = (int) hash & mask;
        while (tags[slot] != 0) {
            slot = slot + 1 & mask;
        }
        tags[slot] = tag(hash);
        used++;
        return slot;
    }

    void setPlace(int slot, int place) {
        if (places[slot] == 0 && objects != null) {
            objects[slot] = null;
        }
        places[slot] = place;
    }

    void setObject(int slot, Entry object) {
        @Nullable Entry[] others = objects;
        if (others == null) {
            others = new @Nullable Entry[tags.length];
            objects = others;
        }
        others[slot] = object;
        places[slot] = 0;
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
            int home = (int) hash(next) & mask;
            // The entry may move back only if its home is not between the hole and where it stands.
            if ((next - home & mask) >= (next - hole & mask)) {
                places[hole] = places[next];
                if (objects != null) {
                    objects[hole] = objects[next];
                }
                tags[hole] = tags[next];
                hole = next;
            }
        }
        places[hole] = 0;
        if (objects != null) {
            objects[hole] = null;
        }
        tags[hole] = 0;
        used--;
    }

    /** The first hash beyond those of this segment, which that hash belongs to; 0 when there is none. */
    long nextPrefix(long hash) {
        return depth == 0 ? 0 : (hash | -1L >>> depth) + 1;
    }

    /** Notes the entries as they are now, for the snapshot of that number and all before it. */
    void hold(long snapshot, HeldEntries into) {
        for (int slot = 0; slot < tags.length; slot++) {
            if (tags[slot] == 0) {
                continue;
            }
            int place = places[slot];
            if (place != 0) {
                if (hasUnseen && PackedString.isUnseen(cells.address(place))) {
                    PackedString.setSeen(cells.address(place));
                }
                into.addPacked(cells, place);
            } else {
                into.addObject(object(slot).hold(snapshot));
            }
        }
        hasUnseen = false;
    }

    /** Bytes of the segment itself. */
    long tableBytes() {
        return 88 + (objects == null ? 5L : 9L) * tags.length;
    }
}
