package dev.vedette.launcher.broken;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.launcher.nodes.Maker;
import dev.vedette.launcher.nodes.Node;
import dev.vedette.launcher.nodes.Servers;
import dev.vedette.launcher.nodes.Talk;
import dev.vedette.wire.resp.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/** A master that is killed while many clients write: a write is with the replicas' sockets before its client is told. */
class KilledMasterIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int WRITERS = 16;
    private static final int WRITES = 20_000;

    @TempDir
    Path folder;

    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

    @RepeatedTest(3)
    void takesNoAcknowledgedWriteWithIt() throws Exception {
        try (Servers servers = new Servers(folder)) {
            Node master = servers.start(Maker.VEDETTE);
            Node replica = servers.start(Maker.VEDETTE);
            replica.follow(master);
            replica.awaitSynced(master);
            List<Future<?>> writers = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
                for (int i = 0; i < WRITERS; i++) {
                    String name = "w" + i;
                    writers.add(threads.submit(() -> write(master, name)));
                }
                Awaitility.await().atMost(LIMIT).until(() -> acknowledged.size() >= WRITES);
                master.signal("KILL");
                threads.shutdown();
                assertTrue(threads.awaitTermination(LIMIT.toSeconds(), TimeUnit.SECONDS), "writers hang");
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
            replica.awaitInfo("replication", "master_link_status", "down");
            Set<String> missing = new TreeSet<>(acknowledged);
            missing.removeAll(members(replica));
            assertEquals(Set.of(), missing, "of " + acknowledged.size());
        }
    }

    /** Writes until the master is gone. */
    private Void write(Node master, String name) throws IOException {
        try (Talk talk = master.talk()) {
            for (int i = 0; ; i++) {
                String number = name + ":" + i;
                Reply reply;
                try {
                    reply = talk.ask("SADD", "written", number);
                } catch (IOException killed) {
                    return null;
                }
                assertEquals(new Reply.Int(1), reply);
                acknowledged.add(number);
            }
        }
    }

    private static Set<String> members(Node node) throws IOException {
        Set<String> members = new HashSet<>();
        try (Talk talk = node.talk()) {
            for (Reply each : talk.ask("SMEMBERS", "written").elements()) {
                members.add(String.valueOf(each.text()));
            }
        }
        return members;
    }
}
