package dev.vedette.store.session;

import org.jspecify.annotations.Nullable;

/** What carries a session: a socket, or in tests an array. All calls on the event loop of the store. */
public interface Connection {

    /** Sends what the session's replies hold, at the latest at the end of this turn. */
    void flushSoon();

    /** Closes after what is written so far has been sent, reading no further command. */
    void closeAfterFlush();

    /** Closes at once. */
    void closeNow();

    /** Goes on with commands that waited while the session was blocked or paused. */
    void resume();

    /** {@code ip:port} of the peer, or the path of a Unix socket with {@code :0}. */
    String remoteAddress();

    /** {@code ip:port} of this end. */
    String localAddress();

    /** Bytes sent by the session and not yet taken by the kernel. */
    long pendingOutputBytes();

    /** Bytes received and not yet executed. */
    long pendingInputBytes();

    /** Number of the file descriptor for CLIENT LIST, or -1. */
    default int descriptor() {
        return -1;
    }

    /**
     * Gives the socket away (PSYNC): takes the store's handlers off it.
     *
     * @return the socket and what was read beyond the current command, or null where there is no socket
     */
    default @Nullable HandedOver handOver() {
        return null;
    }

    /** See {@link #handOver}. */
    record HandedOver(io.vertx.core.net.NetSocket socket, io.vertx.core.buffer.Buffer unread) {}
}
