package dev.vedette.wire.rdb;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** Where an {@link RdbReader} takes its bytes from. */
@FunctionalInterface
public interface RdbSource extends Closeable {

    /**
     * Puts at least one and at most {@code length} bytes into {@code array}, waiting for them if it must.
     *
     * @param length at least 1
     * @return how many bytes came, or -1 when there are no more
     */
    int fill(byte[] array, int offset, int length) throws IOException;

    /** Lets go of what it holds; a source that holds nothing does nothing. */
    @Override
    default void close() throws IOException {}

    /** Reads from a stream; the caller closes it. */
    static RdbSource of(InputStream stream) {
        return stream::read;
    }

    /** Reads from a channel in blocking mode, a file for instance, from its present position; the caller closes it. */
    static RdbSource of(ReadableByteChannel channel) {
        return (array, offset, length) -> channel.read(ByteBuffer.wrap(array, offset, length));
    }

    /** Reads all of an array. */
    static RdbSource of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    /** Reads a part of an array. */
    static RdbSource of(byte[] bytes, int from, int count) {
        return new RdbSource() {
            private int next = from;
            private final int end = from + count;

            @Override
            public int fill(byte[] array, int offset, int length) {
                if (next == end) {
                    return -1;
                }
                int taken = Math.min(length, end - next);
                System.arraycopy(bytes, next, array, offset, taken);
                next += taken;
                return taken;
            }
        };
    }
}
