package dev.vedette.sentinel;

import com.hazelcast.core.HazelcastInstance;
import dev.vedette.sentinel.act.Cluster;
import dev.vedette.sentinel.act.Orders;
import dev.vedette.sentinel.act.Performer;
import dev.vedette.sentinel.act.Scripts;
import dev.vedette.sentinel.config.ConfigFile;
import dev.vedette.sentinel.config.SentinelConfig;
import dev.vedette.sentinel.config.SentinelSettings;
import dev.vedette.sentinel.decide.Address;
import dev.vedette.sentinel.decide.Decision;
import dev.vedette.sentinel.decide.Effect;
import dev.vedette.sentinel.decide.Event;
import dev.vedette.sentinel.decide.Hello;
import dev.vedette.sentinel.decide.Info;
import dev.vedette.sentinel.decide.LinkId;
import dev.vedette.sentinel.decide.Master;
import dev.vedette.sentinel.decide.Moment;
import dev.vedette.sentinel.decide.Persisted;
import dev.vedette.sentinel.decide.Rules;
import dev.vedette.sentinel.decide.Sentinel;
import dev.vedette.sentinel.decide.Settings;
import dev.vedette.sentinel.decide.State;
import dev.vedette.sentinel.observe.Credentials;
import dev.vedette.sentinel.observe.HelloText;
import dev.vedette.sentinel.observe.Links;
import dev.vedette.sentinel.observe.Names;
import dev.vedette.sentinel.serve.Door;
import dev.vedette.sentinel.serve.Watch;
import dev.vedette.wire.bus.BallotCast;
import dev.vedette.wire.bus.MasterSwitched;
import dev.vedette.wire.bus.NodeStatus;
import dev.vedette.wire.bus.SentinelEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One sentinel. Deployed, it serves its port and watches its masters; its deployment fails when the port cannot be
 * bound, the configuration file cannot be written, or a {@code user} line is wrong, with a cause whose message says so.
 *
 * <p>Everything happens on the verticle's event loop: whatever is observed or asked for becomes an event, {@link
 * Sentinel#step} says what follows, and {@link Performer} carries that out in order.
 */
public final class SentinelVerticle extends VerticleBase {

    private static final int RUN_ID_BYTES = 20;
    private static final long NANOS_PER_MS = 1_000_000;
    private static final long STATUS_PERIOD_MS = 1000;

    private final SentinelOptions options;
    private final Logger log;
    private final long originNanos = System.nanoTime();
    private volatile @Nullable Running running;

    /**
     * A sentinel.
     *
     * @param log gets the sentinel's lines: INFO is Redis's notice, WARNING its warning, DEBUG verbose, TRACE debug
     */
    public SentinelVerticle(SentinelOptions options, Logger log) {
        this.options = options;
        this.log = log;
    }

    @Override
    public Future<?> start() {
        if (!Files.isWritable(options.configFile())) {
            return Future.failedFuture("Sentinel config file " + options.configFile() + " is not writable: "
                    + (Files.exists(options.configFile()) ? "Permission denied" : "No such file or directory")
                    + ". Exiting...");
        }
        Running fresh = new Running();
        running = fresh;
        return fresh.start();
    }

    @Override
    public Future<?> stop() {
        Running ending = running;
        return ending == null ? Future.succeededFuture() : ending.stop();
    }

    /**
     * Has a cluster carry votes and news from now on, beside TCP. To be called once, after the deployment; from any
     * thread.
     *
     * @param clustered the Vert.x instance on which {@code hazelcast} carries the event bus; may be another one than
     *     the verticle's own
     * @return fails when the cluster cannot be used; the sentinel then stands alone as before
     */
    public Future<Void> join(Vertx clustered, HazelcastInstance hazelcast) {
        Running deployed = running;
        if (deployed == null) {
            return Future.failedFuture(new IllegalStateException("not deployed"));
        }
        Promise<Void> joined = Promise.promise();
        context.runOnContext(v -> deployed.join(clustered, hazelcast).onComplete(joined));
        return joined.future();
    }

    /** The port that it serves. */
    public int port() {
        return options.config().port();
    }

    /** What the deployed verticle is made of. */
    private final class Running implements Watch, Credentials {

        /** Of its own: nothing else that blocks, a cluster without an answer least of all, may hold a vote up. */
        private final WorkerExecutor disk = vertx.createSharedWorkerExecutor("vedette-sentinel-disk-" + port(), 1);

