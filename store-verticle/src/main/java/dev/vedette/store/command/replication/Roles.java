package dev.vedette.store.command.replication;

import dev.vedette.store.change.ChangeStream;
import dev.vedette.store.change.ReplicationState;
import dev.vedette.store.command.Dispatcher;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.ServerState;
import dev.vedette.store.config.MasterAddress;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Replies;
import dev.vedette.store.session.Session;
import dev.vedette.wire.bus.ReplicaSocket;
import dev.vedette.wire.bus.StreamIdentity;
import dev.vedette.wire.bus.ToReplication;
import dev.vedette.wire.bus.ToStore;
import io.vertx.core.net.NetSocket;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides this server's role and tells the replication verticle; takes in what that one reports.
 *
 * <pre>
 *   master --REPLICAOF host port--> replica          the offset and replid stay: the new master may accept to go on
 *   replica --REPLICAOF NO ONE--> master             a new replid; the old one stays valid up to the present offset
 * </pre>
 *
 * <p>Every record goes out behind the changes that were made before it. Event loop of the store.
 */
public final class Roles {

    /** Runs what a master sends. */
    public interface MasterFeed {
        /** Forgets what came and is not applied: a command cut short, a transaction without its EXEC. */
        void reset();

        /** The link to the master works, or does not any more. */
        void linked(boolean up);
    }

    private static final byte[] GETACK =
            "*3\r\n$8\r\nREPLCONF\r\n$6\r\nGETACK\r\n$1\r\n*\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] SENTINELS = "__sentinel__:hello".getBytes(StandardCharsets.US_ASCII);

    private final ServerState server;
    private final Failover failover;
    private final OwnKeys ownKeys;
    private final Standstill standstill;
    private Consumer<ToReplication> out = record -> {};
    private Consumer<Boolean> onRole = replica -> {};
    private MasterFeed feed = new MasterFeed() {
        @Override
        public void reset() {}

        @Override
        public void linked(boolean up) {}
    };
    private @Nullable Dispatcher dispatcher;
    private Runnable cancelLoad = () -> {};
    private @Nullable NetSocket masterSocket;
    private long ackAskedAt = -1;
    private boolean ackWanted;
    private final ChangeStream.Reader sendBatch =
            (start, bytes, length) -> out.accept(new ToReplication.ChangeBatch(start, bytes, length));

    /** The role of a server that has just been made: a master whom nobody knows. */
    public Roles(ServerState server) {
        this.server = server;
        this.failover = new Failover(server, this);
        this.ownKeys = new OwnKeys(server);
        this.standstill = new Standstill(server);
    }

    /**
     * Sets where records go, who runs the master's stream, and who is told of each change of the role ({@code true} for
     * a replica).
     */
    public void connect(Consumer<ToReplication> newOut, MasterFeed newFeed, Consumer<Boolean> newOnRole) {
        out = newOut;
        feed = newFeed;
        onRole = newOnRole;
    }

    /** Sets who ends the waits of clients and forgets them. */
    public void serveBy(Dispatcher newDispatcher) {
        dispatcher = newDispatcher;
    }

    private Dispatcher dispatcher() {
        return Objects.requireNonNull(dispatcher, "no dispatcher yet");
    }

    /** FAILOVER. */
    public Failover failover() {
        return failover;
    }

    /** Gaps in this server's life. */
    public Standstill standstill() {
        return standstill;
    }

    /** Keys that this server must end although it is a replica. */
    public OwnKeys ownKeys() {
        return ownKeys;
    }

    private ReplicationState replication() {
        return server.replication;
    }

    // ------------------------------------------------------------------ records to the replication verticle

    /** Sends what the commands of this turn left in the change stream. */
    public void sendChanges() {
        server.changes.take(sendBatch);
    }

    /** Sends a record, behind the changes made so far. */
    public void tell(ToReplication record) {
        sendChanges();
        out.accept(record);
    }

    /** The present history, with the present offset. */
    public StreamIdentity identity() {
        return replication().identity(server.changes.offset());
    }

    /**
     * Tells the present history.
     *
     * @param continues whether the backlog's bytes belong to it, too
     * @param dropReplicas whether replicas must ask anew
     */
    public void tellIdentity(boolean continues, boolean dropReplicas) {
        tell(new ToReplication.IdentityChanged(identity(), continues, dropReplicas, server.changes.isOpen()));
    }

    // ------------------------------------------------------------------ the role

