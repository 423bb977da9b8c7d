package dev.vedette.replication.replica;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A transfer that is not kept: the verticle puts in what arrives, the loader takes it out.
 *
 * <p>{@code onRoom} is called by the loader's thread, each time that the queue has drained from above {@link
 * #QUEUED_BYTES_HIGH} to below half of it.
 */
final class LiveSource extends ArrivingSource {

    /** Above this the master must wait. */
    static final long QUEUED_BYTES_HIGH = 4 * 1024 * 1024;

    private final Runnable onRoom;
    private final Deque<Buffer> queue = new ArrayDeque<>();
    private int headTaken;
    private long queuedBytes;
    private boolean wasHigh;

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

    @Override
    void dropRest() {
        queue.clear();
    }

    @Override
    public int fill(byte[] array, int offset, int length) throws IOException {
        boolean room = false;
        int count;
        synchronized (this) {
            Buffer head = await(() -> !queue.isEmpty()) ? queue.peek() : null;
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
