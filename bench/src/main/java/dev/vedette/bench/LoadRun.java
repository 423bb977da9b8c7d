package dev.vedette.bench;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/**
 * The load: one thread, all connections, no garbage while it measures.
 *
 * <p>At a fixed rate request n is due at start + n / rate and goes to connection n modulo their number, whether that one
 * has an answer to its last request or not. Between what is due the thread sleeps by fractions of the gap, so that a
 * core shared with the server is the server's, too.
 */
final class LoadRun implements AutoCloseable {

    private static final long LATENCY_NANOS_MAX = TimeUnit.MINUTES.toNanos(10);
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LAST_REPLY_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);
    /** What a sleep takes longer than asked; a shorter gap is waited for awake. */
    private static final long WAKING_NANOS = 15_000;

    private static final long SLEEP_NANOS_MAX = 50_000;
    /** Requests sent between two looks at the replies, when the load is behind. */
    private static final int BURST_MAX = 64;
    /** Requests of a connection under way while filling. */
    private static final int PIPELINE = 256;

    private final Selector selector = Selector.open();
    private final LoadConnection[] connections;
    private final Requests requests;
    private final Histogram latencyNanos = new Histogram(LATENCY_NANOS_MAX, 3);
    private final Consumer<SelectionKey> onReady = LoadRun::ready;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private boolean closedLoop;
    private long measureFrom;
    private volatile long measureUntil;
    private long lastReply;
    private long received;

    LoadRun(int port, int connectionCount, Requests requests) throws IOException {
        this.requests = requests;
        connections = new LoadConnection[connectionCount];
        for (int i = 0; i < connectionCount; i++) {
            connections[i] = new LoadConnection(port, selector, this::answered);
        }
        TimerSlack.sleepExactly();
    }

    @Override
    public void close() throws IOException {
        for (LoadConnection connection : connections) {
            connection.close();
        }
        selector.close();
    }

    private static void ready(SelectionKey key) {
        try {
            ((LoadConnection) key.attachment()).ready();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private int poll(boolean wait) throws IOException {
        try {
            return wait ? selector.select(onReady, 100) : selector.selectNow(onReady);
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
    }

    // ------------------------------------------------------------------ filling

    /** Sets every key once. */
    void fill() throws IOException {
        boolean more = true;
        while (more) {
            for (LoadConnection connection : connections) {
                while (more && connection.unanswered() < PIPELINE && connection.hasRoom(requests.bytesMax())) {
                    more = connection.fill(requests);
                }
                connection.flush();
            }
            poll(true);
        }
        awaitReplies();
    }

    private void awaitReplies() throws IOException {
        long began = System.nanoTime();
        for (LoadConnection connection : connections) {
            while (connection.unanswered() > 0) {
                poll(true);
                if (System.nanoTime() - began > LAST_REPLY_NANOS_MAX) {
                    throw new IOException("no reply for a minute");
                }
            }
        }
    }

    // ------------------------------------------------------------------ measuring

    /** Asks for that long, or until {@link #end}; {@code onBegin} is run when the warm-up is over. */
    LoadResult measure(double rate, double warmupSeconds, double seconds, Runnable onBegin) throws IOException {
        closedLoop = rate == 0;
        long start = System.nanoTime();
        measureFrom = start + (long) (warmupSeconds * 1e9);
        measureUntil = measureFrom + (long) (seconds * 1e9);
        if (closedLoop) {
            askEveryConnection(start);
            turnUntil(() -> measureFrom);
        }
        double gapNanos = closedLoop ? 0 : 1e9 / rate;
        Schedule schedule = new Schedule(start, gapNanos);
        if (!closedLoop) {
            schedule.runUntil(() -> measureFrom);
        }
        onBegin.run();
        long allocatedBefore = threads.getCurrentThreadAllocatedBytes();
        if (closedLoop) {
            turnUntil(() -> measureUntil);
        } else {
            schedule.late = 0;
            schedule.runUntil(() -> measureUntil);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - allocatedBefore;
        awaitReplies();
        double took = (Math.max(measureUntil, lastReply) - measureFrom) / 1e9;
        return new LoadResult(rate, received / took, schedule.late, new Latencies(latencyNanos), allocated);
    }

    /** The measurement under way ends now; from any thread. */
    void end() {
        measureUntil = System.nanoTime();
    }

    private void answered(LoadConnection connection, long due, long now) {
        if (due != 0 && due - measureFrom >= 0) {
            latencyNanos.recordValue(Math.min(now - due, LATENCY_NANOS_MAX));
            lastReply = now;
            received++;
        }
        if (closedLoop && now - measureUntil < 0) {
            connection.ask(requests, now);
            try {
                connection.flush();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    private void askEveryConnection(long now) throws IOException {
        for (LoadConnection connection : connections) {
            connection.ask(requests, now);
            connection.flush();
        }
    }

    private void turnUntil(LongSupplier end) throws IOException {
        while (System.nanoTime() - end.getAsLong() < 0) {
            poll(true);
        }
    }

    /** The requests of a fixed rate. */
    private final class Schedule {
        private final long start;
        private final double gapNanos;
        private long sent;
        private long late;

        Schedule(long start, double gapNanos) {
            this.start = start;
            this.gapNanos = gapNanos;
        }

        private long due() {
            return start + (long) (sent * gapNanos);
        }

        /** Sends what is due before {@code end}, and takes replies meanwhile. */
        void runUntil(LongSupplier end) throws IOException {
            while (due() - end.getAsLong() < 0) {
                sendDue(end.getAsLong());
                if (poll(false) == 0) {
                    idle(due() - System.nanoTime());
                }
            }
        }

        private void sendDue(long end) throws IOException {
            for (int i = 0; i < BURST_MAX; i++) {
                long due = due();
                long now = System.nanoTime();
                LoadConnection connection = connections[(int) (sent % connections.length)];
                if (due - now > 0 || due - end >= 0 || !connection.hasRoom(requests.bytesMax())) {
                    return;
                }
                if (now - due > LATE_NANOS) {
                    late++;
                }
                connection.ask(requests, due);
                connection.flush();
                sent++;
            }
        }

        private static void idle(long nanos) {
            if (nanos > WAKING_NANOS) {
                LockSupport.parkNanos(Math.min(nanos - WAKING_NANOS / 2, SLEEP_NANOS_MAX));
            } else {
                Thread.onSpinWait();
            }
        }
    }
}
