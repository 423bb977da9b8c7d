package dev.vedette.launcher;

import static dev.vedette.launcher.ProcessEnd.exit;
import static dev.vedette.launcher.ProcessEnd.standardError;

import dev.vedette.launcher.cluster.Membership;
import dev.vedette.launcher.config.CommandLine;
import dev.vedette.launcher.log.NodeLog;
import dev.vedette.launcher.log.ProcessLog;
import dev.vedette.launcher.node.Banner;
import dev.vedette.launcher.node.Daemon;
import dev.vedette.launcher.node.NodeVertx;
import dev.vedette.launcher.node.Rehearsal;
import dev.vedette.launcher.node.ServerNode;
import dev.vedette.launcher.node.Version;
import dev.vedette.store.DataNotLoadedException;
import dev.vedette.store.config.ConfigText;
import dev.vedette.store.config.FatalConfigException;
import dev.vedette.store.config.ServerConfig;
import dev.vedette.wire.resp.RedisVersion;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.nio.file.Path;

/**
 * {@code vedette-server}: a server, or with {@code --sentinel} a sentinel, with the command line, exit codes, signals
 * and log lines of redis-server.
 *
 * <p>Exit status: 0 after a shutdown that was asked for, 1 for anything that prevented the start or cut the end short.
 */
public final class ServerMain {

    private final NodeLog log = new NodeLog("main");

    private ServerMain() {}

    /** Starts a node; returns when it serves, which it does until the process ends. */
    public static void main(String[] arguments) {
        new ServerMain().run(arguments);
    }

    private void run(String... arguments) {
        String first = arguments.length == 0 ? "" : arguments[0];
        if (first.equals("-v") || first.equals("--version")) {
            log.raw("Redis server v=" + RedisVersion.TEXT + " sha=00000000:0 malloc=jvm bits=64 build=vedette-"
                    + Version.VEDETTE + "\n");
            exit(0);
        }
        if (first.equals("-h") || first.equals("--help")) {
            standardError(USAGE);
            exit(1);
        }
        CommandLine commandLine = CommandLine.of(arguments);
        if (commandLine.sentinel()) {
            new SentinelMain(log).run(commandLine);
            return;
        }
        ServerConfig config = parse(commandLine);
        if (config.getBool("daemonize") && !Daemon.isRunning()) {
            exit(Daemon.start(log));
        }
        log.setLevel(config.getString("loglevel"));
        log.writeTo(config.getString("logfile").isEmpty() ? null : config.getPath("logfile"));
        ProcessLog.install(log);
        Banner.starting(log, arguments.length > 0);
        start(config, commandLine);
    }

    private ServerConfig parse(CommandLine commandLine) {
        try {
            String more = commandLine.directives(log);
            Path workingDirectory = Path.of("").toAbsolutePath();
            Path file = commandLine.file() == null ? null : ConfigText.path(commandLine.file());
            return ServerConfig.parse(file, more, workingDirectory, false);
        } catch (FatalConfigException e) {
            report(e);
        } catch (IOException e) {
            log.log(Level.WARNING, "Fatal error, can't read config from stdin: " + e.getMessage());
        }
        throw exit(1);
    }

    private void report(FatalConfigException fatal) {
        if (fatal.isLogged()) {
            log.log(Level.WARNING, fatal.text());
        } else {
            standardError(fatal.text());
        }
    }

    private void start(ServerConfig config, CommandLine commandLine) {
        Vertx vertx = NodeVertx.start(1, log);
        ServerNode node = new ServerNode(vertx, config, log, ProcessEnd::exit);
        node.start().onFailure(cause -> fail(config, cause)).onSuccess(serving -> {
            if (config.getBool("warm-up")) {
                Rehearsal.begin(node::warmUp, log);
            }
            if (commandLine.clusterConfig() != null) {
                Membership.begin(
                        Path.of(commandLine.clusterConfig()).toAbsolutePath(),
                        NodeVertx.options(1),
                        node.memberAttribute(),
                        log,
                        node::joined);
            }
        });
        ShutdownSignals.handle(log, node::shutdown);
    }

    private void fail(ServerConfig config, Throwable cause) {
        for (Throwable reason = cause; reason != null; reason = reason.getCause()) {
            if (reason instanceof FatalConfigException fatal) {
                report(fatal);
                exit(1);
            }
            if (reason instanceof DataNotLoadedException) {
                exit(1);
            }
            if (reason instanceof BindException
                    || String.valueOf(reason.getMessage()).contains("bind")) {
                log.log(
                        Level.WARNING,
                        "Warning: Could not create server TCP listening socket *:" + config.getInt("port")
                                + ": bind: Address already in use");
                log.log(Level.WARNING, "Failed listening on port " + config.getInt("port") + " (TCP), aborting.");
                exit(1);
            }
        }
        log.log(Level.WARNING, "The server cannot start", cause);
        exit(1);
    }

    private static final String USAGE = """
            Usage: vedette-server [/path/to/redis.conf] [options] [-]
                   vedette-server - (read config from stdin)
                   vedette-server -v or --version
                   vedette-server -h or --help

            Examples:
                   vedette-server (run the server with default conf)
                   echo 'maxmemory 128mb' | vedette-server -
                   vedette-server /etc/redis/6379.conf
                   vedette-server --port 7777
                   vedette-server --port 7777 --replicaof 127.0.0.1 8888
                   vedette-server /etc/myredis.conf --loglevel verbose -
                   vedette-server /etc/myredis.conf --cluster-config cluster.xml

            Sentinel mode:
                   vedette-server /etc/sentinel.conf --sentinel
            """;
}