        private final ConfigFile file = new ConfigFile(options.configFile());
        private final Names names = new Names(vertx, () -> settings().resolveHostnames(), log);
        private final Links links = new Links(vertx, options.config().bindSourceAddress(), this, names, this::tell);
        private final Orders orders = new Orders(links);
        private final Performer performer = new Performer(this::save, this::perform);
        private final Map<Long, Consumer<Effect>> requests = new HashMap<>();
        private final Scripts scripts = new Scripts(
                vertx,
                options.config().directory(),
                this::nowMs,
                () -> new Scripts.Timers(rules().scriptMaxRuntimeMs(), rules().scriptRetryDelayMs()),
                this::scriptEvent);
        private final Door door;
        private SentinelSettings settings = options.config().settings();
        private Rules rules = Rules.defaults(port());
        private State state;
        private @Nullable Cluster cluster;
        private long lastRequestId;
        private long tickTimer = -1;
        private long statusTimer = -1;
        private boolean stopped;

        Running() {
            use(settings);
            @Nullable String knownId = settings.myId();
            state = Persisted.fresh(knownId == null ? newId() : knownId);
            door = new Door(
                    vertx, this, options.executable(), options.configFile().toString(), options.version(), log);
        }

        private static String newId() {
            byte[] id = new byte[RUN_ID_BYTES];
            new SecureRandom().nextBytes(id);
            return HexFormat.of().formatHex(id);
        }

        Future<Void> start() {
            Optional<String> refused = door.admit(options.config());
            if (refused.isPresent()) {
                return Future.failedFuture(refused.get());
            }
            return Memory.recall(settings, state.myId(), names)
                    .compose(persisted -> {
                        state = persisted.restore();
                        return door.open();
                    })
                    .compose(open -> {
                        options.listening().run();
                        if (settings.myId() != null) {
                            return Future.succeededFuture();
                        }
                        // The id is on disk before anyone hears it.
                        return save(new Effect.Persist(Persisted.of(state)));
                    })
                    .map(saved -> {
                        log.log(Level.WARNING, "Sentinel ID is " + state.myId());
                        tell(Event.Started::new);
                        door.serve();
                        return (Void) null;
                    })
                    .recover(failure -> stop().transform(done -> Future.failedFuture(failure)));
        }

        Future<Void> join(Vertx clustered, HazelcastInstance hazelcast) {
            return Cluster.join(context, clustered, hazelcast, this::tell, log).compose(joined -> {
                if (stopped || cluster != null) {
                    return joined.close();
                }
                cluster = joined;
                log.log(Level.DEBUG, "The cluster carries votes and news from now on");
                joined.answerStatus(this::status);
                joined.answerCommands(node(), door::answerConsole);
                joined.publish(status());
                statusTimer = vertx.setPeriodic(STATUS_PERIOD_MS, timer -> joined.publish(status()));
                return Future.succeededFuture();
            });
        }

        Future<Void> stop() {
            stopped = true;
            performer.stop();
            scripts.close();
            vertx.cancelTimer(tickTimer);
            vertx.cancelTimer(statusTimer);
            links.close();
            names.close();
            disk.close();
            @Nullable Cluster joined = cluster;
            return Future.join(door.close(), joined == null ? Future.succeededFuture() : joined.close())
                    .mapEmpty();
        }

        // -------------------------------------------------------------- events

        @Override
        public void tell(Function<Moment, Event> event) {
            if (stopped) {
                return;
            }
            Event happened = event.apply(new Moment(
                    nowMs(),
                    System.currentTimeMillis(),
                    ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE)));
            Decision decision;
            try {
                decision = Sentinel.step(rules, state, happened);
            } catch (RuntimeException bug) {
                log.log(Level.ERROR, "A bug met " + happened + "; the state stays as it was", bug);
                return;
            }
            state = decision.state();
            performer.perform(decision);
        }

        @Override
        public void ask(Request request, Consumer<Effect> outcome) {
            long id = ++lastRequestId;
            requests.put(id, outcome);
            tell(at -> request.at(at, id));
        }

        private void answer(long requestId, Effect outcome) {
            @Nullable Consumer<Effect> asker = requests.remove(requestId);
            if (asker != null) {
                asker.accept(outcome);
            }
        }

        // -------------------------------------------------------------- effects

