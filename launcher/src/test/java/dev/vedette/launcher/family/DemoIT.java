package dev.vedette.launcher.family;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.launcher.Ask;
import dev.vedette.launcher.RunningProgram;
import dev.vedette.launcher.family.FamilyPlan.Node;
import dev.vedette.launcher.nodes.Talk;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as a newcomer meets it: what it prints is typed, and does what it says. */
class DemoIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    private FamilyPlan plan() throws IOException {
        FamilyPlan free = FamilyPlan.onFreePorts(directory.resolve("demo"), 2, 3);
        return new FamilyPlan(
                free.directory(),
                free.masterPort(),
                2,
                free.sentinelPort(),
                3,
                RunningProgram.freePort(),
                free.downAfterMillis());
    }

    private RunningProgram demo(FamilyPlan plan, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "demo",
                "--port",
                Integer.toString(plan.masterPort()),
                "--sentinel-port",
                Integer.toString(plan.sentinelPort()),
                "--console-port",
                Integer.toString(plan.consolePort())));
        arguments.addAll(List.of(more));
        return RunningProgram.start(
                        directory, RunningProgram.bin().resolve("vedette"), arguments.toArray(String[]::new))
                .startingOthers();
    }

    /** The first line of the guide that begins with these words. */
    private static String printed(RunningProgram demo, String words) throws IOException {
        Matcher line =
                Pattern.compile("^  (" + words + ".*)$", Pattern.MULTILINE).matcher(demo.out());
        assertTrue(line.find(), "no line '" + words + "' in:\n" + demo.out());
        return line.group(1);
    }

    private Process type(String command) throws IOException {
        return new ProcessBuilder("sh", "-c", "exec " + command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("typed").toFile())
                .start();
    }

    private static boolean isReady(RunningProgram demo) throws IOException {
        return demo.out().contains("Ctrl-C stops everything.");
    }

    private static void awaitAllStopped(RunningProgram demo, FamilyPlan plan) throws Exception {
        assertEquals(0, demo.awaitExit());
        assertTrue(demo.out().endsWith("All stopped. Configuration, data and logs are in " + plan.directory() + "\n"));
        assertEquals("", demo.err());
        for (Node node : plan.nodes()) {
            assertFalse(FamilyPlan.isTaken(node.port()), node + " still listens");
        }
    }

    @Test
    void aKilledMasterIsReplacedAndComesBackAsAReplica() throws Exception {
        FamilyPlan plan = plan();
        try (RunningProgram demo = demo(plan)) {
            Awaitility.await().atMost(LIMIT).until(() -> isReady(demo));
            int master = plan.masterPort();
            // WAIT is about what the same connection has written.
            try (Talk talk = new Talk(master)) {
                assertEquals("OK", talk.text("SET", "greeting", "hello"));
                assertEquals("2", talk.text("WAIT", "2", "10000"));
            }
            String start =
                    printed(demo, RunningProgram.bin().resolve("vedette-server").toString());
            assertEquals(0, type(printed(demo, "kill -9")).waitFor());
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> !Ask.list(
                                    plan.sentinelPort(), "SENTINEL", "GET-MASTER-ADDR-BY-NAME", FamilyPlan.MASTER_NAME)
                            .get(1)
                            .equals(Integer.toString(master)));
            assertTrue(demo.out().contains("The server " + master + " has ended. Start it again with:\n  " + start));
            Process typed = type(start);
            Awaitility.await()
                    .atMost(LIMIT)
                    .ignoreExceptions()
                    .until(() -> "slave".equals(Ask.info(master, "replication").get("role"))
                            && Ask.text(master, "GET", "greeting").equals("hello"));
            demo.signal("INT");
            awaitAllStopped(demo, plan);
            assertEquals(0, typed.waitFor());
        }
    }

    @Test
    void allOfItRunsInsideOneProcessToo() throws Exception {
        FamilyPlan plan = plan();
        try (RunningProgram demo = demo(plan, "--in-process")) {
            Awaitility.await().atMost(LIMIT).until(() -> isReady(demo));
            assertEquals("OK", Ask.text(plan.masterPort(), "SET", "greeting", "hello"));
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() ->
                            Ask.text(plan.masterPort() + 1, "GET", "greeting").equals("hello"));
            demo.signal("TERM");
            awaitAllStopped(demo, plan);
        }
    }

    @Test
    void aTakenPortIsNamedBeforeAnythingStarts() throws Exception {
        try (ServerSocket taken = new ServerSocket(0);
                RunningProgram demo = RunningProgram.start(
                        directory,
                        RunningProgram.bin().resolve("vedette"),
                        "demo",
                        "--sentinels",
                        "0",
                        "--no-console",
                        "--replicas",
                        "0",
                        "--port",
                        Integer.toString(taken.getLocalPort()))) {
            assertEquals(1, demo.awaitExit());
            assertEquals(
                    "Port " + taken.getLocalPort() + ", wanted for the server " + taken.getLocalPort()
                            + ", is taken by another program. Stop that one, or choose other ports with --port.\n",
                    demo.out());
            assertFalse(Files.exists(directory.resolve("demo")));
        }
    }
}
