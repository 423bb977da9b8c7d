package dev.vedette.wire.bus;

import io.vertx.core.buffer.Buffer;

/**
 * Takes a connected master's stream straight from its socket, where the socket's event loop is the store's own: what has
 * come is in the data before the next client's command runs, instead of after a message has been through the event bus. Given
 * by the store as the answer to {@link ToStore.OpenFeed}, as sockets are given the other way.
 *
 * <p>Threads: the store's event loop.
 */
public interface StreamFeed {

    /**
     * Whether bytes may come this way now: the caller is on the store's event loop, and the store is not in the midst of a
     * script. Otherwise they go by way of {@link ToStore.ApplyStream}, and a feed is opened anew later.
     */
    boolean isReady();

    /** As {@link ToStore.ApplyStream}, at once. Everything that came before must have been taken in. */
    void take(Buffer bytes);
}
