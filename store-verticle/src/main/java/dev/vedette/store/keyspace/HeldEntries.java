package dev.vedette.store.keyspace;

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

    /** Those that nobody reads, to be filled again. */
    static final class Pool {
        private static final int SIZE_MAX = 256;

        private final ConcurrentLinkedQueue<HeldEntries> idle = new ConcurrentLinkedQueue<>();
        private final AtomicInteger size = new AtomicInteger();

        HeldEntries take() {
            HeldEntries taken = idle.poll();
            if (taken == null) {
                return new HeldEntries(this);
            }
            size.decrementAndGet();
            return taken;
        }

        private void give(HeldEntries held) {
            if (size.get() < SIZE_MAX) {
                size.incrementAndGet();
                idle.add(held);
            }
        }
    }

    private final Pool pool;
    private final AtomicInteger readers = new AtomicInteger();
    private @Nullable Cells cells;
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
        if (placeCount == places.length) {
            places = Arrays.copyOf(places, Math.max(Segment.SLOTS_MAX, placeCount * 2));
        }
        places[placeCount++] = place;
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
        pool.give(this);
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
                view.lookAt(memory.address(places[number]), places[number]);
                return view;
            }
            return number < count() ? objects[number - placeCount] : null;
        }
    }
}
