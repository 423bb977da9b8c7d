package dev.vedette.launcher.family;

import dev.vedette.launcher.family.FamilyPlan.Node;
import dev.vedette.launcher.node.Installation;
import dev.vedette.launcher.node.Signals;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code vedette demo}.
 *
 * <p>Exit status: 0 when it was stopped, 1 when something could not be started.
 */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Runs a master, its replicas, sentinels and the web console on this machine until Ctrl-C.")
public final class DemoCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "" + FamilyPlan.DEFAULT_MASTER_PORT,
            description = "Port of the master; the replicas take the ports after it. Default: ${DEFAULT-VALUE}")
    private int port;

    @Option(
            names = "--replicas",
            paramLabel = "N",
            defaultValue = "" + FamilyPlan.DEFAULT_REPLICAS,
            description = "Number of replicas. Default: ${DEFAULT-VALUE}")
    private int replicas;

    @Option(
            names = "--sentinel-port",
            paramLabel = "PORT",
            defaultValue = "" + FamilyPlan.DEFAULT_SENTINEL_PORT,
            description = "Port of the first sentinel; the others take the ports after it. Default: ${DEFAULT-VALUE}")
    private int sentinelPort;

    @Option(
            names = "--sentinels",
            paramLabel = "N",
            defaultValue = "" + FamilyPlan.DEFAULT_SENTINELS,
            description = "Number of sentinels. Default: ${DEFAULT-VALUE}")
    private int sentinels;

    @Option(
            names = "--console-port",
            paramLabel = "PORT",
            defaultValue = "" + FamilyPlan.DEFAULT_CONSOLE_PORT,
            description = "Port of the web console. Default: ${DEFAULT-VALUE}")
    private int consolePort;

    @Option(names = "--no-console", description = "Leave the web console out.")
    private boolean noConsole;

    @Option(
            names = "--down-after",
            paramLabel = "MS",
            defaultValue = "" + FamilyPlan.DEFAULT_DOWN_AFTER_MILLIS,
            description = "How long a master may be silent before sentinels act. Default: ${DEFAULT-VALUE} ms")
    private int downAfterMillis;

    @Option(names = "--in-process", description = "Run all nodes inside this one process.")
    private boolean inProcess;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "Where configuration, data and logs go, and are taken up again by the next demo there. Default:"
                            + " ./demo, or under $TMPDIR where that cannot be written")
    private @Nullable Path directory;

    @Option(names = "--fresh", description = "Begin anew: delete what an earlier demo left there.")
    private boolean fresh;

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final long beganNanos = System.nanoTime();
    private volatile boolean ready;

    /** Made by picocli. */
    public DemoCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        FamilyPlan plan;
        try {
            plan = new FamilyPlan(
                    chosenDirectory(),
                    port,
                    replicas,
                    sentinelPort,
                    sentinels,
                    noConsole ? 0 : consolePort,
                    downAfterMillis);
        } catch (IllegalArgumentException e) {
            out.println(e.getMessage());
            return 1;
        }
        Optional<String> taken = takenPort(plan);
        if (taken.isPresent()) {
            out.println(taken.get());
            return 1;
        }
        new FamilyFiles(plan).prepare(fresh);
        CountDownLatch stop = new CountDownLatch(1);
        Signals.handle(signal -> stop.countDown(), "INT", "TERM", "HUP");
        try (Family family =
                inProcess ? new VedetteFamily(plan) : new ProcessFamily(plan, Installation.home(), this::ended)) {
            FamilyStart start = new FamilyStart(family, plan, new Progress(), PATIENCE, stop);
            if (start.run()) {
                new Guide(family, plan, out).show(secondsSinceStart());
                ready = true;
                stop.await();
            }
            out.println();
            out.println("Stopping...");
        } catch (IOException | TimeoutException e) {
            out.println("failed");
            out.println(e.getMessage());
            return 1;
        }
        out.println("All stopped. Configuration, data and logs are in " + plan.directory());
        return 0;
    }

    private double secondsSinceStart() {
        return (System.nanoTime() - beganNanos) / 1e9;
    }

    /** A line for each stage of the start. */
    private final class Progress implements FamilyStart.Listener {
        @Override
        public void begins(String stage) {
            out.printf("  %-12s ", stage + "...");
            out.flush();
        }

        @Override
        public void complete() {
            out.printf("ready (%.1f s)%n", secondsSinceStart());
        }
    }

    private void ended(Family family, Node node) {
        if (!ready) {
            return; // The start will find out, and tell more.
        }
        out.println();
        out.println("The " + node + " has ended. Start it again with:");
        out.println("  " + family.startCommand(node));
    }

    private static Optional<String> takenPort(FamilyPlan plan) {
        for (Node node : plan.nodes()) {
            if (FamilyPlan.isTaken(node.port())) {
                return Optional.of(ProcessFamily.startedByHand(node)
                        .map(process -> "Port " + node.port() + " is taken by the " + node
                                + " of an earlier demo in this directory. Stop it first: kill " + process.pid())
                        .orElse("Port " + node.port() + ", wanted for the " + node.name()
                                + ", is taken by another program. Stop that one, or choose other ports with "
                                + switch (node.kind()) {
                                    case SERVER -> "--port.";
                                    case SENTINEL -> "--sentinel-port.";
                                    case CONSOLE -> "--console-port.";
                                }));
            }
        }
        return Optional.empty();
    }

    private Path chosenDirectory() {
        if (directory != null) {
            return directory.toAbsolutePath().normalize();
        }
        Path here = Path.of("").toAbsolutePath();
        if (Files.isWritable(here)) {
            return here.resolve("demo");
        }
        return Path.of(System.getProperty("java.io.tmpdir"), "vedette-demo").toAbsolutePath();
    }
}
