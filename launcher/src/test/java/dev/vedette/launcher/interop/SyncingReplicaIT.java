package dev.vedette.launcher.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.launcher.nodes.Maker;
import dev.vedette.launcher.nodes.Node;
import dev.vedette.launcher.nodes.Servers;
import dev.vedette.launcher.nodes.Talk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A replica while its master's data is under way: what clients are told and may do in each phase, and which data is there
 * when it ends in each way. Every phase is so slow that the test ends it; the replica is Redis's in one run, ours in the
 * other.
 */
@Execution(ExecutionMode.CONCURRENT)
class SyncingReplicaIT {

    private static final int KEYS = 200;
    private static final String SLOW = "100000";
    private static final String LOADING = "LOADING Redis is loading the dataset in memory";
    private static final String READONLY = "READONLY You can't write against a read only replica.";

    /** Commands and their answers. */
    private static final String[][] WHILE_RECEIVING = {
        {"PING", "PONG"},
        {"GET own", "1"},
        {"SET own 2", READONLY},
        {"FLUSHALL", READONLY},
        {"SAVE", "OK"},
        {"FAILOVER", "ERR FAILOVER is not valid when server is a replica."},
        {"FAILOVER ABORT", "ERR No failover in progress."},
        {"PSYNC ? -1", "NOMASTERLINK Can't SYNC while not connected with my master"},
        {"SYNC", "NOMASTERLINK Can't SYNC while not connected with my master"},
        {"CLIENT KILL TYPE master", "0"},
        {"CLIENT LIST TYPE master", ""},
        {"CONFIG SET replica-serve-stale-data no", "OK"},
        {"GET own", "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."},
        {"CONFIG SET replica-serve-stale-data yes", "OK"},
        {"CONFIG SET replica-read-only no", "OK"},
        {"SET mine 1", "OK"},
        {"CONFIG SET replica-read-only yes", "OK"},
        {"DBSIZE", "2"},
    };

    private static final String[][] WHILE_LOADING = {
        {"PING", LOADING},
        {"GET own", LOADING},
        {"SET own 2", READONLY},
        {"FLUSHALL", READONLY},
        {"DBSIZE", LOADING},
        {"SAVE", LOADING},
        {"BGSAVE", LOADING},
        {"FAILOVER", LOADING},
        {"FAILOVER ABORT", LOADING},
        {"REPLICAOF NO ONE", LOADING},
        {"REPLICAOF 127.0.0.1 1", LOADING},
        {"PSYNC ? -1", LOADING},
        {"WAIT 0 0", LOADING},
        {"CLIENT KILL TYPE master", "0"},
        {"CLIENT LIST TYPE master", ""},
        {"CONFIG SET repl-diskless-load swapdb", LOADING},
        {"CONFIG SET maxmemory 0", "OK"},
        {"SELECT 1", "OK"},
        {"SELECT 0", "OK"},
        {"PUBLISH channel text", "0"},
        {"SHUTDOWN ABORT", "ERR No shutdown in progress."},
    };

    private static final String[][] WHILE_LOADING_ASIDE = {
        {"PING", "PONG"},
        {"GET own", "1"},
        {"SET own 2", READONLY},
        {"FLUSHALL", READONLY},
        {"DBSIZE", Integer.toString(KEYS + 1)},
        {"SAVE", LOADING},
        {"BGSAVE", LOADING},
        {"FAILOVER", "ERR FAILOVER is not valid when server is a replica."},
        {"REPLICAOF NO ONE", LOADING},
        {"REPLICAOF 127.0.0.1 1", LOADING},
        {"PSYNC ? -1", LOADING},
        {"SYNC", LOADING},
        {"CLIENT KILL TYPE master", "0"},
        {"CONFIG SET repl-diskless-load disabled", LOADING},
        {"CONFIG SET maxmemory 0", "OK"},
        {"PUBLISH channel text", "0"},
    };

    @AutoClose
    private final Servers servers;

    SyncingReplicaIT(@TempDir Path folder) {
        servers = new Servers(folder);
    }

    private Node master() throws IOException {
        Node master = servers.start(Maker.REDIS, "rdbcompression no", "repl-backlog-size 16kb");
        try (Talk talk = master.talk()) {
            talk.text("DEBUG", "POPULATE", Integer.toString(KEYS), "key", "20000");
        }
        return master;
    }

    private Node replica(Maker maker, String... config) throws IOException {
        Node replica = servers.start(maker, config);
        try (Talk talk = replica.talk()) {
            talk.text("CONFIG", "SET", "loading-process-events-interval-bytes", "1024");
            talk.text("SET", "own", "1");
        }
        return replica;
    }

    private static void set(Node node, String directive, String value) throws IOException {
        try (Talk talk = node.talk()) {
            talk.text("CONFIG", "SET", directive, value);
        }
    }

