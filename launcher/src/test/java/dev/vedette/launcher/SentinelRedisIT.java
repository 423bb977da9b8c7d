package dev.vedette.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.launcher.nodes.Talk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Our sentinels guard real redis-servers: alone, in a group, over Hazelcast, and beside real redis-sentinels. */
@Isolated("a second without an answer counts as a failure here")
class SentinelRedisIT {

    private static final String MASTER = "mymaster";
    private static final int DOWN_AFTER_MILLIS = 1000;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    /** A process and the port that it serves. */
    private record Node(RunningProgram program, int port, Path home) {}

    private final List<RunningProgram> running = new ArrayList<>();
    private final List<Node> servers = new ArrayList<>();
    private final List<Node> sentinels = new ArrayList<>();

    @AfterEach
    void stop() {
        running.forEach(RunningProgram::close);
    }

    // ------------------------------------------------------------------ the cast

    private Node start(String program, String name, int port, String config, String... arguments) throws IOException {
        Path home = Files.createDirectories(directory.resolve(name));
        Path file = home.resolve("conf");
        if (!Files.exists(file)) {
            Files.writeString(file, "port " + port + "\nbind 127.0.0.1\n" + config);
        }
        Path path = program.startsWith("redis-")
                ? RunningProgram.installed(program)
                : RunningProgram.bin().resolve(program);
        List<String> all = new ArrayList<>(List.of("conf"));
        all.addAll(List.of(arguments));
        RunningProgram started = RunningProgram.start(home, path, all.toArray(String[]::new));
        running.add(started);
        started.awaitPong(port);
        return new Node(started, port, home);
    }

    private void startServers(int replicas) throws IOException {
        for (int i = 0; i <= replicas; i++) {
            String following =
                    i == 0 ? "" : "replicaof 127.0.0.1 " + servers.getFirst().port() + "\n";
            servers.add(start(
                    "redis-server",
                    "server" + i,
                    RunningProgram.freePort(),
                    "save \"\"\nrepl-diskless-sync-delay 0\n" + following));
        }
        eventually(() -> assertEquals(
                Integer.toString(replicas),
                Ask.info(servers.getFirst().port(), "replication").get("connected_slaves")));
    }

    private void startSentinels(String program, int count, int quorum, String... arguments) throws IOException {
        for (int i = 0; i < count; i++) {
            Node sentinel = start(
                    program, "sentinel" + sentinels.size(), RunningProgram.freePort(), watching(quorum), arguments);
            sentinels.add(sentinel);
            // Looks oftener, so that the tests do not wait for INFO's ten seconds.
            assertEquals(
                    "OK",
                    Ask.text(sentinel.port(), "SENTINEL", "DEBUG", "info-period", "1000", "publish-period", "500"));
        }
    }

    private String watching(int quorum) {
        return """
                sentinel monitor %1$s 127.0.0.1 %2$d %3$d
                sentinel down-after-milliseconds %1$s %4$d
                sentinel failover-timeout %1$s 10000
                """.formatted(MASTER, servers.getFirst().port(), quorum, DOWN_AFTER_MILLIS);
    }

    private static void eventually(ThrowingRunnable claim) {
        Awaitility.await()
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .untilAsserted(claim);
    }

    // ------------------------------------------------------------------ what is to be so

    private void awaitDiscovery() {
        String others = Integer.toString(sentinels.size() - 1);
        String replicas = Integer.toString(servers.size() - 1);
        for (Node sentinel : sentinels) {
            eventually(() -> {
                Map<String, String> seen = Ask.fields(sentinel.port(), "SENTINEL", "MASTER", MASTER);
                assertEquals("master", seen.get("flags"));
                assertEquals(replicas, seen.get("num-slaves"));
                assertEquals(others, seen.get("num-other-sentinels"));
            });
        }
    }

