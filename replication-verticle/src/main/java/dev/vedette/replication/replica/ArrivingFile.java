package dev.vedette.replication.replica;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A file read while it grows: the verticle says how far it has come, the loader follows. */
final class ArrivingFile extends ArrivingSource {

    private final Path path;
    private @Nullable FileChannel channel;
    private long readBytes;
    private long thereBytes;

    ArrivingFile(Path path) {
        this.path = path;
    }

    /** So many more bytes can be read. */
    synchronized void grown(long bytes) {
        thereBytes += bytes;
        notifyAll();
    }

    /** Waits for bytes; how many there are, or -1 for none any more. */
    private synchronized long awaitMore() throws IOException {
        return await(() -> readBytes < thereBytes) ? thereBytes - readBytes : -1;
    }

    @Override
    public int fill(byte[] array, int offset, int length) throws IOException {
        long there = awaitMore();
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
