package dev.vedette.store.keyspace;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Cleaner;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A range of addresses outside of the heap, of which only what is written to takes memory: mmap(2), madvise(2).
 *
 * <p>What is read without having been written is zero, also after {@link #giveBack}; never a fault while the range is
 * there. It goes by {@link #close}, or when nothing refers to it any more. Nobody checks that an address belongs to a
 * range: that is the duty of {@link Cells}, alone.
 *
 * <p>On Linux and macOS; elsewhere, and where the system refuses, {@link #bytes} is 0.
 */
final class NativeMemory {

    /** All addresses. */
    @SuppressWarnings("restricted")
    static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /** Huge pages begin and end at multiples of this. */
    static final int HUGE_PAGE_BYTES = 2 << 20;

    private static final boolean MAC = System.getProperty("os.name", "").startsWith("Mac");
    private static final boolean LINUX = System.getProperty("os.name", "").equals("Linux");
    private static final long RESERVED_BYTES_MIN = 64L << 20;
    /** Memory goes back in pieces, so that others that need the process's map do not wait long. */
    private static final long PIECE_BYTES = 64L << 20;

    /** So much goes back within a millisecond. */
    private static final long AT_ONCE_BYTES_MAX = 8L << 20;

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = MAC ? 0x1042 : 0x4022;
    private static final int MADV_DONTNEED = 4;
    private static final int MADV_HUGEPAGE = 14;
    private static final int MADV_NOHUGEPAGE = 15;
    private static final long FAILED = -1;

    private static final Cleaner CLEANER = Cleaner.create();

    /** The system's calls, found when the first range is asked for. */
    private static final class Calls {
        static final MethodHandle MMAP =
                call("mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
        static final MethodHandle MUNMAP = call("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);
        static final MethodHandle MADVISE = call("madvise", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);

        private Calls() {}

        @SuppressWarnings("restricted")
        private static MethodHandle call(String name, MemoryLayout answer, MemoryLayout... arguments) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(answer, arguments));
        }
    }

    /** Where large ranges go back, which takes a while. */
    private static final class Returns {
        static final ExecutorService THREAD = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("vedette-memory").factory());

        private Returns() {}
    }

    private static final class Range implements Runnable {
        final long from;
        final long bytes;
        /** Beyond this nothing was ever written. */
        volatile long usedBytes;

        Range(long from, long bytes) {
            this.from = from;
            this.bytes = bytes;
            this.usedBytes = bytes;
        }

        @Override
        public void run() {
            long used = usedBytes;
            for (long at = 0; !MAC && used > PIECE_BYTES && at < used; at += PIECE_BYTES) {
                advise(from + at, Math.min(PIECE_BYTES, used - at), MADV_DONTNEED);
            }
            try {
                int unusedOutcome = (int) Calls.MUNMAP.invokeExact(from, bytes);
            } catch (Throwable impossible) {
                throw wrapped(impossible);
            }
        }
    }

    private final Range range;
    private final long address;
    private final long bytes;
    private final Cleaner.Cleanable mapped;

    private NativeMemory(Range range) {
        this.range = range;
        long aligned = range.from + HUGE_PAGE_BYTES - 1 & -HUGE_PAGE_BYTES;
        this.address = aligned;
        this.bytes = Math.max(0, range.bytes - HUGE_PAGE_BYTES);
        this.mapped = CLEANER.register(this, range.bytes == 0 ? () -> {} : range);
    }

    /** A range of that many bytes, or of a half, a quarter and so on if the system refuses more; or of none. */
    static NativeMemory reserve(long wanted) {
        if (LINUX || MAC) {
            for (long bytes = wanted; bytes >= RESERVED_BYTES_MIN; bytes /= 2) {
                try {
                    long from = (long) Calls.MMAP.invokeExact(
                            0L, bytes + HUGE_PAGE_BYTES, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0L);
                    if (from != FAILED) {
                        return new NativeMemory(new Range(from, bytes + HUGE_PAGE_BYTES));
                    }
                } catch (Throwable impossible) {
                    throw wrapped(impossible);
                }
            }
        }
        return new NativeMemory(new Range(0, 0));
    }

    /** The first address, a multiple of {@link #HUGE_PAGE_BYTES}. */
    long address() {
        return address;
    }

    long bytes() {
        return bytes;
    }

    /** Asks for huge pages from there to the end: fewer misses for what is read at random. */
    void preferHugePages(long from) {
        if (LINUX && from < bytes) {
            advise(address + from, bytes - from, MADV_HUGEPAGE);
        }
    }

    /**
     * Asks for small pages from there to the end: to fill a huge one with zeros takes a millisecond, and longer where others
     * want the processor, which whoever writes there first spends at once.
     */
    void avoidHugePages(long from) {
        if (LINUX && from < bytes) {
            advise(address + from, bytes - from, MADV_NOHUGEPAGE);
        }
    }

    /** Gives the memory of a part back to the system; it reads as zeros. */
    void giveBack(long from, long length) {
        if (LINUX) {
            advise(address + from, length, MADV_DONTNEED);
        }
    }

    /**
     * The end: nobody reads or writes here any more. What took much memory goes back a little later, on another thread;
     * the rest at once, so that ranges never come quicker than they go: a process has addresses for a few thousand.
     *
     * @param usedBytes how much of the range, from its first address on, may have been written to
     */
    void close(long usedBytes) {
        range.usedBytes = Math.min(range.bytes, usedBytes + HUGE_PAGE_BYTES);
        if (usedBytes <= AT_ONCE_BYTES_MAX) {
            mapped.clean();
        } else {
            Returns.THREAD.execute(mapped::clean);
        }
    }

    private static void advise(long from, long length, int advice) {
        try {
            // A refusal costs speed or memory, but nothing is wrong.
            int unusedOutcome = (int) Calls.MADVISE.invokeExact(from, length, advice);
        } catch (Throwable impossible) {
            throw wrapped(impossible);
        }
    }

    static Error wrapped(Throwable thrown) {
        return thrown instanceof Error error ? error : new AssertionError(thrown);
    }
}
