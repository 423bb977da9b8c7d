package dev.vedette.launcher.demo;

import dev.vedette.launcher.demo.FamilyPlan.Node;
import dev.vedette.launcher.demo.FamilyPlan.Role;
import java.io.IOException;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Each node a process of its own, started with the command that an operator would type. */
final class ProcessFamily implements Family {

    private static final long PATIENCE_SECONDS = 60;
    private static final long LOOK_EVERY_MILLIS = 50;

    private final FamilyPlan plan;
    private final int consolePort;
    private final Path home;
    private final PrintStream out;
    private final List<Member> members = new ArrayList<>();
    private final long beganNanos = System.nanoTime();
    private volatile boolean closing;

    /**
     * A family that is not started.
     *
     * @param consolePort 0 for no console
     * @param home where bin/ is
     */
    ProcessFamily(FamilyPlan plan, int consolePort, Path home, PrintStream out) {
        this.plan = plan;
        this.consolePort = consolePort;
        this.home = home.toAbsolutePath().normalize();
        this.out = out;
    }

    /** A process of the family. */
    private record Member(String name, @Nullable Node node, List<String> command, Process process) {}

    @Override
    public boolean start(CountDownLatch stop) throws InterruptedException {
        try {
            Files.copy(home.resolve("cluster.xml"), clusterConfig(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            for (Node node : plan.servers()) {
                launch(node.toString(), node, serverCommand(node));
            }
            // Sentinels that come up before the master answers would take it for dead.
            if (!await(stop, "servers", () -> plan.servers().stream().allMatch(ProcessFamily::answers))) {
                return false;
            }
            for (Node node : plan.sentinelNodes()) {
                launch(node.toString(), node, sentinelCommand(node));
            }
            if (consolePort > 0) {
                launch("console", null, consoleCommand());
            }
        } catch (IOException e) {
            out.println("Cannot start: " + e.getMessage());
            return false;
        }
        return await(stop, "replication", this::replicasFollow)
                && await(stop, "sentinels", this::sentinelsKnowOneAnother)
                && (consolePort == 0 || await(stop, "console", this::consoleAnswers));
    }

    private void launch(String name, @Nullable Node node, List<String> command) throws IOException {
        List<String> ownSession = new ArrayList<>(command);
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            // Ctrl-C reaches every process of the terminal's session at once; these are to be stopped in order.
            ownSession.addFirst("/usr/bin/setsid");
        }
        Path consoleLog = plan.directory().resolve("console.log");
        Process process = new ProcessBuilder(ownSession)
                .redirectErrorStream(true)
                .redirectOutput(
                        node == null
                                ? ProcessBuilder.Redirect.to(consoleLog.toFile())
                                : ProcessBuilder.Redirect.to(
                                        node.directory().resolve("out").toFile()))
                .start();
        Member member = new Member(name, node, command, process);
        members.add(member);
        process.onExit().thenAccept(ended -> ended(member));
    }

    private void ended(Member member) {
        if (!closing) {
            out.println();
            out.println("The " + member.name() + " (process " + member.process().pid()
                    + ") has ended. Start it again with:");
            out.println("  " + String.join(" ", member.command()));
        }
    }

    private static boolean answers(Node node) {
        return RespProbe.ask(node.port(), "PING").isPresent();
    }

    private boolean replicasFollow() {
        return RespProbe.ask(plan.masterPort(), "INFO replication")
                .filter(info -> count(info, "state=online") == plan.replicas())
                .isPresent();
    }

    private boolean sentinelsKnowOneAnother() {
        String wanted = "num-other-sentinels\r\n$1\r\n" + (plan.sentinels() - 1) + "\r\n";
        return plan.sentinelNodes().stream()
                .allMatch(node -> RespProbe.ask(node.port(), "SENTINEL MASTER " + FamilyPlan.MASTER_NAME)
                        .filter(answer -> answer.contains(wanted))
                        .isPresent());
    }

    private boolean consoleAnswers() {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(consoleUrl()).toURL().openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(2000);
            int status = connection.getResponseCode();
            connection.disconnect();
            return status == HttpURLConnection.HTTP_OK;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int count(String text, String part) {
        int found = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
            found++;
        }
        return found;
    }

    /** Waits, and says what came of it. */
    private boolean await(CountDownLatch stop, String what, BooleanSupplier ready) throws InterruptedException {
        out.print("  " + what + "... ");
        out.flush();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!ready.getAsBoolean()) {
            for (Member member : members) {
                if (!member.process().isAlive()) {
                    out.println("failed");
                    explainEnd(member);
                    return false;
                }
            }
            if (System.nanoTime() > deadline) {
                out.println("not ready after " + PATIENCE_SECONDS + " s; see the logs in " + plan.directory());
                return false;
            }
            if (stop.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                return false;
            }
        }
        out.printf("ready (%.1f s)%n", (System.nanoTime() - beganNanos) / 1e9);
        return true;
    }

