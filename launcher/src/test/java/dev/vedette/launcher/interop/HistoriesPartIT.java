package dev.vedette.launcher.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.launcher.nodes.Maker;
import dev.vedette.launcher.nodes.Node;
import dev.vedette.launcher.nodes.Servers;
import dev.vedette.launcher.nodes.Talk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a replica does that Redis's does not: it saves what a full sync would lose, and has fewer of them. */
class HistoriesPartIT {

    @AutoClose
    private final Servers servers;

    HistoriesPartIT(@TempDir Path folder) {
        servers = new Servers(folder);
    }

    /** The writes of an old master after the promotion of another, to a new master of either make. */
    @ParameterizedTest
    @EnumSource(Maker.class)
    void anOldMasterSavesWhatNobodyElseHas(Maker newMaker) throws Exception {
        Node old = servers.start(Maker.VEDETTE);
        Node promoted = servers.start(newMaker);
        promoted.follow(old);
        promoted.awaitUp();
        try (Talk talk = old.talk()) {
            talk.text("SELECT", "3");
            talk.text("SET", "before", "both have it");
            promoted.awaitSynced(old);
            try (Talk other = promoted.talk()) {
                other.text("REPLICAOF", "NO", "ONE");
                other.text("SET", "after", "only the new master has it");
            }
            old.awaitInfo("replication", "connected_slaves", "0");
            for (int i = 0; i < 20; i++) {
                talk.text("SET", "lost" + i, "v" + i);
            }
            talk.text("SELECT", "0");
            talk.text("INCR", "counter");
        }
        old.follow(promoted);
        old.awaitSynced(promoted);
        assertEquals("21", old.info("replication", "lost_writes"));
        assertEquals("1", old.info("replication", "lost_writes_files"));
        String name = old.info("replication", "lost_writes_last_file");
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
        Node old = servers.start(Maker.VEDETTE);
        Node promoted = servers.start(Maker.VEDETTE);
        promoted.follow(old);
        try (Talk talk = old.talk()) {
            talk.text("SET", "k", "v");
        }
        promoted.awaitSynced(old);
        try (Talk talk = promoted.talk()) {
            talk.text("REPLICAOF", "NO", "ONE");
        }
        old.follow(promoted);
        old.awaitSynced(promoted);
        try (Stream<Path> files = Files.list(old.file("."))) {
            assertTrue(files.noneMatch(file -> file.getFileName().toString().startsWith("lost-writes")));
        }
    }

    @Test
    void aReplicaWithDataRefusesAMasterThatComesBackEmpty() throws Exception {
        Node master = servers.start(Maker.REDIS);
        Node replica = servers.start(Maker.VEDETTE, "replica-refuse-empty-master yes");
        replica.follow(master);
        replica.awaitUp();
        try (Talk talk = master.talk()) {
            talk.text("SET", "k", "v");
        }
        replica.awaitSynced(master);
        master.signal("KILL");
        master.start();
        master.awaitServing();
        try (Talk talk = master.talk()) {
            talk.text("SET", "early", "bird");
        }
        replica.awaitLog("Full resync refused: the master 127.0.0.1:" + master.port() + " is empty");
        try (Talk talk = replica.talk()) {
            assertEquals("v", talk.text("GET", "k"));
            assertEquals("down", talk.info("replication", "master_link_status"));
            talk.text("CONFIG", "SET", "replica-refuse-empty-master", "no");
        }
        replica.awaitUp();
        try (Talk talk = replica.talk()) {
            assertEquals("1", talk.text("DBSIZE"));
        }
    }

    /** Three megabytes come while a replica is away; the backlog is of one. */
    @ParameterizedTest
    @EnumSource(Maker.class)
    void aReplicaThatWasAwayGoesOnWhereItWas(Maker maker) throws Exception {
        Node master = servers.start(Maker.VEDETTE);
        Node replica = servers.start(maker);
        replica.follow(master);
        replica.awaitUp();
        int fulls = Integer.parseInt(master.info("stats", "sync_full"));
        cutAndWrite(master, replica);
        assertEquals(fulls, Integer.parseInt(master.info("stats", "sync_full")));
        assertEquals("1", master.info("stats", "sync_partial_ok"));
        try (Talk talk = master.talk()) {
            // Whoever chooses a size gets it.
            talk.text("CONFIG", "SET", "repl-backlog-size", "512kb");
        }
        cutAndWrite(master, replica);
        assertEquals(fulls + 1, Integer.parseInt(master.info("stats", "sync_full")));
    }

    private static void cutAndWrite(Node master, Node replica) throws IOException {
        try (Talk busy = replica.talk();
                Talk talk = master.talk()) {
            busy.text("MULTI");
            busy.text("CLIENT", "KILL", "TYPE", "master");
            busy.text("DEBUG", "SLEEP", "1");
            busy.send("EXEC");
            master.awaitInfo("replication", "connected_slaves", "0");
            String value = "x".repeat(30_000);
            for (int i = 0; i < 100; i++) {
                talk.text("SET", "k" + i, value);
            }
            busy.answer();
        }
        replica.awaitSynced(master);
    }
}
