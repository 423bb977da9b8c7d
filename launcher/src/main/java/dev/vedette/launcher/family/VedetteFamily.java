package dev.vedette.launcher.family;

import dev.vedette.console.ConsoleOptions;
import dev.vedette.console.ConsoleVerticle;
import dev.vedette.launcher.cluster.ClusterMember;
import dev.vedette.launcher.cluster.Membership;
import dev.vedette.launcher.family.FamilyPlan.Kind;
import dev.vedette.launcher.family.FamilyPlan.Node;
import dev.vedette.launcher.log.NodeLog;
import dev.vedette.launcher.log.ProcessLog;
import dev.vedette.launcher.node.Installation;
import dev.vedette.launcher.node.NodeVertx;
import dev.vedette.launcher.node.SentinelNode;
import dev.vedette.launcher.node.ServerNode;
import dev.vedette.sentinel.config.ConfigFile;
import dev.vedette.sentinel.config.ConfigReader;
import dev.vedette.sentinel.config.SentinelConfig;
import dev.vedette.store.config.FatalConfigException;
import dev.vedette.store.config.ServerConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A whole family inside this JVM: the same nodes on the same configuration files as processes would have, each on an
 * event loop of its own, and one Hazelcast member that all of them share. For tests, and for {@code vedette demo
 * --in-process}:
 *
 * <pre>{@code
 * try (VedetteFamily family = VedetteFamily.start(FamilyPlan.onFreePorts(directory, 2, 3))) {
 *     // The master serves at family.master().port(), and is guarded.
 *     family.stop(family.master());
 *     // Soon family.master() is another one.
 * }
 * }</pre>
 *
 * <p>Methods block, and must not be called on an event loop. One thread at a time.
 */
public final class VedetteFamily implements Family {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long STOP_SECONDS = 15;

    private final FamilyPlan plan;
    private final NodeLog log;
    private final Map<Node, Running> nodes = new ConcurrentHashMap<>();
    private final Promise<ClusterMember> member = Promise.promise();
    private final Membership membership;

    /** A node that was started; closing it shuts it down and gives back its event loop. */
    private static final class Running {
        final Supplier<Future<Void>> shutdown;
        volatile @Nullable String end;

        Running(Supplier<Future<Void>> shutdown) {
            this.shutdown = shutdown;
        }
    }

    /** A family whose files are prepared, and whose nodes are not started. */
    VedetteFamily(FamilyPlan plan) {
        this.plan = plan;
        this.log = new NodeLog("family");
        log.writeTo(plan.directory().resolve("log"));
        ProcessLog.install(log);
        this.membership = Membership.begin(
                plan.clusterConfig(), NodeVertx.options(1), "", log, joined -> member.complete(joined));
    }

    /**
     * Writes the plan's files into its directory, starts all nodes and waits until they know one another, at most a
     * minute.
     *
     * @throws IOException when the files cannot be written or a node cannot start; the message says why
     */
    public static VedetteFamily start(FamilyPlan plan) throws IOException, InterruptedException, TimeoutException {
        new FamilyFiles(plan).prepare(false);
        VedetteFamily family = new VedetteFamily(plan);
        try {
            new FamilyStart(family, plan, FamilyStart.SILENT, PATIENCE, new CountDownLatch(1)).run();
            return family;
        } catch (IOException | InterruptedException | TimeoutException | RuntimeException e) {
            family.close();
            throw e;
        }
    }

    /** Who is where. */
    public FamilyPlan plan() {
        return plan;
    }

    /**
     * The server that is the master now: as the first sentinel that answers says, or, where there are none, as the
     * servers say.
     *
     * @throws NoSuchElementException when nobody says so
     */
    public Node master() {
        Readiness readiness = new Readiness(plan);
        return plan.sentinels() == 0
                ? readiness.master().orElseThrow()
                : readiness.masterOfSentinels().orElseThrow();
    }

    /** Begins to start a node that is not started or was stopped; its clients may have to try a few times. */
    @Override
    public void start(Node node) throws IOException {
        if (isRunning(node)) {
            throw new IllegalStateException(node + " runs already");
        }
        nodes.put(
                node,
                switch (node.kind()) {
                    case SERVER -> startServer(node);
                    case SENTINEL -> startSentinel(node);
                    case CONSOLE -> startConsole(node);
                });
    }

