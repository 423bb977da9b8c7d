package dev.vedette.launcher.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.launcher.nodes.Maker;
import dev.vedette.launcher.nodes.Node;
import dev.vedette.launcher.nodes.Talk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Replication between Vedette and Redis, in every order, under a load of writes of all kinds. */
@Execution(ExecutionMode.CONCURRENT)
class InteropIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String[] SAVING_NOTHING = {
        "save \"\"", "enable-debug-command local", "repl-diskless-sync-delay 0"
    };

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

    static Stream<Arguments> pairs() {
        return Stream.of(
                Arguments.of(Maker.REDIS, Maker.REDIS),
                Arguments.of(Maker.REDIS, Maker.VEDETTE),
                Arguments.of(Maker.VEDETTE, Maker.REDIS),
                Arguments.of(Maker.VEDETTE, Maker.VEDETTE));
    }

    static Stream<Arguments> pairsAndTransfers() {
        return pairs().flatMap(pair ->
                Stream.of("yes", "no").map(diskless -> Arguments.of(pair.get()[0], pair.get()[1], diskless)));
    }

    static Stream<Arguments> chains() {
        return Stream.of(
                Arguments.of(Maker.REDIS, Maker.REDIS, Maker.REDIS),
                Arguments.of(Maker.REDIS, Maker.VEDETTE, Maker.REDIS),
                Arguments.of(Maker.VEDETTE, Maker.REDIS, Maker.VEDETTE),
                Arguments.of(Maker.REDIS, Maker.VEDETTE, Maker.VEDETTE),
                Arguments.of(Maker.VEDETTE, Maker.VEDETTE, Maker.REDIS));
    }

    // ------------------------------------------------------------------ the cast

    private Node start(Maker maker, String... config) throws IOException {
        List<String> lines = new ArrayList<>(List.of(SAVING_NOTHING));
        lines.addAll(List.of(config));
        Node node = Node.server(maker, folder.resolve("node" + nodes.size()), lines.toArray(String[]::new));
        nodes.add(node);
        return node;
    }

    private static void follow(Node replica, Node master) throws IOException {
        try (Talk talk = replica.talk()) {
            talk.text("REPLICAOF", "127.0.0.1", Integer.toString(master.port()));
        }
    }

    private static void fill(Node node) throws IOException {
        try (Talk talk = node.talk()) {
            Writer.send(talk, new Load(1).firstOfAll());
        }
    }

    private static String info(Node node, String section, String field) throws IOException {
        try (Talk talk = node.talk()) {
            return talk.info(section, field);
        }
    }

    private static void awaitInfo(Node node, String section, String field, String value) {
        Awaitility.await(node + " says " + field + ":" + value)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> info(node, section, field).equals(value));
    }

    private static void awaitUp(Node replica) {
        awaitInfo(replica, "replication", "master_link_status", "up");
    }

    /** Both have read the same, hold the same, and think so. */
    private static void assertSame(Node master, Node replica) throws IOException {
        Awaitility.await(replica + " is where " + master + " is")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> info(master, "replication", "master_repl_offset")
                        .equals(info(replica, "replication", "master_repl_offset")));
        assertEquals(info(master, "replication", "master_replid"), info(replica, "replication", "master_replid"));
        try (Talk here = master.talk();
                Talk there = replica.talk()) {
            SortedMap<String, String> wanted = Contents.of(here);
            SortedMap<String, String> got = Contents.of(there);
            assertTrue(wanted.size() > 50, "only " + wanted.size() + " keys");
            assertEquals(wanted.keySet(), got.keySet());
            wanted.forEach((key, value) -> assertEquals(value, got.get(key), key));
            assertEquals(here.text("DEBUG", "DIGEST"), there.text("DEBUG", "DIGEST"), "digest");
        }
    }

    // ------------------------------------------------------------------ tests

    /** What is there is served while a snapshot comes; only where nothing is there it may be loaded at once. */
    @Test
    void onEmptyDbLoadsFromTheSocketOnlyWhatReplacesNothing() throws Exception {
        Node master = start(Maker.VEDETTE);
        fill(master);
        Node empty = start(Maker.VEDETTE, "repl-diskless-load on-empty-db");
        follow(empty, master);
        awaitUp(empty);
        assertSame(master, empty);
        assertTrue(empty.log().contains("with EOF to parser"));
        Node full = start(Maker.VEDETTE, "repl-diskless-load on-empty-db");
        try (Talk talk = full.talk()) {
            talk.text("SET", "leftover", "of the replica's own");
        }
        follow(full, master);
        awaitUp(full);
        assertSame(master, full);
        assertTrue(full.log().contains("with EOF to disk"));
    }

    @ParameterizedTest(name = "{0} <- {1}, diskless {2}")
    @MethodSource("pairsAndTransfers")
    void aReplicaGetsWhatWasThereAndWhatIsWrittenMeanwhile(Maker leading, Maker following, String diskless)
            throws Exception {
        Node master = start(leading, "repl-diskless-sync " + diskless);
        Node replica = start(following);
        fill(master);
        try (Talk talk = replica.talk()) {
            talk.text("SET", "leftover", "of the replica's own");
        }
        try (Writer writer = new Writer(master, 42)) {
            writer.awaitWritten(500);
            follow(replica, master);
            awaitUp(replica);
            writer.awaitWritten(2000);
            writer.stop();
        }
        assertSame(master, replica);
        assertEquals("1", info(master, "stats", "sync_full"));
        try (Talk talk = master.talk()) {
            talk.text("SET", "last", "1");
            assertEquals("1", talk.text("WAIT", "1", "10000"));
            assertEquals("1", talk.text("WAIT", "2", "50"));
        }
    }

    @ParameterizedTest(name = "{0} <- {1}, cut")
    @MethodSource("pairs")
    void aCutLinkIsTakenUpWhereItWasCut(Maker leading, Maker following) throws Exception {
        Node master = start(leading);
        Node replica = start(following);
        fill(master);
        follow(replica, master);
        awaitUp(replica);
        try (Writer writer = new Writer(master, 43)) {
            cut(master, "replica");
            awaitInfo(master, "stats", "sync_partial_ok", "1");
            writer.awaitWritten(500);
            cut(replica, "master");
            awaitInfo(master, "stats", "sync_partial_ok", "2");
            writer.awaitWritten(500);
            writer.stop();
        }
        awaitUp(replica);
        assertSame(master, replica);
        assertEquals("1", info(master, "stats", "sync_full"));
    }

    private static void cut(Node node, String type) throws IOException {
        try (Talk talk = node.talk()) {
            assertEquals("1", talk.text("CLIENT", "KILL", "TYPE", type));
        }
    }

    @ParameterizedTest(name = "{0} <- {1}, behind")
    @MethodSource("pairs")
    void aReplicaThatIsTooFarBehindGetsEverythingAgain(Maker leading, Maker following) throws Exception {
        Node master = start(leading, "repl-backlog-size 16kb");
        Node replica = start(following);
        fill(master);
        follow(replica, master);
        awaitUp(replica);
        try (Talk talk = replica.talk()) {
            // To a port where nobody listens: it keeps its place in the stream, and falls behind.
            talk.text("REPLICAOF", "127.0.0.1", "1");
        }
        awaitInfo(master, "replication", "connected_slaves", "0");
        fill(master);
        follow(replica, master);
        awaitInfo(master, "stats", "sync_full", "2");
        awaitUp(replica);
        assertSame(master, replica);
        assertNotEquals("0", info(master, "stats", "sync_partial_err"));
    }

    @ParameterizedTest(name = "{0} <- {1} <- {2}")
    @MethodSource("chains")
    void aChainPassesOnWhatItGets(Maker head, Maker middle, Maker end) throws Exception {
        Node first = start(head);
        Node second = start(middle);
        Node third = start(end);
        fill(first);
        try (Writer writer = new Writer(first, 44)) {
            follow(third, second);
            follow(second, first);
            awaitUp(second);
            awaitUp(third);
            writer.awaitWritten(1000);
            cut(first, "replica");
            awaitInfo(first, "stats", "sync_partial_ok", "1");
            cut(second, "replica");
            awaitInfo(second, "stats", "sync_partial_ok", "1");
            writer.awaitWritten(500);
            writer.stop();
        }
        assertSame(first, second);
        assertSame(first, third);
    }

    /** Whether or not we know what a stream is, a replica of ours gets it as it was. */
    @Test
    void aStreamPassesThroughWhole() throws Exception {
        Node first = start(Maker.REDIS);
        Node second = start(Maker.VEDETTE);
        Node third = start(Maker.REDIS);
        try (Talk talk = first.talk()) {
            for (int i = 1; i <= 1000; i++) {
                talk.text("XADD", "stream", i + "-" + i % 7, "field", "value" + i, "other", "x".repeat(i % 50));
            }
            talk.text("XDEL", "stream", "7-0");
            talk.text("XGROUP", "CREATE", "stream", "group", "0");
            talk.ask("XREADGROUP", "GROUP", "group", "consumer", "COUNT", "10", "STREAMS", "stream", ">");
            talk.text("XACK", "stream", "group", "3-3");
            talk.text("PEXPIREAT", "stream", "4000000000000");
        }
        fill(first);
        follow(second, first);
        awaitUp(second);
        follow(third, second);
        awaitUp(third);
        assertSame(first, third);
        try (Talk talk = third.talk()) {
            assertEquals("999", talk.text("XLEN", "stream"));
        }
    }

    @ParameterizedTest(name = "{0} <- {1}, password")
    @MethodSource("pairs")
    void aReplicaLogsIn(Maker leading, Maker following) throws Exception {
        Node master = start(leading, "user follower on >secret +psync +replconf +ping", "requirepass main");
        Node replica = start(following, "masteruser follower", "masterauth wrong");
        try (Talk talk = master.talk()) {
            talk.text("AUTH", "main");
            Writer.send(talk, new Load(1).firstOfAll());
            follow(replica, master);
            replica.awaitLog(
                    "Unable to AUTH to MASTER: -WRONGPASS invalid username-password pair or user is disabled.");
            try (Talk other = replica.talk()) {
                other.text("CONFIG", "SET", "masterauth", "secret");
            }
            awaitUp(replica);
            assertEquals("1", talk.text("WAIT", "1", "10000"));
            talk.text("CONFIG", "SET", "requirepass", "");
        }
        assertSame(master, replica);
    }

    @ParameterizedTest(name = "{0} <- {1}, expiry")
    @MethodSource("pairs")
    void keysEndOnTheReplicaWhenTheMasterSaysSo(Maker leading, Maker following) throws Exception {
        Node master = start(leading);
        Node replica = start(following);
        follow(replica, master);
        awaitUp(replica);
        try (Talk here = master.talk();
                Talk there = replica.talk()) {
            for (int i = 0; i < 200; i++) {
                here.text("SET", "key" + i, "x", "PX", Integer.toString(1 + i));
            }
            here.text("SET", "stays", "x");
            Awaitility.await().atMost(LIMIT).until(() -> here.text("DBSIZE").equals("1"));
            assertEquals("1", here.text("WAIT", "1", "10000"));
            assertEquals("1", there.text("DBSIZE"));
            assertEquals(here.text("DEBUG", "DIGEST"), there.text("DEBUG", "DIGEST"));
        }
    }
}
