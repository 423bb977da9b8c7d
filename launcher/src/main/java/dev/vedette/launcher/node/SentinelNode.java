package dev.vedette.launcher.node;

import dev.vedette.launcher.cluster.ClusterMember;
import dev.vedette.launcher.log.NodeLog;
import dev.vedette.sentinel.SentinelOptions;
import dev.vedette.sentinel.SentinelVerticle;
import dev.vedette.sentinel.config.SentinelConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** One sentinel: its verticle, with the log lines and the pid file of a redis-sentinel around it. */
public final class SentinelNode {

    /** Where a daemon without a {@code pidfile} line writes its process id, as Redis does. */
    private static final Path PID_FILE_OF_DAEMON = Path.of("/var/run/redis.pid");

    private final Vertx vertx;
    private final SentinelConfig config;
    private final NodeLog log;
    private final SentinelVerticle verticle;
    private @Nullable String deployment;

    /**
     * A sentinel that is not started yet.
     *
     * @param vertx shared with other nodes, or the process's only one
     * @param configFile absolute path of sentinel.conf, which the sentinel rewrites
     * @param end called on an event loop with the exit status when the sentinel has ended by itself: 0 after SHUTDOWN,
     *     99 when a simulated failure struck
     */
    public SentinelNode(Vertx vertx, SentinelConfig config, Path configFile, NodeLog log, IntConsumer end) {
        this.vertx = vertx;
        this.config = config;
        this.log = log;
        String executable = Installation.program("vedette-sentinel").toString();
        this.verticle = new SentinelVerticle(
                new SentinelOptions(
                        config, configFile, executable, Version.VEDETTE, this::listening, status -> exit(status, end)),
                log);
    }

    private void exit(int status, IntConsumer end) {
        if (status == 0) {
            shutdown().onComplete(done -> end.accept(status));
        } else {
            end.accept(status);
        }
    }

    /** Starts to listen and to watch. Fails when the port is taken or sentinel.conf cannot be written. */
    public Future<Void> start() {
        log.setRole('X');
        return vertx.deployVerticle(verticle).map(id -> {
            deployment = id;
            return null;
        });
    }

    private void listening() {
        Path pidFile = pidFile();
        if (pidFile != null) {
            PidFile.create(pidFile, log);
        }
        boolean quiet = !config.logfile().isEmpty() || config.isOn("syslog-enabled");
        Banner.show("sentinel", config.port(), config.isOn("always-show-logo"), quiet, log);
    }

    private @Nullable Path pidFile() {
        return config.pidfile().map(config.directory()::resolve).orElse(config.daemonize() ? PID_FILE_OF_DAEMON : null);
    }

    /** Has the cluster carry votes and news; call once, after the start. */
    public void joined(ClusterMember member) {
        verticle.join(member.vertx(), member.hazelcast())
                .onFailure(failure -> log.log(Level.WARNING, "Cannot use the cluster", failure));
    }

    /** Stops in good order. */
    public Future<Void> shutdown() {
        log.log(Level.WARNING, "User requested shutdown...");
        Future<Void> closed = deployment == null ? Future.succeededFuture() : vertx.undeploy(deployment);
        return closed.onComplete(done -> {
            Path pidFile = pidFile();
            if (pidFile != null) {
                log.log(Level.INFO, "Removing the pid file.");
                PidFile.remove(pidFile, log);
            }
            log.log(Level.WARNING, "Sentinel is now ready to exit, bye bye...");
        });
    }
}
