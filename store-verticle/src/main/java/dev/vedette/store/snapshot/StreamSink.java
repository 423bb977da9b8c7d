package dev.vedette.store.snapshot;

import dev.vedette.wire.bus.ToReplication;
import dev.vedette.wire.bus.ToReplication.SnapshotChunk;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Sends a snapshot in chunks, as much at a time as the receiver has granted. They are outside of the heap, as sockets take
 * them: a whole snapshot would be much work for the collector.
 */
final class StreamSink implements SnapshotSink {

    private static final int CHUNK_BYTES_MAX = 128 * 1024;

    private final long id;
    private final Executor loop;
    private final Consumer<ToReplication> out;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition granted = lock.newCondition();
    private long creditBytes;

    StreamSink(long id, long creditBytes, Executor loop, Consumer<ToReplication> out) {
        this.id = id;
        this.creditBytes = creditBytes;
        this.loop = loop;
        this.out = out;
    }

    /** The receiver can take so many bytes more. From any thread. */
    void grant(long bytes) {
        lock.lock();
        try {
            creditBytes += bytes;
            granted.signal();
        } finally {
            lock.unlock();
        }
    }

    /** A replica waits for it, but clients' commands wait for a processor. */
    @Override
    public boolean canWait() {
        return true;
    }

    @Override
    public void write(byte[] array, int offset, int length) throws IOException {
        int at = offset;
        int left = length;
        while (left > 0) {
            int size = spend(Math.min(left, CHUNK_BYTES_MAX));
            ByteBuf bytes = ByteBufAllocator.DEFAULT.directBuffer(size, size).writeBytes(array, at, size);
            loop.execute(() -> out.accept(new SnapshotChunk(id, bytes)));
            at += size;
            left -= size;
        }
    }

    private int spend(int wanted) throws IOException {
        lock.lock();
        try {
            while (creditBytes <= 0) {
                granted.await();
            }
            int size = (int) Math.min(wanted, creditBytes);
            creditBytes -= size;
            return size;
        } catch (InterruptedException cancelled) {
            throw (IOException) new InterruptedIOException("cancelled").initCause(cancelled);
        } finally {
            lock.unlock();
        }
    }
}
