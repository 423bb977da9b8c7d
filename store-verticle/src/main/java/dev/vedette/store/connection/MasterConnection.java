package dev.vedette.store.connection;

import dev.vedette.store.command.Dispatcher;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.ServerState;
import dev.vedette.store.command.replication.Roles;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Connection;
import dev.vedette.store.session.Session;
import dev.vedette.wire.bus.StreamIdentity;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The pseudo client that runs what this server's master sends, and passes it on, byte for byte, through the change
 * stream.
 *
 * <p>Bytes count as applied, and go on, when their command has run; those of a transaction all together at its EXEC, so
 * that a link cut in its midst leaves nothing half done: the next PSYNC asks for the whole of it.
 */
public final class MasterConnection implements Connection, Roles.MasterFeed {

    private static final byte[] NONE = new byte[0];

    private final ServerState server;
    private final Dispatcher dispatcher;
    private final RequestParser parser;
    private final Lookahead ahead = new Lookahead();
    private Session session;
    private boolean linked;
    /** What still comes of a stream that could not be understood is not taken. */
    private boolean deaf;

    /** Bytes that have come and are not passed on; those before {@link #parsed} have been parsed. */
    private byte[] pending = NONE;

    private int length;
    private int parsed;
    /** While commands run: up to where {@link #pending} is in the change stream. */
    private int passedOn;
    /** The command at the end of what is parsed when it waits for the end of CLIENT PAUSE. */
    private @Nullable Args paused;

    /** A feed that is not linked. */
    public MasterConnection(ServerState server, Dispatcher dispatcher) {
        this.server = server;
        this.dispatcher = dispatcher;
        this.session = newSession();
        this.parser = new RequestParser(new RequestParser.Limits() {
            @Override
            public long bulkBytesMax() {
                return Integer.MAX_VALUE - 64; // the master has judged it already
            }

            @Override
            public boolean isStranger() {
                return false;
            }
        });
    }

    private Session newSession() {
        Session fresh = new Session(server.clients.nextId(), this, server.nowMillis());
        fresh.kind = Session.Kind.MASTER;
        fresh.authenticated = true;
        return fresh;
    }

    /** Runs the next bytes of the master's stream. */
    public void apply(Buffer bytes) {
        if (deaf) {
            return;
        }
        int more = bytes.length();
        if (pending.length - length < more) {
            // In proportion to what is there, or all at once: a command of 512 MB comes in thousands of pieces.
            long wanted = Math.max(Math.addExact(length, more) + parser.missingBytes(), pending.length * 3L / 2);
            pending = Arrays.copyOf(pending, (int) Math.min(wanted, Integer.MAX_VALUE - 16));
        }
        bytes.getBytes(0, more, pending, length);
        length += more;
        server.tick();
        session.lastInteractionMillis = server.nowMillis();
        run();
        server.roles.acknowledgeIfWanted();
    }

    private void run() {
        passedOn = 0;
        try {
            if (runPaused() && !runParsed()) {
                return;
            }
        } finally {
            ahead.clear(NONE);
        }
        if (passedOn > 0) {
            length -= passedOn;
            parsed -= passedOn;
            System.arraycopy(pending, passedOn, pending, 0, length);
        }
        if (length == 0 && pending.length > 1 << 20) {
            pending = NONE;
        }
        server.replication.readOffset = server.changes.offset() + length;
    }

    /** Runs the command that had to wait, if there is one; false when it has to go on waiting. */
    private boolean runPaused() {
        Args waiting = paused;
        if (waiting != null) {
            if (!run(waiting)) {
                return false;
            }
            paused = null;
            passOn();
        }
        return true;
    }

    /** Runs what has come, up to a command that has to wait; false when it could not be understood. */
    private boolean runParsed() {
        while (true) {
            if (!ahead.next()) {
                RequestParser.Found found = ahead.fill(parser, pending, parsed, length);
                if (found == RequestParser.Found.BROKEN) {
                    broken(parser.error());
                    return false;
                }
                if (found != RequestParser.Found.COMMAND) {
                    parsed = parser.next();
                    if (found == RequestParser.Found.MORE) {
                        return true;
                    }
                    passOn();
                    continue;
                }
                ahead.warm(server.keyspace.database(session.database));
                ahead.next();
            }
            parsed = ahead.end();
            if (!run(ahead.args())) {
                paused = ahead.args().copy();
                return true;
            }
            passOn();
        }
    }

    /** Passes on what has run, at the end of a transaction all of it. */
    private void passOn() {
        if (session.inTransaction()) {
            return;
        }
        if (passedOn == 0 && parsed == length && server.changes.takeOver(pending, length)) {
            pending = NONE;
            length = 0;
            parsed = 0;
        } else {
            server.changes.append(pending, passedOn, parsed - passedOn);
            passedOn = parsed;
        }
    }

    /** Runs a command; false when clients are paused and it has to wait, too. */
    private boolean run(Args args) {
        long errors = session.replies().errors();
        if (!dispatcher.dispatch(session, args, null, 0, 0)) {
            return false;
        }
        if (session.replies().errors() != errors) {
            String name = session.lastCommand.equals("NULL") ? "<unknown>" : session.lastCommand;
            server.log.log(
                    Level.WARNING,
                    "== CRITICAL == This replica is sending an error to its master: '"
                            + Errors.withoutCode(session.replies().lastError()) + "' after processing the command '"
                            + name
                            + "'");
        }
        session.replies().clear();
        return true;
    }

    private void broken(String error) {
        server.log.log(
                Level.WARNING, "Protocol error from the master (" + error + "): the link is dropped and made anew");
        reset();
        deaf = true;
        server.roles.dropMasterLink(error);
    }

    @Override
    public void reset() {
        parser.reset();
        paused = null;
        session.postponed = false;
        length = 0;
        parsed = 0;
        server.replication.readOffset = server.changes.offset();
        if (session.inTransaction()) {
            dispatcher.discard(session);
        }
    }

    /** Forgets what is not applied; the position up to which the stream has been. */
    public StreamIdentity stop() {
        reset();
        deaf = false;
        server.roles.sendChanges();
        return server.roles.identity();
    }

    @Override
    public void linked(boolean up) {
        if (up == linked) {
            return;
        }
        linked = up;
        if (up) {
            int database = session.database;
            session = newSession();
            session.database = database;
            server.clients.add(session);
        } else {
            dispatcher.forget(session);
        }
    }

    /** Sets the database that the master's stream has selected, as a snapshot says. */
    public void select(int database) {
        session.database = database;
    }

    /** The database that the master's stream has selected. */
    public int database() {
        return session.database;
    }

    // ------------------------------------------------------------------ as a connection

    @Override
    public void flushSoon() {}

    @Override
    public void closeAfterFlush() {
        closeNow();
    }

    @Override
    public void closeNow() {
        server.roles.dropMasterLink("closed by a client");
    }

    @Override
    public void resume() {
        run();
        server.roles.acknowledgeIfWanted();
    }

    @Override
    public String remoteAddress() {
        NetSocket socket = server.roles.masterSocket();
        return socket == null
                ? server.replication.masterHost() + ":" + server.replication.masterPort()
                : Clients.text(socket.remoteAddress());
    }

    @Override
    public String localAddress() {
        NetSocket socket = server.roles.masterSocket();
        return socket == null ? "" : Clients.text(socket.localAddress());
    }

    @Override
    public long pendingOutputBytes() {
        return 0;
    }

    @Override
    public long pendingInputBytes() {
        return length - parsed + parser.heldBytes();
    }
}
