package dev.vedette.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What redis-server's callers trust: paths, log lines, standard error, signals, exit codes. */
class ServerContractIT {

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

    @Test
    void startsWithRelativePathsAndEndsOnSigterm() throws Exception {
        Files.createDirectory(directory.resolve("data"));
        write("my.conf", "dir ./data\nport " + port + "\nalways-show-logo yes\npidfile my.pid\nsave \"\"\n");
        try (RunningProgram server = RunningProgram.server(directory, "my.conf")) {
            server.awaitPong(port);
            server.awaitOutput("Ready to accept connections");
            String out = server.out();
            List<String> wanted = List.of(
                    "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo",
                    "Redis version=7.0.15",
                    "Configuration loaded",
                    " PID: " + server.pid() + "\n",
                    "Server initialized",
                    "Ready to accept connections");
            int at = 0;
            for (String text : wanted) {
                int found = out.indexOf(text, at);
                assertTrue(found >= 0, "no '" + text + "' in order in:\n" + out);
                at = found;
            }
            assertTrue(
                    out.lines()
                            .filter(line -> line.endsWith("Ready to accept connections"))
                            .allMatch(line -> line.startsWith(server.pid() + ":M ")),
                    out);
            Path pidFile = directory.resolve("data/my.pid");
            assertEquals(server.pid() + "\n", Files.readString(pidFile));
            server.signal("TERM");
            assertEquals(0, server.awaitExit());
            assertTrue(server.out().contains("ready to exit, bye bye"), server.out());
            assertFalse(Files.exists(pidFile));
            assertEquals("", server.err());
        }
    }

    @Test
    void theLogFileIsAppendedTo() throws Exception {
        write("c.conf", "port " + port + "\nlogfile the.log\nsave \"\"\n");
        write("the.log", "earlier\n");
        for (int start = 1; start <= 2; start++) {
            try (RunningProgram server = RunningProgram.server(directory, "c.conf")) {
                server.awaitPong(port);
                server.signal("INT");
                assertEquals(0, server.awaitExit());
                assertEquals("", server.out());
                assertEquals("", server.err());
            }
        }
        String log = Files.readString(directory.resolve("the.log"));
        assertTrue(log.startsWith("earlier\n"), log);
        assertEquals(2, log.split("Ready to accept connections", -1).length - 1, log);
    }

    @Test
    void whatFlushallRemovedIsSavedAsRemoved() throws Exception {
        try (RunningProgram server =
                RunningProgram.server(directory, "--port", Integer.toString(port), "--save", "3600 1000000")) {
            server.awaitPong(port);
            assertEquals("OK", Ask.text(port, "MSET", "a", "1", "b", "2"));
            assertEquals("2", Ask.info(port, "persistence").get("rdb_changes_since_last_save"));
            assertEquals("OK", Ask.text(port, "FLUSHALL"));
            assertEquals("0", Ask.info(port, "persistence").get("rdb_changes_since_last_save"));
            assertEquals("OK", Ask.text(port, "CONFIG", "SET", "save", ""));
            assertEquals("OK", Ask.text(port, "MSET", "a", "1", "b", "2"));
            assertEquals("OK", Ask.text(port, "FLUSHALL"));
            assertEquals("4", Ask.info(port, "persistence").get("rdb_changes_since_last_save"));
        }
    }

    @Test
    void warmsUpUnlessToldNotTo() throws Exception {
        for (String state : List.of("done", "off")) {
            String wanted = state.equals("done") ? "yes" : "no";
            try (RunningProgram server =
                    RunningProgram.server(directory, "--port", Integer.toString(port), "--warm-up", wanted)) {
                server.awaitPong(port);
                Awaitility.await("warm_up:" + state)
                        .atMost(Duration.ofMinutes(2))
                        .until(() -> state.equals(Ask.info(port, "server").get("warm_up")));
            }
        }
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(port);
                RunningProgram server = RunningProgram.server(directory, "--port", Integer.toString(port))) {
            assertEquals(1, server.awaitExit());
            assertTrue(server.out().contains("Failed listening on port " + taken.getLocalPort()), server.out());
            assertFalse(server.out().contains("Ready to accept"), server.out());
            assertEquals("", server.err());
        }
    }

    @Test
    void aBadConfigurationIsFatal() throws Exception {
        write("bad.conf", "port " + port + "\nmaxmemory lots\n");
        try (RunningProgram server = RunningProgram.server(directory, "bad.conf")) {
            assertEquals(1, server.awaitExit());
            assertEquals(
                    "\n*** FATAL CONFIG FILE ERROR (Redis 7.0.15) ***\nReading the configuration file, at line 2\n"
                            + ">>> 'maxmemory lots'\nargument must be a memory value\n",
                    server.err());
        }
    }

    @Test
    void aMissingConfigurationIsFatal() throws Exception {
        try (RunningProgram server = RunningProgram.server(directory, "none.conf")) {
            assertEquals(1, server.awaitExit());
            assertTrue(server.out().contains("Fatal error, can't open config file '"), server.out());
        }
    }

    @Test
    void optionsOverrideTheFileAndStandardInput() throws Exception {
        write("c.conf", "port 1\nsave \"\"\n");
        Path script = directory.resolve("run");
        Files.writeString(
                script,
                "#!/bin/sh\necho 'port 2' | exec " + RunningProgram.bin().resolve("vedette-server") + " \"$@\"\n");
        assertTrue(script.toFile().setExecutable(true));
        try (RunningProgram server =
                RunningProgram.start(directory, script, "c.conf", "--port " + port, "--loglevel", "verbose", "-")) {
            server.awaitPong(port);
            assertTrue(server.out().contains("Reading config from stdin"), server.out());
            RunningProgram.ask(port, "SHUTDOWN NOSAVE\r\n", "\r\n");
        }
    }

    @Test
    void runsThroughASymbolicLink() throws Exception {
        Path link = Files.createSymbolicLink(
                directory.resolve("my-server"), RunningProgram.bin().resolve("vedette-server"));
        try (RunningProgram server = RunningProgram.start(directory, link, "--port", Integer.toString(port))) {
            server.awaitPong(port);
        }
    }

    @Test
    void daemonizeGoesToTheBackground() throws Exception {
        write("c.conf", "daemonize yes\nport " + port + "\npidfile d.pid\nlogfile d.log\nsave \"\"\n");
        try (RunningProgram starter = RunningProgram.server(directory, "c.conf")) {
            assertEquals(0, starter.awaitExit());
            starter.awaitPong(port);
            Path pidFile = directory.resolve("d.pid");
            Awaitility.await().until(() -> Files.exists(pidFile));
            long pid = Long.parseLong(Files.readString(pidFile).strip());
            ProcessHandle daemon = ProcessHandle.of(pid).orElseThrow();
            daemon.destroy();
            Awaitility.await().until(() -> !daemon.isAlive());
            assertEquals("", starter.err());
        }
    }

    @Test
    void versionIsRedisAndVedette() throws Exception {
        try (RunningProgram server = RunningProgram.server(directory, "--version")) {
            assertEquals(0, server.awaitExit());
            assertTrue(server.out().startsWith("Redis server v=7.0.15 "), server.out());
            assertTrue(server.out().contains("vedette"), server.out());
        }
    }
}
