package dev.vedette.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What redis-sentinel's callers trust: paths, log lines, standard error, the rewritten file, signals, exit codes. */
class SentinelContractIT {

    private static final String WATCH = "sentinel monitor mymaster 127.0.0.1 1 2\n";

    @TempDir
    Path directory;

    private int port;

    @BeforeEach
    void choosePort() throws IOException {
        port = RunningProgram.freePort();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    private String read(String name) throws IOException {
        return Files.readString(directory.resolve(name));
    }

    @Test
    void startsWithRelativePathsAndEndsOnSigterm() throws Exception {
        Files.createDirectory(directory.resolve("data"));
        write("s.conf", "# mine\nport " + port + "\ndir ./data\npidfile s.pid\n" + WATCH);
        try (RunningProgram sentinel = RunningProgram.sentinel(directory, "s.conf")) {
            sentinel.awaitPong(port);
            sentinel.awaitOutput("+monitor master mymaster 127.0.0.1 1 quorum 2\n");
            List<String> wanted = List.of(
                    "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo",
                    "Redis version=7.0.15",
                    "Configuration loaded",
                    "Running mode=sentinel, port=" + port + ".",
                    " PID: " + sentinel.pid() + "\n",
                    "Sentinel new configuration saved on disk",
                    "Sentinel ID is ",
                    "+monitor master mymaster");
            String out = sentinel.out();
            int at = 0;
            for (String text : wanted) {
                int found = out.indexOf(text, at);
                assertTrue(found >= 0, "no '" + text + "' in order in:\n" + out);
                at = found;
            }
            assertTrue(out.lines().allMatch(line -> line.startsWith(sentinel.pid() + ":X ")), out);
            Path pidFile = directory.resolve("data/s.pid");
            assertEquals(sentinel.pid() + "\n", Files.readString(pidFile));
            String rewritten = read("s.conf");
            assertTrue(rewritten.startsWith("# mine\nport " + port + "\n"), rewritten);
            assertTrue(rewritten.contains("\nsentinel myid "), rewritten);
            sentinel.signal("TERM");
            assertEquals(0, sentinel.awaitExit());
            assertTrue(sentinel.out().endsWith("Sentinel is now ready to exit, bye bye...\n"), sentinel.out());
            assertFalse(Files.exists(pidFile));
            assertEquals("", sentinel.err());
        }
    }

    @Test
    void theIdStaysAndTheLogIsAppendedTo() throws Exception {
        Files.createDirectory(directory.resolve("data"));
        write("s.conf", "port " + port + "\ndir data\nlogfile the.log\n" + WATCH);
        for (int start = 1; start <= 2; start++) {
            try (RunningProgram sentinel = RunningProgram.sentinel(directory, "s.conf")) {
                sentinel.awaitPong(port);
                RunningProgram.ask(port, "SHUTDOWN\r\n", "\r\n");
                assertEquals(0, sentinel.awaitExit());
                assertEquals("", sentinel.out());
                assertEquals("", sentinel.err());
            }
        }
        List<String> ids = read("data/the.log")
                .lines()
                .filter(line -> line.contains("Sentinel ID is "))
                .map(line -> line.substring(line.indexOf("Sentinel ID is ")))
                .toList();
        assertEquals(2, ids.size(), ids.toString());
        assertEquals(ids.get(0), ids.get(1));
    }

    @Test
    void redisServersCommandLineWorksToo() throws Exception {
        write("s.conf", "port 1\n" + WATCH);
        try (RunningProgram sentinel =
                RunningProgram.server(directory, "s.conf", "--sentinel", "--port", Integer.toString(port))) {
            sentinel.awaitPong(port);
            String answer = RunningProgram.ask(port, "COMMAND COUNT\r\n", "\r\n");
            assertEquals(":15\r\n", answer);
        }
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        write("s.conf", "port " + port + "\n" + WATCH);
        try (ServerSocket taken = new ServerSocket(port);
                RunningProgram sentinel = RunningProgram.sentinel(directory, "s.conf")) {
            assertEquals(1, sentinel.awaitExit());
            String out = sentinel.out();
            assertTrue(
                    out.contains("Warning: Could not create server TCP listening socket *:" + taken.getLocalPort()
                            + ": bind: Address already in use"),
                    out);
            assertTrue(out.endsWith("Failed listening on port " + port + " (TCP), aborting.\n"), out);
            assertEquals("", sentinel.err());
        }
    }

    @Test
    void aBadConfigurationIsFatal() throws Exception {
        write("bad.conf", "port " + port + "\nsentinel monitor mymaster 127.0.0.1 1 0\n");
        try (RunningProgram sentinel = RunningProgram.sentinel(directory, "bad.conf")) {
            assertEquals(1, sentinel.awaitExit());
            assertEquals(
                    "\n*** FATAL CONFIG FILE ERROR (Redis 7.0.15) ***\nReading the configuration file, at line 2\n"
                            + ">>> 'sentinel monitor mymaster 127.0.0.1 1 0'\nQuorum must be 1 or greater.\n",
                    sentinel.err());
            assertEquals("", sentinel.out());
        }
    }

    @Test
    void aFileIsNeeded() throws Exception {
        try (RunningProgram sentinel = RunningProgram.sentinel(directory, "none.conf")) {
            assertEquals(1, sentinel.awaitExit());
            assertTrue(
                    sentinel.out()
                            .endsWith("Fatal error, can't open config file '"
                                    + directory.toRealPath().resolve("none.conf") + "': No such file or directory\n"),
                    sentinel.out());
            assertEquals("", sentinel.err());
        }
        try (RunningProgram sentinel = RunningProgram.sentinel(directory)) {
            assertEquals(1, sentinel.awaitExit());
            assertTrue(
                    sentinel.out().endsWith("Sentinel needs config file on disk to save state. Exiting...\n"),
                    sentinel.out());
            assertEquals("", sentinel.err());
        }
    }

    @Test
    void daemonizeGoesToTheBackground() throws Exception {
        write("s.conf", "daemonize yes\nport " + port + "\npidfile d.pid\nlogfile d.log\n" + WATCH);
        try (RunningProgram starter = RunningProgram.sentinel(directory, "s.conf")) {
            assertEquals(0, starter.awaitExit());
            starter.awaitPong(port);
            long pid = Long.parseLong(read("d.pid").strip());
            ProcessHandle daemon = ProcessHandle.of(pid).orElseThrow();
            daemon.destroy();
            Awaitility.await().until(() -> !daemon.isAlive());
            assertEquals("", starter.err());
        }
    }

    @Test
    void servesBeforeItHasJoinedACluster() throws Exception {
        String name = "sentinel-contract-" + ProcessHandle.current().pid();
        Path cluster = RunningProgram.clusterConfig(directory, name);
        write("s.conf", "port " + port + "\n" + WATCH);
        try (RunningProgram sentinel =
                RunningProgram.sentinel(directory, "s.conf", "--cluster-config", cluster.toString())) {
            sentinel.awaitPong(port);
            sentinel.awaitOutput("Joined the cluster '" + name + "'");
            assertTrue(sentinel.out().contains("Sentinel ID is"), sentinel.out());
            sentinel.signal("INT");
            assertEquals(0, sentinel.awaitExit());
            assertEquals("", sentinel.err());
        }
    }
}
