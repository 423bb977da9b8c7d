package dev.vedette.store.snapshot;

import dev.vedette.store.keyspace.HeldEntries;
import dev.vedette.store.keyspace.Keyspace;
import dev.vedette.store.keyspace.KeyspaceSnapshot;
import dev.vedette.store.keyspace.SegmentVisitor;
import dev.vedette.store.thread.Scheduling;
import dev.vedette.wire.rdb.RdbWriter;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One snapshot under way: the event loop collects references to entries, a worker encodes them into a sink.
 *
 * <pre>
 *   event loop                                    worker
 *   cut --+-- slice -- slice -- ... -- slice       header
 *         |     |        |               |           |
 *         |     +--> batches of entries -+---->   entries -> RdbWriter -> sink (a file, a replica's credit)
 *         |     ^                                    |
 *         |   a command that changes what            |
 *         |   the walk has not reached               v
 *         +-------------------- end of the cut <-- complete
 * </pre>
 *
 * <p>A slice takes at most {@link #SLICE_NANOS} and the next one comes a millisecond later at the earliest, so that
 * commands wait no longer than that. Encoding never happens on the event loop, however large a value is. The walk rests
 * while {@link #PENDING_MAX} entries wait to be encoded; what commands push in meanwhile comes on top. So the memory that
 * a slow sink costs is a place for each entry that waits, plus what has been written over or removed since the cut.
 */
final class Snapshot implements SegmentVisitor, Runnable {

    private static final long SLICE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
    private static final int PENDING_MAX = 256 * 1024;

    /** Progress is told after so many keys. */
    private static final int PROGRESS_KEYS = 1024;
    /** Entries that are written in one call. */
    private static final int SOME = 16;

    private static final class Batch {
        final int database;
        final HeldEntries entries;

        Batch(int database, HeldEntries entries) {
            this.database = database;
            this.entries = entries;
        }
    }

    private final Workplace workplace;
    private final DumpStyle style;
    private final SnapshotSink sink;
    private final LongConsumer progress;
    private final Consumer<@Nullable Throwable> ended;

    // The event loop's.
    private final KeyspaceSnapshot cut;
    private boolean over;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by the lock.
    private final Deque<Batch> batches = new ArrayDeque<>();
    private int pending;
    private boolean resting;
    private boolean walked;
    private @Nullable Thread worker;

    private volatile boolean cancelled;
    /** Written by the worker only. */
    private volatile long batchesWritten;
    /** The worker's. */
    private long keysWritten;

    /**
     * Fixes the cut and begins. On the event loop.
     *
     * @param progress told on the worker's thread how many keys have been written
     * @param ended told on the event loop, once, when the last byte is in the sink and the cut has ended; with what went
     *     wrong, or null; an {@link InterruptedException} means that it was cancelled
     */
    Snapshot(
            Keyspace keyspace,
            DumpStyle style,
            SnapshotSink sink,
            Workplace workplace,
            LongConsumer progress,
            Consumer<@Nullable Throwable> ended) {
        this.workplace = workplace;
        this.style = style;
        this.sink = sink;
        this.progress = progress;
        this.ended = ended;
        this.cut = keyspace.beginSnapshot(this);
    }

    /** Number of keys at the cut. */
    long keys() {
        return cut.size();
    }

    /** Begins to walk and to write. On the event loop, once. */
    void start() {
        workplace.workers().execute(this);
        slice();
    }

    /** Stops as soon as possible; {@code ended} will be told. On the event loop. */
    void cancel() {
        cancelled = true;
        lock.lock();
        try {
            Thread at = worker;
            if (at != null) {
                at.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    // ------------------------------------------------------------------ on the event loop

    private void slice() {
        if (over || rests()) {
            return;
        }
        if (cut.walk(System.nanoTime() + SLICE_NANOS)) {
            lock.lock();
            try {
                walked = true;
                changed.signal();
            } finally {
                lock.unlock();
            }
        } else {
            workplace.later().after(1, this::slice);
        }
    }

    private boolean rests() {
        lock.lock();
        try {
            resting = pending >= PENDING_MAX;
            return resting;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void visit(int database, HeldEntries entries) {
        lock.lock();
        try {
            batches.add(new Batch(database, entries));
            pending += entries.count();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long finishedVisits() {
        return batchesWritten;
    }

    private void end(@Nullable Throwable failure) {
        over = true;
        cut.end();
        ended.accept(failure);
    }

    // ------------------------------------------------------------------ on the worker

    @Override
    public void run() {
        Throwable failure = null;
        try {
            begin();
            if (sink.canWait()) {
                Scheduling.yieldToOthers();
            }
            sink.open();
            encode();
            sink.complete();
        } catch (IOException | InterruptedException | RuntimeException | Error wrong) {
            failure = cancelled ? new InterruptedException("cancelled") : wrong;
        }
        finish();
        if (failure != null) {
            sink.discard();
        }
        Throwable outcome = failure;
        workplace.loop().execute(() -> end(outcome));
    }

    private void begin() throws InterruptedException {
        lock.lock();
        try {
            worker = Thread.currentThread();
        } finally {
            lock.unlock();
        }
        checkCancelled();
    }

    /** From now on nobody interrupts this thread, which may go on with other work. */
    private void finish() {
        lock.lock();
        try {
            worker = null;
            batches.clear();
        } finally {
            lock.unlock();
        }
        Thread.interrupted();
    }

    private void checkCancelled() throws InterruptedException {
        if (cancelled) {
            throw new InterruptedException("cancelled");
        }
    }

    private void encode() throws IOException, InterruptedException {
        RdbWriter out = style.writer((array, offset, length) -> {
            if (cancelled) {
                throw new IOException("cancelled");
            }
            sink.write(array, offset, length);
        });
        style.begin(out);
        EntryWriter entries = style.entries(out);
        boolean[] sized = new boolean[0];
        int selected = -1;
        long written = 0;
        for (Batch batch = next(); batch != null; batch = next()) {
            if (batch.database != selected) {
                selected = batch.database;
                out.selectDb(selected);
                sized = size(out, selected, sized);
            }
            HeldEntries.Reader held = batch.entries.reader();
            boolean more = true;
            while (more) {
                more = writeSome(held, entries);
            }
            batchesWritten = ++written;
            batch.entries.release();
        }
        progress.accept(keysWritten);
        out.end();
    }

    /** A method of its own, often called: it is compiled before the first large snapshot, not while that runs. */
    private boolean writeSome(HeldEntries.Reader held, EntryWriter entries) throws IOException, InterruptedException {
        for (int i = 0; i < SOME; i++) {
            Object entry = held.next();
            if (entry == null) {
                return false;
            }
            entries.write(entry);
            if (++keysWritten % PROGRESS_KEYS == 0 || style.keyDelayMicros() != 0) {
                progress.accept(keysWritten);
                checkCancelled();
                style.delay(keysWritten);
            }
        }
        return true;
    }

    private boolean[] size(RdbWriter out, int database, boolean[] sized) throws IOException {
        boolean[] known = database < sized.length ? sized : java.util.Arrays.copyOf(sized, database + 1);
        if (!known[database]) {
            known[database] = true;
            out.resizeDb(cut.size(database), cut.ttlCount(database));
        }
        return known;
    }

    /** The next batch, waiting for it if need be; null when there are no more. */
    private @Nullable Batch next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (batches.isEmpty() && !walked) {
                changed.await();
            }
            Batch batch = batches.poll();
            if (batch != null) {
                pending -= batch.entries.count();
                if (resting && pending <= PENDING_MAX / 2) {
                    resting = false;
                    workplace.loop().execute(this::slice);
                }
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }
}
