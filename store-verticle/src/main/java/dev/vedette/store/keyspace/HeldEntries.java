package dev.vedette.store.keyspace;

import static dev.vedette.store.keyspace.NativeMemory.ALL;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one part of the table as they are at a snapshot's cut: the cells of packed strings, which the keyspace
 * leaves as they are meanwhile, and objects set aside.
 *
 * <p>Filled by the thread that owns the keyspace, then read by those that it was shown to, each with a {@link Reader} of
 * its own; the last one to {@link #release} it gives its memory to the next.
 */
public final class HeldEntries {

    /**
     * Those of the snapshots in progress, to be filled again when nobody reads them any more. A snapshot under load notes
     * all places within a second, and writes them within many: they are outside of the heap, where the collector would copy
     * them.
     */
    static final class Pool {
        private static final long RANGE_BYTES = 4L << 30;
        private static final int PLACES_BYTES = Integer.BYTES * Segment.SLOTS_MAX;

        private final ConcurrentLinkedQueue<HeldEntries> idle = new ConcurrentLinkedQueue<>();
        private @Nullable NativeMemory memory;
        private long usedBytes;

        HeldEntries take() {
            HeldEntries taken = idle.poll();
            return taken == null ? new HeldEntries(this) : taken;
        }

        /** Where the places of a segment have room, for as long as the pool; 0 when there is none. */
        private long room() {
            NativeMemory range = memory;
            if (range == null) {
                range = NativeMemory.reserve(RANGE_BYTES);
                range.avoidHugePages(0);
                memory = range;
            }
            if (range.bytes() - usedBytes < PLACES_BYTES) {
                return 0;
            }
            usedBytes += PLACES_BYTES;
            return range.address() + usedBytes - PLACES_BYTES;
        }

        /** No snapshot is in progress, and nobody reads what any was shown. */
        void close() {
            if (memory != null) {
                memory.close(usedBytes);
            }
        }
    }

    private final Pool pool;
    private final AtomicInteger readers = new AtomicInteger();
    private @Nullable Cells cells;
    /** Address of the places, or 0. */
    private long room;
    /** The places when there is no room for them outside of the heap. */
    private int[] places = new int[0];

    private int placeCount;
    private @Nullable Entry[] objects = new @Nullable Entry[0];
    private int objectCount;

    private HeldEntries(Pool pool) {
        this.pool = pool;
    }

    // ------------------------------------------------------------------ filling

    void addPacked(Cells of, int place) {
        cells = of;
        if (room != 0) {
            ALL.set(JAVA_INT, room + (long) Integer.BYTES * placeCount++, place);
        } else {
            addFirst(place);
        }
    }

    private void addFirst(int place) {
        if (placeCount == 0) {
            room = pool.room();
        }
        if (room != 0) {
            ALL.set(JAVA_INT, room, place);
        } else {
            if (placeCount == places.length) {
                places = Arrays.copyOf(places, Segment.SLOTS_MAX);
            }
            places[placeCount] = place;
        }
        placeCount++;
    }

    private int place(int number) {
        return room != 0 ? ALL.get(JAVA_INT, room + (long) Integer.BYTES * number) : places[number];
    }

    void addObject(Entry held) {
        if (objectCount == objects.length) {
            objects = Arrays.copyOf(objects, Math.max(64, objectCount * 2));
        }
        objects[objectCount++] = held;
    }

    /** It will be released that often. */
    void share(int count) {
        readers.set(count);
        if (count == 0) {
            empty();
        }
    }

    private void empty() {
        cells = null;
        placeCount = 0;
        Arrays.fill(objects, 0, objectCount, null);
        objectCount = 0;
        pool.idle.add(this);
    }

    // ------------------------------------------------------------------ reading

    /** Number of entries. */
    public int count() {
        return placeCount + objectCount;
    }

    /** To be called once by everybody to whom this was shown, from any thread: nothing of it is read any more. */
    public void release() {
        if (readers.decrementAndGet() == 0) {
            empty();
        }
    }

    /** The entries one after the other, for one thread. */
    public Reader reader() {
        return new Reader();
    }

    /** See {@link #reader}. */
    public final class Reader {
        private final PackedString view = new PackedString();
        private int shown;

        private Reader() {}

        /** The next entry, for {@link Entries}, good until the next call; null after the last. */
        public @Nullable Object next() {
            int number = shown++;
            Cells memory = cells;
            if (memory != null && number < placeCount) {
                int place = place(number);
                view.lookAt(memory.address(place), place);
                return view;
            }
            return number < count() ? objects[number - placeCount] : null;
        }
    }
}
