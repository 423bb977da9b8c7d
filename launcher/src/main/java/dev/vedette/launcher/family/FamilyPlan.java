package dev.vedette.launcher.family;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One master, its replicas, the sentinels that watch them and the console that shows them: on which ports, with which
 * files.
 *
 * @param directory absolute; each node has a directory of its own in it
 * @param masterPort port of the server that begins as the master; the replicas have the ports after it
 * @param replicas number of replicas, at least 0
 * @param sentinelPort port of the first sentinel; the others have the ports after it
 * @param sentinels number of sentinels, at least 0
 * @param consolePort port of the web console; 0 for none
 * @param downAfterMillis after how long without an answer a sentinel takes the master for down, at least 1
 */
public record FamilyPlan(
        Path directory,
        int masterPort,
        int replicas,
        int sentinelPort,
        int sentinels,
        int consolePort,
        int downAfterMillis) {

    /** The name under which the sentinels know the master. */
    public static final String MASTER_NAME = "mymaster";

    public static final int DEFAULT_MASTER_PORT = 6379;
    public static final int DEFAULT_REPLICAS = 2;
    public static final int DEFAULT_SENTINEL_PORT = 26379;
    public static final int DEFAULT_SENTINELS = 3;
    public static final int DEFAULT_CONSOLE_PORT = 8080;
    public static final int DEFAULT_DOWN_AFTER_MILLIS = 1500;

    private static final int PORT_MAX = 65535;
    private static final int FREE_PORT_MIN = 20_000;
    private static final int FREE_PORT_MAX = 30_000; // Below those that the system gives to outgoing connections.
    private static final int FREE_PORT_TRIES = 200;

    /** Refuses numbers out of range with an {@link IllegalArgumentException} that says which. */
    public FamilyPlan {
        check("The number of replicas", replicas, 0, 1000);
        check("The number of sentinels", sentinels, 0, 1000);
        check("The time after which a master is down, in milliseconds,", downAfterMillis, 1, Integer.MAX_VALUE);
        check("The master's port", masterPort, 1, PORT_MAX - replicas);
        check("The first sentinel's port", sentinelPort, 1, PORT_MAX - sentinels);
        check("The console's port", consolePort, 0, PORT_MAX);
    }

    private static void check(String what, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(what + " must be " + min + " to " + max + ", is " + value + ".");
        }
    }

    /** The family of {@code vedette demo}: two replicas, three sentinels and the console, on the well-known ports. */
    public static FamilyPlan in(Path directory) {
        return new FamilyPlan(
                directory,
                DEFAULT_MASTER_PORT,
                DEFAULT_REPLICAS,
                DEFAULT_SENTINEL_PORT,
                DEFAULT_SENTINELS,
                DEFAULT_CONSOLE_PORT,
                DEFAULT_DOWN_AFTER_MILLIS);
    }

    /**
     * A family without a console on ports that are free now, for tests.
     *
     * @throws IOException when this machine has no free ports
     */
    public static FamilyPlan onFreePorts(Path directory, int replicas, int sentinels) throws IOException {
        int servers = replicas + 1;
        for (int attempt = 0; attempt < FREE_PORT_TRIES; attempt++) {
            int first = ThreadLocalRandom.current().nextInt(FREE_PORT_MIN, FREE_PORT_MAX - servers - sentinels);
            if (IntStream.range(first, first + servers + sentinels).noneMatch(FamilyPlan::isTaken)) {
                return new FamilyPlan(
                        directory, first, replicas, first + servers, sentinels, 0, DEFAULT_DOWN_AFTER_MILLIS);
            }
        }
        throw new IOException("No " + (servers + sentinels) + " free ports in a row");
    }

    /** What a node of the family is. */
    public enum Kind {
        SERVER,
        SENTINEL,
        CONSOLE
    }

    /**
     * A node of the family.
     *
     * @param name in plain words
     * @param directory where its configuration, data and log are
     */
    public record Node(Kind kind, String name, int port, Path directory) {

        /** Its configuration file; the console has none. */
        public Path config() {
            return directory.resolve(kind == Kind.SENTINEL ? "sentinel.conf" : "redis.conf");
        }

        /** Where it writes its process id; the console does not. */
        public Path pidFile() {
            return directory.resolve("pid");
        }

        /** Its log. */
        public Path log() {
            return directory.resolve("log");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** How many sentinels must agree that the master is down. */
    public int quorum() {
        return sentinels / 2 + 1;
    }

    /** The server that begins as the master, then those that begin as its replicas. */
    public List<Node> servers() {
        return IntStream.rangeClosed(masterPort, masterPort + replicas)
                .mapToObj(port -> node(Kind.SERVER, "server", port))
                .toList();
    }

    /** The sentinels. */
    public List<Node> sentinelNodes() {
        return IntStream.range(sentinelPort, sentinelPort + sentinels)
                .mapToObj(port -> node(Kind.SENTINEL, "sentinel", port))
                .toList();
    }

    /** The console, if there is one. */
    public List<Node> consoles() {
        return consolePort == 0 ? List.of() : List.of(node(Kind.CONSOLE, "console", consolePort));
    }

    private Node node(Kind kind, String word, int port) {
        return new Node(kind, word + " " + port, port, directory.resolve(word + "-" + port));
    }

    /** Servers, sentinels and the console. */
    public List<Node> nodes() {
        List<Node> nodes = new ArrayList<>();
        Stream.of(servers(), sentinelNodes(), consoles()).forEach(nodes::addAll);
        return nodes;
    }

    /** Hazelcast's configuration for all of them. */
    public Path clusterConfig() {
        return directory.resolve("cluster.xml");
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
}
