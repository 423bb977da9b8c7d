package dev.vedette.replication.replica;

import dev.vedette.wire.rdb.RdbSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file while it grows: the verticle says how far it has come, the store's loader follows in a thread of its own.
 *
 * <p>Threads: {@link #fill} and {@link #close} belong to the loader, all else to the verticle; a lock is between them.
 */
final class ArrivingFile implements RdbSource {

    private final Path path;
    private @Nullable FileChannel channel;
    private long readBytes;
    private long thereBytes;
    private boolean ended;
    private @Nullable String broken;

    ArrivingFile(Path path) {
        this.path = path;
    }

    /** So many more bytes can be read. */
    synchronized void grown(long bytes) {
        thereBytes += bytes;
        notifyAll();
    }

    /** All of it is there. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** It will not be whole. */
    synchronized void fail(String reason) {
        if (!ended) {
            broken = reason;
            notifyAll();
        }
    }

    /** Waits for bytes; how many there are, or -1 for none any more. */
    private synchronized long await() throws IOException {
        while (readBytes == thereBytes && !ended && broken == null) {
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
        return readBytes == thereBytes ? -1 : thereBytes - readBytes;
    }

    @Override
    public int fill(byte[] array, int offset, int length) throws IOException {
        long there = await();
        if (there < 0) {
            return -1;
        }
        FileChannel from = channel;
        if (from == null) {
            from = FileChannel.open(path, StandardOpenOption.READ);
            channel = from;
        }
        int count = from.read(ByteBuffer.wrap(array, offset, (int) Math.min(length, there)));
        if (count > 0) {
            readBytes += count;
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
