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
    private static final int CLIENTS = 16;
    private static final int ACKNOWLEDGED = 20_000;

    @TempDir
    Path folder;

    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

    /** What a client does until the master is gone. */
    private interface Client {
        void go(Node master, String name) throws IOException;
    }

    @RepeatedTest(3)
    void takesNoAcknowledgedWriteWithIt() throws Exception {
        try (Servers servers = new Servers(folder)) {
            Node replica = killUnderLoad(servers, List.of(this::write));
            Set<String> missing = new TreeSet<>(acknowledged);
            missing.removeAll(elements(replica, "SMEMBERS", "written"));
            assertEquals(Set.of(), missing, "of " + acknowledged.size());
        }
    }

    /** What a waiting client was given is not there any more for another one. */
    @RepeatedTest(3)
    void leavesNoElementThatItHasGivenAway() throws Exception {
        try (Servers servers = new Servers(folder)) {
            Node replica = killUnderLoad(servers, List.of(KilledMasterIT::push, this::pop));
            Set<String> left = new TreeSet<>(elements(replica, "LRANGE", "queue", "0", "-1"));
            left.retainAll(acknowledged);
            assertEquals(Set.of(), left, "of " + acknowledged.size());
        }
    }

    /** Kills a master whose clients do these things in turn; answers its replica, when that has taken in all that came. */
    private Node killUnderLoad(Servers servers, List<Client> kinds) throws Exception {
        Node master = servers.start(Maker.VEDETTE);
        Node replica = servers.start(Maker.VEDETTE);
        replica.follow(master);
        replica.awaitSynced(master);
        List<Future<?>> clients = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            for (int i = 0; i < CLIENTS; i++) {
                String name = "w" + i;
                Client kind = kinds.get(i % kinds.size());
                clients.add(threads.submit(() -> {
                    kind.go(master, name);
                    return null;
                }));
            }
            Awaitility.await().atMost(LIMIT).until(() -> acknowledged.size() >= ACKNOWLEDGED);
            master.signal("KILL");
            threads.shutdown();
            assertTrue(threads.awaitTermination(LIMIT.toSeconds(), TimeUnit.SECONDS), "clients hang");
        }
        for (Future<?> client : clients) {
            client.get();
        }
        replica.awaitInfo("replication", "master_link_status", "down");
        return replica;
    }

    private void write(Node master, String name) throws IOException {
        try (Talk talk = master.talk()) {
            for (int i = 0; ; i++) {
                String number = name + ":" + i;
                Reply reply;
                try {
                    reply = talk.ask("SADD", "written", number);
                } catch (IOException killed) {
                    return;
                }
                assertEquals(new Reply.Int(1), reply);
                acknowledged.add(number);
            }
        }
    }

    private static void push(Node master, String name) throws IOException {
        try (Talk talk = master.talk()) {
            for (int i = 0; ; i++) {
                try {
                    talk.text("RPUSH", "queue", name + ":" + i);
                } catch (IOException killed) {
                    return;
                }
            }
        }
    }

    private void pop(Node master, String name) throws IOException {
        try (Talk talk = master.talk()) {
            while (true) {
                try {
                    acknowledged.add(String.valueOf(
                            talk.ask("BLPOP", "queue", "0").elements().get(1).text()));
                } catch (IOException killed) {
                    return;
                }
            }
        }
    }

    private static Set<String> elements(Node node, String... command) throws IOException {
        Set<String> elements = new HashSet<>();
        try (Talk talk = node.talk()) {
            for (Reply each : talk.ask(command).elements()) {
                elements.add(String.valueOf(each.text()));
            }
        }
        return elements;
    }
}
