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
import dev.vedette.launcher.node.SentinelNode;
import dev.vedette.sentinel.config.ConfigFile;
import dev.vedette.sentinel.config.ConfigReader;
import dev.vedette.sentinel.config.SentinelConfig;
import dev.vedette.store.config.ConfigText;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * {@code vedette-sentinel}, which is {@code vedette-server --sentinel}: command line, exit codes, signals and log lines
 * of redis-sentinel. Kept apart from {@link ServerMain}, so that neither loads the other's classes.
 */
final class SentinelMain {

    private final NodeLog log;

    SentinelMain(NodeLog log) {
        this.log = log;
    }

    /** Starts a sentinel; returns when it is on its way, which it then is until the process ends. */
    void run(CommandLine commandLine) {
        log.setRole('X');
        Path file = file(commandLine);
        SentinelConfig config = read(file, commandLine);
        if (config.daemonize() && !Daemon.isRunning()) {
            exit(Daemon.start(log));
        }
        log.setLevel(config.logLevel());
        log.writeTo(config.logfile().isEmpty() ? null : config.directory().resolve(config.logfile()));
        ProcessLog.install(log);
        Banner.starting(log, true);
        start(file, config, commandLine.clusterConfig());
    }

    private Path file(CommandLine commandLine) {
        if (commandLine.file() == null) {
            log.log(Level.WARNING, "Sentinel needs config file on disk to save state. Exiting...");
            throw exit(1);
        }
        return ConfigText.path(commandLine.file()).toAbsolutePath().normalize();
    }

    private SentinelConfig read(Path file, CommandLine commandLine) {
        try {
            String text = new ConfigFile(file).read();
            String more = new String(
                    commandLine.directives(log).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            switch (ConfigReader.read(text, more, Path.of(""))) {
                case ConfigReader.Outcome.Read read -> {
                    return read.config();
                }
                case ConfigReader.Outcome.Refused refused ->
                    standardError(new String(
                            refused.error().message().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
            }
        } catch (IOException e) {
            String reason = Files.exists(file) ? e.getMessage() : "No such file or directory";
            log.log(Level.WARNING, "Fatal error, can't open config file '" + file + "': " + reason);
        }
        throw exit(1);
    }

    private void start(Path file, SentinelConfig config, @Nullable String clusterConfig) {
        Vertx vertx = NodeVertx.start(1, log);
        SentinelNode sentinel = new SentinelNode(vertx, config, file, log, ProcessEnd::exit);
        sentinel.start()
                .onSuccess(watching -> {
                    if (clusterConfig != null) {
                        Membership.begin(
                                Path.of(clusterConfig).toAbsolutePath(),
                                NodeVertx.options(1),
                                "",
                                log,
                                sentinel::joined);
                    }
                })
                .onFailure(cause -> {
                    log.log(Level.WARNING, String.valueOf(cause.getMessage()));
                    exit(1);
                });
        ShutdownSignals.handle(log, signal -> sentinel.shutdown());
    }
}