    private void explainEnd(Member member) {
        out.println("The " + member.name() + " ended with status "
                + member.process().exitValue() + ". It said:");
        Node node = member.node();
        List<Path> files = node == null
                ? List.of(plan.directory().resolve("console.log"))
                : List.of(node.directory().resolve("out"), node.log());
        for (Path file : files) {
            try {
                List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
                lines.subList(Math.max(0, lines.size() - 12), lines.size()).forEach(line -> out.println("  " + line));
            } catch (IOException none) {
                // It did not come to write that one.
            }
        }
    }

    private Path clusterConfig() {
        return plan.directory().resolve("cluster.xml");
    }

    private String bin(String program) {
        return home.resolve("bin").resolve(program).toString();
    }

    private List<String> serverCommand(Node node) {
        return List.of(
                bin("vedette-server"),
                node.config().toString(),
                "--cluster-config",
                clusterConfig().toString());
    }

    private List<String> sentinelCommand(Node node) {
        return List.of(
                bin("vedette-sentinel"),
                node.config().toString(),
                "--cluster-config",
                clusterConfig().toString());
    }

    private List<String> consoleCommand() {
        return List.of(
                bin("vedette-console"),
                "--port",
                Integer.toString(consolePort),
                "--cluster-config",
                clusterConfig().toString());
    }

    private String consoleUrl() {
        return "http://localhost:" + consolePort + "/";
    }

    @Override
    public void explain() {
        Member master = members.getFirst();
        out.printf("%nReady after %.1f s.%n%n", (System.nanoTime() - beganNanos) / 1e9);
        for (Member member : members) {
            Node node = member.node();
            out.printf(
                    "  %-16s process %-8d %s%n",
                    member.name(), member.process().pid(), node == null ? consoleUrl() : "log: " + node.log());
        }
        out.println();
        out.println("Things to try, in another terminal:");
        out.println("  redis-cli -p " + plan.masterPort() + " set greeting hello");
        if (plan.replicas() > 0) {
            out.println("  redis-cli -p " + (plan.masterPort() + 1) + " get greeting");
        }
        out.println("  redis-cli -p " + plan.masterPort() + " info replication");
        if (plan.sentinels() > 0) {
            out.println("  redis-cli -p " + plan.sentinelPort() + " sentinel get-master-addr-by-name "
                    + FamilyPlan.MASTER_NAME);
            out.println();
            out.println("Kill the master and see a replica take over within about "
                    + (plan.downAfterMillis() + 500) / 1000.0 + " s:");
            out.println("  kill -9 " + master.process().pid());
            out.println("  redis-cli -p " + plan.sentinelPort() + " sentinel get-master-addr-by-name "
                    + FamilyPlan.MASTER_NAME);
        }
        out.println();
        out.println("Start a node again (it comes back as a replica by itself):");
        for (Member member : members) {
            out.println("  " + String.join(" ", member.command()));
        }
        if (consolePort > 0) {
            out.println();
            out.println("Watch it all at " + consoleUrl());
        }
        out.println();
        out.println("Ctrl-C stops everything.");
    }

    @Override
    public void close() {
        closing = true;
        stop(members.stream()
                .filter(member -> member.node() == null || member.node().role() == Role.SENTINEL)
                .toList());
        stop(members.stream()
                .filter(member -> member.node() != null && member.node().role() != Role.SENTINEL)
                .toList());
    }

    private static void stop(List<Member> members) {
        List<ProcessHandle> running = new ArrayList<>();
        for (Member member : members) {
            if (member.process().isAlive()) {
                running.add(member.process().toHandle());
            } else if (member.node() != null) {
                startedByHand(member.node()).ifPresent(running::add);
            }
        }
        running.forEach(ProcessHandle::destroy);
        for (ProcessHandle process : running) {
            try {
                process.onExit().get(15, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException tooSlow) {
                process.destroyForcibly();
            }
        }
    }

    /** The process that someone started in place of one of ours, as the explanation says how to. */
    private static Optional<ProcessHandle> startedByHand(Node node) {
        try {
            long pid = Long.parseLong(Files.readString(node.pidFile()).strip());
            return ProcessHandle.of(pid)
                    .filter(process -> Files.exists(Path.of("/proc/" + pid + "/cmdline")))
                    .filter(process -> commandLine(pid).contains(node.config().toString()));
        } catch (IOException | NumberFormatException none) {
            return Optional.empty();
        }
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }
}
