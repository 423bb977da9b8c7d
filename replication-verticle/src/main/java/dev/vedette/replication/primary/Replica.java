package dev.vedette.replication.primary;

import dev.vedette.replication.backlog.Backlog;
import dev.vedette.wire.bus.ReplicaSocket;
import dev.vedette.wire.bus.ToReplication.ReplicaLink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** One replica's link: its socket, its place in the stream, what it has said. */
final class Replica {

    /** Where a replica is on its way; each state's successor is the next one, except that a partial sync begins ONLINE. */
    enum State {
        /** Waits for a snapshot to begin. */
        WAIT_START,
        /** Takes part in a snapshot under way. */
        WAIT_END,
        /** Is sent a finished RDB file. */
        SEND_BULK,
        /** Follows the stream, or will as soon as it has acknowledged a diskless transfer. */
        ONLINE
    }

    final ReplicaLink link;
    final String name;
    final ReplicaInput input = new ReplicaInput();
    State state = State.WAIT_START;
    /** Null until its place in the stream is known. */
    Backlog.@Nullable Cursor cursor;
    /** A diskless transfer is over and the first acknowledgement has not come: nothing may follow the mark before. */
    boolean streamOnAck;

    /** Its snapshot comes without a file, ended by a mark. */
    boolean streamed;

    /** Parts of its snapshot that its kernel has not taken, in order. */
    final Deque<Snapshot.Chunk> chunks = new ArrayDeque<>();

    final long sinceMillis;
    long ackOffset;
    long ackMillis;
    /** Since when the soft output limit is exceeded, 0 when it is not. */
    long softLimitSinceMillis;

    boolean closed;

    private final NetSocket socket;
    private final Context context;
    private long unsentBytes;
    private long unsentStreamBytes;
    private long lastSentMillis;

    Replica(ReplicaLink link, Context context, long nowMillis) {
        this.link = link;
        this.socket = link.socket();
        this.context = context;
        this.sinceMillis = nowMillis;
        this.lastSentMillis = nowMillis;
        this.name = link.host() + ":" + (link.listeningPort() == 0 ? "<unknown-replica-port>" : link.listeningPort());
    }

    NetSocket socket() {
        return socket;
    }

    /** Ends the connection at once. */
    void hangUp() {
        ReplicaSocket.hangUp(socket);
    }

    /** Bytes given to the socket that the kernel has not taken. */
    long unsentBytes() {
        return unsentBytes;
    }

    /** When the kernel last took something, or when the first of what is waiting was given to the socket. */
    long lastSentMillis() {
        return lastSentMillis;
    }

    /** Position of the first byte of the stream that this replica still needs from the backlog. */
    long neededFrom(long end) {
        Backlog.Cursor at = cursor;
        return at == null || link.rdbOnly() ? end : at.position() - unsentStreamBytes;
    }

    Future<Void> write(String line, long nowMillis) {
        return write(Buffer.buffer(line.getBytes(StandardCharsets.ISO_8859_1)), false, nowMillis);
    }

    Future<Void> write(Buffer bytes, long nowMillis) {
        return write(bytes, false, nowMillis);
    }

    Future<Void> writeStream(Buffer bytes, long nowMillis) {
        return write(bytes, true, nowMillis);
    }

    /** Writes; the future completes on the verticle's context when the kernel has taken the bytes. */
    private Future<Void> write(Buffer bytes, boolean stream, long nowMillis) {
        int length = bytes.length();
        if (unsentBytes == 0) {
            lastSentMillis = nowMillis;
        }
        unsentBytes += length;
        unsentStreamBytes += stream ? length : 0;
        Promise<Void> sent = Promise.promise();
        socket.write(bytes)
                .onComplete(result -> context.runOnContext(hop -> {
                    unsentBytes -= length;
                    unsentStreamBytes -= stream ? length : 0;
                    sent.handle(result);
                }));
        return sent.future();
    }

    /** Notes that the kernel took something. */
    void tookSome(long nowMillis) {
        lastSentMillis = nowMillis;
    }
}
