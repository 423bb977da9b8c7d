package dev.vedette.replication.primary;

import dev.vedette.replication.backlog.Backlog;
import dev.vedette.replication.bus.Traffic;
import dev.vedette.wire.bus.ReplicaSocket;
import dev.vedette.wire.bus.ToReplication.ReplicaLink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
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
    /** It is being given what it can take: whoever comes to that meanwhile leaves it alone. */
    boolean pumping;

    private final NetSocket socket;
    private final Channel channel;
    private final Context context;
    private final Traffic traffic;
    /** The socket's event loop is the verticle's, too. */
    private final boolean onOneLoop;

    private long unsentBytes;
    private long unsentStreamBytes;
    private long lastSentMillis;

    Replica(ReplicaLink link, Context context, Traffic traffic, long nowMillis) {
        this.link = link;
        this.socket = link.socket();
        this.channel = ((NetSocketInternal) socket).channelHandlerContext().channel();
        this.context = context;
        this.traffic = traffic;
        this.onOneLoop = ((ContextInternal) context).nettyEventLoop() == channel.eventLoop();
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
        return write(Unpooled.wrappedBuffer(line.getBytes(StandardCharsets.ISO_8859_1)), nowMillis);
    }

    /**
     * Writes and releases; the future completes on the verticle's context, in a later turn, when the kernel has taken the
     * bytes.
     */
    Future<Void> write(ByteBuf bytes, long nowMillis) {
        Promise<Void> sent = Promise.promise();
        write(
                bytes,
                false,
                nowMillis,
                failure -> context.runOnContext(hop -> {
                    if (failure == null) {
                        sent.complete();
                    } else {
                        sent.fail(failure);
                    }
                }));
        channel.flush();
        return sent.future();
    }

    /**
     * Queues a slice of the stream, which is released when it is sent; the kernel gets it with {@link #flush}.
     *
     * @param then told on the verticle's context when the kernel has taken it, with null, or why it has not; perhaps before
     *     this call or that of {@link #flush} returns
     */
    void writeStream(ByteBuf slice, long nowMillis, Consumer<@Nullable Throwable> then) {
        write(slice, true, nowMillis, then);
    }

    void flush() {
        channel.flush();
    }

    private void write(ByteBuf bytes, boolean stream, long nowMillis, Consumer<@Nullable Throwable> then) {
        int length = bytes.readableBytes();
        if (unsentBytes == 0) {
            lastSentMillis = nowMillis;
        }
        unsentBytes += length;
        unsentStreamBytes += stream ? length : 0;
        channel.write(bytes).addListener(new Sent(length, stream, then));
    }

    /** The end of a write. */
    private final class Sent implements ChannelFutureListener, Handler<Void> {
        private final int length;
        private final boolean stream;
        private final Consumer<@Nullable Throwable> then;
        private @Nullable Throwable failure;

        Sent(int length, boolean stream, Consumer<@Nullable Throwable> then) {
            this.length = length;
            this.stream = stream;
            this.then = then;
        }

        @Override
        public void operationComplete(ChannelFuture written) {
            failure = written.cause();
            if (failure == null && onOneLoop) {
                handle(null);
            } else {
                context.runOnContext(this); // a failure may be found while the replicas are gone through
            }
        }

        @Override
        public void handle(@Nullable Void hop) {
            unsentBytes -= length;
            unsentStreamBytes -= stream ? length : 0;
            traffic.sent(failure == null ? length : 0);
            then.accept(failure);
        }
    }

    /** Notes that the kernel took something. */
    void tookSome(long nowMillis) {
        lastSentMillis = nowMillis;
    }
}