    private int masterPortAt(Node sentinel) {
        return Integer.parseInt(Ask.list(sentinel.port(), "SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER)
                .get(1));
    }

    /** All sentinels name the same server, another one than the first; returns it. */
    private Node awaitNewMaster(Node former) {
        for (Node sentinel : sentinels) {
            eventually(() -> assertNotEquals(former.port(), masterPortAt(sentinel)));
        }
        Set<Integer> named = sentinels.stream().map(this::masterPortAt).collect(Collectors.toSet());
        assertEquals(1, named.size(), "the sentinels name " + named);
        Node master = servers.stream()
                .filter(server -> named.contains(server.port()))
                .findFirst()
                .orElseThrow();
        eventually(() ->
                assertEquals("master", Ask.info(master.port(), "replication").get("role")));
        return master;
    }

    private void awaitFollowing(Node server, Node master) {
        eventually(() -> {
            Map<String, String> info = Ask.info(server.port(), "replication");
            assertEquals("slave", info.get("role"));
            assertEquals(Integer.toString(master.port()), info.get("master_port"));
            assertEquals("up", info.get("master_link_status"));
        });
    }

    /** Every server but the master and {@code absent} follows the master. */
    private void awaitOthersFollowing(Node master, Node absent) {
        servers.stream()
                .filter(server -> server.port() != master.port() && server.port() != absent.port())
                .forEach(server -> awaitFollowing(server, master));
    }

    /** Kills the master without warning; every other server follows the new one, the old one too when it is back. */
    private void killTheMasterAndSeeItReplaced() throws IOException {
        Node old = servers.getFirst();
        // WAIT is about what the same connection has written.
        try (Talk talk = new Talk(old.port())) {
            assertEquals("OK", talk.text("SET", "before", "kept"));
            String others = Integer.toString(servers.size() - 1);
            assertEquals(others, talk.text("WAIT", others, "10000"));
        }
        old.program().close();
        Node master = awaitNewMaster(old);
        awaitOthersFollowing(master, old);
        assertEquals("kept", Ask.text(master.port(), "GET", "before"));
        assertEquals("OK", Ask.text(master.port(), "SET", "after", "new"));
        Node back = start("redis-server", "server0", old.port(), "");
        awaitFollowing(back, master);
        eventually(() -> assertEquals("new", Ask.text(back.port(), "GET", "after")));
        for (Node sentinel : sentinels) {
            assertEquals(master.port(), masterPortAt(sentinel));
        }
    }

    private void assertSilentOnStandardError() throws IOException {
        for (Node sentinel : sentinels) {
            assertEquals("", sentinel.program().err());
        }
    }

    // ------------------------------------------------------------------ tests

    @Test
    void oneSentinelIsEnoughWhenItsQuorumIsOne() throws Exception {
        startServers(1);
        startSentinels("vedette-sentinel", 1, 1);
        awaitDiscovery();
        killTheMasterAndSeeItReplaced();
        String log = sentinels.getFirst().program().out();
        int at = 0;
        for (String event : List.of(
                "+sdown master",
                "+odown master",
                "+new-epoch 1",
                "+try-failover master",
                "+vote-for-leader",
                "+elected-leader master",
                "+failover-state-select-slave master",
                "+selected-slave slave",
                "+failover-state-send-slaveof-noone slave",
                "+failover-state-wait-promotion slave",
                "+promoted-slave slave",
                "+failover-state-reconf-slaves master",
                "+failover-end master",
                "+switch-master " + MASTER,
                "+slave slave",
                "+convert-to-slave slave")) {
            int found = log.indexOf(event, at);
            assertTrue(found >= 0, "no '" + event + "' in order in:\n" + log);
            at = found;
        }
        assertSilentOnStandardError();
    }

    @Test
    void threeSentinelsAgree() throws Exception {
        startServers(2);
        startSentinels("vedette-sentinel", 3, 2);
        awaitDiscovery();
        killTheMasterAndSeeItReplaced();
        assertEquals(
                "OK 3 usable Sentinels. Quorum and failover authorization can be reached",
                Ask.text(sentinels.getFirst().port(), "SENTINEL", "CKQUORUM", MASTER));
        assertSilentOnStandardError();
    }

    @Test
    void threeSentinelsAgreeOverHazelcast() throws Exception {
        String name = "sentinel-redis-" + ProcessHandle.current().pid();
        Path cluster = RunningProgram.clusterConfig(directory, name);
        startServers(2);
        startSentinels("vedette-sentinel", 3, 2, "--cluster-config", cluster.toString());
        for (Node sentinel : sentinels) {
            sentinel.program().awaitOutput("Joined the cluster '" + name + "'");
        }
        awaitDiscovery();
        killTheMasterAndSeeItReplaced();
        assertSilentOnStandardError();
    }

    @Test
    void aDeadSentinelDoesNotPreventTheNextFailover() throws Exception {
        startServers(2);
        startSentinels("vedette-sentinel", 3, 2);
        awaitDiscovery();
        sentinels.removeLast().program().close();
        killTheMasterAndSeeItReplaced();
    }

    @Test
    void aMinorityDoesNothing() throws Exception {
        startServers(1);
        startSentinels("vedette-sentinel", 3, 1);
        awaitDiscovery();
        sentinels.removeLast().program().close();
        sentinels.removeLast().program().close();
        Node old = servers.getFirst();
        old.program().close();
        Node left = sentinels.getFirst();
        // Two elections without a majority: it tries, it is not elected, and it says so.
        left.program().awaitOutput("+try-failover master");
        left.program().awaitOutput("-failover-abort-not-elected master");
        assertEquals(old.port(), masterPortAt(left));
        assertEquals("slave", Ask.info(servers.get(1).port(), "replication").get("role"));
    }

    @Test
    void aPlannedFailoverLosesNothing() throws Exception {
        startServers(2);
        startSentinels("vedette-sentinel", 3, 2);
        awaitDiscovery();
        Node old = servers.getFirst();
        assertEquals("OK", Ask.text(sentinels.get(1).port(), "SENTINEL", "FAILOVER", MASTER));
        Node master = awaitNewMaster(old);
        awaitOthersFollowing(master, master);
        sentinels.get(1).program().awaitOutput("+failover-end master");
    }

    @Test
    void stateOutlivesARestart() throws Exception {
        startServers(2);
        startSentinels("vedette-sentinel", 3, 2);
        awaitDiscovery();
        killTheMasterAndSeeItReplaced();
        Node first = sentinels.getFirst();
        int master = masterPortAt(first);
        String id = Ask.text(first.port(), "SENTINEL", "MYID");
        String epoch = Ask.fields(first.port(), "SENTINEL", "MASTER", MASTER).get("config-epoch");
        first.program().close();
        Node again = start("vedette-sentinel", "sentinel0", first.port(), "");
        assertEquals(master, masterPortAt(again));
        assertEquals(id, Ask.text(again.port(), "SENTINEL", "MYID"));
        Map<String, String> known = Ask.fields(again.port(), "SENTINEL", "MASTER", MASTER);
        assertEquals(epoch, known.get("config-epoch"));
        assertEquals("2", known.get("num-slaves"));
        assertEquals("2", known.get("num-other-sentinels"));
    }

    @Test
    void realSentinelsAndOursAreOneGroup() throws Exception {
        startServers(2);
        startSentinels("redis-sentinel", 1, 2);
        startSentinels("vedette-sentinel", 2, 2);
        awaitDiscovery();
        assertTheSameIsToldInTheSameWords();
        killTheMasterAndSeeItReplaced();
        assertTheSameIsToldInTheSameWords();
    }

    @Test
    void oursIsElectedByRealOnes() throws Exception {
        startServers(2);
        startSentinels("redis-sentinel", 2, 2);
        startSentinels("vedette-sentinel", 1, 2);
        awaitDiscovery();
        // Only ours is asked to, so ours leads; the real ones take its word.
        assertEquals("OK", Ask.text(sentinels.get(2).port(), "SENTINEL", "FAILOVER", MASTER));
        awaitNewMaster(servers.getFirst());
    }

    /** Names of fields, nodes and settings; what is measured differs from moment to moment. */
    private void assertTheSameIsToldInTheSameWords() {
        Node real = sentinels.get(0);
        Node ours = sentinels.get(1);
        eventually(() -> assertEquals(
                List.copyOf(
                        Ask.fields(real.port(), "SENTINEL", "MASTER", MASTER).keySet()),
                List.copyOf(
                        Ask.fields(ours.port(), "SENTINEL", "MASTER", MASTER).keySet())));
        for (String field : List.of(
                "name", "ip", "port", "flags", "role-reported", "config-epoch", "num-slaves", "quorum", "runid")) {
            eventually(() -> assertEquals(
                    Ask.fields(real.port(), "SENTINEL", "MASTER", MASTER).get(field),
                    Ask.fields(ours.port(), "SENTINEL", "MASTER", MASTER).get(field),
                    field));
        }
        for (String kind : List.of("REPLICAS", "SLAVES")) {
            for (String field : List.of("name", "runid", "master-host", "master-port", "slave-priority")) {
                eventually(() -> assertEquals(told(real, kind, field), told(ours, kind, field), field));
            }
            eventually(() -> assertEquals(fieldNames(real, kind), fieldNames(ours, kind)));
        }
        eventually(() -> assertEquals(fieldNames(real, "SENTINELS"), fieldNames(ours, "SENTINELS")));
    }

    private static Set<String> told(Node sentinel, String kind, String field) {
        return Ask.fieldsOfEach(sentinel.port(), "SENTINEL", kind, MASTER).stream()
                .map(each -> String.valueOf(each.get(field)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<List<String>> fieldNames(Node sentinel, String kind) {
        return Ask.fieldsOfEach(sentinel.port(), "SENTINEL", kind, MASTER).stream()
                .map(each -> List.copyOf(each.keySet()))
                .collect(Collectors.toSet());
    }
}