    /** A replica that has something of its own and to which a master's data is coming. */
    private Node receiving(Maker maker, Node master) throws IOException {
        set(master, "rdb-key-save-delay", SLOW);
        Node replica = replica(maker);
        replica.follow(master);
        replica.awaitInfo("replication", "master_sync_in_progress", "1");
        return replica;
    }

    /** One that has all of its master's data in a file and is loading it. */
    private Node loading(Maker maker, String... config) throws IOException {
        Node master = master();
        Node replica = replica(maker, config);
        set(replica, "key-load-delay", SLOW);
        try (Talk talk = replica.talk()) {
            talk.ask("SAVE");
        }
        replica.follow(master);
        replica.awaitInfo("persistence", "loading", "1");
        return replica;
    }

    /** One that is loading what its master has become since the link broke, and serves what it was. */
    private Node loadingAside(Maker maker, Node master, String... config) throws IOException {
        Node replica = replica(maker, config);
        set(replica, "repl-diskless-load", "swapdb");
        try (Talk talk = master.talk()) {
            talk.text("SET", "own", "1");
            replica.follow(master);
            replica.awaitSynced(master);
            set(replica, "key-load-delay", SLOW);
            talk.text("MULTI");
            talk.text("CLIENT", "KILL", "TYPE", "replica");
            talk.text("SET", "later", "x".repeat(1_000_000));
            talk.text("SET", "own", "2");
            talk.ask("EXEC");
        }
        replica.awaitInfo("persistence", "async_loading", "1");
        return replica;
    }

    private static void check(Node node, String[][] dialogue) throws IOException {
        for (String[] each : dialogue) {
            try (Talk talk = node.talk()) {
                assertEquals(
                        each[1],
                        String.valueOf(talk.ask(each[0].split(" ")).text()),
                        () -> node.maker() + ": " + each[0]);
            }
        }
    }

    private static void checkInfo(Node node, String... lines) throws IOException {
        try (Talk talk = node.talk()) {
            Map<String, String> info = talk.info("everything");
            for (String line : lines) {
                int colon = line.indexOf(':');
                assertEquals(
                        line.substring(colon + 1),
                        info.get(line.substring(0, colon)),
                        () -> node.maker() + ": " + line);
            }
        }
    }

    private static void followNobody(Node replica) throws IOException {
        check(replica, new String[][] {{"REPLICAOF NO ONE", "OK"}});
    }

    /** Ends a server in good order and starts it as a master, without any delay. */
    private static void startAgain(Node node) throws Exception {
        try (Talk talk = node.talk()) {
            talk.send("SHUTDOWN");
            assertEquals("", talk.rest());
        }
        assertEquals(0, node.awaitExit());
        node.start();
        node.awaitServing();
    }

    @ParameterizedTest
    @EnumSource
    void whileReceivingItServesWhatItHas(Maker maker) throws Exception {
        Node replica = receiving(maker, master());
        checkInfo(
                replica,
                "loading:0",
                "async_loading:0",
                "master_link_status:down",
                "master_sync_in_progress:1",
                "master_link_down_since_seconds:-1",
                "slave_repl_offset:0",
                "master_repl_offset:0");
        check(replica, WHILE_RECEIVING);
        followNobody(replica);
        checkInfo(replica, "role:master");
        check(replica, new String[][] {{"DBSIZE", "2"}, {"GET own", "1"}, {"SET own 2", "OK"}});
    }

    @ParameterizedTest
    @EnumSource
    void whileReceivingItMayTurnToAnotherMaster(Maker maker) throws Exception {
        Node replica = receiving(maker, master());
        Node other = servers.start(Maker.REDIS);
        try (Talk talk = other.talk()) {
            talk.text("SET", "other", "1");
        }
        replica.follow(other);
        replica.awaitSynced(other);
        check(replica, new String[][] {{"DBSIZE", "1"}, {"GET other", "1"}});
    }

    @ParameterizedTest
    @EnumSource
    void whileReceivingItMayEnd(Maker maker) throws Exception {
        Node replica = receiving(maker, master());
        set(replica, "save", "3600 1");
        startAgain(replica);
        check(replica, new String[][] {{"DBSIZE", "1"}, {"GET own", "1"}});
    }

    /** From the first byte of the load on the old data is gone, here and on the disk. */
    @ParameterizedTest
    @EnumSource
    void whileLoadingItServesNothing(Maker maker) throws Exception {
        Node replica = loading(maker);
        checkInfo(
                replica,
                "loading:1",
                "async_loading:0",
                "master_link_status:down",
                "master_sync_in_progress:1",
                "connected_clients:1");
        replica.awaitInfo("replication", "slave_repl_offset", "1");
        check(replica, WHILE_LOADING);
        startAgain(replica);
        check(replica, new String[][] {{"DBSIZE", Integer.toString(KEYS)}, {"EXISTS own", "0"}});
    }