        private Future<Void> save(Effect.Persist persist) {
            SentinelConfig next = options.config()
                    .with(
                            Memory.note(settings, persist.persisted(), rules),
                            door.users().words());
            return disk.<Void>executeBlocking(() -> {
                        file.rewrite(next);
                        return null;
                    })
                    .onSuccess(saved -> log.log(Level.INFO, "Sentinel new configuration saved on disk"))
                    .onFailure(failure -> log.log(
                            Level.WARNING,
                            "WARNING: Sentinel was not able to save the new configuration on disk!!!: "
                                    + failure.getMessage()));
        }

        private void perform(Effect effect) {
            switch (effect) {
                case Effect.Persist persist -> throw new IllegalStateException("the performer saves by itself");
                case Effect.Report report -> report(report.level(), report.type(), report.text());
                case Effect.LogLine line -> log.log(level(line.level()), line.text());
                case Effect.RunScript script -> scripts.run(script.path(), script.arguments());
                case Effect.ScheduleTick tick -> scheduleTick(tick.afterMs());
                case Effect.Crash crash -> {
                    log.log(Level.WARNING, "Sentinel CRASH because of SENTINEL simulate-failure");
                    performer.stop();
                    exit(99);
                }
                case Effect.Reply reply -> answer(reply.requestId(), reply);
                case Effect.AnswerMasterDown reply -> answer(reply.requestId(), reply);
                case Effect.Connect connect -> links.connect(connect.link(), connect.address(), connect.channel());
                case Effect.Disconnect gone -> links.disconnect(gone.link(), gone.channel());
                case Effect.SendPing ping -> links.ping(ping.link());
                case Effect.SendInfo info -> links.info(info.link(), believedRole(info.link()));
                case Effect.PublishHello publish -> publish(publish.link(), publish.hello());
                case Effect.AskMasterDown ask ->
                    links.askMasterDown(
                            ask.link(),
                            ask.master(),
                            ask.address().shown(rules),
                            ask.address().port(),
                            ask.epoch(),
                            ask.candidate());
                case Effect.CastBallot ballot -> {
                    @Nullable Cluster joined = cluster;
                    if (joined != null) {
                        joined.cast(new BallotCast(ballot.master(), ballot.epoch(), ballot.voter(), ballot.leader()));
                    }
                }
                case Effect.AnnounceSwitch news -> {
                    @Nullable Cluster joined = cluster;
                    if (joined != null) {
                        joined.announce(new MasterSwitched(
                                news.master(),
                                news.epoch(),
                                news.sentinel(),
                                news.address().shown(rules),
                                news.address().port()));
                    }
                }
                case Effect.SlaveOf order -> {
                    @Nullable Address master = order.master();
                    orders.slaveOf(
                            order.link(),
                            master == null ? null : master.shown(rules),
                            master == null ? 0 : master.port());
                    context.runOnContext(later -> orders.keepRole(order.link()));
                }
                case Effect.HandOver order ->
                    orders.handOver(
                            order.link(),
                            order.replica().shown(rules),
                            order.replica().port(),
                            order.timeoutMs(),
                            reason -> tell(at -> new Event.HandOverRefused(at, order.link(), reason)));
                case Effect.ScriptKill kill -> orders.killScript(kill.link());
            }
        }

        private void report(Effect.Level level, String type, String text) {
            log.log(level(level), type + " " + text);
            if (level == Effect.Level.DEBUG) {
                return;
            }
            door.publish(type, text);
            @Nullable Cluster joined = cluster;
            if (joined != null) {
                joined.publish(
                        new SentinelEvent(node(), state.myId(), System.currentTimeMillis(), sign(level), type, text));
                if (level == Effect.Level.WARNING) {
                    joined.publish(status());
                }
            }
        }

        private void scriptEvent(boolean warning, String type, String text) {
            report(warning ? Effect.Level.WARNING : Effect.Level.DEBUG, type, text);
        }

        private static Level level(Effect.Level level) {
            return switch (level) {
                case DEBUG -> Level.TRACE;
                case VERBOSE -> Level.DEBUG;
                case NOTICE -> Level.INFO;
                case WARNING -> Level.WARNING;
            };
        }

        private static String sign(Effect.Level level) {
            return switch (level) {
                case DEBUG -> ".";
                case VERBOSE -> "-";
                case NOTICE -> "*";
                case WARNING -> "#";
            };
        }

        private void scheduleTick(long afterMs) {
            vertx.cancelTimer(tickTimer);
            tickTimer = vertx.setTimer(Math.max(1, afterMs), timer -> {
                scripts.tick();
                links.keepInfoOf(this::isWatched);
                tell(Event.Tick::new);
            });
        }

