package dev.vedette.store.keyspace;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one part of the table as they were at a snapshot's cut: packed strings copied, objects set aside.
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
            if (size.get() < SIZE_MAX && held.packed.byteSize() <= PACKED_BYTES_KEPT) {
                size.incrementAndGet();
                idle.add(held);
            }
        }
    }

    private static final int PACKED_BYTES_FIRST = 16 * 1024;
    private static final int PACKED_BYTES_KEPT = 128 * 1024;
    /** What may be read beyond an entry. */
    private static final int PADDING_BYTES = 8;

    private final Pool pool;
    private final AtomicInteger readers = new AtomicInteger();
    private MemorySegment packed = allocate(PACKED_BYTES_FIRST);
    private int packedLength;
    private int packedCount;
    private @Nullable Entry[] objects = new @Nullable Entry[0];
    private int objectCount;

    private HeldEntries(Pool pool) {
        this.pool = pool;
    }

    // ------------------------------------------------------------------ filling

    void addPacked(long address) {
        int size = PackedString.size(address);
        if (packed.byteSize() - packedLength < size + PADDING_BYTES) {
            MemorySegment larger = allocate(Math.max(packedLength + size + PADDING_BYTES, packed.byteSize() * 2));
            MemorySegment.copy(packed, 0, larger, 0, packedLength);
            packed = larger;
        }
        PackedString.copy(address, packed.address() + packedLength, size);
        packedLength += size;
        packedCount++;
    }

    private static MemorySegment allocate(long bytes) {
        return Arena.ofAuto().allocate(bytes);
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
        packedLength = 0;
        packedCount = 0;
        Arrays.fill(objects, 0, objectCount, null);
        objectCount = 0;
        pool.give(this);
    }

    // ------------------------------------------------------------------ reading

    /** Number of entries. */
    public int count() {
        return packedCount + objectCount;
    }

    /** Bytes of the packed ones, for which there is memory until the release. */
    public int bytes() {
        return packedLength;
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
        private int at;
        private int shown;

        private Reader() {}

        /** The next entry, for {@link Entries}, good until the next call; null after the last. */
        public @Nullable Object next() {
            int number = shown++;
            if (number < packedCount) {
                long address = packed.address() + at;
                view.lookAt(address, 0);
                at += PackedString.size(address);
                return view;
            }
            return number < count() ? objects[number - packedCount] : null;
        }
    }
}