    /**
     * The data that this server begins with says where in which history it was saved. Changes count from there on: what
     * is left out of it because its time has come is a change, too.
     *
     * @param replid the history
     * @param offset position in it
     */
    public void restore(String replid, long offset) {
        if (server.config.master() == null) {
            // Replicas of then may go on with a master who has lost nothing since.
            replication().restore(ReplicationState.newReplid(), replid, offset + 1);
        } else {
            replication().restore(replid, StreamIdentity.NO_REPLID, -1);
        }
        server.changes.open(offset);
        tellIdentity(false, false);
    }

    /** Begins: tells the history of the data loaded, and follows the configured master if there is one. */
    public void begin() {
        tellIdentity(server.changes.isOpen(), false);
        MasterAddress master = server.config.master();
        if (master != null) {
            turnTo(master.host(), master.port());
            onRole.accept(true);
            tell(new ToReplication.Follow(replication().term(), master.host(), master.port(), false));
        }
    }

    /** Becomes a replica of that master, by PSYNC's word FAILOVER if the present master is to hand over. */
    public void follow(String host, int port, boolean byFailover) {
        boolean wasMaster = !replication().isReplica();
        unblockAll("UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)");
        turnTo(host, port);
        if (wasMaster) {
            onRole.accept(true);
            server.log.log(
                    Level.INFO,
                    "Before turning into a replica, using my own master parameters to synthesize a cached master: I may"
                            + " be able to synchronize with the new master with just a partial transfer.");
            useFormerName();
            tellSentinels("slave");
        }
        tell(new ToReplication.Follow(replication().term(), host, port, byFailover));
    }

    /**
     * A master that has changed nothing under its present replid (it has just loaded its data, or was promoted a moment
     * ago) still is where the history before ended. Other nodes know that one, so they can go on from there.
     */
    private void useFormerName() {
        ReplicationState state = replication();
        if (state.secondOffset() == server.changes.offset() + 1
                && state.replicas().isEmpty()
                && !state.replid2().equals(StreamIdentity.NO_REPLID)) {
            state.restore(state.replid2(), StreamIdentity.NO_REPLID, -1);
            tellIdentity(true, false);
        }
    }

    private void turnTo(String host, int port) {
        replication().follow(host, port);
        standstill.end();
        masterSocket = null;
        ackAskedAt = -1;
        server.config.setMaster(new MasterAddress(host, port));
        cancelLoad.run();
        feed.reset();
        feed.linked(false);
    }

    /** Becomes a master. */
    public void lead() {
        if (!replication().isReplica()) {
            return;
        }
        replication().lead();
        masterSocket = null;
        server.config.setMaster(null);
        cancelLoad.run();
        feed.reset();
        feed.linked(false);
        ownKeys.clear();
        newHistory();
        tellIdentity(true, true);
        tell(new ToReplication.Unfollow(replication().term()));
        onRole.accept(false);
        tellSentinels("master");
    }

    /** Sentinels listen here; those of ours look at once, Redis's pass over what is no greeting. */
    private void tellSentinels(String role) {
        server.pubSub.publish(SENTINELS, ("role:" + role).getBytes(StandardCharsets.US_ASCII));
    }

    private void newHistory() {
        ReplicationState state = replication();
        state.shift(server.changes.offset(), ReplicationState.newReplid());
        server.changes.forgetSelected();
        server.log.log(
                Level.WARNING,
                "Setting secondary replication ID to " + state.replid2() + ", valid up to offset: "
                        + state.secondOffset() + ". New replication ID is " + state.replid());
    }

    private void unblockAll(String error) {
        for (Session session : new ArrayList<>(server.clients.all())) {
            dispatcher().endWait(session, error);
        }
    }

    // ------------------------------------------------------------------ replicas

    /** A client asked to be synced: gives its socket to the replication verticle. */
    void handOver(Session session, boolean bareSync, String replid, long offset) {
        var handed = session.connection().handOver();
        if (handed == null) {
            return;
        }
        session.kind = Session.Kind.REPLICA;
        Session.ReplicaDetails details = session.replica;
        tell(new ToReplication.ReplicaLink(
                session.id(),
                handed.socket(),
                handed.unread(),
                host(session),
                details.listeningPort,
                details.eof,
                details.psync2,
                bareSync,
                replid,
                offset,
                details.rdbOnly,
                details.contents));
    }

    /** The address under which a replica is shown: what it announced, else where it comes from. */
    static String host(Session session) {
        String announced = session.replica.announcedIp;
        String remote = session.connection().remoteAddress();
        return announced != null && !announced.isEmpty() ? announced : remote.substring(0, remote.lastIndexOf(':'));
    }

