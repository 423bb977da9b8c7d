package dev.vedette.bench;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.vedette.store.keyspace.KeyHash;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The table of strings that was not chosen: the same extendible table as the store's, its entries outside of the heap.
 *
 * <pre>
 *   entry:  key length (1 byte)   value length (2 bytes)   access and flags (4 bytes)   key   value
 * </pre>
 *
 * <p>Entries stand in blocks of a megabyte, in cells of multiples of eight bytes; freed cells of one size are chained and
 * used again. A slot is the entry's place in units of eight bytes: 32 GB at most. There is no going back: a cell is used
 * again for its own size only, and blocks are never given back.
 */
final class OffHeapStrings {

    private static final int HEADER = 7;
    private static final int UNIT = 8;
    private static final int BLOCK_BYTES = 1 << 20;
    private static final int BLOCK_UNITS = BLOCK_BYTES / UNIT;
    private static final int CELL_UNITS_MAX = 4096 / UNIT;
    private static final int SLOTS_MAX = 512;
    /** No entry's place. */
    private static final int NONE = 0;

    /** The entries whose hashes share their first {@code depth} bits. */
    private static final class Part {
        final int depth;
        int[] slots = new int[SLOTS_MAX];
        byte[] tags = new byte[SLOTS_MAX];
        int used;

        Part(int depth) {
            this.depth = depth;
        }

        void insert(long hash, int place) {
            int slot = (int) hash & SLOTS_MAX - 1;
            while (tags[slot] != 0) {
                slot = slot + 1 & SLOTS_MAX - 1;
            }
            tags[slot] = tag(hash);
            slots[slot] = place;
            used++;
        }
    }

    private final Arena arena;
    private final List<MemorySegment> blocks = new ArrayList<>();
    private final int[] free = new int[CELL_UNITS_MAX + 1];
    private Part[] directory = {new Part(0)};
    private int globalDepth;
    private int nextUnit = BLOCK_UNITS;
    private long size;

    OffHeapStrings(Arena arena) {
        this.arena = arena;
    }

    long size() {
        return size;
    }

    private static byte tag(long hash) {
        return (byte) (hash >>> 32 | 0x80);
    }

    private int index(long hash) {
        return (int) (hash >>> 1 >>> (63 - globalDepth));
    }

    // ------------------------------------------------------------------ cells

    private MemorySegment block(int place) {
        return blocks.get(place >>> 17);
    }

    private static long offset(int place) {
        return (long) (place & BLOCK_UNITS - 1) * UNIT;
    }

    private static int units(int keyLength, int valueLength) {
        return (HEADER + keyLength + valueLength + UNIT - 1) / UNIT;
    }

    private int allocate(int units) {
        int place = free[units];
        if (place != NONE) {
            free[units] = block(place).get(JAVA_INT_UNALIGNED, offset(place));
            return place;
        }
        if (nextUnit + units > BLOCK_UNITS) {
            if (nextUnit < BLOCK_UNITS && !blocks.isEmpty()) {
                release((blocks.size() - 1) * BLOCK_UNITS + nextUnit, Math.min(CELL_UNITS_MAX, BLOCK_UNITS - nextUnit));
            }
            blocks.add(arena.allocate(BLOCK_BYTES, UNIT));
            // The very first unit is NONE.
            nextUnit = blocks.size() == 1 ? 1 : 0;
        }
        int fresh = (blocks.size() - 1) * BLOCK_UNITS + nextUnit;
        nextUnit += units;
        return fresh;
    }

    private void release(int place, int units) {
        block(place).set(JAVA_INT_UNALIGNED, offset(place), free[units]);
        free[units] = place;
    }

    private int keyLength(int place) {
        return block(place).get(JAVA_BYTE, offset(place)) & 0xff;
    }

    private int valueLength(int place) {
        MemorySegment block = block(place);
        long at = offset(place);
        return block.get(JAVA_BYTE, at + 1) & 0xff | (block.get(JAVA_BYTE, at + 2) & 0xff) << 8;
    }

    private boolean hasKey(int place, byte[] key) {
        return keyLength(place) == key.length
                && MemorySegment.mismatch(
                                MemorySegment.ofArray(key),
                                0,
                                key.length,
                                block(place),
                                offset(place) + HEADER,
                                offset(place) + HEADER + key.length)
                        < 0;
    }

