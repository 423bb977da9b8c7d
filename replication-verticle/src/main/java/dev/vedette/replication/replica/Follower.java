package dev.vedette.replication.replica;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import dev.vedette.replication.backlog.Backlog;
import dev.vedette.replication.backlog.History;
import dev.vedette.replication.bus.StoreLine;
import dev.vedette.replication.bus.Traffic;
import dev.vedette.wire.bus.ReplicationConfig;
import dev.vedette.wire.bus.StreamIdentity;
import dev.vedette.wire.bus.ToReplication.Follow;
import dev.vedette.wire.bus.ToStore;
import dev.vedette.wire.bus.ToStore.LinkState;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows a master, for as long as the node is a replica.
 *
 * <pre>
 *   CONNECT -> CONNECTING -> HANDSHAKE -> SYNC (receive, load) -> CONNECTED
 *                                     \-> CONNECTED (partial)
 * </pre>
 *
 * Whatever ends a link leads back to CONNECT: at once after a working link or a transfer broke for the first time, after
 * a growing pause (up to a second, Redis's pace) when a try failed. Each link is an object of its own; callbacks of one
 * that has been given up find that it is not the current one and do nothing.
 */
public final class Follower {

    private static final long PAUSE_FIRST_MILLIS = 100;
    private static final long PAUSE_MAX_MILLIS = 1000;
    private static final long PROGRESS_EVERY_MILLIS = 100;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Vertx vertx;
    private final Context context;
    private final StoreLine store;
    private final Traffic traffic;
    private final History history;
    private final System.Logger log;
    private final LongSupplier clock;
    private final Consumer<Boolean> onLink;
    private ReplicationConfig config;

    private @Nullable Follow master;
    private @Nullable Link link;
    private boolean failoverWanted;
    private boolean loading;
    private String lastSaved = "";
    private int failures;
    private long pauseTimer = -1;
    private long transfers;

    /**
     * @param onLink told whether the link to the master works, each time that this changes
     * @param clock wall-clock milliseconds
     */
    public Follower(
            Vertx vertx,
            Context context,
            StoreLine store,
            Traffic traffic,
            History history,
            ReplicationConfig config,
            System.Logger log,
            LongSupplier clock,
            Consumer<Boolean> onLink) {
        this.vertx = vertx;
        this.context = context;
        this.store = store;
        this.traffic = traffic;
        this.history = history;
        this.config = config;
        this.log = log;
        this.clock = clock;
        this.onLink = onLink;
    }

    // ------------------------------------------------------------------ what the store says

    /** Follow that master from now on. */
    public void follow(Follow newMaster) {
        giveUpLink();
        master = newMaster;
        failoverWanted = newMaster.failover();
        failures = 0;
        log.log(INFO, "Connecting to MASTER " + newMaster.host() + ":" + newMaster.port());
        connect();
    }

    /** The node is a master. */
    public void unfollow() {
        giveUpLink();
        master = null;
        failoverWanted = false;
    }

    /** The node shuts down: the link ends, which is nothing to speak of. */
    public void close() {
        endLink();
        master = null;
    }

    /** The present link shall be dropped and made anew. */
    public void drop(String reason) {
        Link current = link;
        if (current != null) {
            log.log(DEBUG, "Dropping the link to the master: " + reason);
            current.end();
            current.lost(reason);
        }
    }

    /** New settings are in force; a handshake under way goes on with the old ones. */
    public void configure(ReplicationConfig newConfig) {
        config = newConfig;
    }

    /** Acknowledge now. */
    public void acknowledge() {
        Link current = link;
        if (current != null && current.state == LinkState.CONNECTED && !current.oldMaster) {
            current.send(Handshake.command("REPLCONF", "ACK", Long.toString(history.offset())));
        }
    }

    /** To be called each second. */
    public void tick() {
        Link current = link;
        if (current != null) {
            current.tick();
        }
    }

    private void giveUpLink() {
        Link current = link;
        if (current != null && current.state == LinkState.CONNECTED) {
            log.log(WARNING, "Connection with master lost.");
            log.log(INFO, "Caching the disconnected master state.");
        }
        endLink();
    }

    private void endLink() {
        if (pauseTimer >= 0) {
            vertx.cancelTimer(pauseTimer);
            pauseTimer = -1;
        }
        Link current = link;
        link = null;
        if (current != null) {
            current.end();
        }
        onLink.accept(false);
    }

    // ------------------------------------------------------------------ connecting

    private void connect() {
        Follow to = master;
        if (to == null || loading) {
            return; // a load under way ends first, whoever asked for it; its end connects
        }
        Link next = new Link(to);
        link = next;
        next.connect();
    }

    private void connectLater() {
        Follow to = master;
        if (to == null) {
            return;
        }
        long pauseMillis = Math.min(PAUSE_FIRST_MILLIS << Math.min(failures, 10), PAUSE_MAX_MILLIS);
        failures++;
        pauseTimer = vertx.setTimer(pauseMillis, id -> {
            pauseTimer = -1;
            if (link == null) {
                log.log(INFO, "Connecting to MASTER " + to.host() + ":" + to.port());
                connect();
            }
        });
    }

    private void connectAgain(String suffix) {
        Follow to = master;
        if (to == null) {
            return;
        }
        if (failures > 0) {
            connectLater();
            return;
        }
        failures++;
        log.log(INFO, "Reconnecting to MASTER " + to.host() + ":" + to.port() + suffix);
        connect();
    }

    private static String reason(Throwable failure) {
        String message = failure.getMessage();
        if (message == null) {
            return failure.toString();
        }
        // Native transports put the system call before the system's own words.
        int systemCall = message.indexOf(") failed with error(");
        return systemCall < 0 ? message : message.substring(message.lastIndexOf("): ") + 3);
    }

    private void tellSaved(String name, long writes, long firstOffset, long lastOffset) {
        log.log(
                WARNING,
                writes + " writes that the new master does not have (offsets " + firstOffset + " to " + lastOffset
                        + ") were saved to " + name + " before its data replaces them.");
        if (!name.equals(lastSaved)) {
            lastSaved = name; // a transfer that breaks off brings the same file again
            store.tell(new ToStore.LostWrites(name, writes));
        }
    }

    /** One connection to the master, from the first SYN to the end. */
    private final class Link {
        private final Follow to;
        private final Handshake handshake = new Handshake(config, log);
        private final LineReader lines = new LineReader();
        private LinkState state = LinkState.CONNECT;
        private @Nullable NetClient client;
        private @Nullable NetSocket socket;
        private boolean ended;
        private boolean oldMaster;
        private long lastIoMillis = clock.getAsLong();

        private String replid = "";
        private long offset;
        private @Nullable TransferDecoder transfer;
        private @Nullable RdbFile file;
        private @Nullable LiveSource live;
        private boolean toParser;
        private boolean loadFailed;
        private boolean loaded;
        private boolean received;
        private long reportedMillis;
        /** What came behind +FULLRESYNC while it is considered; null at all other times. */
        private @Nullable Buffer held;
        /** What came after the snapshot, while it is loaded. */
        private Buffer afterTransfer = Buffer.buffer();

        private boolean brokeWhileLoading;

        private final MasterStream stream;
        private boolean paused;

        Link(Follow to) {
            this.to = to;
            this.stream = new MasterStream(store, to.term(), this::resume);
        }

        private boolean isCurrent() {
            return link == this && !ended;
        }

        private void enter(LinkState next) {
            boolean wasUp = state == LinkState.CONNECTED;
            state = next;
            report();
            if (wasUp != (next == LinkState.CONNECTED)) {
                onLink.accept(next == LinkState.CONNECTED);
            }
        }

        private void report() {
            TransferDecoder t = transfer;
            long total = t == null || state != LinkState.SYNC ? 0 : t.sizeBytes();
            long read = t == null || state != LinkState.SYNC ? 0 : t.readBytes();
            store.tell(new ToStore.MasterLink(to.term(), state, lastIoMillis, total, read, ended ? null : socket));
        }

        // -------------------------------------------------------------- TCP

        void connect() {
            enter(LinkState.CONNECTING);
            NetClientOptions options =
                    new NetClientOptions().setTcpKeepAlive(true).setConnectTimeout(Integer.MAX_VALUE);
            String from = config.bindSourceAddr();
            if (from != null) {
                options.setLocalAddress(from);
            }
            NetClient newClient = vertx.createNetClient(options);
            client = newClient;
            log.log(INFO, "MASTER <-> REPLICA sync started");
            newClient
                    .connect(new ConnectOptions().setHost(to.host()).setPort(to.port()))
                    .onComplete(connected -> {
                        if (!isCurrent()) {
                            if (connected.succeeded()) {
                                connected.result().close();
                            }
                            newClient.close();
                            return;
                        }
                        if (connected.failed()) {
                            log.log(WARNING, "Error condition on socket for SYNC: " + reason(connected.cause()));
                            retry();
                        } else {
                            begin(connected.result());
                        }
                    });
        }

        private void begin(NetSocket connected) {
            socket = connected;
            log.log(INFO, "Non blocking connect for SYNC fired the event.");
            connected
                    .handler(this::read)
                    .exceptionHandler(failure -> closed(reason(failure)))
                    .closeHandler(end -> closed("connection lost"));
            enter(LinkState.HANDSHAKE);
            send(handshake.begin());
        }

        void send(Buffer bytes) {
            NetSocket to = socket;
            if (to != null && !ended) {
                to.write(bytes);
            }
        }

        /** Lets go of everything; says nothing. */
        void end() {
            if (ended) {
                return;
            }
            ended = true;
            stream.end();
            if (socket != null) {
                socket.close();
            }
            if (client != null) {
                client.close();
            }
            if (live != null) {
                live.fail("connection with the master lost");
            }
            if (file != null) {
                file.abandon();
            }
        }

        private void closed(String reason) {
            if (!isCurrent()) {
                return;
            }
            if (state == LinkState.SYNC && received && !loaded) {
                brokeWhileLoading = true; // all of the snapshot is here: load it, then ask for the rest
                return;
            }
            end();
            lost(reason);
        }

        /** The link is gone: says so and arranges for the next one. */
        void lost(String reason) {
            if (link == this) {
                link = null;
            }
            LinkState was = state;
            enter(LinkState.CONNECT);
            if (loading) {
                return; // the load's end goes on from here
            }
            switch (was) {
                case CONNECTED -> {
                    log.log(WARNING, "Connection with master lost.");
                    log.log(INFO, "Caching the disconnected master state.");
                    connectAgain("");
                }
                case SYNC -> {
                    log.log(WARNING, "I/O error trying to sync with MASTER: " + reason);
                    connectAgain(" after failure");
                }
                case HANDSHAKE -> {
                    log.log(WARNING, "Failed to read response from the server: " + reason);
                    log.log(WARNING, "Master did not respond to command during SYNC handshake");
                    connectLater();
                }
                case CONNECT, CONNECTING -> connectLater();
            }
        }

        /** Hangs up for a reason that has been logged, and tries again after a pause. */
        private void retry() {
            end();
            link = null;
            enter(LinkState.CONNECT);
            connectLater();
        }

        // -------------------------------------------------------------- bytes

        private void read(Buffer bytes) {
            if (!isCurrent()) {
                return;
            }
            lastIoMillis = clock.getAsLong();
            int at = 0;
            if (held != null) {
                held.appendBuffer(bytes);
                return;
            }
            while (at < bytes.length() && isCurrent()) {
                switch (state) {
                    case HANDSHAKE -> {
                        String line = lines.next(bytes, at);
                        at = lines.consumed();
                        if (lines.overflown()) {
                            log.log(WARNING, "The master sends no lines during the handshake: is it a Redis server?");
                            retry();
                        } else if (line != null) {
                            step(line);
                        }
                        if (held != null) {
                            held.appendBuffer(bytes, at, bytes.length() - at);
                            return;
                        }
                    }
                    case SYNC -> {
                        int taken = receive(at == 0 ? bytes : bytes.slice(at, bytes.length()));
                        traffic.received(taken);
                        at += taken;
                    }
                    case CONNECTED -> {
                        traffic.received(bytes.length() - at);
                        apply(at == 0 ? bytes : bytes.slice(at, bytes.length()));
                        return;
                    }
                    case CONNECT, CONNECTING -> throw new IllegalStateException("bytes in state " + state);
                }
            }
        }

        // -------------------------------------------------------------- handshake

        private void step(String line) {
            boolean answersFailover = failoverWanted && handshake.expectsPsyncAnswer();
            Handshake.Step step = handshake.line(line);
            if (answersFailover && !(step instanceof Handshake.Step.Wait)) {
                boolean accepted = step instanceof Handshake.Step.Continue || step instanceof Handshake.Step.Full;
                failoverWanted = false;
                store.tell(new ToStore.FailoverAnswered(to.term(), accepted, line));
                if (!accepted) {
                    retry(); // until the store says what the node is now
                    return;
                }
            }
            switch (step) {
                case Handshake.Step.Wait wait -> {}
                case Handshake.Step.Send send -> send(send.bytes());
                case Handshake.Step.AskPosition ask -> askPosition();
                case Handshake.Step.Continue go -> continueStream(go.replid());
                case Handshake.Step.Full full -> considerTransfer(full.replid(), full.offset());
                case Handshake.Step.OldSync old -> {
                    oldMaster = true;
                    send(old.bytes());
                    chooseWay(randomReplid(), 0); // a master without replid: the history is ours alone
                }
                case Handshake.Step.Retry retry -> retry();
            }
        }

        private void askPosition() {
            store.<StreamIdentity>ask(new ToStore.StopApplying(to.term())).onComplete(answer -> {
                if (!isCurrent()) {
                    return;
                }
                if (answer.failed()) {
                    log.log(WARNING, "The store does not say how far its data is: " + reason(answer.cause()));
                    retry();
                    return;
                }
                StreamIdentity mine = answer.result();
                boolean known = mine.offset() > 0 || history.everOpen();
                send(handshake.psync(known ? mine : null, failoverWanted));
            });
        }

        private void continueStream(@Nullable String newReplid) {
            log.log(INFO, "MASTER <-> REPLICA sync: Master accepted a Partial Resynchronization.");
            if (history.backlog() == null) {
                // Data from before a restart: the stream goes on, and sub-replicas may want it.
                store.<StreamIdentity>ask(new ToStore.OpenStream(false)).onSuccess(at -> {
                    if (history.backlog() == null) {
                        history.open(at);
                    }
                });
            }
            if (newReplid != null) {
                store.tell(new ToStore.AdoptReplid(to.term(), newReplid));
            }
            up();
        }

        private void up() {
            failures = 0;
            enter(LinkState.CONNECTED);
            stream.openFeed();
        }

        // -------------------------------------------------------------- what a snapshot would cost

        /**
         * The master is about to replace this node's data by that of another history: looks first whether that is to be
         * refused, and saves the writes that only this node has. The transfer waits meanwhile, in the kernel.
         */
        private void considerTransfer(String newReplid, long newOffset) {
            StreamIdentity mine = history.identity();
            Backlog backlog = history.backlog();
            boolean mayLose = backlog != null && backlog.historyBytes() > 0;
            if (newReplid.equals(mine.replid()) || (!mayLose && !config.refuseEmptyMaster())) {
                chooseWay(newReplid, newOffset);
                return;
            }
            hold();
            MasterQuestion.ask(vertx, config, to.host(), to.port()).onComplete(answer -> {
                if (!isCurrent()) {
                    return;
                }
                MasterFacts facts = answer.succeeded() ? answer.result() : null;
                if (facts == null) {
                    log.log(INFO, "The master does not say what its history is: " + reason(answer.cause()));
                }
                long shared = facts == null ? MasterFacts.UNRELATED : facts.sharedWith(mine);
                boolean suspicious = facts != null && facts.empty() && shared == MasterFacts.UNRELATED;
                if (suspicious && config.refuseEmptyMaster()) {
                    refuseIfThereAreKeys(newReplid, newOffset);
                } else {
                    saveLostWrites(mine, shared, newReplid, newOffset);
                }
            });
        }

        private void refuseIfThereAreKeys(String newReplid, long newOffset) {
            store.<Long>ask(new ToStore.CountKeys()).onComplete(keys -> {
                if (!isCurrent()) {
                    return;
                }
                long count = keys.succeeded() ? keys.result() : 0;
                if (count > 0) {
                    log.log(
                            WARNING,
                            "Full resync refused: the master " + to.host() + ":" + to.port()
                                    + " is empty, or was when it started a moment ago, and of an unrelated history; this"
                                    + " replica holds " + count
                                    + " keys. To follow it all the same: CONFIG SET replica-refuse-empty-master no");
                    retry();
                } else {
                    saveLostWrites(history.identity(), MasterFacts.UNRELATED, newReplid, newOffset);
                }
            });
        }

        /** Saves what this node has beyond {@code shared}; where that is not known, beyond what replicas have acknowledged. */
        private void saveLostWrites(StreamIdentity mine, long shared, String newReplid, long newOffset) {
            long from = shared == MasterFacts.UNRELATED ? history.sharedOffset() : shared;
            Backlog backlog = history.backlog();
            if (backlog == null || from < 0 || from >= mine.offset() || backlog.end() != mine.offset()) {
                chooseWay(newReplid, newOffset);
                return;
            }
            long readable = backlog.firstCommand();
            long begin = backlog.covers(from + 1) ? from : readable;
            if (begin > from) {
                log.log(
                        WARNING,
                        "Of the writes that the new master does not have, the first " + (begin - from)
                                + " bytes are not in the backlog any more and cannot be saved.");
            }
            List<ByteBuf> before = from > readable ? backlog.slices(readable, from) : List.of();
            List<ByteBuf> lost = backlog.slices(begin, backlog.end());
            String name = LostWritesFile.name(mine.replid(), begin + 1);
            Path file = Path.of(config.directory(), name);
            vertx.executeBlocking(() -> LostWritesFile.write(file, buffers(before), buffers(lost)))
                    .onComplete(saved -> {
                        before.forEach(ByteBuf::release);
                        lost.forEach(ByteBuf::release);
                        if (saved.failed()) {
                            log.log(
                                    WARNING,
                                    "The writes that the new master does not have could not be saved to " + name + ": "
                                            + reason(saved.cause()));
                        } else if (saved.result() > 0) {
                            tellSaved(name, saved.result(), begin + 1, mine.offset());
                        }
                        if (isCurrent()) {
                            chooseWay(newReplid, newOffset);
                        }
                    });
        }

        private void hold() {
            if (held == null) {
                held = Buffer.buffer();
                pause();
            }
        }

        /** Whether the snapshot is loaded while it comes, or goes to the disk first: repl-diskless-load. */
        private void chooseWay(String newReplid, long newOffset) {
            if (!"on-empty-db".equals(config.disklessLoad())) {
                toParser = "swapdb".equals(config.disklessLoad());
                release(newReplid, newOffset);
                return;
            }
            hold();
            store.<Long>ask(new ToStore.CountKeys()).onComplete(keys -> {
                if (isCurrent()) {
                    toParser = keys.succeeded() && keys.result() == 0;
                    release(newReplid, newOffset);
                }
            });
        }

        private void release(String newReplid, long newOffset) {
            Buffer early = held;
            held = null;
            lastIoMillis = clock.getAsLong();
            beginTransfer(newReplid, newOffset);
            if (early != null && early.length() > 0) {
                read(early);
            }
            resume();
        }

        // -------------------------------------------------------------- snapshot

        private void beginTransfer(String newReplid, long newOffset) {
            replid = newReplid;
            offset = newOffset;
            transfer = new TransferDecoder(new TransferDecoder.Sink() {
                @Override
                public void begin(long sizeBytes) {
                    beginData(sizeBytes);
                }

                @Override
                public void data(Buffer bytes) {
                    if (live != null) {
                        if (!live.put(bytes)) {
                            pause();
                        }
                    } else if (file != null && !file.write(bytes)) {
                        pause();
                    }
                }
            });
            enter(LinkState.SYNC);
        }

        private void beginData(long sizeBytes) {
            String where = toParser ? "to parser" : "to disk";
            log.log(
                    INFO,
                    sizeBytes < 0
                            ? "MASTER <-> REPLICA sync: receiving streamed RDB from master with EOF " + where
                            : "MASTER <-> REPLICA sync: receiving " + sizeBytes + " bytes from master " + where);
            if (toParser) {
                LiveSource source = new LiveSource(() -> context.runOnContext(hop -> resume()));
                live = source;
                load(new ToStore.LoadSnapshot(to.term(), null, source, replid, offset), "from socket");
            } else {
                transfers++;
                file = new RdbFile(
                        vertx,
                        config.directory(),
                        "temp-" + clock.getAsLong() / 1000 + "."
                                + ProcessHandle.current().pid() + "." + transfers + ".rdb",
                        this::resume,
                        this::fileFailed);
                store.tell(new ToStore.SnapshotArrives(to.term(), file.path(), file.arriving()));
            }
        }

        private void fileFailed(Throwable failure) {
            if (isCurrent()) {
                log.log(
                        WARNING,
                        "Write error or short write writing to the DB dump file needed for MASTER <-> REPLICA synchronization: "
                                + reason(failure));
                retry();
            }
        }

        /** Takes bytes of the transfer; returns how many were its own. */
        private int receive(Buffer bytes) {
            TransferDecoder t = transfer;
            if (t == null || received) {
                // The stream begins, but the snapshot is not loaded: it waits here, and the master with it.
                afterTransfer.appendBuffer(bytes);
                pause();
                return bytes.length();
            }
            int used = t.feed(bytes);
            String error = t.error();
            if (error != null) {
                log.log(WARNING, error);
                end();
                link = null;
                enter(LinkState.CONNECT);
                if (!loading) {
                    connectLater();
                }
                return bytes.length();
            }
            long now = clock.getAsLong();
            if (t.complete()) {
                received = true;
                report();
                receivedAll();
            } else if (now - reportedMillis >= PROGRESS_EVERY_MILLIS) {
                reportedMillis = now;
                report();
            }
            return used;
        }

        private void receivedAll() {
            if (live != null) {
                live.end();
                if (loaded) {
                    finish();
                }
            } else if (file != null) {
                RdbFile complete = file;
                pause();
                complete.complete().onComplete(done -> {
                    if (!isCurrent()) {
                        complete.abandon();
                    } else if (done.failed()) {
                        fileFailed(done.cause());
                    } else {
                        file = null; // the store deletes it
                        complete.arriving().end();
                        load(new ToStore.LoadSnapshot(to.term(), complete.path(), null, replid, offset), "from disk");
                    }
                });
            }
        }

        private void load(ToStore.LoadSnapshot request, String where) {
            loading = true;
            boolean swaps = request.source() != null && "swapdb".equals(config.disklessLoad());
            if (!swaps) {
                log.log(INFO, "MASTER <-> REPLICA sync: Flushing old data");
            }
            log.log(INFO, "MASTER <-> REPLICA sync: Loading DB in memory");
            store.<StreamIdentity>ask(request).onComplete(answer -> {
                loading = false;
                if (answer.succeeded()) {
                    if (swaps) {
                        log.log(INFO, "MASTER <-> REPLICA sync: Swapping active DB with loaded DB");
                        log.log(INFO, "MASTER <-> REPLICA sync: Discarding old DB in background");
                    }
                    history.open(answer.result());
                    if (isCurrent()) {
                        loaded = true;
                        if (received) {
                            finish();
                        }
                        return;
                    }
                } else {
                    loadFailed = true;
                    log.log(
                            WARNING,
                            "Failed trying to load the MASTER synchronization DB " + where + ": "
                                    + reason(answer.cause()));
                    if (swaps) {
                        log.log(INFO, "MASTER <-> REPLICA sync: Discarding temporary DB in background");
                    }
                }
                if (isCurrent()) {
                    end();
                    link = null;
                    enter(LinkState.CONNECT);
                    connectAgain(" after failure");
                } else if (link == null && pauseTimer < 0) {
                    connectAgain(loadFailed ? " after failure" : ""); // the link went while the store was loading
                }
            });
        }

        private void finish() {
            log.log(INFO, "MASTER <-> REPLICA sync: Finished with success");
            up();
            if (brokeWhileLoading) {
                end();
                lost("connection lost");
                return;
            }
            acknowledge(); // a master that sent without a file waits for this
            Buffer rest = afterTransfer;
            afterTransfer = Buffer.buffer();
            transfer = null;
            if (rest.length() > 0) {
                apply(rest);
            }
            resume();
        }

        // -------------------------------------------------------------- stream

        private void apply(Buffer bytes) {
            stream.take(bytes);
            if (stream.isFull()) {
                pause();
            }
        }

        private void pause() {
            NetSocket from = socket;
            if (from != null && !paused) {
                paused = true;
                from.pause();
            }
        }

        private void resume() {
            NetSocket from = socket;
            boolean mustWait = (state == LinkState.SYNC && received) || stream.isFull();
            if (from != null && paused && !ended && !mustWait) {
                paused = false;
                from.resume();
            }
        }

        // -------------------------------------------------------------- time

        void tick() {
            long timeoutMillis = config.timeoutSeconds() * 1000L;
            boolean silent = clock.getAsLong() - lastIoMillis > timeoutMillis;
            switch (state) {
                case CONNECT -> {}
                case CONNECTING, HANDSHAKE -> {
                    if (silent) {
                        log.log(WARNING, "Timeout connecting to the MASTER...");
                        retryAfterTimeout();
                    }
                }
                case SYNC -> {
                    if (received || paused) {
                        // It is this node that takes its time: the master must not take that for death.
                        lastIoMillis = clock.getAsLong();
                        send(Buffer.buffer("\n"));
                    } else if (silent) {
                        log.log(
                                WARNING,
                                "Timeout receiving bulk data from MASTER... If the problem persists try to set the 'repl-timeout' parameter in redis.conf to a larger value.");
                        retryAfterTimeout();
                    }
                }
                case CONNECTED -> {
                    if (silent && !paused) {
                        log.log(WARNING, "MASTER timeout: no data nor PING received...");
                        end();
                        lost("timeout");
                        return;
                    }
                    acknowledge();
                    report();
                    stream.openFeed();
                }
            }
        }

        private void retryAfterTimeout() {
            end();
            link = null;
            enter(LinkState.CONNECT);
            if (!loading) {
                failures = 0;
                connectAgain(" after failure");
            }
        }
    }

    private static List<Buffer> buffers(List<ByteBuf> slices) {
        return slices.stream().<Buffer>map(BufferInternal::buffer).toList();
    }

    private static String randomReplid() {
        byte[] random = new byte[20];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