    /**
     * Asks every replica to acknowledge at once, unless that was asked since the last change. On a replica nothing is
     * asked: its stream is its master's.
     */
    public void askForAcks() {
        if (!replication().isReplica() && server.changes.isOpen() && server.changes.offset() != ackAskedAt) {
            server.changes.append(GETACK, 0, GETACK.length);
            ackAskedAt = server.changes.offset();
        }
    }

    /** Where the changes end, a request for acknowledgements behind them left out: what a client may wait for. */
    public long writtenOffset() {
        long offset = server.changes.offset();
        return offset == ackAskedAt ? offset - GETACK.length : offset;
    }

    /** The master's stream asks for an acknowledgement. */
    void acknowledgementWanted() {
        ackWanted = true;
    }

    /** Tells that an acknowledgement is wanted, if it is; called behind the stream's bytes that asked. */
    public void acknowledgeIfWanted() {
        if (ackWanted) {
            ackWanted = false;
            tell(new ToReplication.AckNow(replication().term()));
        }
    }

    private void acknowledged() {
        List<Session> done = null;
        for (Session session : server.clients.all()) {
            if (session.waiting instanceof AckWait wait && wait.isMet(replication())) {
                done = done == null ? new ArrayList<>() : done;
                done.add(session);
            }
        }
        if (done != null) {
            for (Session session : done) {
                if (session.waiting instanceof AckWait wait) {
                    wait.timedOut(session); // the reply is the same: how many have acknowledged
                    dispatcher().endWait(session);
                }
            }
        }
    }

    // ------------------------------------------------------------------ reports of the replication verticle

    /** Takes in a report that asks for no answer and belongs to no snapshot. */
    public void reported(ToStore report) {
        ReplicationState state = replication();
        switch (report) {
            case ToStore.MasterLink link -> masterLink(link);
            case ToStore.ReplicaProgress progress -> {
                boolean standing = state.replicas().containsKey(progress.clientId());
                state.replicas().put(progress.clientId(), progress);
                heardOf(progress);
                acknowledged();
                failover.replicaMoved();
                if (!standing) {
                    standstill.replicasLookedAt();
                }
            }
            case ToStore.ReplicaGone gone -> {
                state.replicas().remove(gone.clientId());
                Session session = server.clients.get(gone.clientId());
                if (session != null) {
                    dispatcher().forget(session);
                }
                failover.replicaMoved();
            }
            case ToStore.ReplicaSaid said -> replicaSaid(said);
            case ToStore.BacklogState backlog -> state.backlog = backlog;
            case ToStore.SyncCounts counts -> state.counted(counts);
            case ToStore.Traffic traffic -> {
                server.stats.netReplicationInputBytes += traffic.receivedBytes();
                server.stats.netReplicationOutputBytes += traffic.sentBytes();
            }
            case ToStore.FailoverAnswered answer -> {
                if (answer.term() == state.term()) {
                    failover.answered(answer.accepted(), answer.answer());
                }
            }
            case ToStore.AppendToStream append -> {
                if (!state.isReplica() && !standstill.holds()) {
                    byte[] bytes = append.bytes().getBytes();
                    server.changes.append(bytes, 0, bytes.length);
                }
            }
            case ToStore.CloseStream close -> {
                sendChanges();
                server.changes.close();
                state.renew();
                tellIdentity(false, false);
            }
            case ToStore.AdoptReplid adopt -> {
                if (adopt.term() == state.term()) {
                    state.shift(server.changes.offset(), adopt.replid());
                    tellIdentity(true, true);
                }
            }
            case ToStore.LostWrites lost -> state.lost(lost);
            case ToStore.CountKeys request -> throw notAReport(request);
            case ToStore.OpenStream request -> throw notAReport(request);
            case ToStore.SnapshotRequest request -> throw notAReport(request);
            case ToStore.SnapshotCredit credit -> throw notAReport(credit);
            case ToStore.SnapshotCancel cancel -> throw notAReport(cancel);
            case ToStore.ApplyStream apply -> throw notAReport(apply);
            case ToStore.StopApplying request -> throw notAReport(request);
            case ToStore.ApplyMark request -> throw notAReport(request);
            case ToStore.OpenFeed request -> throw notAReport(request);
            case ToStore.SnapshotArrives arrives -> throw notAReport(arrives);
            case ToStore.LoadSnapshot request -> throw notAReport(request);
        }
    }

