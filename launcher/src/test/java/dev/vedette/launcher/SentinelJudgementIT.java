package dev.vedette.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.launcher.nodes.Maker;
import dev.vedette.launcher.nodes.Node;
import dev.vedette.launcher.nodes.Ports;
import dev.vedette.launcher.nodes.Talk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Three sentinels of ours judge real processes by more than their silence: a master that comes back without its data, a port
 * that refuses, a member that left. Silence alone would take them {@link #DOWN_AFTER_MILLIS}.
 */
@Isolated("how long it takes is part of what is tested")
class SentinelJudgementIT {

    private static final String MASTER = "mymaster";
    private static final int DOWN_AFTER_MILLIS = 30_000;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration WELL_BEFORE_DOWN_AFTER = Duration.ofSeconds(15);
    private static final int KEYS = 1000;

    @TempDir
    Path directory;

    private final List<Node> servers = new ArrayList<>();
    private final List<Node> sentinels = new ArrayList<>();

    @AfterEach
    void end() throws IOException {
        List<Node> all = new ArrayList<>(servers);
        all.addAll(sentinels);
        all.forEach(Node::close);
        for (Node node : all) {
            assertEquals("", node.standardError(), node.toString());
        }
    }

    // ------------------------------------------------------------------ the cast

    private void start(Maker maker, List<String> serverLines, List<String> sentinelLines, String... arguments)
            throws IOException {
        for (int i = 0; i < 3; i++) {
            List<String> lines = new ArrayList<>(serverLines);
            lines.add("save \"\"");
            if (i > 0) {
                lines.add("replicaof 127.0.0.1 " + servers.getFirst().port());
            }
            servers.add(started(maker, Node.Kind.SERVER, "server" + i, lines, arguments));
        }
        servers.forEach(Node::awaitServing);
        for (Node replica : servers.subList(1, 3)) {
            replica.awaitUp();
        }
        for (int i = 0; i < 3; i++) {
            List<String> lines = new ArrayList<>(List.of(
                    "sentinel monitor " + MASTER + " 127.0.0.1 "
                            + servers.getFirst().port() + " 2",
                    "sentinel down-after-milliseconds " + MASTER + " " + DOWN_AFTER_MILLIS,
                    "sentinel failover-timeout " + MASTER + " 20000"));
            lines.addAll(sentinelLines);
            sentinels.add(started(Maker.VEDETTE, Node.Kind.SENTINEL, "sentinel" + i, lines, arguments));
        }
        sentinels.forEach(Node::awaitServing);
        for (Node sentinel : sentinels) {
            within(LIMIT, () -> {
                var seen = Ask.fields(sentinel.port(), "SENTINEL", "MASTER", MASTER);
                assertEquals("master", seen.get("flags"));
                assertEquals("2", seen.get("num-slaves"));
                assertEquals("2", seen.get("num-other-sentinels"));
            });
        }
    }

    private Node started(Maker maker, Node.Kind kind, String name, List<String> lines, String... arguments)
            throws IOException {
        Node node = new Node(maker, kind, directory.resolve(name), Ports.free());
        node.configure(lines);
        node.start(arguments);
        return node;
    }

    private static void within(Duration limit, ThrowingRunnable claim) {
        Awaitility.await()
                .atMost(limit)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions()
                .untilAsserted(claim);
    }

    private Node first() {
        return servers.getFirst();
    }

    private void write() throws IOException {
        try (Talk talk = first().talk()) {
            for (int i = 0; i < KEYS; i++) {
                talk.text("SET", "key:" + i, "value " + i);
            }
            assertEquals("2", talk.text("WAIT", "2", "20000"));
        }
    }

    private int masterAt(Node sentinel) {
        return Integer.parseInt(Ask.list(sentinel.port(), "SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER)
                .get(1));
    }

    private Node awaitNewMaster() {
        for (Node sentinel : sentinels) {
            within(WELL_BEFORE_DOWN_AFTER, () -> assertNotEquals(first().port(), masterAt(sentinel)));
        }
        int port = masterAt(sentinels.getFirst());
        return servers.stream()
                .filter(server -> server.port() == port)
                .findFirst()
                .orElseThrow();
    }

    private void killAndStartEmpty() throws IOException, InterruptedException {
        first().signal("KILL");
        first().start();
    }

    // ------------------------------------------------------------------ tests

    /** Redis's servers hold the data for as long as the new master delays their synchronization: 5 s as shipped. */
    @ParameterizedTest
    @EnumSource(Maker.class)
    void aMasterThatComesBackEmptyIsReplacedByAReplicaThatHoldsTheData(Maker maker) throws Exception {
        start(maker, maker == Maker.VEDETTE ? List.of("replica-refuse-empty-master yes") : List.of(), List.of());
        write();
        killAndStartEmpty();
        Node master = awaitNewMaster();
        assertEquals(Integer.toString(KEYS), Ask.text(master.port(), "DBSIZE"));
        for (Node server : servers) {
            if (server.port() != master.port()) {
                within(
                        LIMIT,
                        () -> assertEquals(Integer.toString(master.port()), server.info("replication", "master_port")));
                server.awaitSynced(master);
            }
            assertEquals(Integer.toString(KEYS), Ask.text(server.port(), "DBSIZE"), server.toString());
        }
        long seen = 0;
        for (Node sentinel : sentinels) {
            seen += sentinel.log().contains("+lost-data master " + MASTER + " 127.0.0.1 " + first().port()) ? 1 : 0;
            assertEquals(master.port(), masterAt(sentinel));
        }
        assertTrue(seen >= 2, "a quorum saw the loss");
    }

    @Test
    void aFamilyThatIsRightlyEmptyKeepsItsMaster() throws Exception {
        start(Maker.VEDETTE, List.of("replica-refuse-empty-master yes", "repl-diskless-sync-delay 0"), List.of());
        write();
        try (Talk talk = first().talk()) {
            talk.text("FLUSHALL");
            assertEquals("2", talk.text("WAIT", "2", "20000"));
        }
        killAndStartEmpty();
        for (Node sentinel : sentinels) {
            sentinel.awaitLog("+reboot master " + MASTER);
        }
        for (Node replica : servers.subList(1, 3)) {
            replica.awaitUp();
        }
        for (Node sentinel : sentinels) {
            assertEquals(first().port(), masterAt(sentinel));
            assertEquals(
                    "master",
                    Ask.fields(sentinel.port(), "SENTINEL", "MASTER", MASTER).get("flags"));
            assertEquals(-1, sentinel.log().indexOf("+lost-data"));
        }
    }

    @Test
    void aKilledMasterIsReplacedLongBeforeDownAfterWhereHintsCount() throws Exception {
        start(Maker.VEDETTE, List.of(), List.of("sentinel down-after-hint-milliseconds " + MASTER + " 500"));
        for (Node sentinel : sentinels) {
            assertEquals(
                    "500",
                    Ask.fields(sentinel.port(), "SENTINEL", "MASTER", MASTER).get("down-after-hint-milliseconds"));
        }
        first().signal("KILL");
        awaitNewMaster();
    }

    @Test
    void sentinelsHearFromHazelcastWhichServersProcessHasLeft() throws Exception {
        String name = "judgement-" + ProcessHandle.current().pid();
        Path cluster = RunningProgram.clusterConfig(directory, name);
        start(Maker.VEDETTE, List.of(), List.of("loglevel verbose"), "--cluster-config", cluster.toString());
        // Members that start at the same moment may found a cluster each, which become one after some seconds.
        for (Node sentinel : sentinels) {
            sentinel.awaitLog("The cluster carries votes and news");
            sentinel.awaitLog("Members {size:6,");
        }
        first().signal("KILL");
        for (Node sentinel : sentinels) {
            sentinel.awaitLog("The process of 127.0.0.1:" + first().port() + " has left the cluster");
        }
        // It is a hint, and hints are off.
        for (Node sentinel : sentinels) {
            assertEquals(
                    "OK", Ask.text(sentinel.port(), "SENTINEL", "SET", MASTER, "down-after-hint-milliseconds", "1"));
        }
        awaitNewMaster();
    }
}
