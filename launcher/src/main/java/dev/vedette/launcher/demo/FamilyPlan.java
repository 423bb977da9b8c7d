package dev.vedette.launcher.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One master, its replicas and the sentinels that watch them: on which ports, with which files.
 *
 * @param directory absolute; each node has a directory of its own in it
 * @param masterPort port of the first server; the replicas have the ports after it
 * @param replicas number of replicas, at least 0
 * @param sentinelPort port of the first sentinel; the others have the ports after it
 * @param sentinels number of sentinels, at least 0
 * @param downAfterMillis after how long without an answer a sentinel takes the master for down
 */
public record FamilyPlan(
        Path directory, int masterPort, int replicas, int sentinelPort, int sentinels, int downAfterMillis) {

    /** The name under which the sentinels know the master. */
    public static final String MASTER_NAME = "mymaster";

    /** What a node of the family is. */
    public enum Role {
        MASTER("master"),
        REPLICA("replica"),
        SENTINEL("sentinel");

        private final String word;

        Role(String word) {
            this.word = word;
        }

        /** The role in plain words. */
        public String word() {
            return word;
        }
    }

    /**
     * A node of the family.
     *
     * @param directory where its configuration, data and log are
     */
    public record Node(Role role, int port, Path directory) {

        /** Its configuration file. */
        public Path config() {
            return directory.resolve(role == Role.SENTINEL ? "sentinel.conf" : "redis.conf");
        }

        /** Where it writes its process id. */
        public Path pidFile() {
            return directory.resolve("pid");
        }

        /** Its log. */
        public Path log() {
            return directory.resolve("log");
        }

        @Override
        public String toString() {
            return role.word() + " " + port;
        }
    }

    /** How many sentinels must agree that the master is down. */
    public int quorum() {
        return sentinels / 2 + 1;
    }

    /** The master, then the replicas. */
    public List<Node> servers() {
        return IntStream.rangeClosed(0, replicas)
                .mapToObj(i -> new Node(
                        i == 0 ? Role.MASTER : Role.REPLICA,
                        masterPort + i,
                        directory.resolve("server-" + (masterPort + i))))
                .toList();
    }

    /** The sentinels. */
    public List<Node> sentinelNodes() {
        return IntStream.range(0, sentinels)
                .mapToObj(i ->
                        new Node(Role.SENTINEL, sentinelPort + i, directory.resolve("sentinel-" + (sentinelPort + i))))
                .toList();
    }

    /** Every node. */
    public List<Node> nodes() {
        List<Node> nodes = new ArrayList<>(servers());
        nodes.addAll(sentinelNodes());
        return nodes;
    }

    /** Says which node's port is taken, if one is. */
    public Optional<String> takenPort() {
        for (Node node : nodes()) {
            if (isTaken(node.port())) {
                return Optional.of("Port " + node.port() + ", wanted for the "
                        + node.role().word()
                        + ", is taken by another program. Stop that one, or choose other ports with "
                        + (node.role() == Role.SENTINEL ? "--sentinel-port." : "--port."));
            }
        }
        return Optional.empty();
    }

    /** Whether something on this machine listens at the port. */
    static boolean isTaken(int port) {
        for (String address : List.of("127.0.0.1", "0.0.0.0")) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.ofLiteral(address), port));
            } catch (IOException taken) {
                return true;
            }
        }
        return false;
    }

    /**
     * Writes every configuration file anew. Data is kept unless {@code fresh}.
     *
     * @param fresh true to delete what an earlier run left in the nodes' directories
     */
    public void write(boolean fresh) throws IOException {
        for (Node node : nodes()) {
            if (fresh) {
                delete(node.directory());
            }
            Files.createDirectories(node.directory());
            Files.deleteIfExists(node.log());
            Files.writeString(node.config(), textFor(node));
        }
    }

    private String textFor(Node node) {
        String common = """
                # Written by vedette demo; written anew at its next start.
                port %d
                bind 127.0.0.1
                dir "%s"
                logfile "log"
                pidfile "pid"
                """.formatted(node.port(), node.directory());
        return switch (node.role()) {
            case MASTER -> common + DATA;
            case REPLICA -> common + DATA + "replicaof 127.0.0.1 " + masterPort + "\n";
            case SENTINEL -> common + """
                        sentinel monitor %1$s 127.0.0.1 %2$d %3$d
                        sentinel down-after-milliseconds %1$s %4$d
                        sentinel failover-timeout %1$s 10000
                        sentinel parallel-syncs %1$s 1
                        """.formatted(MASTER_NAME, masterPort, quorum(), downAfterMillis);
        };
    }

    private static final String DATA = """
            save 60 1
            repl-diskless-sync-delay 0
            """;

    private static void delete(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> entries = Files.walk(directory)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        }
    }
}
