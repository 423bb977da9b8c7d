package dev.vedette.launcher.family;

import dev.vedette.launcher.family.FamilyPlan.Kind;
import dev.vedette.launcher.family.FamilyPlan.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** Each node a process of its own, started with the command that an operator would type. */
final class ProcessFamily implements Family {

    private static final long STOP_SECONDS = 15;
    private static final int LAST_LINES = 12;
    private static final String JAVA_OPTIONS = "VEDETTE_JAVA_OPTS";
    /** Several servers share the machine, each of which would else think that most of its memory is there for it. */
    private static final String SMALL_HEAP = "-Xms16m -Xmx1g";

    private static final Path OWN_SESSION = Path.of("/usr/bin/setsid");

    private final FamilyPlan plan;
    private final Path home;
    private final BiConsumer<Family, Node> ended;
    private final Map<Node, Process> processes = new LinkedHashMap<>();
    private volatile boolean closing;

    /**
     * A family that is not started.
     *
     * @param home where bin/ is
     * @param ended hears of a process that ended before {@link #close}; on a thread of its own
     */
    ProcessFamily(FamilyPlan plan, Path home, BiConsumer<Family, Node> ended) {
        this.plan = plan;
        this.home = home;
        this.ended = ended;
    }

    @Override
    public void start(Node node) throws IOException {
        List<String> command = new ArrayList<>(command(home, plan, node));
        if (Files.isExecutable(OWN_SESSION)) {
            // Ctrl-C reaches every process of the terminal's session at once; these are to be stopped in order.
            command.addFirst(OWN_SESSION.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output(node).toFile());
        if (node.kind() == Kind.SERVER) {
            builder.environment().putIfAbsent(JAVA_OPTIONS, SMALL_HEAP);
        }
        Process process = builder.start();
        processes.put(node, process);
        process.onExit().thenAccept(gone -> {
            if (!closing) {
                ended.accept(this, node);
            }
        });
    }

    private static List<String> command(Path home, FamilyPlan plan, Node node) {
        String program = home.resolve("bin")
                .resolve(
                        switch (node.kind()) {
                            case SERVER -> "vedette-server";
                            case SENTINEL -> "vedette-sentinel";
                            case CONSOLE -> "vedette-console";
                        })
                .toString();
        String cluster = plan.clusterConfig().toString();
        return node.kind() == Kind.CONSOLE
                ? List.of(program, "--port", Integer.toString(node.port()), "--cluster-config", cluster)
                : List.of(program, node.config().toString(), "--cluster-config", cluster);
    }

    /** What a process writes before it has a log of its own; the console has no other. */
    private static Path output(Node node) {
        return node.kind() == Kind.CONSOLE ? node.log() : node.directory().resolve("out");
    }

    @Override
    public Optional<String> end(Node node) {
        Process process = processes.get(node);
        if (process == null || process.isAlive()) {
            return Optional.empty();
        }
        StringBuilder text = new StringBuilder("The " + node + " ended with status " + process.exitValue() + ".");
        for (Path file : List.of(node.directory().resolve("out"), node.log())) {
            try {
                List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
                lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size())
                        .forEach(line -> text.append("\n  ").append(line));
            } catch (IOException none) {
                // It did not come to write that one.
            }
        }
        return Optional.of(text.toString());
    }

    @Override
    public String whereabouts(Node node) {
        Process process = processes.get(node);
        return "process " + (process == null ? "-" : process.pid()) + ", log " + node.log();
    }

    @Override
    public String killCommand(Node node) {
        Process process = processes.get(node);
        return "kill -9 " + (process == null ? "" : process.pid());
    }

    @Override
    public String startCommand(Node node) {
        return startCommand(home, plan, node);
    }

    /** As {@link #startCommand(Node)}, for any kind of family. */
    static String startCommand(Path home, FamilyPlan plan, Node node) {
        return command(home, plan, node).stream().map(ProcessFamily::shellWord).collect(Collectors.joining(" "));
    }

    private static String shellWord(String word) {
        return word.matches("[A-Za-z0-9@%+=:,./_-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    @Override
    public void close() {
        closing = true;
        stop(plan.sentinelNodes());
        stop(plan.consoles());
        stop(plan.servers());
    }

    private void stop(List<Node> nodes) {
        List<ProcessHandle> running = new ArrayList<>();
        for (Node node : nodes) {
            Process process = processes.get(node);
            if (process != null && process.isAlive()) {
                running.add(process.toHandle());
            } else {
                startedByHand(node).ifPresent(running::add);
            }
        }
        running.forEach(ProcessHandle::destroy);
        for (ProcessHandle process : running) {
            try {
                process.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException tooSlow) {
                process.destroyForcibly();
            }
        }
    }

    /** The process of a node that this family did not start: somebody typed {@link #startCommand}, or an earlier run. */
    static Optional<ProcessHandle> startedByHand(Node node) {
        if (node.kind() == Kind.CONSOLE) {
            return Optional.empty();
        }
        try {
            long pid = Long.parseLong(Files.readString(node.pidFile()).strip());
            String commandLine = Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
            return commandLine.contains(node.config().toString()) ? ProcessHandle.of(pid) : Optional.empty();
        } catch (IOException | NumberFormatException none) {
            return Optional.empty();
        }
    }
}