        private boolean isWatched(LinkId.ToNode link) {
            @Nullable Master master = state.masters().get(link.master());
            return master != null
                    && (master.node().address().equals(link.address())
                            || master.replicas().has(link.address()));
        }

        private Info.Role believedRole(LinkId.ToNode link) {
            @Nullable Master master = state.masters().get(link.master());
            return master != null && master.node().address().equals(link.address())
                    ? Info.Role.MASTER
                    : Info.Role.REPLICA;
        }

        private void publish(LinkId link, Hello hello) {
            @Nullable Address sender = hello.sender();
            Optional<String> host = sender == null ? links.localHost(link) : Optional.of(sender.host());
            int port = sender == null ? rules.announcePort() : sender.port();
            host.ifPresent(from -> links.publish(
                    link,
                    hello.master(),
                    HelloText.write(hello, from, port, hello.masterAddress().shown(rules))));
        }

        // -------------------------------------------------------------- the cluster's view

        /** Where this sentinel is reached, for the console. */
        private String node() {
            String host = settings.announceIp();
            if (host.isEmpty()) {
                host = config().bind().stream()
                        .filter(bind -> !bind.contains("*") && !bind.startsWith("-"))
                        .findFirst()
                        .orElse("");
            }
            @Nullable Cluster joined = cluster;
            if (host.isEmpty() && joined != null) {
                host = joined.host();
            }
            return host + ":" + rules.announcePort();
        }

        private NodeStatus status() {
            return new NodeStatus(node(), NodeStatus.SENTINEL, System.currentTimeMillis(), door.info());
        }

        // -------------------------------------------------------------- for the door

        @Override
        public State state() {
            return state;
        }

        @Override
        public Rules rules() {
            return rules;
        }

        @Override
        public long nowMs() {
            return (System.nanoTime() - originNanos) / NANOS_PER_MS;
        }

        @Override
        public SentinelConfig config() {
            return options.config();
        }

        @Override
        public SentinelSettings settings() {
            return settings;
        }

        @Override
        public void use(Rules newRules) {
            rules = newRules;
        }

        @Override
        public void use(SentinelSettings newSettings) {
            settings = newSettings;
            rules = rules.announcing(
                    newSettings.announceIp().isEmpty() ? null : newSettings.announceIp(),
                    newSettings.announcePort() == 0 ? port() : newSettings.announcePort(),
                    newSettings.announceHostnames());
        }

        @Override
        public Future<Optional<Address>> locate(String host, int port) {
            return names.locate(host, port);
        }

        @Override
        public void helloPublished(String text) {
            links.hello(null, text);
        }

        @Override
        public Optional<String> cachedInfo(LinkId.ToNode node) {
            return links.lastInfo(node);
        }

        @Override
        public int pendingCommands(LinkId link) {
            return links.pendingCommands(link);
        }

        @Override
        public List<Script> scripts() {
            return scripts.list();
        }

        @Override
        public boolean isExecutable(String path) {
            Path script = config().directory().resolve(path);
            return Files.isExecutable(script);
        }

        @Override
        public void exit(int status) {
            options.exit().accept(status);
        }

        // -------------------------------------------------------------- for links

        private @Nullable Settings settingsOf(LinkId link) {
            if (!(link instanceof LinkId.ToNode node)) {
                return null;
            }
            @Nullable Master master = state.masters().get(node.master());
            return master == null ? null : master.settings();
        }

        @Override
        public Optional<LogIn> of(LinkId link) {
            if (link instanceof LinkId.ToPeer) {
                @Nullable String password = settings.sentinelPass();
                return password == null
                        ? config().requirepass().map(own -> new LogIn(Optional.empty(), own))
                        : Optional.of(new LogIn(Optional.ofNullable(settings.sentinelUser()), password));
            }
            @Nullable Settings its = settingsOf(link);
            @Nullable String password = its == null ? null : its.authPass();
            return its == null || password == null
                    ? Optional.empty()
                    : Optional.of(new LogIn(Optional.ofNullable(its.authUser()), password));
        }

        @Override
        public String name(LinkId link, String command) {
            @Nullable Settings its = settingsOf(link);
            if (its != null) {
                for (Map.Entry<String, String> renamed : its.renamedCommands().entrySet()) {
                    if (renamed.getKey().equalsIgnoreCase(command)) {
                        return renamed.getValue();
                    }
                }
            }
            return command;
        }

        @Override
        public String myId() {
            return state.myId();
        }
    }
}
