package dev.vedette.replication.primary;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import dev.vedette.replication.backlog.Backlog;
import dev.vedette.replication.backlog.History;
import dev.vedette.replication.bus.StoreLine;
import dev.vedette.replication.bus.Traffic;
import dev.vedette.wire.bus.ReplicationConfig;
import dev.vedette.wire.bus.SnapshotContents;
import dev.vedette.wire.bus.StreamIdentity;
import dev.vedette.wire.bus.ToReplication.ReplicaLink;
import dev.vedette.wire.bus.ToReplication.SnapshotChunk;
import dev.vedette.wire.bus.ToReplication.SnapshotDone;
import dev.vedette.wire.bus.ToStore;
import dev.vedette.wire.bus.ToStore.ReplicaStatus;
import dev.vedette.wire.bus.ToStore.SnapshotTarget;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOption;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves every replica of this node, the node being a master or a replica itself.
 *
 * <p>A replica that cannot continue waits for a snapshot ({@link Replica.State#WAIT_START}); one snapshot at a time is
 * under way and serves all who waited when it was cut for one with these contents; who comes later or wants another waits
 * for the next one, or joins a file not yet finished. From the cut on a cursor in the backlog holds a replica's place.
 */
public final class Primary {

    private static final Buffer PING = Buffer.buffer("*1\r\n$4\r\nPING\r\n");

    /** Snapshot bytes under way between the store and the slowest replica's kernel. */
    private static final long SNAPSHOT_WINDOW_BYTES = 1024 * 1024;
    /** Stream bytes under way between the backlog and one replica's kernel. */
    private static final long STREAM_WINDOW_BYTES = 1024 * 1024;

    private static final int SLICE_BYTES_MAX = 256 * 1024;
    private static final int FILE_READ_BYTES = 256 * 1024;

    private final Vertx vertx;
    private final Context context;
    private final StoreLine store;
    private final Traffic traffic;
    private final History history;
    private final System.Logger log;
    private final LongSupplier clock;
    private ReplicationConfig config;

    private final List<Replica> replicas = new ArrayList<>();
    private final Departures departures = new Departures();
    private @Nullable Snapshot snapshot;
    /** Position that the backlog must keep because a snapshot asked for will be cut there or later; -1 for none. */
    private long pinned = -1;

    private boolean opening;
    private boolean following;
    private boolean masterLinkUp;
    private boolean closing;
    private long lastSnapshotId;
    private long noReplicasSinceMillis;
    private long delayTimer = -1;
    /** Begins at 1: the first PING comes a whole period after the start, as in Redis. */
    private long seconds = 1;

    private long fullSyncs;
    private long partialOk;
    private long partialErr;

    /** Where the backlog ended when the output limits were last looked at. */
    private long limitedEnd;

    private boolean reportedActive;
    private long reportedFirst = -1;
    private long reportedMemory = -1;
    private long reportedRetained = -1;

    /**
     * @param context the verticle's
     * @param clock wall-clock milliseconds
     */
    public Primary(
            Vertx vertx,
            Context context,
            StoreLine store,
            Traffic traffic,
            History history,
            ReplicationConfig config,
            System.Logger log,
            LongSupplier clock) {
        this.vertx = vertx;
        this.context = context;
        this.store = store;
        this.traffic = traffic;
        this.history = history;
        this.config = config;
        this.log = log;
        this.clock = clock;
        this.noReplicasSinceMillis = clock.getAsLong();
    }

    // ------------------------------------------------------------------ PSYNC

    /** A client turned out to be a replica. */
    public void attach(ReplicaLink link) {
        long now = clock.getAsLong();
        Replica replica = new Replica(link, context, traffic, now);
        listen(replica);
        if (closing) {
            refuse(replica, "-ERR shutting down\r\n");
            return;
        }
        if (following && !masterLinkUp) {
            refuse(replica, "-NOMASTERLINK Can't SYNC while not connected with my master\r\n");
            return;
        }
        log.log(INFO, "Replica " + replica.name + " asks for synchronization");
        departures.returned(replica.name);
        if (config.disableTcpNodelay() && replica.socket() instanceof NetSocketInternal internal) {
            internal.channelHandlerContext().channel().config().setOption(ChannelOption.TCP_NODELAY, false);
        }
        if (!link.bareSync()) {
            if (continues(replica)) {
                return;
            }
            if (!link.replid().startsWith("?")) {
                partialErr++;
            }
        }
        fullSyncs++;
        reportCounts();
        replicas.add(replica);
        report(replica);
        read(replica, link.unread());
        if (history.backlog() == null) {
            open();
        } else {
            enlist(replica);
        }
    }

    /** Tries a partial resynchronization; false when it cannot be. */
    private boolean continues(Replica replica) {
        ReplicaLink link = replica.link;
        StreamIdentity mine = history.identity();
        Backlog backlog = history.backlog();
        PsyncVerdict verdict = PsyncVerdict.of(mine, backlog, link.replid(), link.offset());
        switch (verdict) {
            case FULL_ASKED_FOR -> log.log(INFO, "Full resync requested by replica " + replica.name);
            case FULL_OTHER_HISTORY ->
                log.log(
                        INFO,
                        "Partial resynchronization not accepted: Replication ID mismatch (Replica asked for '"
                                + link.replid() + "', my replication IDs are '" + mine.replid() + "' and '"
                                + mine.replid2() + "')");
            case FULL_BEYOND_SECOND ->
                log.log(
                        INFO,
                        "Partial resynchronization not accepted: Requested offset for second ID was " + link.offset()
                                + ", but I can reply up to " + mine.secondOffset());
            case FULL_NOT_IN_BACKLOG -> {
                log.log(
                        INFO,
                        "Unable to partial resync with replica " + replica.name
                                + " for lack of backlog (Replica request was: " + link.offset() + ").");
                if (link.offset() > mine.offset()) {
                    log.log(
                            WARNING,
                            "Warning: replica " + replica.name
                                    + " tried to PSYNC with an offset that is greater than the master replication offset.");
                }
            }
            case CONTINUE -> {
                if (backlog == null) {
                    throw new IllegalStateException("a partial resynchronization without a backlog");
                }
                long now = clock.getAsLong();
                replica.state = Replica.State.ONLINE;
                replica.ackMillis = now;
                replica.cursor = backlog.cursorAt(link.offset() - 1);
                replicas.add(replica);
                partialOk++;
                reportCounts();
                send(replica, link.psync2() ? "+CONTINUE " + mine.replid() + "\r\n" : "+CONTINUE\r\n");
                log.log(
                        INFO,
                        "Partial resynchronization request from " + replica.name + " accepted. Sending "
                                + (backlog.end() - link.offset() + 1) + " bytes of backlog starting from offset "
                                + link.offset() + ".");
                report(replica);
                read(replica, link.unread());
                pump(replica);
                return true;
            }
        }
        return false;
    }

    private void open() {
        if (opening) {
            return;
        }
        opening = true;
        store.<StreamIdentity>ask(new ToStore.OpenStream(!following)).onComplete(answer -> {
            opening = false;
            if (answer.failed()) {
                log.log(WARNING, "The change stream cannot be opened: " + reason(answer.cause()));
                failWaiting();
                return;
            }
            StreamIdentity at = answer.result();
            history.open(at);
            log.log(
                    INFO,
                    "Replication backlog created, my new replication IDs are '" + at.replid() + "' and '" + at.replid2()
                            + "'");
            reportBacklog();
            for (Replica replica : List.copyOf(replicas)) {
                if (replica.state == Replica.State.WAIT_START) {
                    enlist(replica);
                }
            }
        });
    }

    /** Finds a snapshot for a replica that needs one. */
    private void enlist(Replica replica) {
        if (replica.closed || replica.state != Replica.State.WAIT_START) {
            return;
        }
        Snapshot current = snapshot;
        if (current == null) {
            if (config.disklessSync() && replica.link.eof() && config.disklessSyncDelaySeconds() > 0) {
                log.log(INFO, "Delay next BGSAVE for diskless SYNC");
                startIfDue();
            } else {
                start();
            }
        } else if (!current.isCut()) {
            log.log(DEBUG, "A snapshot is about to begin; replica " + replica.name + " may get it");
        } else if (current.target == SnapshotTarget.STREAM) {
            log.log(INFO, "Current BGSAVE has socket target. Waiting for next BGSAVE for SYNC");
        } else if (replica.link.contents() == current.contents && canJoin(current)) {
            setUp(current, replica);
            log.log(INFO, "Waiting for end of BGSAVE for SYNC");
        } else {
            log.log(INFO, "Can't attach the replica to the current BGSAVE. Waiting for next BGSAVE for SYNC");
        }
    }

    /** Whether a replica waits for a snapshot that holds what that one wants. */
    private static boolean waitsFor(SnapshotContents contents, Replica replica) {
        return replica.state == Replica.State.WAIT_START && replica.link.contents() == contents;
    }

    /** What the replica that has waited longest wants: its snapshot is the next one. */
    private @Nullable SnapshotContents nextContents() {
        for (Replica replica : replicas) {
            if (replica.state == Replica.State.WAIT_START) {
                return replica.link.contents();
            }
        }
        return null;
    }

    /** Whether the stream since the cut is still there: some replica that needs it has kept it. */
    private boolean canJoin(Snapshot current) {
        Backlog backlog = history.backlog();
        return backlog != null
                && backlog.covers(current.cutOffset + 1)
                && current.replid.equals(history.identity().replid());
    }

    // ------------------------------------------------------------------ snapshots

    /** Starts a snapshot when the longest waiter has waited long enough or enough replicas wait; else sets a timer. */
    private void startIfDue() {
        if (snapshot != null || opening || history.backlog() == null) {
            return;
        }
        SnapshotContents contents = nextContents();
        if (contents == null) {
            return;
        }
        int waiting = 0;
        long firstMillis = Long.MAX_VALUE;
        for (Replica replica : replicas) {
            if (waitsFor(contents, replica)) {
                waiting++;
                firstMillis = Math.min(firstMillis, replica.sinceMillis);
            }
        }
        long dueMillis = firstMillis + config.disklessSyncDelaySeconds() * 1000L - clock.getAsLong();
        int enough = config.disklessSyncMaxReplicas();
        if (!config.disklessSync() || (enough > 0 && waiting >= enough) || dueMillis <= 0) {
            start();
            return;
        }
        if (delayTimer >= 0) {
            vertx.cancelTimer(delayTimer);
        }
        delayTimer = vertx.setTimer(dueMillis, id -> {
            delayTimer = -1;
            startIfDue();
        });
    }

    private void start() {
        Backlog backlog = history.backlog();
        SnapshotContents contents = nextContents();
        if (snapshot != null || backlog == null || contents == null) {
            return;
        }
        boolean allTakeEof = true;
        for (Replica replica : replicas) {
            allTakeEof &= !waitsFor(contents, replica) || replica.link.eof();
        }
        // The dump file is the node's own, and whole.
        boolean stream = (config.disklessSync() || contents != SnapshotContents.ALL) && allTakeEof;
        log.log(INFO, "Starting BGSAVE for SYNC with target: " + (stream ? "replicas sockets" : "disk"));
        SnapshotTarget target = stream ? SnapshotTarget.STREAM : SnapshotTarget.FILE;
        Snapshot next = new Snapshot(++lastSnapshotId, target, contents);
        snapshot = next;
        pinned = backlog.end();
        long credit = stream ? SNAPSHOT_WINDOW_BYTES : 0;
        store.<StreamIdentity>ask(new ToStore.SnapshotRequest(next.id, target, contents, credit))
                .onComplete(answer -> {
                    if (snapshot != next) {
                        return; // it was cancelled, and the store told so
                    }
                    if (answer.failed()) {
                        over(next);
                        log.log(WARNING, "BGSAVE for replication failed: " + reason(answer.cause()));
                        failWaiting();
                    } else {
                        cut(next, answer.result());
                    }
                });
    }

    private void cut(Snapshot current, StreamIdentity at) {
        current.cutOffset = at.offset();
        current.replid = at.replid();
        if (current.target == SnapshotTarget.STREAM) {
            log.log(
                    INFO,
                    "Background RDB transfer started by pid "
                            + ProcessHandle.current().pid());
        }
        if (!canJoin(current)) {
            log.log(WARNING, "The data changed its history while a snapshot for replicas began; it is dropped");
            cancel(current);
            startIfDue();
            return;
        }
        for (Replica replica : List.copyOf(replicas)) {
            boolean fits = current.target == SnapshotTarget.FILE || replica.link.eof();
            if (waitsFor(current.contents, replica) && fits) {
                setUp(current, replica);
            }
        }
        pinned = -1;
        if (current.replicas.isEmpty()) {
            cancel(current);
            startIfDue();
            return;
        }
        while (!current.early.isEmpty() && snapshot == current) {
            relay(current, current.early.remove());
        }
    }

    private void setUp(Snapshot current, Replica replica) {
        Backlog backlog = history.backlog();
        if (backlog == null) {
            throw new IllegalStateException("a snapshot without a backlog");
        }
        replica.state = Replica.State.WAIT_END;
        replica.cursor = backlog.cursorAt(current.cutOffset);
        current.replicas.add(replica);
        if (!replica.link.bareSync()) {
            send(replica, "+FULLRESYNC " + current.replid + " " + current.cutOffset + "\r\n");
        }
        replica.streamed = current.target == SnapshotTarget.STREAM;
        if (replica.streamed) {
            send(replica, "$EOF:" + current.mark + "\r\n");
        }
        report(replica);
    }

    /** A part of the snapshot came. */
    public void chunk(SnapshotChunk chunk) {
        Snapshot current = snapshot;
        if (current == null || current.id != chunk.snapshotId()) {
            chunk.bytes().release(); // of one that was cancelled
            return;
        }
        if (current.isCut()) {
            relay(current, chunk.bytes());
        } else {
            current.early.add(chunk.bytes());
        }
    }

    /** Sends a chunk to all; its credit goes back to the store when the slowest one's kernel has taken it. */
    private void relay(Snapshot current, ByteBuf bytes) {
        Snapshot.Chunk chunk = new Snapshot.Chunk(current, bytes.readableBytes(), current.replicas.size());
        for (Replica replica : List.copyOf(current.replicas)) {
            replica.chunks.add(chunk);
            send(replica, bytes.retainedDuplicate()).onSuccess(sent -> {
                Snapshot.Chunk taken = replica.chunks.poll(); // none when the replica has been given up
                if (taken != null) {
                    takenByOne(taken);
                }
            });
        }
        bytes.release();
    }

    /** One replica more needs that chunk no longer. */
    private void takenByOne(Snapshot.Chunk chunk) {
        if (--chunk.untaken == 0 && snapshot == chunk.snapshot) {
            store.tell(new ToStore.SnapshotCredit(chunk.snapshot.id, chunk.bytes));
        }
    }

    /** A snapshot ended, well or not. */
    public void done(SnapshotDone done) {
        Snapshot current = snapshot;
        if (current == null || current.id != done.snapshotId()) {
            return;
        }
        over(current);
        String error = done.error();
        if (error != null || !current.isCut()) {
            log.log(WARNING, "Background transfer error: " + error);
            for (Replica replica : List.copyOf(current.replicas)) {
                log.log(WARNING, "SYNC failed. BGSAVE child returned an error");
                close(replica);
            }
            if (!current.isCut()) {
                failWaiting();
            }
        } else if (current.target == SnapshotTarget.STREAM) {
            log.log(
                    WARNING,
                    "Diskless rdb transfer, done reading from pipe, " + current.replicas.size()
                            + " replicas still up.");
            log.log(INFO, "Background RDB transfer terminated with success");
            Buffer mark = Buffer.buffer(current.mark.getBytes(StandardCharsets.US_ASCII));
            for (Replica replica : List.copyOf(current.replicas)) {
                send(replica, mark).onSuccess(sent -> endStreamed(replica));
            }
        } else {
            String path = done.path();
            for (Replica replica : List.copyOf(current.replicas)) {
                if (path == null) {
                    log.log(WARNING, "SYNC failed. Can't open/stat DB after BGSAVE: no file");
                    close(replica);
                } else {
                    sendFile(replica, path);
                }
            }
        }
        startIfDue();
    }

    private void endStreamed(Replica replica) {
        if (replica.closed || replica.state != Replica.State.WAIT_END) {
            return;
        }
        log.log(
                INFO,
                "Streamed RDB transfer with replica " + replica.name
                        + " succeeded (socket). Waiting for REPLCONF ACK from slave to enable streaming");
        // An early ACK may be here already: the replica cannot have sent it for anything but this transfer.
        replica.streamOnAck = replica.ackOffset == 0;
        putOnline(replica);
    }

    private void sendFile(Replica replica, String path) {
        replica.state = Replica.State.SEND_BULK;
        report(replica);
        vertx.fileSystem()
                .open(path, new OpenOptions().setRead(true).setWrite(false).setCreate(false))
                .onComplete(opened -> {
                    if (opened.failed()) {
                        log.log(WARNING, "SYNC failed. Can't open/stat DB after BGSAVE: " + reason(opened.cause()));
                        close(replica);
                        return;
                    }
                    AsyncFile file = opened.result();
                    file.size().onComplete(size -> {
                        if (size.failed()) {
                            log.log(WARNING, "SYNC failed. Can't open/stat DB after BGSAVE: " + reason(size.cause()));
                            file.close();
                            close(replica);
                            return;
                        }
                        send(replica, "$" + size.result() + "\r\n");
                        sendFile(replica, file, 0, size.result());
                    });
                });
    }

    /** Sends the file from there on, one read at a time: the next one waits until the kernel has taken the last. */
    private void sendFile(Replica replica, AsyncFile file, long from, long size) {
        if (replica.closed || from == size) {
            file.close();
            if (!replica.closed) {
                putOnline(replica);
            }
            return;
        }
        int length = (int) Math.min(FILE_READ_BYTES, size - from);
        file.read(Buffer.buffer(length), 0, from, length).onComplete(read -> {
            if (read.failed() || read.result().length() == 0) {
                log.log(
                        WARNING,
                        "Read error sending DB to replica: "
                                + (read.failed() ? reason(read.cause()) : "premature EOF"));
                file.close();
                close(replica);
                return;
            }
            int count = read.result().length();
            send(replica, read.result()).onComplete(sent -> sendFile(replica, file, from + count, size));
        });
    }

    private void putOnline(Replica replica) {
        if (replica.link.rdbOnly()) {
            log.log(
                    INFO,
                    "RDB transfer completed, rdb only replica (" + replica.name + ") should be disconnected asap");
            close(replica);
            return;
        }
        replica.state = Replica.State.ONLINE;
        replica.ackMillis = clock.getAsLong();
        report(replica);
        log.log(INFO, "Synchronization with replica " + replica.name + " succeeded");
        pump(replica);
    }

    private void failWaiting() {
        for (Replica replica : List.copyOf(replicas)) {
            if (replica.state == Replica.State.WAIT_START) {
                send(replica, "-ERR BGSAVE failed, replication can't continue\r\n");
                close(replica);
            }
        }
    }

    private void cancel(Snapshot current) {
        store.tell(new ToStore.SnapshotCancel(current.id));
        over(current);
    }

    private void over(Snapshot current) {
        current.dropEarly();
        snapshot = null;
        pinned = -1;
    }

    // ------------------------------------------------------------------ the stream

    /**
     * The backlog has grown (by way of {@link History#append}).
     *
     * @param joins false when it began anew, so that no replica can be fed across the gap
     */
    public void grown(boolean joins) {
        if (!joins) {
            log.log(WARNING, "The change stream has a gap; all replicas must synchronize anew");
            departures.clear();
            dropAll();
        }
        if (following) {
            history.shared(history.offset()); // the master has it
        }
        for (int i = 0; i < replicas.size(); i++) {
            pump(replicas.get(i));
        }
        enforceLimits();
        trim();
    }

    private void pump(Replica replica) {
        Backlog.Cursor cursor = replica.cursor;
        if (cursor == null
                || replica.closed
                || replica.state != Replica.State.ONLINE
                || replica.streamOnAck
                || replica.link.rdbOnly()
                || replica.pumping) {
            return;
        }
        replica.pumping = true;
        while (mayQueue(replica, cursor)) {
            do {
                queue(replica, cursor);
            } while (mayQueue(replica, cursor));
            replica.flush(); // after which there may be room again
        }
        replica.pumping = false;
    }

    private static boolean mayQueue(Replica replica, Backlog.Cursor cursor) {
        return cursor.remaining() > 0 && replica.unsentBytes() < STREAM_WINDOW_BYTES;
    }

    /** Queues the next slice of the stream, if there is one. */
    private void queue(Replica replica, Backlog.Cursor cursor) {
        ByteBuf slice = cursor.next(SLICE_BYTES_MAX);
        if (slice != null) {
            replica.writeStream(slice, clock.getAsLong(), failure -> streamSent(replica, cursor, failure));
        }
    }

    private void streamSent(Replica replica, Backlog.Cursor cursor, @Nullable Throwable failure) {
        if (failure != null) {
            close(replica);
            return;
        }
        replica.tookSome(clock.getAsLong());
        if (cursor.remaining() > 0) {
            pump(replica);
        }
    }

    private void trim() {
        Backlog backlog = history.backlog();
        if (backlog != null) {
            backlog.trim(Math.min(neededFrom(backlog), wantedFrom(backlog)));
        }
        reportBacklog();
    }

    /** Position of the first byte that has still to be sent, or may have to be when the snapshot under way is over. */
    private long neededFrom(Backlog backlog) {
        long needed = pinned >= 0 ? Math.min(pinned, backlog.end()) : backlog.end();
        for (int i = 0; i < replicas.size(); i++) {
            needed = Math.min(needed, replicas.get(i).neededFrom(backlog.end()));
        }
        return needed;
    }

    /**
     * Position of the first byte worth keeping beyond repl-backlog-size: for replicas whose link may be cut before what was
     * sent has arrived, for those that may come back, and for the writes that nobody else has. As far as
     * repl-backlog-max-size allows.
     */
    private long wantedFrom(Backlog backlog) {
        long end = backlog.end();
        if (config.backlogMaxBytes() <= config.backlogSizeBytes()) {
            return end;
        }
        long wanted = departures.neededFrom(end);
        for (Replica replica : replicas) {
            if (replica.state == Replica.State.ONLINE && replica.ackOffset > 0) {
                wanted = Math.min(wanted, replica.ackOffset);
            }
        }
        if (!following && history.sharedOffset() >= 0) {
            wanted = Math.min(wanted, history.sharedOffset());
        }
        return Math.max(wanted, end - config.backlogMaxBytes());
    }

    /**
     * Closes replicas whose unsent part of the stream exceeds client-output-buffer-limit. What came since this was last
     * looked at does not count yet: one value larger than the limit is no sign of a slow replica.
     */
    private void enforceLimits() {
        Backlog backlog = history.backlog();
        if (backlog == null || (config.replicaBufferHardBytes() == 0 && config.replicaBufferSoftBytes() == 0)) {
            return;
        }
        long counted = Math.min(limitedEnd, backlog.end());
        limitedEnd = backlog.end();
        // A limit below the backlog's size would close a replica right after a partial sync was promised to it.
        long hard = Math.max(config.replicaBufferHardBytes(), config.backlogSizeBytes());
        long now = clock.getAsLong();
        List<Replica> over = null;
        for (Replica replica : replicas) {
            long pending = counted - replica.neededFrom(backlog.end());
            boolean isOver = config.replicaBufferHardBytes() > 0 && pending >= hard;
            if (config.replicaBufferSoftBytes() > 0 && pending >= config.replicaBufferSoftBytes()) {
                if (replica.softLimitSinceMillis == 0) {
                    replica.softLimitSinceMillis = now;
                }
                isOver |= now - replica.softLimitSinceMillis > config.replicaBufferSoftSeconds() * 1000L;
            } else {
                replica.softLimitSinceMillis = 0;
            }
            if (isOver) {
                over = over == null ? new ArrayList<>() : over;
                over.add(replica);
            }
        }
        if (over != null) {
            for (Replica replica : over) {
                log.log(
                        WARNING,
                        "Client id=" + replica.link.clientId() + " addr=" + replica.name
                                + " closed for overcoming of output buffer limits.");
                close(replica);
            }
        }
    }

    // ------------------------------------------------------------------ what replicas say

    private void listen(Replica replica) {
        replica.socket()
                .handler(bytes -> context.runOnContext(hop -> read(replica, bytes)))
                .exceptionHandler(failure -> context.runOnContext(hop -> close(replica)))
                .closeHandler(closed -> context.runOnContext(hop -> gone(replica)))
                .resume();
    }

    private void read(Replica replica, Buffer bytes) {
        if (replica.closed || bytes.length() == 0) {
            return;
        }
        switch (replica.input.feed(bytes)) {
            case ReplicaInput.Read.Broken broken -> {
                log.log(DEBUG, "Protocol error (" + broken.why() + ") from client: replica " + replica.name);
                close(replica);
            }
            case ReplicaInput.Read.Commands read -> {
                for (List<String> command : read.commands()) {
                    if (!replica.closed) {
                        said(replica, command);
                    }
                }
                if (read.commands().isEmpty() && replica.state == Replica.State.ONLINE) {
                    replica.ackMillis = clock.getAsLong(); // a newline is a sign of life
                }
            }
        }
    }

    private void said(Replica replica, List<String> words) {
        String name = words.get(0).toLowerCase(Locale.ROOT);
        if (name.equals("replconf") && words.size() >= 3) {
            String option = words.get(1).toLowerCase(Locale.ROOT);
            if (option.equals("ack")) {
                acknowledged(replica, words.get(2));
                return;
            }
            if (option.equals("getack")) {
                return;
            }
        }
        store.tell(new ToStore.ReplicaSaid(replica.link.clientId(), words));
    }

    private void acknowledged(Replica replica, String offset) {
        try {
            replica.ackOffset = Math.max(replica.ackOffset, Long.parseLong(offset));
        } catch (NumberFormatException e) {
            return; // as Redis: an offset that is no number is ignored
        }
        if (replica.state == Replica.State.ONLINE) {
            history.shared(replica.ackOffset);
        }
        replica.ackMillis = clock.getAsLong();
        if (replica.streamOnAck && replica.state == Replica.State.ONLINE) {
            replica.streamOnAck = false;
            pump(replica);
        }
        report(replica);
    }

    // ------------------------------------------------------------------ links that end

    private void refuse(Replica replica, String error) {
        replica.write(error, clock.getAsLong())
                .onComplete(sent -> replica.socket().close());
    }

    /** Drops a link for a reason that has been logged. */
    private void close(Replica replica) {
        gone(replica);
        replica.hangUp();
    }

    private void gone(Replica replica) {
        if (replica.closed) {
            return;
        }
        replica.closed = true;
        store.tell(new ToStore.ReplicaGone(replica.link.clientId()));
        if (!replicas.remove(replica)) {
            return;
        }
        if (!closing) {
            log.log(WARNING, "Connection with replica " + replica.name + " lost.");
        }
        if (replicas.isEmpty()) {
            noReplicasSinceMillis = clock.getAsLong();
        }
        if (replica.state == Replica.State.ONLINE && replica.ackOffset > 0) {
            departures.left(replica.name, replica.ackOffset, clock.getAsLong());
        }
        Snapshot current = snapshot;
        if (current != null) {
            current.replicas.remove(replica);
            boolean wanted = current.isCut()
                    ? !current.replicas.isEmpty()
                    : replicas.stream().anyMatch(other -> waitsFor(current.contents, other));
            if (!wanted) {
                if (current.target == SnapshotTarget.STREAM) {
                    log.log(WARNING, "Diskless rdb transfer, last replica dropped, killing fork child.");
                }
                cancel(current);
                startIfDue();
            }
        }
        // A write to a peer that does not read may never end; nobody waits for it.
        while (!replica.chunks.isEmpty()) {
            takenByOne(replica.chunks.remove());
        }
        trim();
    }

    /**
     * The data belongs to another history now, or to this one under another name (see {@link History#changed}).
     *
     * @param continues whether the backlog's bytes belong to it, too; replicas with a place in another history are dropped
     * @param dropReplicas whether every replica must reconnect and ask again
     */
    public void historyChanged(boolean continues, boolean dropReplicas) {
        for (Replica replica : List.copyOf(replicas)) {
            if (dropReplicas || (!continues && replica.cursor != null)) {
                close(replica);
            }
        }
        if (!continues) {
            departures.clear();
        }
        reportBacklog();
    }

    /** Connected replicas must reconnect and ask again. */
    public void dropAll() {
        for (Replica replica : List.copyOf(replicas)) {
            close(replica);
        }
    }

    // ------------------------------------------------------------------ role, settings, time

    /** The node follows a master, or is one. */
    public void role(boolean nowFollowing) {
        if (following && !nowFollowing) {
            noReplicasSinceMillis = clock.getAsLong();
        }
        following = nowFollowing;
        masterLinkUp = false;
    }

    /** The link to this node's own master works, or does not. */
    public void masterLink(boolean up) {
        masterLinkUp = up;
    }

    /** New settings are in force. */
    public void configure(ReplicationConfig newConfig) {
        config = newConfig;
        history.resize(newConfig.backlogSizeBytes());
        trim();
        startIfDue();
    }

    /** To be called each second. */
    public void tick() {
        long now = clock.getAsLong();
        if (!replicas.isEmpty() && !following && !closing && seconds % Math.max(1, config.pingPeriodSeconds()) == 0) {
            store.tell(new ToStore.AppendToStream(PING.copy()));
        }
        seconds++;
        for (Replica replica : List.copyOf(replicas)) {
            // Within a diskless transfer a newline would become a part of the snapshot.
            boolean waits = replica.state == Replica.State.WAIT_START
                    || (replica.state == Replica.State.WAIT_END && !replica.streamed);
            if (waits) {
                send(replica, "\n");
            }
            dropIfSilent(replica, now);
        }
        enforceLimits();
        trim();
        for (Replica replica : replicas) {
            if (replica.state == Replica.State.ONLINE) {
                report(replica);
            }
        }
        if (config.backlogTtlSeconds() > 0) {
            departures.forget(now - config.backlogTtlSeconds() * 1000L);
        }
        freeBacklogIfUnused(now);
        startIfDue();
    }

    private void dropIfSilent(Replica replica, long now) {
        long timeoutMillis = config.timeoutSeconds() * 1000L;
        switch (replica.state) {
            case ONLINE -> {
                if (!replica.link.bareSync() && now - replica.ackMillis > timeoutMillis) {
                    log.log(WARNING, "Disconnecting timedout replica (streaming sync): " + replica.name);
                    close(replica);
                }
            }
            case WAIT_END -> {
                // Only a diskless transfer is held up by a replica that does not read; a file waits for nobody.
                if (replica.streamed && replica.unsentBytes() > 0 && now - replica.lastSentMillis() > timeoutMillis) {
                    log.log(WARNING, "Disconnecting timedout replica (full sync): " + replica.name);
                    close(replica);
                }
            }
            case WAIT_START, SEND_BULK -> {}
        }
    }

    private void freeBacklogIfUnused(long now) {
        long ttlMillis = config.backlogTtlSeconds() * 1000L;
        if (ttlMillis == 0 || following || opening || !replicas.isEmpty() || history.backlog() == null) {
            return;
        }
        if (now - noReplicasSinceMillis > ttlMillis) {
            history.free();
            store.tell(new ToStore.CloseStream());
            log.log(
                    INFO,
                    "Replication backlog freed after " + config.backlogTtlSeconds()
                            + " seconds without connected replicas.");
            reportBacklog();
        }
    }

    /** The node shuts down: what is in the backlog goes out, then the links close. */
    public void close() {
        closing = true;
        for (Replica replica : List.copyOf(replicas)) {
            Backlog.Cursor cursor = replica.cursor;
            if (cursor != null && replica.state == Replica.State.ONLINE && !replica.streamOnAck) {
                while (cursor.remaining() > 0) {
                    queue(replica, cursor);
                }
            }
            replica.write("", clock.getAsLong()).onComplete(sent -> close(replica));
        }
    }

    // ------------------------------------------------------------------ reports

    private Future<Void> send(Replica replica, String line) {
        return send(replica, Buffer.buffer(line.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private Future<Void> send(Replica replica, Buffer bytes) {
        return send(replica, ((BufferInternal) bytes).getByteBuf());
    }

    private Future<Void> send(Replica replica, ByteBuf bytes) {
        return replica.write(bytes, clock.getAsLong()).onComplete(sent -> {
            if (sent.failed()) {
                close(replica);
            } else {
                replica.tookSome(clock.getAsLong());
            }
        });
    }

    private void report(Replica replica) {
        if (replica.closed) {
            return;
        }
        ReplicaStatus status = switch (replica.state) {
            case WAIT_START, WAIT_END -> ReplicaStatus.WAIT_BGSAVE;
            case SEND_BULK -> ReplicaStatus.SEND_BULK;
            case ONLINE -> ReplicaStatus.ONLINE;
        };
        Backlog backlog = history.backlog();
        long pending = backlog == null ? 0 : backlog.end() - replica.neededFrom(backlog.end());
        store.tell(new ToStore.ReplicaProgress(
                replica.link.clientId(),
                replica.link.host(),
                replica.link.listeningPort(),
                status,
                replica.ackOffset,
                replica.ackMillis,
                pending));
    }

    private void reportCounts() {
        store.tell(new ToStore.SyncCounts(fullSyncs, partialOk, partialErr));
    }

    /** Tells the store how the backlog is, when that has changed. */
    private void reportBacklog() {
        Backlog backlog = history.backlog();
        boolean active = backlog != null;
        long first = backlog == null ? 0 : backlog.firstByteOffset();
        long memory = backlog == null ? 0 : backlog.memoryBytes();
        long retained = backlog == null ? 0 : backlog.bytesBefore(neededFrom(backlog));
        if (active != reportedActive
                || first != reportedFirst
                || memory != reportedMemory
                || retained != reportedRetained) {
            reportedActive = active;
            reportedFirst = first;
            reportedMemory = memory;
            reportedRetained = retained;
            store.tell(
                    backlog == null
                            ? ToStore.BacklogState.NONE
                            : new ToStore.BacklogState(
                                    true, first, memory, retained, backlog.roomUntil(), Backlog.BLOCK_BYTES_MIN));
        }
    }

    private static String reason(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.toString() : message;
    }
}
