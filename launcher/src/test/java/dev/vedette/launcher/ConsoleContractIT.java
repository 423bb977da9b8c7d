package dev.vedette.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.config.XmlConfigBuilder;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console as a program: its page, what it watches, its exit codes. */
class ConsoleContractIT {

    /** To leave a cluster, and to come back to it, takes some ten seconds each. */
    private static final Duration CLUSTER_LIMIT = Duration.ofSeconds(90);

    @TempDir
    Path directory;

    private int port;

    @BeforeEach
    void choosePort() throws IOException {
        port = RunningProgram.freePort();
    }

    private RunningProgram console(String... arguments) throws IOException {
        String[] all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--port";
        all[arguments.length + 1] = Integer.toString(port);
        return RunningProgram.start(directory, RunningProgram.bin().resolve("vedette-console"), all);
    }

    private String get(String path) throws IOException {
        return RunningProgram.ask(
                port, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "\0");
    }

    @Test
    void servesThePageAndEndsOnSigterm() throws Exception {
        try (RunningProgram console = console("--read-only", "--node", "127.0.0.1:1")) {
            console.awaitOutput("Console is at http://127.0.0.1:" + port + "/ (read-only)");
            assertTrue(get("/").contains("<html"), get("/"));
            assertTrue(get("/api/state").contains("\"id\":\"127.0.0.1:1\""), get("/api/state"));
            console.signal("TERM");
            assertEquals(0, console.awaitExit());
            assertEquals("", console.err());
        }
    }

    @Test
    void seesTheSentinelsOfTheClusterThatItJoins() throws Exception {
        String name = "console-contract-" + ProcessHandle.current().pid();
        Path home = Files.createDirectory(directory.resolve("sentinel"));
        Path config = RunningProgram.clusterConfig(directory, name);
        int sentinelPort = RunningProgram.freePort();
        Files.writeString(
                home.resolve("s.conf"), "port " + sentinelPort + "\nsentinel monitor mymaster 127.0.0.1 1 2\n");
        try (RunningProgram sentinel = RunningProgram.sentinel(home, "s.conf", "--cluster-config", config.toString());
                RunningProgram console = console("--cluster-config", config.toString())) {
            sentinel.awaitPong(sentinelPort);
            console.awaitOutput("Console is at");
            Awaitility.await()
                    .atMost(RunningProgram.PATIENCE)
                    .until(() -> get("/api/state").contains("\"id\":\"127.0.0.1:" + sentinelPort + "\""));
            String version = Ask.info(sentinelPort, "server").get("vedette_version");
            Awaitility.await()
                    .atMost(RunningProgram.PATIENCE)
                    .until(() -> get("/api/state").contains("\"software\":\"Vedette " + version + "\""));
            assertEquals("", console.err());
        }
    }

    /** A process that stood still for so long that the others put it out of the cluster comes back by itself. */
    @Test
    void hearsAServerAgainThatStoodStill() throws Exception {
        String name = "console-contract-away-" + ProcessHandle.current().pid();
        Path home = Files.createDirectory(directory.resolve("server"));
        Path config = RunningProgram.clusterConfig(directory, name);
        int serverPort = RunningProgram.freePort();
        HazelcastInstance watcher = Hazelcast.newHazelcastInstance(new XmlConfigBuilder(config.toString()).build());
        try (RunningProgram console = console("--cluster-config", config.toString());
                RunningProgram server = RunningProgram.server(
                        home, "--port", Integer.toString(serverPort), "--cluster-config", config.toString())) {
            awaitMembers(watcher, 3);
            awaitHeard(serverPort, true);
            server.signal("STOP");
            awaitMembers(watcher, 2);
            awaitHeard(serverPort, false);
            server.signal("CONT");
            awaitHeard(serverPort, true);
            awaitMembers(watcher, 3);
            assertEquals("", console.err());
        } finally {
            watcher.getLifecycleService().terminate();
        }
    }

    private static void awaitMembers(HazelcastInstance watcher, int count) {
        Awaitility.await()
                .atMost(CLUSTER_LIMIT)
                .until(() -> watcher.getCluster().getMembers().size() == count);
    }

    private void awaitHeard(int nodePort, boolean heard) {
        Awaitility.await().atMost(CLUSTER_LIMIT).until(() -> isHeard("127.0.0.1:" + nodePort) == heard);
    }

    /** Whether a node reports to the console by itself, and did so just now. */
    private boolean isHeard(String id) throws IOException {
        String answer = get("/api/state");
        JsonObject state = new JsonObject(answer.substring(answer.indexOf('{'), answer.lastIndexOf('}') + 1));
        return state.getJsonArray("nodes").stream()
                .map(JsonObject.class::cast)
                .anyMatch(node -> node.getString("id").equals(id)
                        && node.getString("via").equals("bus")
                        && !node.getBoolean("silent"));
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                RunningProgram console = console()) {
            assertEquals(1, console.awaitExit());
            assertTrue(
                    console.out().contains("Console cannot listen on 127.0.0.1:" + taken.getLocalPort()),
                    console.out());
        }
    }

    @Test
    void wrongArgumentsAreNamed() throws Exception {
        try (RunningProgram console = console("--node", "nonsense")) {
            assertEquals(2, console.awaitExit());
            assertTrue(console.err().startsWith("not an address host:port: 'nonsense'\n"), console.err());
        }
        try (RunningProgram console = console("--cluster-config", "missing.xml")) {
            assertEquals(2, console.awaitExit());
            assertTrue(console.err().startsWith("There is no file missing.xml\n"), console.err());
        }
    }
}
