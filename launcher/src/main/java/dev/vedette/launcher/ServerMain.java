package dev.vedette.launcher;

import dev.vedette.launcher.config.CommandLine;
import dev.vedette.launcher.log.NodeLog;
import dev.vedette.launcher.log.ProcessLog;
import dev.vedette.launcher.node.Daemon;
import dev.vedette.launcher.node.NodeVertx;
import dev.vedette.launcher.node.ServerNode;
import dev.vedette.launcher.node.Signals;
import dev.vedette.launcher.node.Version;
import dev.vedette.store.config.ConfigText;
import dev.vedette.store.config.FatalConfigException;
import dev.vedette.store.config.ServerConfig;
import io.vertx.core.Vertx;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code vedette-server}: a server, or with {@code --sentinel} a sentinel, with the command line, exit codes, signals
 * and log lines of redis-server.
 *
 * <p>Exit status: 0 after a shutdown that was asked for, 1 for anything that prevented the start or cut the end short.
 */
public final class ServerMain {

    private final NodeLog log = new NodeLog("main");
    private final AtomicInteger shutdownSignals = new AtomicInteger();

    private ServerMain() {}

    /** Starts a node; returns when it serves, which it does until the process ends. */
    public static void main(String[] arguments) {
        new ServerMain().run(arguments);
    }

    private void run(String... arguments) {
        if (arguments.length == 1 && (arguments[0].equals("-v") || arguments[0].equals("--version"))) {
            log.raw("Redis server v=" + Version.REDIS + " sha=00000000:0 malloc=jvm bits=64 build=vedette-"
                    + Version.VEDETTE + "\n");
            exit(0);
        }
        if (arguments.length == 1 && (arguments[0].equals("-h") || arguments[0].equals("--help"))) {
            standardError(USAGE);
            exit(1);
        }
        CommandLine commandLine = CommandLine.of(arguments);
        ServerConfig config = parse(commandLine);
        if (config.isSentinel() && config.file() == null) {
            log.setRole('X');
            log.log(Level.WARNING, "Sentinel needs config file on disk, it cannot run without one. Exiting...");
            exit(1);
        }
        if (config.getBool("daemonize") && !Daemon.isRunning()) {
            daemonize();
        }
        log.setLevel(config.getString("loglevel"));
        log.writeTo(config.getString("logfile").isEmpty() ? null : config.getPath("logfile"));
        ProcessLog.install(log);
        log.log(Level.WARNING, "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo");
        log.log(
                Level.WARNING,
                "Redis version=" + Version.REDIS + ", bits=64, commit=00000000, modified=0, pid="
                        + ProcessHandle.current().pid() + ", just started");
        log.log(
                Level.WARNING,
                arguments.length == 0
                        ? "Warning: no config file specified, using the default config. In order to specify a config"
                                + " file use vedette-server /path/to/redis.conf"
                        : "Configuration loaded");
        start(config, commandLine);
    }

    private ServerConfig parse(CommandLine commandLine) {
        try {
            String standardInput = "";
            if (commandLine.fromStandardInput()) {
                log.log(Level.WARNING, "Reading config from stdin");
                standardInput =
                        new String(new FileInputStream(FileDescriptor.in).readAllBytes(), StandardCharsets.ISO_8859_1);
            }
            String more =
                    commandLine.options().isEmpty() ? standardInput : standardInput + "\n" + commandLine.options();
            Path workingDirectory = Path.of("").toAbsolutePath();
            Path file = commandLine.file() == null ? null : ConfigText.path(commandLine.file());
            return ServerConfig.parse(file, more, workingDirectory, commandLine.sentinel());
        } catch (FatalConfigException e) {
            if (e.isLogged()) {
                log.log(Level.WARNING, e.text());
            } else {
                standardError(e.text());
            }
        } catch (IOException e) {
            log.log(Level.WARNING, "Fatal error, can't read config from stdin: " + e.getMessage());
        }
        throw exit(1);
    }

    private void daemonize() {
        try {
            Daemon.start();
            exit(0);
        } catch (IOException e) {
            log.log(Level.WARNING, "Can't run in the background: " + e.getMessage());
            exit(1);
        }
    }

    private void start(ServerConfig config, CommandLine commandLine) {
        Vertx vertx = NodeVertx.start(1, log);
        ServerNode node = new ServerNode(vertx, config, log);
        node.start().onFailure(cause -> fail(config, cause)).onSuccess(serving -> {
            if (commandLine.clusterConfig() != null) {
                node.join(Path.of(commandLine.clusterConfig()).toAbsolutePath());
            }
        });
        Signals.handle(signal -> onSignal(node, signal), "TERM", "INT");
    }

    private void fail(ServerConfig config, Throwable cause) {
        for (Throwable reason = cause; reason != null; reason = reason.getCause()) {
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

    private void onSignal(ServerNode node, String signal) {
        if (shutdownSignals.incrementAndGet() > 1) {
            if (signal.equals("INT")) {
                log.log(Level.WARNING, "You insist... exiting now.");
                exit(1);
            }
            return;
        }
        log.log(
                Level.WARNING,
                signal.equals("INT")
                        ? "Received SIGINT scheduling shutdown..."
                        : "Received SIGTERM scheduling shutdown...");
        node.shutdown().onComplete(done -> exit(done.succeeded() ? 0 : 1));
    }

    /**
     * Ends the process at once, without the JVM's own shutdown work. Never returns; declared to, so that a caller can
     * say {@code throw exit(1)}.
     */
    private static IllegalStateException exit(int status) {
        if (Boolean.getBoolean("vedette.training")) {
            System.exit(status); // The JVM writes its AOT cache on an orderly exit only.
        }
        Runtime.getRuntime().halt(status);
        return new IllegalStateException("halted");
    }

    private static void standardError(String text) {
        try (FileOutputStream out = new FileOutputStream(FileDescriptor.err)) {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException lost) {
            // Closed by the caller: the exit status still tells.
        }
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
