package dev.vedette.replication.replica;

import dev.vedette.wire.rdb.RdbSource;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A transfer read while it comes: the replication verticle puts in what arrives, the store's loader takes it out in a
 * thread of its own.
 *
 * <p>Threads: {@link #fill} belongs to the loader, all else to the verticle; a lock is between them. {@code onRoom} is
 * called by the loader's thread, each time that the queue has drained from above {@link #QUEUED_BYTES_HIGH} to below
 * half of it.
 */
final class LiveSource implements RdbSource {

    /** Above this the master must wait. */
    static final long QUEUED_BYTES_HIGH = 4 * 1024 * 1024;

    private final Runnable onRoom;
    private final Deque<Buffer> queue = new ArrayDeque<>();
    private int headTaken;
    private long queuedBytes;
    private boolean wasHigh;
    private boolean ended;
    private @Nullable String broken;

    LiveSource(Runnable onRoom) {
        this.onRoom = onRoom;
    }

    /** Puts in what arrived; false when the master should be made to wait until {@code onRoom}. */
    synchronized boolean put(Buffer bytes) {
        queue.add(bytes);
        queuedBytes += bytes.length();
        notifyAll();
        if (queuedBytes > QUEUED_BYTES_HIGH) {
            wasHigh = true;
            return false;
        }
        return true;
    }

    /** All of it has come. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** No more will come although the snapshot is not complete. */
    synchronized void fail(String reason) {
        if (!ended) {
            broken = reason;
            queue.clear();
            notifyAll();
        }
    }

    @Override
    public int fill(byte[] array, int offset, int length) throws IOException {
        boolean room = false;
        int count;
        synchronized (this) {
            while (queue.isEmpty() && !ended && broken == null) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted", e);
                }
            }
            if (broken != null) {
                throw new IOException(broken);
            }
            Buffer head = queue.peek();
            if (head == null) {
                return -1;
            }
            count = Math.min(length, head.length() - headTaken);
            head.getBytes(headTaken, headTaken + count, array, offset);
            headTaken += count;
            queuedBytes -= count;
            if (headTaken == head.length()) {
                queue.remove();
                headTaken = 0;
            }
            if (wasHigh && queuedBytes < QUEUED_BYTES_HIGH / 2) {
                wasHigh = false;
                room = true;
            }
        }
        if (room) {
            onRoom.run();
        }
        return count;
    }
}