    private long hash(int place) {
        byte[] key = new byte[keyLength(place)];
        MemorySegment.copy(block(place), JAVA_BYTE, offset(place) + HEADER, key, 0, key.length);
        return KeyHash.of(key, 0, key.length);
    }

    private void write(int place, byte[] key, byte[] value, int length) {
        MemorySegment block = block(place);
        long at = offset(place);
        block.set(JAVA_BYTE, at, (byte) key.length);
        block.set(JAVA_BYTE, at + 1, (byte) length);
        block.set(JAVA_BYTE, at + 2, (byte) (length >>> 8));
        block.set(JAVA_INT_UNALIGNED, at + 3, 0);
        MemorySegment.copy(key, 0, block, JAVA_BYTE, at + HEADER, key.length);
        MemorySegment.copy(value, 0, block, JAVA_BYTE, at + HEADER + key.length, length);
    }

    // ------------------------------------------------------------------ strings

    private static int findSlot(OffHeapStrings table, Part part, long hash, byte[] key) {
        byte tag = tag(hash);
        int slot = (int) hash & SLOTS_MAX - 1;
        while (part.tags[slot] != 0) {
            if (part.tags[slot] == tag && table.hasKey(part.slots[slot], key)) {
                return slot;
            }
            slot = slot + 1 & SLOTS_MAX - 1;
        }
        return -1;
    }

    /** Length of the value at that key, or -1. */
    int get(byte[] key) {
        long hash = KeyHash.of(key, 0, key.length);
        Part part = directory[index(hash)];
        int slot = findSlot(this, part, hash, key);
        return slot < 0 ? -1 : valueLength(part.slots[slot]);
    }

    /** Sets the first {@code length} bytes of the value at the key. */
    void set(byte[] key, byte[] value, int length) {
        long hash = KeyHash.of(key, 0, key.length);
        Part part = directory[index(hash)];
        int slot = findSlot(this, part, hash, key);
        int units = units(key.length, length);
        if (slot >= 0) {
            int present = part.slots[slot];
            int presentUnits = units(key.length, valueLength(present));
            if (presentUnits != units) {
                release(present, presentUnits);
                present = allocate(units);
                part.slots[slot] = present;
            }
            write(present, key, value, length);
            return;
        }
        while (part.used >= SLOTS_MAX - SLOTS_MAX / 8) {
            split(hash, part);
            part = directory[index(hash)];
        }
        int place = allocate(units);
        write(place, key, value, length);
        part.insert(hash, place);
        size++;
    }

    /** Removes the key; false when it is not there. */
    boolean remove(byte[] key) {
        long hash = KeyHash.of(key, 0, key.length);
        Part part = directory[index(hash)];
        int slot = findSlot(this, part, hash, key);
        if (slot < 0) {
            return false;
        }
        int place = part.slots[slot];
        release(place, units(key.length, valueLength(place)));
        int hole = slot;
        int next = slot;
        while (true) {
            next = next + 1 & SLOTS_MAX - 1;
            if (part.tags[next] == 0) {
                break;
            }
            int home = (int) hash(part.slots[next]) & SLOTS_MAX - 1;
            if ((next - home & SLOTS_MAX - 1) >= (next - hole & SLOTS_MAX - 1)) {
                part.slots[hole] = part.slots[next];
                part.tags[hole] = part.tags[next];
                hole = next;
            }
        }
        part.slots[hole] = NONE;
        part.tags[hole] = 0;
        part.used--;
        size--;
        return true;
    }

    private void split(long hash, Part full) {
        if (full.depth == globalDepth) {
            Part[] doubled = new Part[directory.length * 2];
            for (int i = 0; i < doubled.length; i++) {
                doubled[i] = directory[i / 2];
            }
            directory = doubled;
            globalDepth++;
        }
        Part low = new Part(full.depth + 1);
        Part high = new Part(full.depth + 1);
        long bit = 1L << (63 - full.depth);
        for (int i = 0; i < SLOTS_MAX; i++) {
            if (full.tags[i] != 0) {
                long own = hash(full.slots[i]);
                ((own & bit) == 0 ? low : high).insert(own, full.slots[i]);
            }
        }
        int span = 1 << (globalDepth - full.depth);
        int first = index(hash) & -span;
        Arrays.fill(directory, first, first + span / 2, low);
        Arrays.fill(directory, first + span / 2, first + span, high);
    }
}
