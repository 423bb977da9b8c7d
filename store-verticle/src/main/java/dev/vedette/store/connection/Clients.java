package dev.vedette.store.connection;

import dev.vedette.store.command.Dispatcher;
import dev.vedette.store.command.ServerState;
import dev.vedette.store.config.OutputLimits;
import dev.vedette.store.session.Session;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The store's connections: takes new ones in, and has what they share.
 *
 * <p>Replies written outside of a client's own command (messages, unblocked clients) leave together at the end of the
 * event-loop turn. All calls on the event loop.
 */
final class Clients {

    private static final int SCRATCH_BYTES = 64 * 1024;
    private static final int REPLY_BYTES = 128 * 1024;
    private static final long IDLE_MILLIS = 2000;

    private static final byte[] TOO_MANY = "-ERR max number of clients reached\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PROTECTED = ("-DENIED Redis is running in protected mode because protected mode is"
                    + " enabled and no password is set for the default user. In this mode connections are only"
                    + " accepted from the loopback interface. To connect from elsewhere, set a password for the"
                    + " default user, bind to chosen addresses, or set 'protected-mode no' (CONFIG SET works from"
                    + " this machine), if and only if nobody else can reach the port.\r\n")
            .getBytes(StandardCharsets.US_ASCII);

    private final ServerState server;
    private final Dispatcher dispatcher;
    private final Executor loop;
    private final Consumer<Session> welcome;
    private byte @Nullable [] replyArray;
    private @Nullable Lookahead lookahead = new Lookahead();
    private byte[] scratch = new byte[SCRATCH_BYTES];
    private List<ClientConnection> toFlush = new ArrayList<>();
    private List<ClientConnection> flushing = new ArrayList<>();
    private final BooleanSupplier changesUnderWay;
    /** Those whose replies wait until the changes under way are with the replicas' sockets. */
    private List<ClientConnection> behindChanges = new ArrayList<>();

    private List<ClientConnection> changesGone = new ArrayList<>();
    private final Runnable flushAll = this::flushAll;
    private final Runnable flushBehind = this::flushBehind;

    private OutputLimits outputLimits;

    /**
     * @param loop runs a task later on the event loop
     * @param changesUnderWay whether changes wait for the end of the turn, then to go to replicas
     * @param welcome prepares a new session: is it logged in as it is?
     */
    Clients(
            ServerState server,
            Dispatcher dispatcher,
            Executor loop,
            BooleanSupplier changesUnderWay,
            Consumer<Session> welcome) {
        this.server = server;
        this.dispatcher = dispatcher;
        this.loop = loop;
        this.changesUnderWay = changesUnderWay;
        this.welcome = welcome;
        this.outputLimits = server.config.outputLimits();
        server.config.onChange(
                config -> {
                    outputLimits = config.outputLimits();
                    return null;
                },
                "client-output-buffer-limit");
    }

    ServerState server() {
        return server;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    OutputLimits outputLimits() {
        return outputLimits;
    }

    /** An array for the replies of one run, the same one for all connections in turn; to be given back. */
    byte[] borrowReplyArray() {
        byte[] free = replyArray;
        replyArray = null;
        return free == null ? new byte[REPLY_BYTES] : free;
    }

    void giveBack(byte[] borrowedReplyArray) {
        // One that a large reply made grow is not kept.
        if (borrowedReplyArray.length == REPLY_BYTES) {
            replyArray = borrowedReplyArray;
        }
    }

    /** The one that all connections use in turn; to be given back. */
    Lookahead borrowLookahead() {
        Lookahead free = lookahead;
        lookahead = null;
        return free == null ? new Lookahead() : free;
    }

    void giveBack(Lookahead borrowed) {
        borrowed.clear(scratch);
        lookahead = borrowed;
    }

    /** An array of at least that length, for the bytes of one read; the same one for all connections. */
    byte[] scratch(int length) {
        if (scratch.length < length) {
            scratch = new byte[Integer.highestOneBit(length) * 2];
        }
        return scratch;
    }

    void later(Runnable task) {
        loop.execute(task);
    }

    void log(Level level, String text) {
        server.log.log(level, text);
    }

    void bug(String text, Throwable cause) {
        server.log.log(Level.ERROR, text, cause);
    }

    // ------------------------------------------------------------------ coming and going

    /** Takes in a connection that was just accepted. */
    void accept(NetSocket socket, boolean unixSocket) {
        NetSocketInternal internal = (NetSocketInternal) socket;
        String remote = unixSocket ? server.config.getString("unixsocket") + ":0" : text(socket.remoteAddress());
        String local = unixSocket ? server.config.getString("unixsocket") + ":0" : text(socket.localAddress());
        byte[] refusal = refusal(socket, unixSocket);
        if (refusal.length > 0) {
            server.stats.rejectedConnections++;
            socket.write(io.vertx.core.buffer.Buffer.buffer(refusal)).onComplete(sent -> socket.close());
            return;
        }
        ClientConnection connection = new ClientConnection(this, socket, remote, local);
        Session session = new Session(server.clients.nextId(), connection, server.tick());
        session.unixSocket = unixSocket;
        welcome.accept(session);
        connection.begin(session);
        server.clients.add(session);
        server.stats.connectionsReceived++;
        internal.channelHandlerContext().pipeline().addFirst("resp", connection);
        log(Level.DEBUG, "Accepted " + remote);
    }

    private byte[] refusal(NetSocket socket, boolean unixSocket) {
        if (server.clients.count() >= server.settings.maxClients) {
            return TOO_MANY;
        }
        if (!unixSocket
                && server.config.getBool("protected-mode")
                && server.users.isDefaultOpen()
                && !isLoopback(socket.remoteAddress())) {
            return PROTECTED;
        }
        return new byte[0];
    }

    private static boolean isLoopback(SocketAddress address) {
        String host = address.hostAddress();
        return host == null || host.startsWith("127.") || host.equals("::1") || host.equals("0:0:0:0:0:0:0:1");
    }

    /** An address as CLIENT LIST shows it, of the sixth version in brackets. */
    static String text(SocketAddress address) {
        String host = address.hostAddress();
        if (host == null) {
            host = address.host();
        }
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.port();
    }

    void gone(ClientConnection connection) {
        log(
                Level.DEBUG,
                "Client closed connection id=" + connection.session().id() + " addr=" + connection.remoteAddress());
        dispatcher.forget(connection.session());
    }

    // ------------------------------------------------------------------ the end of a turn

    void flushLater(ClientConnection connection) {
        if (mustFollowChanges()) {
            behindChanges.add(connection);
            return;
        }
        if (toFlush.isEmpty()) {
            loop.execute(flushAll);
        }
        toFlush.add(connection);
    }

    private void flushAll() {
        List<ClientConnection> now = toFlush;
        toFlush = flushing;
        flushing = now;
        if (mustFollowChanges()) {
            // Made after the first of these replies, as when a push serves a client that waits.
            behindChanges.addAll(now);
            now.clear();
        } else {
            flush(now);
        }
    }

    /**
     * Whether replies must wait for {@link #changesSent}. What a client is told was done is then with the kernel for
     * every replica that keeps up, and outlives this process.
     */
    boolean mustFollowChanges() {
        return changesUnderWay.getAsBoolean() && !server.replication.replicas().isEmpty();
    }

    /** The changes under way are on the bus: a task given to the loop now runs when the replicas' sockets have them. */
    void changesSent() {
        if (!behindChanges.isEmpty()) {
            if (changesGone.isEmpty()) {
                loop.execute(flushBehind);
            }
            changesGone.addAll(behindChanges);
            behindChanges.clear();
        }
    }

    private void flushBehind() {
        flush(changesGone);
    }

    private static void flush(List<ClientConnection> now) {
        for (int i = 0; i < now.size(); i++) {
            now.get(i).flush();
        }
        now.clear();
    }

    // ------------------------------------------------------------------ time

    /** To be called each second: closes idle clients and those over a soft limit, gives idle ones' buffers back. */
    void everySecond() {
        long now = server.nowMillis();
        long timeoutMillis = server.settings.timeoutSeconds * 1000L;
        for (Session session : new ArrayList<>(server.clients.all())) {
            if (!(session.connection() instanceof ClientConnection connection) || connection.isHandedOver()) {
                continue;
            }
            long idleMillis = now - session.lastInteractionMillis;
            if (timeoutMillis > 0
                    && idleMillis > timeoutMillis
                    && !session.isBlocked()
                    && session.subscriptions() == 0
                    && session.kind == Session.Kind.NORMAL) {
                log(Level.DEBUG, "Closing idle client");
                connection.closeNow();
                continue;
            }
            if (idleMillis > IDLE_MILLIS) {
                connection.releaseBuffers();
            }
            connection.checkOutputLimits();
        }
        if (scratch.length > SCRATCH_BYTES) {
            scratch = new byte[SCRATCH_BYTES];
        }
    }
}
