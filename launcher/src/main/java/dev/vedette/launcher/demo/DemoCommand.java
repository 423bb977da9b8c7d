package dev.vedette.launcher.demo;

import dev.vedette.launcher.node.Signals;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vedette demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Runs a master, its replicas, sentinels and the web console on this machine until Ctrl-C.")
public final class DemoCommand implements Callable<Integer> {

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "6379",
            description = "Port of the master; the replicas take the ports after it. Default: ${DEFAULT-VALUE}")
    private int port;

    @Option(
            names = "--replicas",
            paramLabel = "N",
            defaultValue = "2",
            description = "Number of replicas. Default: ${DEFAULT-VALUE}")
    private int replicas;

    @Option(
            names = "--sentinel-port",
            paramLabel = "PORT",
            defaultValue = "26379",
            description = "Port of the first sentinel; the others take the ports after it. Default: ${DEFAULT-VALUE}")
    private int sentinelPort;

    @Option(
            names = "--sentinels",
            paramLabel = "N",
            defaultValue = "3",
            description = "Number of sentinels. Default: ${DEFAULT-VALUE}")
    private int sentinels;

    @Option(
            names = "--console-port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Port of the web console. Default: ${DEFAULT-VALUE}")
    private int consolePort;

    @Option(names = "--no-console", description = "Leave the web console out.")
    private boolean noConsole;

    @Option(
            names = "--down-after",
            paramLabel = "MS",
            defaultValue = "1500",
            description = "How long a master may be silent before sentinels act. Default: ${DEFAULT-VALUE} ms")
    private int downAfterMillis;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "Where configuration, data and logs go. Default: ./demo, or under $TMPDIR where that cannot be"
                            + " written")
    private @Nullable Path directory;

    @Option(names = "--fresh", description = "Delete the data that an earlier demo left there.")
    private boolean fresh;

    /** Made by picocli. */
    public DemoCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        FamilyPlan plan = new FamilyPlan(chosenDirectory(), port, replicas, sentinelPort, sentinels, downAfterMillis);
        Optional<String> problem = problem(plan);
        if (problem.isPresent()) {
            out.println(problem.get());
            return 1;
        }
        plan.write(fresh);
        CountDownLatch stop = new CountDownLatch(1);
        Signals.handle(signal -> stop.countDown(), "INT", "TERM", "HUP");
        int console = noConsole ? 0 : consolePort;
        try (Family family = new ProcessFamily(plan, console, Path.of(System.getProperty("vedette.home", ".")), out)) {
            if (!family.start(stop)) {
                return stop.getCount() == 0 ? 0 : 1;
            }
            family.explain();
            stop.await();
            out.println();
            out.println("Stopping...");
        }
        out.println("All stopped. Configuration, data and logs are in " + plan.directory());
        return 0;
    }

    private Optional<String> problem(FamilyPlan plan) {
        if (replicas < 0 || sentinels < 0 || downAfterMillis < 1) {
            return Optional.of("Counts must not be negative, and --down-after must be at least 1.");
        }
        int lastPort = Math.max(Math.max(port + replicas, sentinelPort + Math.max(sentinels - 1, 0)), consolePort);
        if (port < 1 || sentinelPort < 1 || consolePort < 1 || lastPort > 65535) {
            return Optional.of("Ports must be between 1 and 65535.");
        }
        Optional<String> taken = plan.takenPort();
        if (taken.isEmpty() && !noConsole && FamilyPlan.isTaken(consolePort)) {
            return Optional.of(
                    "Port " + consolePort + ", wanted for the console, is taken by another program. Stop that"
                            + " one, or choose another port with --console-port.");
        }
        return taken;
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
