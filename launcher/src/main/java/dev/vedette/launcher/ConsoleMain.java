package dev.vedette.launcher;

import dev.vedette.console.ConsoleOptions;
import dev.vedette.console.ConsoleVerticle;
import dev.vedette.launcher.cluster.Membership;
import dev.vedette.launcher.log.NodeLog;
import dev.vedette.launcher.log.ProcessLog;
import dev.vedette.launcher.node.NodeVertx;
import dev.vedette.launcher.node.Signals;
import io.vertx.core.Vertx;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code vedette-console}: the web console, of a cluster that it joins, of nodes that it asks, or of both.
 *
 * <p>Exit status: 0 after SIGTERM or SIGINT, 1 when the page cannot be served, 2 for wrong arguments.
 */
@Command(
        name = "vedette-console",
        mixinStandardHelpOptions = true,
        versionProvider = VedetteMain.Versions.class,
        sortOptions = false,
        description = {
            "Shows servers and sentinels live in a browser, until Ctrl-C.",
            "",
            "It joins their cluster (--cluster-config), asks them as a client would (--node; for a real Redis, or a"
                    + " Vedette that is in no cluster), or both."
        },
        footer = {
            "",
            "The password of --node may also come from the environment variable REDISCLI_AUTH, where other users of"
                    + " this machine cannot see it."
        })
public final class ConsoleMain implements Callable<Integer> {

    private static final String DEFAULT_NODE = "127.0.0.1:6379";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "" + ConsoleOptions.DEFAULT_PORT,
            description = "Port of the page; 0 lets the system choose. Default: ${DEFAULT-VALUE}")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = ConsoleOptions.DEFAULT_HOST,
            description =
                    "Address to listen on. Default: ${DEFAULT-VALUE}, this machine only: who reaches the page can see"
                            + " everything and, without --read-only, run commands")
    private String host = ConsoleOptions.DEFAULT_HOST;

    @Option(
            names = "--allowed-host",
            paramLabel = "NAME",
            description = "A name, besides IP addresses and localhost, under which browsers may reach the page."
                    + " May be repeated")
    private List<String> allowedHosts = List.of();

    @Option(names = "--read-only", description = "Leave out the shell, and with it every way to run commands.")
    private boolean readOnly;

    @Option(
            names = "--cluster-config",
            paramLabel = "FILE",
            description = "Hazelcast's configuration, the file that the nodes of the cluster were started with.")
    private @Nullable Path clusterConfig;

    @Option(
            names = "--node",
            paramLabel = "HOST:PORT",
            description = "A server or sentinel to ask. May be repeated. Default, without a cluster: " + DEFAULT_NODE)
    private List<String> nodes = List.of();

    @Option(names = "--user", paramLabel = "USER", defaultValue = "", description = "ACL user at each --node.")
    private String user = "";

    @Option(
            names = "--password",
            paramLabel = "PASSWORD",
            arity = "0..1",
            interactive = true,
            description = "Password at each --node; asked for when none follows.")
    private @Nullable String password;

    @Spec
    private @Nullable CommandSpec spec;

    private final NodeLog log = new NodeLog("console");

    /** Made by picocli. */
    ConsoleMain() {}

    /** Runs until the process is told to end. */
    public static void main(String[] arguments) {
        ProcessEnd.exit(new CommandLine(new ConsoleMain()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        ConsoleOptions options = options();
        log.setRole('W');
        ProcessLog.install(log);
        Path cluster = clusterConfig;
        if (cluster == null) {
            deploy(NodeVertx.start(1, log), options);
        } else {
            if (!Files.isReadable(cluster)) {
                throw wrong("There is no file " + cluster);
            }
            log.log(Level.INFO, "Joining the cluster of " + cluster);
            Membership.begin(
                    cluster.toAbsolutePath(), NodeVertx.options(1), "", log, member -> deploy(member.vertx(), options));
        }
        Signals.handle(
                signal -> {
                    log.log(Level.INFO, "Received SIG" + signal + ", bye bye...");
                    ProcessEnd.exit(0);
                },
                "TERM",
                "INT");
        Thread.currentThread().join(); // Forever: a signal, or a failure to deploy, ends the process.
        return 0;
    }

    private ConsoleOptions options() {
        String given = password == null ? System.getenv().getOrDefault("REDISCLI_AUTH", "") : password;
        try {
            return new ConsoleOptions()
                    .withHost(host)
                    .withPort(port)
                    .withReadOnly(readOnly)
                    .withAllowedHosts(allowedHosts)
                    .withNodes(nodes.isEmpty() && clusterConfig == null ? List.of(DEFAULT_NODE) : nodes)
                    .withNodeLogin(user, given);
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private ParameterException wrong(String message) {
        CommandSpec known = spec;
        return new ParameterException(known == null ? new CommandLine(this) : known.commandLine(), message);
    }

    private void deploy(Vertx vertx, ConsoleOptions options) {
        vertx.deployVerticle(new ConsoleVerticle(options, log)).onFailure(failure -> {
            log.log(Level.WARNING, String.valueOf(failure.getMessage()));
            ProcessEnd.exit(1);
        });
    }
}
