package dev.vedette.store.connection;

import dev.vedette.store.config.OutputLimit;
import dev.vedette.store.session.Connection;
import dev.vedette.store.session.Replies;
import dev.vedette.store.session.Session;
import dev.vedette.wire.bus.ReplicaSocket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One client's socket: a handler in front of the pipeline that runs what it reads and writes what that answers.
 *
 * <p>Bytes are parsed where they were read; only what is left over (an incomplete command, or commands behind one that
 * waits) is kept, in an array of the connection's own. Replies of one read leave in one write and one flush. A large
 * reply is given to the kernel in pieces, as fast as it takes them.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter implements Connection, Replies.Outlet {

    private static final byte[] NONE = new byte[0];
    /** Replies beyond this are written in pieces. */
    private static final int PIECE_BYTES = 256 * 1024;
    /** When so many bytes of replies have gathered while commands run, they leave for the channel. */
    private static final int GATHERED_BYTES = 64 * 1024;
    /** Bytes that may wait in the channel before the next piece is written. */
    private static final int UNDER_WAY_BYTES_MAX = 1024 * 1024;
    /** While more replies than this wait for a client that does not read, its commands wait, too. */
    private static final long UNREAD_REPLIES_BYTES_MAX = 64L * 1024 * 1024;
    /** One reply may take so much of the heap, whatever the configuration allows: the rest is for the others. */
    private static final long REPLY_BYTES_MAX = Runtime.getRuntime().maxMemory() / 4;
    /** So much of what a command answers counts for no limit, as in Redis. */
    private static final int UNCOUNTED_BYTES = 16 * 1024;

    private final Clients clients;
    private final NetSocket socket;
    private final String remote;
    private final String local;
    private final RequestParser parser;
    private @Nullable Session session;
    private @Nullable ChannelHandlerContext context;

    private byte[] input = NONE;
    private int inputLength;
    /** While a batch is being run: where it is, so that a hand-over can take what is left of it. */
    private byte[] batch = NONE;

    private int batchAt;
    private int batchEnd;
    private boolean running;
    private boolean paused;
    private boolean flushing;
    private boolean resuming;
    private boolean handedOver;
    private boolean closed;
    private boolean readingStopped;
    /** It has left too much unread, and is closed when the command under way has ended. */
    private boolean overLimit;

    /** Something was given to the channel that has not been flushed. */
    private boolean wrote;

    private long overSoftLimitSinceMillis;

    private final ArrayDeque<ByteBuf> pieces = new ArrayDeque<>(2);
    private long piecesBytes;
    /** How much of the reply that is being written has left {@link Replies} already. */
    private long takenBytes;

    ClientConnection(Clients clients, NetSocket socket, String remote, String local) {
        this.clients = clients;
        this.socket = socket;
        this.remote = remote;
        this.local = local;
        this.parser = new RequestParser(new RequestParser.Limits() {
            @Override
            public long bulkBytesMax() {
                return clients.server().settings.protoMaxBulkLen;
            }

            @Override
            public boolean isStranger() {
                return !session().authenticated && clients.server().users.loginRequired();
            }
        });
    }

    void begin(Session newSession) {
        newSession.replies().leaveBy(this);
        session = newSession;
    }

    Session session() {
        Session present = session;
        if (present == null) {
            throw new IllegalStateException("a connection without its session");
        }
        return present;
    }

    // ------------------------------------------------------------------ reading

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (handedOver) {
            ctx.fireChannelRead(message);
            return;
        }
        if (!(message instanceof ByteBuf bytes)) {
            ReferenceCountUtil.release(message);
            return;
        }
        try {
            if (!closed && !session().closing) {
                received(bytes);
            }
        } finally {
            bytes.release();
        }
    }

    private void received(ByteBuf bytes) {
        int length = bytes.readableBytes();
        clients.server().stats.netInputBytes += length;
        clients.server().stats.totalReadsProcessed++;
        long total = (long) inputLength + length;
        if (total + parser.heldBytes() > clients.server().settings.queryBufferLimitBytes
                || total > Integer.MAX_VALUE - 16) {
            clients.log(
                    Level.WARNING,
                    "Closing client that reached max query buffer length: id="
                            + session().id() + " addr=" + remote);
            closeNow();
            return;
        }
        if (inputLength == 0 && !isHeldUp()) {
            byte[] scratch = clients.scratch(length);
            bytes.readBytes(scratch, 0, length);
            run(scratch, 0, length);
            return;
        }
        if (input.length < total) {
            input = Arrays.copyOf(input, (int) Math.max(total, Math.min(Integer.MAX_VALUE - 16, input.length * 2L)));
        }
        bytes.readBytes(input, inputLength, length);
        inputLength = (int) total;
        runInput();
    }

    private void runInput() {
        if (inputLength > 0 && !isHeldUp()) {
            byte[] held = input;
            int length = inputLength;
            input = NONE;
            inputLength = 0;
            run(held, 0, length);
        }
    }

    private boolean isHeldUp() {
        return running || paused || session().isBlocked() || session().closing || readingStopped;
    }

    /** Runs the commands in those bytes; keeps what is left. */
    private void run(byte[] bytes, int from, int end) {
        Session client = session();
        clients.server().tick();
        client.lastInteractionMillis = clients.server().nowMillis();
        running = true;
        batch = bytes;
        batchAt = from;
        batchEnd = end;
        if (client.replies().length() == 0 && !client.replies().isBorrowing()) {
            client.replies().borrow(clients.borrowReplyArray());
        }
        Lookahead ahead = clients.borrowLookahead();
        clients.dispatcher().beginRun();
        try {
            while (!closed && !handedOver && !client.closing && !client.isBlocked() && step(client, ahead)) {
                if (client.replies().length() > GATHERED_BYTES
                        || !client.replies().lent().isEmpty()) {
                    send(client);
                }
            }
        } finally {
            running = false;
            batch = NONE;
            clients.dispatcher().endRun();
            clients.giveBack(ahead);
            // A transport may read from many connections before it says of the first that the read is complete.
            send(client);
            giveBackReplyArray(client);
        }
        if (handedOver || closed) {
            return;
        }
        keep(bytes, batchAt, end);
    }

    /** Runs the next command; false when there is none that could run now. */
    private boolean step(Session client, Lookahead ahead) {
        if (!ahead.next()) {
            RequestParser.Found found = ahead.fill(parser, batch, batchAt, batchEnd);
            if (found != RequestParser.Found.COMMAND) {
                batchAt = parser.next();
                return noCommand(client, found);
            }
            ahead.warm(clients.server().keyspace.database(client.database));
            ahead.next();
        }
        int start = ahead.start();
        batchAt = ahead.end();
        boolean done = clients.dispatcher()
                .dispatch(client, ahead.args(), ahead.isCanonical() ? batch : null, start, batchAt - start);
        if (!done) {
            pause(start, ahead);
        }
        return done;
    }

    private boolean noCommand(Session client, RequestParser.Found found) {
        if (found == RequestParser.Found.BROKEN) {
            client.replies().error(parser.error());
            clients.server().stats.countError(parser.error());
            clients.log(
                    Level.DEBUG,
                    "Protocol error (" + parser.error() + ") from client id=" + client.id() + " addr=" + remote);
            batchAt = batchEnd;
            closeAfterFlush();
        }
        return found == RequestParser.Found.NOTHING;
    }

    /** The client is paused: the command that it just sent is for later. */
    private void pause(int start, Lookahead ahead) {
        paused = true;
        if (!ahead.cameInPieces()) {
            batchAt = start;
        } else {
            // It came in pieces: its bytes are gone, but it can be written again.
            byte[] again =
                    dev.vedette.wire.resp.RespEncoder.commandBytes(ahead.args().toArrays());
            byte[] joined = Arrays.copyOf(again, again.length + batchEnd - batchAt);
            System.arraycopy(batch, batchAt, joined, again.length, batchEnd - batchAt);
            input = joined;
            inputLength = joined.length;
            batchAt = batchEnd;
        }
    }

    private void keep(byte[] bytes, int from, int end) {
        if (from < end) {
            boolean own = bytes != clients.scratch(0);
            input = own && from == 0 ? bytes : Arrays.copyOfRange(bytes, from, end);
            inputLength = end - from;
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (handedOver) {
            ctx.fireChannelReadComplete();
            return;
        }
        if (clients.mustFollowChanges()) {
            flushSoon();
        } else {
            flush();
        }
    }

    @Override
    public void resume() {
        paused = false;
        if (!resuming) {
            resuming = true;
            clients.later(() -> {
                resuming = false;
                if (!closed && !handedOver) {
                    runInput();
                    flushSoon();
                }
            });
        }
    }

    // ------------------------------------------------------------------ writing

    @Override
    public void flushSoon() {
        if (!flushing && !closed) {
            flushing = true;
            clients.flushLater(this);
        }
    }

    /** Writes what the session's replies hold, and all that was written before leaves. */
    void flush() {
        flushing = false;
        Session client = session();
        send(client);
        ChannelHandlerContext to = context;
        if (wrote && to != null && !closed) {
            wrote = false;
            to.flush();
        }
        giveBackReplyArray(client);
        if (client.closing && pieces.isEmpty() && to != null && !closed) {
            to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void giveBackReplyArray(Session client) {
        byte[] lent = client.replies().giveBack();
        if (lent != null) {
            clients.giveBack(lent);
        }
    }

    /** Gives the channel what the session's replies hold; small ones leave with the next {@link #flush}. */
    private void send(Session client) {
        Replies replies = client.replies();
        int length = replies.length();
        if (length == 0) {
            return;
        }
        takenBytes = 0;
        clients.server().stats.netOutputBytes += length;
        clients.server().stats.totalWritesProcessed++;
        if (length > UNCOUNTED_BYTES) {
            checkOutputLimits(client, pendingOutputBytes() + length - UNCOUNTED_BYTES);
        }
        List<Replies.Lent> lent = replies.lent();
        ChannelHandlerContext to = context;
        if (to == null || closed) {
            replies.clear();
            return;
        }
        if (!lent.isEmpty()) {
            addPieces(Arrays.copyOf(replies.buffer(), length), length, lent);
            replies.clear();
            writePieces(to);
        } else if (length <= PIECE_BYTES && pieces.isEmpty() && underWay() < UNDER_WAY_BYTES_MAX) {
            ByteBuf out = to.alloc().directBuffer(length);
            out.writeBytes(replies.buffer(), 0, length);
            replies.clear();
            to.write(out, to.voidPromise());
            wrote = true;
        } else if (length <= PIECE_BYTES) {
            addPiece(Unpooled.copiedBuffer(replies.buffer(), 0, length));
            replies.clear();
            writePieces(to);
        } else {
            addPiece(Unpooled.wrappedBuffer(replies.buffer(), 0, length));
            replies.release();
            writePieces(to);
        }
        enforceOutputLimits(client);
    }

    /** Adds what stands in the array, which nobody else has, and the parts of strings that belong in between. */
    private void addPieces(byte[] array, int length, List<Replies.Lent> lent) {
        int from = 0;
        for (Replies.Lent part : lent) {
            addPiece(Unpooled.wrappedBuffer(array, from, part.at() - from));
            addPiece(Unpooled.wrappedBuffer(part.array(), part.offset(), part.count()));
            clients.server().stats.netOutputBytes += part.count();
            from = part.at();
        }
        addPiece(Unpooled.wrappedBuffer(array, from, length - from));
    }

    @Override
    public void take(byte[] array, int length, List<Replies.Lent> lent) {
        clients.server().stats.netOutputBytes += length;
        takenBytes += length;
        addPieces(array, length, lent);
    }

    /** Asked in the midst of a command: a client that is to be closed is closed behind it. */
    @Override
    public boolean wants(long bytes) {
        Session client = session();
        if (takenBytes + bytes > REPLY_BYTES_MAX) {
            logOverLimit(client);
        } else if (!isOverOutputLimit(client, pendingOutputBytes() + bytes - UNCOUNTED_BYTES)) {
            return true;
        }
        overLimit = true;
        client.closing = true;
        clients.later(this::closeNow);
        return false;
    }

    private void addPiece(ByteBuf piece) {
        pieces.add(piece);
        piecesBytes += piece.readableBytes();
    }

    private void writePieces(ChannelHandlerContext to) {
        while (!pieces.isEmpty() && underWay() < UNDER_WAY_BYTES_MAX) {
            ByteBuf first = pieces.getFirst();
            int count = Math.min(PIECE_BYTES, first.readableBytes());
            ByteBuf out = to.alloc().directBuffer(count);
            out.writeBytes(first, count);
            piecesBytes -= count;
            if (!first.isReadable()) {
                pieces.removeFirst();
            }
            to.write(out, to.voidPromise());
            wrote = true;
            if (underWay() >= UNDER_WAY_BYTES_MAX) {
                to.flush();
            }
        }
        if (wrote) {
            wrote = false;
            to.flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (handedOver) {
            ctx.fireChannelWritabilityChanged();
            return;
        }
        if (ctx.channel().isWritable()) {
            writePieces(ctx);
            if (readingStopped && pendingOutputBytes() < UNREAD_REPLIES_BYTES_MAX / 2) {
                readingStopped = false;
                ctx.channel().config().setAutoRead(true);
                resume();
            }
            if (pieces.isEmpty() && session().closing) {
                flush();
            }
        }
    }

    private long underWay() {
        ChannelHandlerContext to = context;
        ChannelOutboundBuffer buffer = to == null ? null : to.channel().unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    private void enforceOutputLimits(Session client) {
        long pending = pendingOutputBytes();
        ChannelHandlerContext to = context;
        if (pending > UNREAD_REPLIES_BYTES_MAX && !readingStopped && to != null) {
            readingStopped = true;
            to.channel().config().setAutoRead(false);
        }
        checkOutputLimits(client, pending);
    }

    /** Closes the client when it has left more replies unread than client-output-buffer-limit allows. */
    void checkOutputLimits() {
        if (session != null && !closed && !handedOver) {
            checkOutputLimits(session(), pendingOutputBytes());
        }
    }

    private void checkOutputLimits(Session client, long pending) {
        if (!overLimit && isOverOutputLimit(client, pending)) {
            closeNow();
        }
    }

    /** Whether a client has left too much unread, which is logged then. */
    private boolean isOverOutputLimit(Session client, long pending) {
        OutputLimit limit = client.subscriptions() > 0
                ? clients.outputLimits().pubsub()
                : clients.outputLimits().normal();
        boolean over = limit.hardBytes() > 0 && pending >= limit.hardBytes();
        if (limit.softBytes() > 0 && pending >= limit.softBytes()) {
            long now = clients.server().nowMillis();
            if (overSoftLimitSinceMillis == 0) {
                overSoftLimitSinceMillis = now;
            }
            over |= now - overSoftLimitSinceMillis > limit.softSeconds() * 1000L;
        } else {
            overSoftLimitSinceMillis = 0;
        }
        if (over) {
            logOverLimit(client);
        }
        return over;
    }

    private void logOverLimit(Session client) {
        clients.log(
                Level.WARNING,
                "Client id=" + client.id() + " addr=" + remote
                        + " scheduled to be closed ASAP for overcoming of output buffer limits.");
        clients.server().stats.outputLimitDisconnections++;
    }

    // ------------------------------------------------------------------ the end

    @Override
    public void closeAfterFlush() {
        session().closing = true;
        flushSoon();
    }

    @Override
    public void closeNow() {
        if (handedOver) {
            ReplicaSocket.hangUp(socket);
            return;
        }
        ChannelHandlerContext to = context;
        ended();
        if (to != null) {
            to.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!handedOver) {
            ended();
        }
        ctx.fireChannelInactive();
    }

    private void ended() {
        if (!closed) {
            closed = true;
            pieces.clear();
            piecesBytes = 0;
            input = NONE;
            inputLength = 0;
            parser.reset();
            clients.gone(this);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (handedOver) {
            ctx.fireExceptionCaught(cause);
            return;
        }
        if (cause instanceof java.io.IOException) {
            clients.log(Level.DEBUG, "Reading from client: " + cause.getMessage());
        } else {
            clients.bug("Bug in the connection of client id=" + session().id() + " addr=" + remote, cause);
        }
        closeNow();
    }

    @Override
    public HandedOver handOver() {
        ChannelHandlerContext from = context;
        if (from == null || closed) {
            throw new IllegalStateException("no connection to hand over");
        }
        flush();
        socket.pause();
        Buffer unread = Buffer.buffer(Arrays.copyOfRange(batch, batchAt, batchEnd));
        handedOver = true;
        from.pipeline().remove(this);
        return new HandedOver(socket, unread);
    }

    // ------------------------------------------------------------------ asked by commands and timers

    /** An idle client keeps no buffers. */
    void releaseBuffers() {
        if (inputLength == 0) {
            input = NONE;
        }
        Session client = session;
        if (client != null && client.replies().length() == 0) {
            client.replies().release();
        }
    }

    boolean isHandedOver() {
        return handedOver;
    }

    @Override
    public String remoteAddress() {
        return remote;
    }

    @Override
    public String localAddress() {
        return local;
    }

    @Override
    public long pendingOutputBytes() {
        return underWay() + piecesBytes;
    }

    @Override
    public long pendingInputBytes() {
        return inputLength + parser.heldBytes();
    }
}
