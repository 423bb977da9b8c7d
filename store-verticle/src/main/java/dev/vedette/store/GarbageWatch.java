package dev.vedette.store;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Has the collector mark the heap when it holds much more than the data, however much room the heap has.
 *
 * <p>The collector itself goes by how full the heap is; a store that is written over and over would let the heap grow to
 * several times the data first. What the data take is known here ({@code used_memory}), so the rest is garbage.
 *
 * <p>Marking runs beside the event loop: the JVM must have been started with {@code -XX:+ExplicitGCInvokesConcurrent},
 * which the launcher's options say by the system property {@value #CONCURRENT}; without it nothing is done here.
 *
 * <p>Thread: the event loop.
 */
final class GarbageWatch {

    /** System property: {@code true} when {@link System#gc} stops the world but for moments. */
    static final String CONCURRENT = "vedette.concurrent.gc";

    /** Garbage that is always allowed: the young generation, and what the collector needs to work. */
    static final long GARBAGE_BYTES_MIN = 64L << 20;

    private static final long PAUSE_MILLIS = 1000;

    private final Executor threads;
    private final Runnable collector;
    private final AtomicBoolean collecting = new AtomicBoolean();
    private long notBeforeMillis;

    /**
     * @param threads runs a task elsewhere than on the event loop
     * @param collector marks the heap and returns when that is done
     */
    GarbageWatch(Executor threads, Runnable collector) {
        this.threads = threads;
        this.collector = collector;
    }

    /** One for this process; does nothing where collecting would stop the world. */
    static GarbageWatch ofProcess() {
        return Boolean.getBoolean(CONCURRENT)
                ? new GarbageWatch(
                        task -> Thread.ofPlatform()
                                .daemon()
                                .name("vedette-garbage")
                                .start(task),
                        System::gc)
                : new GarbageWatch(task -> {}, () -> {});
    }

    /**
     * Looks whether it is time.
     *
     * @param heapBytes what the heap holds, garbage included
     * @param dataBytes what the data take of it
     */
    void look(long heapBytes, long dataBytes, long nowMillis) {
        if (nowMillis >= notBeforeMillis && heapBytes > dataBytes + dataBytes / 4 + GARBAGE_BYTES_MIN && collect()) {
            notBeforeMillis = nowMillis + PAUSE_MILLIS;
        }
    }

    /** It is time, since much data has become garbage at once; answers false when it is being done already. */
    boolean collect() {
        boolean mine = collecting.compareAndSet(false, true);
        if (mine) {
            threads.execute(() -> {
                try {
                    collector.run();
                } finally {
                    collecting.set(false);
                }
            });
        }
        return mine;
    }
}
