package dev.vedette.launcher.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.launcher.nodes.Maker;
import dev.vedette.launcher.nodes.Node;
import dev.vedette.launcher.nodes.Talk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a replica does that Redis's does not: it saves what a full sync would lose, and has fewer of them. */
class HistoriesPartIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final List<Node> nodes = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        nodes.forEach(Node::close);
        for (Node node : nodes) {
            assertEquals("", node.standardError(), node.toString());
        }
    }

    private Node start(Maker maker, String... config) throws IOException {
        String[] lines = Arrays.copyOf(config, config.length + 3);
        lines[config.length] = "save \"\"";
        lines[config.length + 1] = "enable-debug-command local";
        lines[config.length + 2] = "repl-diskless-sync-delay 0";
        Node node = Node.server(maker, folder.resolve("node" + nodes.size()), lines);
        nodes.add(node);
        return node;
    }

    private static void follow(Node replica, Node master) throws IOException {
        try (Talk talk = replica.talk()) {
            talk.text("REPLICAOF", "127.0.0.1", Integer.toString(master.port()));
        }
    }

    private static String info(Node node, String section, String field) throws IOException {
        try (Talk talk = node.talk()) {
            return talk.info(section, field);
        }
    }

    private static void await(Node node, String section, String field, String value) {
        Awaitility.await(node + " says " + field + ":" + value)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> info(node, section, field).equals(value));
    }

    private static void awaitSynced(Node master, Node replica) {
        await(replica, "replication", "master_link_status", "up");
        Awaitility.await(replica + " is where " + master + " is")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> info(master, "replication", "master_repl_offset")
                        .equals(info(replica, "replication", "master_repl_offset")));
    }

    /** The writes of an old master after the promotion of another, to a new master of either make. */
    @ParameterizedTest
    @EnumSource(Maker.class)
    void anOldMasterSavesWhatNobodyElseHas(Maker newMaker) throws Exception {
        Node old = start(Maker.VEDETTE);
        Node promoted = start(newMaker);
        follow(promoted, old);
        await(promoted, "replication", "master_link_status", "up");
        try (Talk talk = old.talk()) {
            talk.text("SELECT", "3");
            talk.text("SET", "before", "both have it");
            awaitSynced(old, promoted);
            try (Talk other = promoted.talk()) {
                other.text("REPLICAOF", "NO", "ONE");
                other.text("SET", "after", "only the new master has it");
            }
            await(old, "replication", "connected_slaves", "0");
            for (int i = 0; i < 20; i++) {
                talk.text("SET", "lost" + i, "v" + i);
            }
            talk.text("SELECT", "0");
            talk.text("INCR", "counter");
        }
        follow(old, promoted);
        awaitSynced(promoted, old);
        assertEquals("21", info(old, "replication", "lost_writes"));
        assertEquals("1", info(old, "replication", "lost_writes_files"));
        String name = info(old, "replication", "lost_writes_last_file");
        old.awaitLog("21 writes that the new master does not have");
        try (Talk talk = old.talk()) {
            assertEquals("only the new master has it", talk.text("GET", "after"));
        }
        byte[] saved = Files.readAllBytes(old.file(name));
        try (Talk talk = promoted.talk()) {
            talk.raw(saved);
            for (int i = 0; i < 23; i++) {
                assertTrue(!talk.answer().isError());
            }
            talk.text("SELECT", "3");
            assertEquals("v19", talk.text("GET", "lost19"));
            assertEquals("both have it", talk.text("GET", "before"));
            talk.text("SELECT", "0");
            assertEquals("1", talk.text("GET", "counter"));
        }
    }

    @Test
    void aMasterWithoutWritesOfItsOwnLeavesNoFile() throws Exception {
        Node old = start(Maker.VEDETTE);
        Node promoted = start(Maker.VEDETTE);
        follow(promoted, old);
        try (Talk talk = old.talk()) {
            talk.text("SET", "k", "v");
        }
        awaitSynced(old, promoted);
        try (Talk talk = promoted.talk()) {
            talk.text("REPLICAOF", "NO", "ONE");
        }
        follow(old, promoted);
        awaitSynced(promoted, old);
        try (Stream<Path> files = Files.list(old.file("."))) {
            assertTrue(files.noneMatch(file -> file.getFileName().toString().startsWith("lost-writes")));
        }
    }

    @Test
    void aReplicaWithDataRefusesAMasterThatComesBackEmpty() throws Exception {
        Node master = start(Maker.REDIS);
        Node replica = start(Maker.VEDETTE, "replica-refuse-empty-master yes");
        follow(replica, master);
        await(replica, "replication", "master_link_status", "up");
        try (Talk talk = master.talk()) {
            talk.text("SET", "k", "v");
        }
        awaitSynced(master, replica);
        master.signal("KILL");
        master.start();
        master.awaitServing();
        replica.awaitLog("Full resync refused: the master 127.0.0.1:" + master.port() + " is empty");
        try (Talk talk = replica.talk()) {
            assertEquals("v", talk.text("GET", "k"));
            assertEquals("down", talk.info("replication", "master_link_status"));
            talk.text("CONFIG", "SET", "replica-refuse-empty-master", "no");
        }
        await(replica, "replication", "master_link_status", "up");
        try (Talk talk = replica.talk()) {
            assertEquals("0", talk.text("DBSIZE"));
        }
    }

    /** Three megabytes come while a replica is away; the backlog is of one. */
    @ParameterizedTest
    @EnumSource(Maker.class)
    void aReplicaThatWasAwayGoesOnWhereItWas(Maker maker) throws Exception {
        Node master = start(Maker.VEDETTE);
        Node replica = start(maker);
        follow(replica, master);
        await(replica, "replication", "master_link_status", "up");
        int fulls = Integer.parseInt(info(master, "stats", "sync_full"));
        cutAndWrite(master, replica);
        assertEquals(fulls, Integer.parseInt(info(master, "stats", "sync_full")));
        assertEquals("1", info(master, "stats", "sync_partial_ok"));
        try (Talk talk = master.talk()) {
            // Whoever chooses a size gets it.
            talk.text("CONFIG", "SET", "repl-backlog-size", "512kb");
        }
        cutAndWrite(master, replica);
        assertEquals(fulls + 1, Integer.parseInt(info(master, "stats", "sync_full")));
    }

    private static void cutAndWrite(Node master, Node replica) throws IOException {
        try (Talk busy = replica.talk();
                Talk talk = master.talk()) {
            busy.text("MULTI");
            busy.text("CLIENT", "KILL", "TYPE", "master");
            busy.text("DEBUG", "SLEEP", "1");
            busy.send("EXEC");
            await(master, "replication", "connected_slaves", "0");
            String value = "x".repeat(30_000);
            for (int i = 0; i < 100; i++) {
                talk.text("SET", "k" + i, value);
            }
            busy.answer();
        }
        awaitSynced(master, replica);
    }
}