    /** What was being saved when the load began must not come after it. */
    @ParameterizedTest
    @EnumSource
    void theLoadEndsABackgroundSave(Maker maker) throws Exception {
        Node master = master();
        Node replica = replica(maker);
        set(replica, "rdb-key-save-delay", "30000000");
        check(replica, new String[][] {{"BGSAVE", "Background saving started"}});
        replica.follow(master);
        replica.awaitSynced(master);
        replica.awaitLog("but there is a pending RDB child running. Killing process ");
        replica.awaitInfo("persistence", "rdb_bgsave_in_progress", "0");
        checkInfo(replica, "rdb_changes_since_last_save:1", "connected_clients:2");
        startAgain(replica);
        check(replica, new String[][] {{"DBSIZE", Integer.toString(KEYS)}, {"EXISTS own", "0"}});
    }

    @ParameterizedTest
    @EnumSource
    void whileLoadingAsideItServesWhatItHad(Maker maker) throws Exception {
        Node master = master();
        Node replica = loadingAside(maker, master);
        checkInfo(replica, "loading:0", "async_loading:1", "master_link_status:down", "master_sync_in_progress:1");
        check(replica, WHILE_LOADING_ASIDE);
        master.close();
        replica.awaitInfo("persistence", "async_loading", "0");
        replica.awaitLog("MASTER <-> REPLICA sync: Discarding temporary DB in background");
        check(replica, new String[][] {{"GET own", "1"}, {"DBSIZE", Integer.toString(KEYS + 1)}});
        followNobody(replica);
    }

    /** It ends as a server does whose data is not whole: nothing is saved. */
    @ParameterizedTest
    @EnumSource
    void whileLoadingAsideItMayEnd(Maker maker) throws Exception {
        Node replica = loadingAside(maker, master());
        set(replica, "save", "3600 1");
        startAgain(replica);
        check(replica, new String[][] {{"DBSIZE", "0"}});
    }

    /** What came without a file is in no dump: it counts as a change. */
    @ParameterizedTest
    @EnumSource
    void whatWasSwappedInIsUnsaved(Maker maker) throws Exception {
        Node master = master();
        Node replica = servers.start(maker, "repl-diskless-load swapdb");
        replica.follow(master);
        replica.awaitSynced(master);
        replica.awaitLog("MASTER <-> REPLICA sync: Swapping active DB with loaded DB");
        checkInfo(replica, "rdb_changes_since_last_save:1", "rdb_last_load_keys_loaded:" + KEYS);
        assertFalse(replica.log().contains("MASTER <-> REPLICA sync: Flushing old data"));
    }

    /** Redis refuses what its master sends meanwhile, and has other data from then on. */
    @Test
    void whatComesDuringDebugReloadIsAppliedAfterIt() throws Exception {
        Node master = master();
        Node replica = servers.start(Maker.VEDETTE);
        replica.follow(master);
        replica.awaitSynced(master);
        set(replica, "key-load-delay", "5000");
        set(master, "repl-ping-replica-period", "3600");
        try (Talk reloading = replica.talk();
                Talk writing = master.talk()) {
            reloading.send("DEBUG", "RELOAD");
            replica.awaitInfo("persistence", "loading", "1");
            writing.text("SET", "later", "1");
            replica.awaitInfo(
                    "replication", "slave_read_repl_offset", master.info("replication", "master_repl_offset"));
            checkInfo(replica, "loading:1");
            assertEquals("OK", reloading.answer().text());
        }
        replica.awaitSynced(master);
        check(replica, new String[][] {{"GET later", "1"}, {"DBSIZE", Integer.toString(KEYS + 1)}});
    }

    /** In the middle of a chain: the snapshot comes in once and goes out once. */
    @ParameterizedTest
    @EnumSource
    void whatComesAndGoesIsCounted(Maker maker) throws Exception {
        Node master = master();
        Node middle = servers.start(maker, "rdbcompression no");
        middle.follow(master);
        middle.awaitSynced(master);
        Node last = servers.start(Maker.REDIS, "repl-diskless-load disabled");
        last.follow(middle);
        last.awaitSynced(middle);
        for (String field : List.of("total_net_repl_input_bytes", "total_net_repl_output_bytes")) {
            Awaitility.await(field).untilAsserted(() -> {
                long bytes = Long.parseLong(middle.info("stats", field));
                assertTrue(bytes > KEYS * 20_000L && bytes < KEYS * 21_000L, () -> maker + ": " + field + ":" + bytes);
            });
        }
    }
}
