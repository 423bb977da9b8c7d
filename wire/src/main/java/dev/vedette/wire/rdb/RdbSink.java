package dev.vedette.wire.rdb;

import java.io.IOException;

/** Where an {@link RdbWriter} leaves its bytes: a file, a socket's queue, an array. */
@FunctionalInterface
public interface RdbSink {

    /**
     * Takes {@code length} bytes. The array is the writer's own buffer (or the caller's value): it must be consumed or
     * copied before this returns.
     */
    void write(byte[] array, int offset, int length) throws IOException;
}
