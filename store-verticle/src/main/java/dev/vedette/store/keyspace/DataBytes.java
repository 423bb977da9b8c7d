package dev.vedette.store.keyspace;

import java.util.Arrays;

/**
 * How many bytes a database's keys and values take, up to date at each look though nothing walks the data.
 *
 * <p>Packed strings are counted by their {@link Cells}. An object entry is measured by its value,
 * which changes by itself: whoever is about to change one has it noted here, and what was noted is measured again before
 * the next answer. Between two answers a value counts once, however often it changed.
 *
 * <p>{@link Entry#accounted} is the entry's share in words of eight bytes, or its complement while it is noted; of an
 * entry that is not in the table it is 0.
 */
final class DataBytes {

    private static final int WORD = 8;
    private static final int NOTED_MAX = 64;

    private final Cells cells;
    private long bytes;
    private Entry[] noted = new Entry[8];
    private int notedCount;

    DataBytes(Cells cells) {
        this.cells = cells;
    }

    /** The bytes of all entries. */
    long get() {
        measure();
        return bytes + cells.bytes() + cells.count() * Segment.SLOT_BYTES;
    }

    /** The entry is in the table from now on. */
    void added(Entry entry) {
        entry.accounted = ~0;
        note(entry);
    }

    /** The entry is in the table no more. */
    void removed(Entry entry) {
        bytes -= of(entry);
        entry.accounted = 0;
    }

    /** What was counted for an entry when it was last measured. */
    static long of(Entry entry) {
        int words = entry.accounted < 0 ? ~entry.accounted : entry.accounted;
        return (long) words * WORD;
    }

    /** The entry's value is about to change. */
    void changing(Entry entry) {
        if (entry.accounted >= 0) {
            entry.accounted = ~entry.accounted;
            note(entry);
        }
    }

    private void note(Entry entry) {
        if (notedCount == NOTED_MAX) {
            measure();
        }
        if (notedCount == noted.length) {
            noted = Arrays.copyOf(noted, notedCount * 2);
        }
        noted[notedCount++] = entry;
    }

    private void measure() {
        for (int i = 0; i < notedCount; i++) {
            Entry entry = noted[i];
            // What was removed meanwhile is not noted any more; what was noted twice is measured once.
            if (entry.accounted < 0) {
                int words = (int) Math.min(Integer.MAX_VALUE, Entries.memoryBytes(entry) / WORD);
                bytes += (long) (words - ~entry.accounted) * WORD;
                entry.accounted = words;
            }
        }
        Arrays.fill(noted, 0, notedCount, null);
        notedCount = 0;
    }
}