    /** What CLIENT LIST tells of a replica whose bytes do not come by here any more. */
    private void heardOf(ToStore.ReplicaProgress progress) {
        Session session = server.clients.get(progress.clientId());
        if (session != null) {
            session.lastInteractionMillis = Math.max(session.lastInteractionMillis, progress.ackMillis());
            if (progress.ackOffset() > 0) {
                session.lastCommand = "replconf";
            }
        }
    }

    /** Runs what a replica has said; a reply would break the stream that it gets, so it is let go instead. */
    private void replicaSaid(ToStore.ReplicaSaid said) {
        Session session = server.clients.get(said.clientId());
        if (session == null || session.closing) {
            return;
        }
        Args command = new Args();
        for (String word : said.words()) {
            command.add(word.getBytes(StandardCharsets.ISO_8859_1));
        }
        Replies replies = session.replies();
        long errors = replies.errors();
        dispatcher().dispatch(session, command, null, 0, 0);
        if (replies.length() == 0) {
            return;
        }
        String name = session.lastCommand.equals("NULL") ? "<unknown>" : session.lastCommand;
        server.log.log(
                Level.WARNING,
                "Replica generated a reply to command '" + name + "', disconnecting it: id=" + session.id() + " addr="
                        + session.connection().remoteAddress());
        if (replies.errors() != errors) {
            server.log.log(
                    Level.WARNING,
                    "== CRITICAL == This master is sending an error to its replica: '"
                            + Errors.withoutCode(replies.lastError()) + "' after processing the command '" + name
                            + "'");
        }
        replies.clear();
        dispatcher().close(session);
    }

    private static IllegalArgumentException notAReport(ToStore record) {
        return new IllegalArgumentException("not a report: " + record.getClass().getSimpleName());
    }

    /** Takes note of a master's link that has just been lost and not been reported yet; for who tells the link's state. */
    public void lookAtMasterLink() {
        NetSocket socket = masterSocket;
        ReplicationState state = replication();
        if (socket != null && state.link == ToStore.LinkState.CONNECTED && !ReplicaSocket.isOpen(socket)) {
            masterLink(new ToStore.MasterLink(state.term(), ToStore.LinkState.CONNECT, state.lastIoMillis, 0, 0, null));
        }
    }

    /** The connection to the master; null when there is none, or none that has been reported. */
    public @Nullable NetSocket masterSocket() {
        return masterSocket;
    }

    private void masterLink(ToStore.MasterLink report) {
        ReplicationState state = replication();
        if (report.term() != state.term() || !state.isReplica()) {
            return;
        }
        boolean wasUp = state.link == ToStore.LinkState.CONNECTED;
        boolean isUp = report.state() == ToStore.LinkState.CONNECTED;
        state.link = report.state();
        state.lastIoMillis = report.lastIoMillis();
        masterSocket = report.socket();
        state.syncTotalBytes = report.syncTotalBytes();
        state.syncReadBytes = report.syncReadBytes();
        if (isUp) {
            state.linkDownSinceMillis = 0;
        } else if (wasUp) {
            state.linkDownSinceMillis = server.nowMillis();
        }
        if (wasUp != isUp) {
            feed.linked(isUp);
        }
    }

    /** A master's data set is being loaded; a change of role gives that up by way of {@code cancel}. */
    public void loading(Runnable cancel) {
        cancelLoad = cancel;
    }

    /** Opens the change stream, with a new replid if asked; the identity at which it opened. */
    public StreamIdentity open(boolean freshReplid) {
        if (!server.changes.isOpen()) {
            if (freshReplid) {
                replication().renew();
            }
            server.changes.open(server.changes.offset());
        }
        return identity();
    }

    /** The data set was removed to make room for a master's: what is here now has no history that anybody knows. */
    public void emptied() {
        sendChanges();
        ownKeys.clear();
        replication().empty();
        tellIdentity(false, true);
    }

    /**
     * The data set was replaced by a master's, whole.
     *
     * @param replid the master's history
     * @param offset its offset at the cut
     */
    public StreamIdentity loaded(String replid, long offset) {
        sendChanges();
        ownKeys.clear();
        replication().adopt(replid);
        server.changes.open(offset);
        tellIdentity(false, true);
        return identity();
    }

    /** The master's stream cannot be understood, or a client killed the link: connect anew. */
    public void dropMasterLink(String reason) {
        NetSocket socket = masterSocket;
        if (socket == null) {
            tell(new ToReplication.DropMasterLink(replication().term(), reason));
        } else {
            masterSocket = null;
            ReplicaSocket.hangUp(socket); // the master learns of it now, whatever this server does after this command
        }
    }
}
