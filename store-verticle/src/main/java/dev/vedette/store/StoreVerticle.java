package dev.vedette.store;

import dev.vedette.store.change.ChangeStream;
import dev.vedette.store.command.CommandTable;
import dev.vedette.store.command.Dispatcher;
import dev.vedette.store.command.Families;
import dev.vedette.store.command.NodeFacts;
import dev.vedette.store.command.ServerState;
import dev.vedette.store.command.persistence.Shutdown;
import dev.vedette.store.command.persistence.ShutdownPort;
import dev.vedette.store.command.server.Upkeep;
import dev.vedette.store.config.ConfigLine;
import dev.vedette.store.config.FatalConfigException;
import dev.vedette.store.config.ServerConfig;
import dev.vedette.store.connection.ClientServer;
import dev.vedette.store.connection.LocalClient;
import dev.vedette.store.connection.MasterConnection;
import dev.vedette.store.keyspace.Database;
import dev.vedette.store.keyspace.ExpiryMode;
import dev.vedette.store.keyspace.Keyspace;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Session;
import dev.vedette.store.snapshot.DumpLoader;
import dev.vedette.store.snapshot.LoadedDump;
import dev.vedette.store.snapshot.ReplicationPoint;
import dev.vedette.store.snapshot.Saving;
import dev.vedette.store.snapshot.Snapshots;
import dev.vedette.store.snapshot.Workplace;
import dev.vedette.store.thread.Scheduling;
import dev.vedette.wire.bus.LocalCodec;
import dev.vedette.wire.bus.NodeAddresses;
import dev.vedette.wire.bus.ToReplication;
import dev.vedette.wire.bus.ToStore;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageConsumer;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One server's data and its clients: serves RESP, leaves changes to the replication verticle of the same node, applies
 * what that one brings from a master.
 *
 * <p>Everything happens on the verticle's event loop, which alone owns the data. The deployment succeeds when the server
 * listens and fails when it cannot; {@link #ready()} tells when the data is loaded. The replication verticle must have
 * been deployed before.
 */
public final class StoreVerticle extends VerticleBase {

    private static final byte[] DEL = {'D', 'E', 'L'};
    private static final long CYCLE_MILLIS = 100;
    private static final long CLOSING_MILLIS_MAX = 1000;
    private static final long CLOSING_LOOK_MILLIS = 5;
    private static final long EXPIRE_SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** Pause between two slices when there is more to expire: a quarter of the time goes into it, as in Redis. */
    private static final long EXPIRE_PAUSE_MILLIS = 3;

    /** How long the event loop gathers memory at a time, and how long it does other things then. */
    private static final long GATHER_SLICE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    private static final long GATHER_PAUSE_MILLIS = 5;

    private final NodeAddresses node;
    private final String replicationAddress;
    private final ServerConfig config;
    private final NodeFacts facts;
    private final System.Logger log;
    private final ServerProcess process;
    private final Promise<Void> ready = Promise.promise();

    private final GarbageWatch garbage = GarbageWatch.ofProcess();
    private @Nullable ServerState state;
    private @Nullable Dispatcher commandDispatcher;
    private @Nullable Upkeep upkeep;
    private @Nullable ClientServer clients;
    private @Nullable Saving saving;
    private @Nullable MessageConsumer<ToStore> consumer;
    private @Nullable Promise<Void> shutdownAsked;
    private boolean takingChanges;
    private final Handler<Void> takeChanges = turn -> takeChanges();
    private boolean expiring;
    private boolean gathering;
    private long cycles;

    /**
     * @param node whose store this is
     * @param config parsed; owned by this verticle from now on
     * @param log DEBUG is Redis's verbose, INFO its notice
     */
    public StoreVerticle(
            NodeAddresses node, ServerConfig config, NodeFacts facts, System.Logger log, ServerProcess process) {
        this.node = node;
        this.replicationAddress = node.replication();
        this.config = config;
        this.facts = facts;
        this.log = log;
        this.process = process;
    }

    /** Completes when the data is loaded and commands are served; fails when it cannot be. */
    public Future<Void> ready() {
        return ready.future();
    }

    @Override
    public Future<?> start() {
        vertx.executeBlocking(Scheduling::prepare).onSuccess(prepared -> Scheduling.answerSoon());
        LocalCodec.register(vertx.eventBus());
        Keyspace keyspace = new Keyspace(config.getInt("databases"));
        CommandTable commands = new CommandTable(Families.ALL);
        for (ConfigLine line : config.renameLines()) {
            String refusal = commands.rename(line.words().get(1), line.words().get(2));
            if (refusal != null) {
                return Future.failedFuture(line.refuse(refusal));
            }
        }
        ServerState server = new ServerState(
                keyspace,
                new ChangeStream(this::takeChangesSoon),
                commands,
                config,
                facts,
                new VertxTimers(vertx),
                System::currentTimeMillis,
                log);
        if (config.getBool("appendonly")) {
            // To begin without it would lose what the operator believes to be safe.
            log.log(Level.WARNING, "FATAL: appendonly is yes, but " + Saving.NO_APPEND_ONLY_FILE + ". Exiting.");
            return Future.failedFuture("appendonly is yes, but " + Saving.NO_APPEND_ONLY_FILE);
        }
        try {
            server.users.load();
        } catch (FatalConfigException e) {
            return Future.failedFuture(e);
        }
        state = server;
        upkeep = new Upkeep(server);
        Dispatcher dispatcher = new Dispatcher(server);
        commandDispatcher = dispatcher;
        upkeep.observe(dispatcher);
        server.shutdown.connect(
                new ShutdownPort() {
                    @Override
                    public void end() {
                        closeAll();
                    }

                    @Override
                    public void cancelled() {
                        Promise<Void> asked = shutdownAsked;
                        shutdownAsked = null;
                        if (asked != null) {
                            asked.tryFail("errors trying to shut down the server, check the logs for more information");
                        }
                    }
                },
                dispatcher);
        MasterConnection master = new MasterConnection(server, dispatcher);
        server.roles.connect(this::tell, master, process::roleChanged);
        config.onChange(
                changed -> {
                    server.roles.tell(new ToReplication.ConfigChanged(ReplicationSettings.of(changed)));
                    return null;
                },
                ReplicationSettings.DIRECTIVES);
        Workplace workplace = workplace(server);
        Saving dumps = new Saving(keyspace, config, server.persistence, workplace, () -> point(server, master));
        saving = dumps;
        DumpLoader loader = new DumpLoader(config, server.persistence, workplace);
        server.connect(dumps, loader);
        Snapshots snapshots = new Snapshots(keyspace, config, server.persistence, workplace, dumps, server.roles::tell);
        server.afterFlushAll = () -> {
            snapshots.afterFlushAll();
            dumps.afterFlushAll();
        };
        Inbox inbox = new Inbox(server, master, snapshots, loader, garbage::collect, context);
        consumer = vertx.eventBus().localConsumer(node.store(), message -> inbox.take(message));
        ClientServer serving = new ClientServer(
                vertx,
                server,
                dispatcher,
                task -> context.runOnContext(turn -> task.run()),
                () -> takingChanges,
                this::welcome);
        clients = serving;
        // Addresses are listened at one after the other, and at the first there may be clients before the last is.
        loader.announce();
        return serving.listen().onSuccess(listening -> {
            vertx.setPeriodic(CYCLE_MILLIS, timer -> cycle());
            process.listening();
            load(server, loader, master);
        });
    }

    private Workplace workplace(ServerState server) {
        return new Workplace(
                task -> context.runOnContext(turn -> task.run()),
                task -> Thread.ofPlatform().daemon().name("vedette-dump").start(task),
                (millis, task) -> server.timers.after(millis, task),
                System::currentTimeMillis,
                server.memory::usedBytes,
                facts.pid(),
                log);
    }

    /** Where in the change stream a dump taken now stands; null when nobody could go on from there. */
    private static @Nullable ReplicationPoint point(ServerState server, MasterConnection master) {
        if (!server.changes.isOpen()) {
            return null;
        }
        int database = server.replication.isReplica() ? master.database() : Math.max(0, server.changes.selected());
        return new ReplicationPoint(server.replication.replid(), server.changes.offset(), database);
    }

    private void load(ServerState server, DumpLoader loader, MasterConnection master) {
        boolean replica = config.master() != null;
        loader.file(
                config.getPath("dbfilename"),
                replica ? DumpLoader.Purpose.START_AS_REPLICA : DumpLoader.Purpose.START_AS_MASTER,
                outcome -> {
                    server.tick();
                    switch (outcome) {
                        case DumpLoader.Outcome.Loaded(LoadedDump dump) -> {
                            loaded(server, loader, master, dump);
                            begin(server);
                        }
                        case DumpLoader.Outcome.NoFile none -> begin(server);
                        case DumpLoader.Outcome.Failed(String reason) -> ready.fail(new DataNotLoadedException(reason));
                        case DumpLoader.Outcome.Cancelled cancelled -> ready.fail("the load was given up");
                    }
                });
    }

    private void loaded(ServerState server, DumpLoader loader, MasterConnection master, LoadedDump dump) {
        loader.adopt(dump, server.keyspace);
        log.log(Level.INFO, String.format(Locale.ROOT, "DB loaded from disk: %.3f seconds", dump.milliseconds() / 1e3));
        ReplicationPoint point = dump.point();
        if (point == null) {
            return;
        }
        server.roles.restore(point.replid(), point.offset());
        master.select(Math.max(0, point.database()));
        for (LoadedDump.DroppedKey dropped : dump.dropped()) {
            server.changes.add(dropped.database(), DEL, dropped.key());
        }
        server.changes.endUnit(false);
    }

    private void begin(ServerState server) {
        server.roles.begin();
        ready.complete();
    }

    @Override
    public Future<?> stop() {
        ClientServer serving = clients;
        MessageConsumer<ToStore> listening = consumer;
        if (serving == null || listening == null) {
            return Future.succeededFuture();
        }
        return Future.join(serving.stopListening(), listening.unregister());
    }

    private ServerState server() {
        return Objects.requireNonNull(state, "not started");
    }

    /** A client that has just come: whether it must log in. */
    private void welcome(Session session) {
        server().users.greet(session);
    }

    // ------------------------------------------------------------------ the end

    /**
     * Shuts down as SHUTDOWN does. May be called from any thread.
     *
     * @return completes when replicas and clients are let go and the verticle may be undeployed; fails when it came to
     *     nothing and the server goes on
     */
    public Future<Void> shutdown(Set<Shutdown.Option> options) {
        if (context == null || state == null) {
            return Future.succeededFuture();
        }
        Promise<Void> asked = Promise.promise();
        context.runOnContext(turn -> {
            shutdownAsked = asked;
            server().tick();
            server().shutdown.begin(options);
        });
        return asked.future();
    }

    /** Lets go of replicas, when they have what is queued for them, and of clients; then the server has ended. */
    private void closeAll() {
        ServerState server = server();
        server.roles.tell(new ToReplication.Closing());
        Objects.requireNonNull(clients, "not started").stopListening();
        for (Session session : new ArrayList<>(server.clients.all())) {
            if (session.kind == Session.Kind.NORMAL) {
                session.connection().closeAfterFlush();
            }
        }
        ended(server, server.tick() + CLOSING_MILLIS_MAX);
    }

    private void ended(ServerState server, long deadlineMillis) {
        if (!server.replication.replicas().isEmpty() && server.tick() < deadlineMillis) {
            server.timers.after(CLOSING_LOOK_MILLIS, () -> ended(server, deadlineMillis));
            return;
        }
        Promise<Void> asked = shutdownAsked;
        if (asked != null) {
            asked.tryComplete();
        } else {
            // The client's socket closes in this turn, before the process ends.
            context.runOnContext(turn -> process.exit(0));
        }
    }

    // ------------------------------------------------------------------ questions from inside the process

    /** The text of {@code INFO everything}. May be called from any thread. */
    public Future<String> info() {
        return onLoop(session -> session.authenticated = true, List.of(Args.of("INFO", "everything")))
                .map(answer -> {
                    int begin = answer.toString(StandardCharsets.ISO_8859_1).indexOf("\r\n") + 2;
                    return answer.getString(begin, answer.length() - 2);
                });
    }

    /**
     * Runs a command as a client would. May be called from any thread.
     *
     * @param user ACL user, empty for the default one
     * @param password its password, empty when none is needed
     * @return the raw RESP2 answer
     */
    public Future<Buffer> ask(List<String> words, String user, String password) {
        List<Args> commands = new ArrayList<>();
        if (!password.isEmpty()) {
            commands.add(user.isEmpty() ? Args.of("AUTH", password) : Args.of("AUTH", user, password));
        }
        commands.add(Args.of(words.toArray(new String[0])));
        return onLoop(this::welcome, commands);
    }

    private Future<Buffer> onLoop(Consumer<Session> welcome, List<Args> commands) {
        Promise<Buffer> answer = Promise.promise();
        context.runOnContext(turn -> LocalClient.run(
                        server(), Objects.requireNonNull(commandDispatcher, "not started"), welcome, commands)
                .onComplete(answer));
        return answer.future();
    }

    // ------------------------------------------------------------------ the bus

    private void tell(ToReplication record) {
        vertx.eventBus().send(replicationAddress, record, LocalCodec.OPTIONS);
    }

    /** The first change of a turn was made: at the turn's end all of them go to their readers. */
    private void takeChangesSoon() {
        if (!takingChanges) {
            takingChanges = true;
            context.runOnContext(takeChanges);
        }
    }

    private void takeChanges() {
        takingChanges = false;
        server().roles.sendChanges();
        Objects.requireNonNull(clients, "not started").changesSent();
    }

    // ------------------------------------------------------------------ time

    private void cycle() {
        ServerState server = server();
        server.roles.standstill().alive(server.tick());
        Objects.requireNonNull(upkeep, "not started").every100Millis();
        expire();
        if (!server.scripting.isPaused()) {
            Objects.requireNonNull(saving, "not started").tick();
        }
        if (!gathering) {
            gather();
        }
        if (++cycles % (1000 / CYCLE_MILLIS) == 0) {
            if (!server.keyspace.isSnapshotActive()) {
                Runtime heap = Runtime.getRuntime();
                long data = server.memory.usedBytes() - server.keyspace.cellBytes();
                garbage.look(heap.totalMemory() - heap.freeMemory(), data, server.nowMillis());
            }
            Objects.requireNonNull(clients, "not started").everySecond();
        }
    }

    /** Gives memory back that strings have left, in short slices: no more than a tenth of the time. */
    private void gather() {
        gathering = !server().scripting.isPaused() && server().keyspace.gather(System.nanoTime() + GATHER_SLICE_NANOS);
        if (gathering) {
            vertx.setTimer(GATHER_PAUSE_MILLIS, timer -> gather());
        }
    }

    /** Removes what has expired, in short slices; a replica waits for its master's word. */
    private void expire() {
        ServerState server = server();
        if (expiring
                || !server.settings.activeExpire
                || server.persistence.loading
                || server.pauseUntilMillis != 0
                || server.scripting.isPaused()) {
            return;
        }
        if (server.replication.isReplica()) {
            server.roles.ownKeys().expire();
            return;
        }
        ExpiryMode mode = server.keyspace.setExpiryMode(ExpiryMode.DELETE);
        long start = System.nanoTime();
        long deadline = start + EXPIRE_SLICE_NANOS;
        boolean all = true;
        for (int i = 0; i < server.keyspace.databaseCount(); i++) {
            Database database = server.keyspace.database(i);
            all &= database.expireDue(deadline);
        }
        server.keyspace.setExpiryMode(mode);
        server.changes.endUnit(false);
        long nanos = System.nanoTime() - start;
        server.stats.expireCycleNanos += nanos;
        server.latency.add("expire-cycle", TimeUnit.NANOSECONDS.toMillis(nanos), server.nowMillis());
        if (!all) {
            server.stats.expiredTimeCapReached++;
            expiring = true;
            vertx.setTimer(EXPIRE_PAUSE_MILLIS, timer -> {
                expiring = false;
                server.tick();
                expire();
            });
        }
    }
}
