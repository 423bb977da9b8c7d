package dev.vedette.replication.replica;

import dev.vedette.wire.rdb.RdbSource;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot that is read while it arrives: the verticle says what has come, the store's loader reads in a thread of its own
 * and waits for more.
 *
 * <p>Threads: {@link #fill} and {@link #close} belong to the loader, all else to the verticle; this object's lock is between
 * them.
 */
abstract class ArrivingSource implements RdbSource {

    private boolean ended;
    private @Nullable String broken;

    /** All of it has come. */
    final synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** No more will come although the snapshot is not complete. Nothing when it is. */
    final synchronized void fail(String reason) {
        if (!ended) {
            broken = reason;
            dropRest();
            notifyAll();
        }
    }

    /** Nobody will read what is left. With the lock held. */
    void dropRest() {}

    /**
     * Waits until there is something to read, for the loader, which holds the lock.
     *
     * @param something whether there is
     * @return false when there is nothing and nothing will come
     * @throws IOException when it will not be complete
     */
    final boolean await(BooleanSupplier something) throws IOException {
        while (!something.getAsBoolean() && !ended && broken == null) {
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
        return something.getAsBoolean();
    }
}
