package dev.vedette.replication.replica;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The file in the node's directory into which a snapshot is received. The disk works in its own threads; what it has not
 * taken yet is bounded, because {@link #write} says when the sender must wait.
 */
final class RdbFile {

    private static final int QUEUED_BYTES_HIGH = 4 * 1024 * 1024;

    private static final class Write {
        private final int length;
        private boolean done;

        Write(int length) {
            this.length = length;
        }
    }

    private final Vertx vertx;
    private final String path;
    private final Runnable onRoom;
    private final Consumer<Throwable> onFailure;
    private final Promise<Void> flushed = Promise.promise();
    private final ArrivingFile arriving;
    // The writes under way, oldest first: they may end in any order.
    private final Deque<Write> writes = new ArrayDeque<>();
    private @Nullable AsyncFile file;
    private Buffer beforeOpen = Buffer.buffer();
    private long queuedBytes;
    private boolean wasHigh;
    private boolean ended;
    private boolean failed;
    private boolean abandoned;

    /**
     * Creates it; fails later, through {@code onFailure}, when it cannot be.
     *
     * @param onRoom called when the disk has caught up after {@link #write} said false
     */
    RdbFile(Vertx vertx, String directory, String name, Runnable onRoom, Consumer<Throwable> onFailure) {
        this.vertx = vertx;
        Path whole = Path.of(directory, name);
        this.path = whole.toString();
        this.arriving = new ArrivingFile(whole);
        this.onRoom = onRoom;
        this.onFailure = onFailure;
        OpenOptions options = new OpenOptions()
                .setRead(false)
                .setWrite(true)
                .setCreate(true)
                .setTruncateExisting(true)
                .setPerms("rw-r--r--");
        vertx.fileSystem().open(path, options).onComplete(opened -> {
            if (opened.failed()) {
                fail(opened.cause());
                return;
            }
            AsyncFile open = opened.result();
            file = open;
            if (abandoned) {
                remove(open);
                return;
            }
            Buffer early = beforeOpen;
            beforeOpen = Buffer.buffer();
            if (early.length() > 0) {
                writeNow(open, early);
            }
            flushIfDone();
        });
    }

    String path() {
        return path;
    }

    /** What the file holds so far. */
    ArrivingFile arriving() {
        return arriving;
    }

    /** Appends; false when the sender should wait until {@code onRoom}. */
    boolean write(Buffer bytes) {
        queuedBytes += bytes.length();
        AsyncFile open = file;
        if (open == null) {
            beforeOpen.appendBuffer(bytes);
        } else {
            writeNow(open, bytes);
        }
        if (queuedBytes > QUEUED_BYTES_HIGH) {
            wasHigh = true;
            return false;
        }
        return true;
    }

    private void writeNow(AsyncFile open, Buffer bytes) {
        Write write = new Write(bytes.length());
        writes.add(write);
        open.write(bytes).onComplete(written -> {
            queuedBytes -= write.length;
            if (written.failed()) {
                fail(written.cause());
                return;
            }
            write.done = true;
            tellArrived();
            if (wasHigh && queuedBytes < QUEUED_BYTES_HIGH / 2) {
                wasHigh = false;
                onRoom.run();
            }
            flushIfDone();
        });
    }

    private void tellArrived() {
        long bytes = 0;
        for (Write first = writes.peek(); first != null && first.done; first = writes.peek()) {
            bytes += first.length;
            writes.remove();
        }
        arriving.grown(bytes);
    }

    /** No more bytes come; the future completes when all are in the file and it is closed. */
    Future<Void> complete() {
        ended = true;
        flushIfDone();
        return flushed.future();
    }

    private void flushIfDone() {
        AsyncFile open = file;
        if (ended && !abandoned && !failed && queuedBytes == 0 && open != null) {
            file = null;
            open.close().onComplete(flushed);
        }
    }

    private void fail(Throwable cause) {
        if (!failed) {
            failed = true;
            arriving.fail(cause.toString());
            if (!abandoned) {
                onFailure.accept(cause);
            }
        }
    }

    /** Nobody wants it any more: it is deleted. */
    void abandon() {
        if (abandoned) {
            return;
        }
        abandoned = true;
        arriving.fail("given up");
        AsyncFile open = file;
        if (open != null) {
            remove(open);
        } else if (ended) {
            flushed.future().onComplete(closed -> vertx.fileSystem().delete(path));
        }
    }

    private void remove(AsyncFile open) {
        open.close().onComplete(closed -> vertx.fileSystem().delete(path));
    }
}