    /** Stops a node in good order; for the others that is as sudden as a crash, as nothing is said but connections end. */
    public void stop(Node node) {
        await(List.of(end(nodes.remove(node))));
    }

    /** Whether a node was started and has not stopped. */
    public boolean isRunning(Node node) {
        Running running = nodes.get(node);
        return running != null && running.end == null;
    }

    private Running startServer(Node node) throws IOException {
        ServerConfig config;
        try {
            config = ServerConfig.parse(node.config(), "", node.directory(), false);
        } catch (FatalConfigException e) {
            throw new IOException(e.text(), e);
        }
        NodeLog its = logOf(node, config.getString("loglevel"));
        Vertx vertx = NodeVertx.start(1, its);
        ServerNode server = new ServerNode(vertx, config, its, status -> ended(node, status, vertx));
        Running running = new Running(() -> server.shutdown("").eventually(vertx::close));
        server.start()
                .onSuccess(serves -> member.future().onSuccess(server::joined))
                .onFailure(cause -> running.end = failed(node, cause));
        return running;
    }

    private Running startSentinel(Node node) throws IOException {
        SentinelConfig config = switch (ConfigReader.read(new ConfigFile(node.config()).read(), "", node.directory())) {
            case ConfigReader.Outcome.Read read -> read.config();
            case ConfigReader.Outcome.Refused refused ->
                throw new IOException(refused.error().message());
        };
        NodeLog its = logOf(node, config.logLevel());
        Vertx vertx = NodeVertx.start(1, its);
        SentinelNode sentinel =
                new SentinelNode(vertx, config, node.config(), its, status -> ended(node, status, vertx));
        Running running = new Running(() -> sentinel.shutdown().eventually(vertx::close));
        sentinel.start()
                .onSuccess(watches -> member.future().onSuccess(sentinel::joined))
                .onFailure(cause -> running.end = failed(node, cause));
        return running;
    }

    private Running startConsole(Node node) {
        NodeLog its = logOf(node, "notice");
        its.setRole('W');
        Promise<Supplier<Future<Void>>> undeploy = Promise.promise();
        Running running = new Running(() ->
                undeploy.future().isComplete() ? undeploy.future().result().get() : Future.succeededFuture());
        member.future().onSuccess(joined -> {
            Vertx vertx = joined.vertx();
            vertx.deployVerticle(new ConsoleVerticle(new ConsoleOptions().withPort(node.port()), its))
                    .onSuccess(id -> undeploy.complete(() -> vertx.undeploy(id)))
                    .onFailure(cause -> running.end = failed(node, cause));
        });
        return running;
    }

    private static NodeLog logOf(Node node, String level) {
        NodeLog its = new NodeLog(node.name());
        its.setLevel(level);
        its.writeTo(node.log());
        return its;
    }

    private static String failed(Node node, Throwable cause) {
        return "The " + node + " cannot start: " + cause.getMessage() + "\nIts log is " + node.log();
    }

    private void ended(Node node, int status, Vertx vertx) {
        Running running = nodes.get(node);
        if (running != null) {
            running.end = "The " + node + " ended with status " + status + ".";
        }
        vertx.close();
    }

    @Override
    public Optional<String> end(Node node) {
        Running running = nodes.get(node);
        return running == null ? Optional.empty() : Optional.ofNullable(running.end);
    }

    @Override
    public String whereabouts(Node node) {
        return node.kind() == Kind.CONSOLE ? "http://localhost:" + node.port() + "/" : "log " + node.log();
    }

    @Override
    public String killCommand(Node node) {
        return "redis-cli -p " + node.port() + " shutdown nosave";
    }

    @Override
    public String startCommand(Node node) {
        return ProcessFamily.startCommand(Installation.home(), plan, node);
    }

    /** Stops every node in good order; sentinels first, so that they see no failure. */
    @Override
    public void close() {
        for (List<Node> kind : List.of(plan.sentinelNodes(), plan.consoles(), plan.servers())) {
            await(kind.stream().map(node -> end(nodes.remove(node))).toList());
        }
        await(List.of(membership.end()));
    }

    private static Future<Void> end(@Nullable Running running) {
        if (running == null || running.end != null) {
            return Future.succeededFuture();
        }
        return running.shutdown.get();
    }

    private void await(List<Future<Void>> ends) {
        try {
            Future.join(ends).toCompletionStage().toCompletableFuture().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.log(Level.WARNING, "A node did not stop in good order", e);
        }
    }
}
