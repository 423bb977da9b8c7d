package dev.vedette.launcher.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.launcher.Ask;
import dev.vedette.launcher.nodes.Maker;
import dev.vedette.launcher.nodes.Node;
import dev.vedette.launcher.nodes.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/** A master, two replicas and three sentinels of ours, each a process, that have found one another. */
final class GuardedFamily implements AutoCloseable {

    static final String MASTER = "mymaster";
    static final Duration LIMIT = Duration.ofSeconds(60);

    private static final int DOWN_AFTER_MILLIS = 1500;

    private final Path home;
    private final List<Node> servers = new ArrayList<>();
    private final List<Node> sentinels = new ArrayList<>();

    private GuardedFamily(Path home) {
        this.home = home;
    }

    /** Starts the family in {@code home}. */
    static GuardedFamily start(Path home) throws IOException {
        GuardedFamily family = new GuardedFamily(home);
        try {
            family.startAll();
        } catch (IOException | RuntimeException | AssertionError failure) {
            family.close();
            throw failure;
        }
        return family;
    }

    private void startAll() throws IOException {
        for (int i = 0; i < 3; i++) {
            List<String> lines = new ArrayList<>(List.of("save \"\"", "repl-diskless-sync-delay 0"));
            if (i > 0) {
                lines.add("replicaof 127.0.0.1 " + servers.getFirst().port());
            }
            servers.add(started(Node.Kind.SERVER, "server" + i, lines));
        }
        servers.forEach(Node::awaitServing);
        eventually(() -> assertEquals(
                "2", Ask.info(servers.getFirst().port(), "replication").get("connected_slaves")));
        for (int i = 0; i < 3; i++) {
            sentinels.add(started(
                    Node.Kind.SENTINEL,
                    "sentinel" + i,
                    List.of(
                            "sentinel monitor " + MASTER + " 127.0.0.1 "
                                    + servers.getFirst().port() + " 2",
                            "sentinel down-after-milliseconds " + MASTER + " " + DOWN_AFTER_MILLIS,
                            "sentinel failover-timeout " + MASTER + " 20000")));
        }
        sentinels.forEach(Node::awaitServing);
        for (Node sentinel : sentinels) {
            eventually(() -> {
                Map<String, String> seen = Ask.fields(sentinel.port(), "SENTINEL", "MASTER", MASTER);
                assertEquals("master", seen.get("flags"));
                assertEquals("2", seen.get("num-slaves"));
                assertEquals("2", seen.get("num-other-sentinels"));
            });
        }
    }

    private Node started(Node.Kind kind, String name, List<String> lines) throws IOException {
        Node node = new Node(Maker.VEDETTE, kind, home.resolve(name), Ports.free());
        node.configure(lines);
        node.start();
        return node;
    }

    static void eventually(ThrowingRunnable claim) {
        Awaitility.await()
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions()
                .untilAsserted(claim);
    }

    /** The master that the family started with. */
    Node first() {
        return servers.getFirst();
    }

    List<Integer> sentinelPorts() {
        return sentinels.stream().map(Node::port).toList();
    }

    /** Orders a failover, as an operator does. */
    void handOver() {
        assertEquals("OK", Ask.text(sentinels.get(1).port(), "SENTINEL", "FAILOVER", MASTER));
    }

    /** Waits until all sentinels name the same server, another one than the first, and it takes writes. */
    Node awaitNewMaster() {
        eventually(() -> {
            Set<Integer> named = named();
            assertEquals(1, named.size(), "the sentinels name " + named);
            assertEquals(false, named.contains(first().port()));
        });
        int port = named().iterator().next();
        eventually(() -> assertEquals("master", Ask.info(port, "replication").get("role")));
        return servers.stream()
                .filter(server -> server.port() == port)
                .findFirst()
                .orElseThrow();
    }

    private Set<Integer> named() {
        return sentinels.stream()
                .map(sentinel ->
                        Integer.valueOf(Ask.list(sentinel.port(), "SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER)
                                .get(1)))
                .collect(Collectors.toSet());
    }

    List<Node> nodes() {
        List<Node> all = new ArrayList<>(servers);
        all.addAll(sentinels);
        return all;
    }

    @Override
    public void close() {
        nodes().forEach(Node::close);
    }
}
