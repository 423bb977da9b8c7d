package dev.vedette.launcher.clients;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A library that writes one number after another, and what became of them. A number that failed is not tried again. */
final class WritingLibrary implements AutoCloseable {

    private static final int PAUSE_MILLIS = 1;

    private final String name;
    private final Library library;
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
    private final ConcurrentSkipListSet<Long> acknowledged = new ConcurrentSkipListSet<>();
    private final Set<String> heard = ConcurrentHashMap.newKeySet();
    private final Set<String> heardFromSentinel = ConcurrentHashMap.newKeySet();
    private final AtomicLong last = new AtomicLong();
    private volatile long mark;
    private volatile @Nullable Throwable lastFailure;

    WritingLibrary(String name, Library library) {
        this.name = name;
        this.library = library;
    }

    /** The set that the numbers go to. */
    String key() {
        return "written:" + name;
    }

    String channel() {
        return "news:" + name;
    }

    Library library() {
        return library;
    }

    void start() throws Exception {
        library.listen(channel(), heard::add);
        library.listenAtSentinel("+switch-master", heardFromSentinel::add);
        writer.scheduleWithFixedDelay(this::write, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void write() {
        long number = last.incrementAndGet();
        try {
            library.write(key(), number);
            acknowledged.add(number);
        } catch (Throwable failure) { // Vert.x throws what is no Exception.
            lastFailure = failure;
        }
    }

    /** The numbers whose writes were acknowledged. */
    Set<Long> acknowledged() {
        return acknowledged;
    }

    /** From here on writes count for {@link #acknowledgedAfterMark}. */
    void mark() {
        mark = last.get();
    }

    /** The numbers whose writes were begun after the mark and acknowledged. */
    Set<Long> acknowledgedAfterMark() {
        return acknowledgedAfter(mark);
    }

    private Set<Long> acknowledgedAfter(long number) {
        return acknowledged.tailSet(number, false);
    }

    Set<String> heard() {
        return heard;
    }

    Set<String> heardFromSentinel() {
        return heardFromSentinel;
    }

    /** Waits until so many writes begun from now on were acknowledged. */
    void awaitMore(int count, Duration limit) {
        long from = last.get();
        Awaitility.await()
                .atMost(limit)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertTrue(acknowledgedAfter(from).size() >= count, this + ", after " + from));
    }

    /** Ends the writing; the write that is under way is waited for. */
    void stop() throws InterruptedException {
        writer.shutdown();
        if (!writer.awaitTermination(10L * Library.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
            throw new AssertionError(name + " hangs in a write");
        }
    }

    @Override
    public String toString() {
        return name + ": " + acknowledged.size() + " of " + last + " acknowledged, last failure " + lastFailure;
    }

    @Override
    public void close() {
        writer.shutdownNow();
        library.close();
    }
}
