package dev.vedette.launcher.broken;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.launcher.nodes.Maker;
import dev.vedette.launcher.nodes.Node;
import dev.vedette.launcher.nodes.Talk;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replica that asks for a snapshot and does not read it. */
class DeafReplicaIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void isGivenUpAndTheOthersGetTheirs() throws Exception {
        try (Node master = Node.server(
                        Maker.VEDETTE,
                        folder.resolve("master"),
                        "save \"\"",
                        "enable-debug-command local",
                        "rdbcompression no",
                        "repl-timeout 2",
                        "repl-diskless-sync-max-replicas 2");
                Node replica = Node.server(Maker.VEDETTE, folder.resolve("replica"), "save \"\"");
                Talk deaf = master.talk()) {
            try (Talk talk = master.talk()) {
                talk.text("DEBUG", "POPULATE", "3000", "key", "20000");
            }
            deaf.text("REPLCONF", "capa", "eof", "capa", "psync2");
            deaf.send("PSYNC", "?", "-1");
            replica.follow(master);
            master.awaitLog("Disconnecting timedout replica (full sync)");
            replica.awaitUp();
            assertEquals("1", master.info("replication", "connected_slaves"));
            assertEquals("0", master.info("persistence", "rdb_bgsave_in_progress"));
            try (Talk talk = replica.talk()) {
                assertEquals("3000", talk.text("DBSIZE"));
            }
            assertEquals("", master.standardError());
        }
    }

    /** What a client learns after it has ended the link is that it has ended. */
    @Test
    void aReplicaWhoseLinkWasEndedSaysSoAtOnce() throws Exception {
        try (Node master = Node.server(
                        Maker.VEDETTE, folder.resolve("master"), "save \"\"", "repl-diskless-sync-delay 0");
                Node replica = Node.server(Maker.VEDETTE, folder.resolve("replica"), "save \"\"");
                Talk toMaster = master.talk();
                Talk toReplica = replica.talk()) {
            toReplica.text("REPLICAOF", "127.0.0.1", Integer.toString(master.port()));
            for (int i = 0; i < 5; i++) {
                Awaitility.await("synced")
                        .atMost(LIMIT)
                        .pollInterval(Duration.ofMillis(50))
                        .until(() -> toReplica
                                .info("replication", "master_link_status")
                                .equals("up"));
                toMaster.text("MULTI");
                toMaster.text("CLIENT", "KILL", "TYPE", "replica");
                toMaster.text("SET", "k", "v".repeat(16_384));
                toMaster.text("EXEC");
                assertEquals("down", toReplica.info("replication", "master_link_status"));
            }
        }
    }
}
