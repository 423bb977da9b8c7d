package dev.vedette.launcher.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.launcher.nodes.Maker;
import dev.vedette.launcher.nodes.Node;
import dev.vedette.launcher.nodes.Servers;
import dev.vedette.launcher.nodes.Talk;
import dev.vedette.wire.resp.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
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

    @AutoClose
    private final Servers servers;

    InteropIT(@TempDir Path folder) {
        servers = new Servers(folder);
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

    private static void fill(Node node) throws IOException {
        try (Talk talk = node.talk()) {
            Writer.send(talk, new Load(1).firstOfAll());
        }
    }

    /** What is there is served while a snapshot comes; only where nothing is there it may be loaded at once. */
    @Test
    void onEmptyDbLoadsFromTheSocketOnlyWhatReplacesNothing() throws Exception {
        Node master = servers.start(Maker.VEDETTE);
        fill(master);
        Node empty = servers.start(Maker.VEDETTE, "repl-diskless-load on-empty-db");
        empty.follow(master);
        empty.awaitUp();
        assertSame(master, empty);
        assertTrue(empty.log().contains("with EOF to parser"));
        Node full = servers.start(Maker.VEDETTE, "repl-diskless-load on-empty-db");
        try (Talk talk = full.talk()) {
            talk.text("SET", "leftover", "of the replica's own");
        }
        full.follow(master);
        full.awaitUp();
        assertSame(master, full);
        assertTrue(full.log().contains("with EOF to disk"));
    }

    @ParameterizedTest(name = "{0} <- {1}, diskless {2}")
    @MethodSource("pairsAndTransfers")
    void aReplicaGetsWhatWasThereAndWhatIsWrittenMeanwhile(Maker leading, Maker following, String diskless)
            throws Exception {
        Node master = servers.start(leading, "repl-diskless-sync " + diskless);
        Node replica = servers.start(following);
        fill(master);
        try (Talk talk = replica.talk()) {
            talk.text("SET", "leftover", "of the replica's own");
        }
        try (Writer writer = new Writer(master, 42)) {
            writer.awaitWritten(500);
            replica.follow(master);
            replica.awaitUp();
            writer.awaitWritten(2000);
            writer.stop();
        }
        assertSame(master, replica);
        assertEquals("1", master.info("stats", "sync_full"));
        try (Talk talk = master.talk()) {
            talk.text("SET", "last", "1");
            assertEquals("1", talk.text("WAIT", "1", "10000"));
            assertEquals("1", talk.text("WAIT", "2", "50"));
        }
    }

    @ParameterizedTest(name = "{0} <- {1}, cut")
    @MethodSource("pairs")
    void aCutLinkIsTakenUpWhereItWasCut(Maker leading, Maker following) throws Exception {
        Node master = servers.start(leading);
        Node replica = servers.start(following);
        fill(master);
        replica.follow(master);
        replica.awaitUp();
        try (Writer writer = new Writer(master, 43)) {
            cut(master, "replica");
            master.awaitInfo("stats", "sync_partial_ok", "1");
            writer.awaitWritten(500);
            cut(replica, "master");
            master.awaitInfo("stats", "sync_partial_ok", "2");
            writer.awaitWritten(500);
            writer.stop();
        }
        replica.awaitUp();
        assertSame(master, replica);
        assertEquals("1", master.info("stats", "sync_full"));
    }

    private static void cut(Node node, String type) throws IOException {
        try (Talk talk = node.talk()) {
            assertEquals("1", talk.text("CLIENT", "KILL", "TYPE", type));
        }
    }

    @ParameterizedTest(name = "{0} <- {1}, behind")
    @MethodSource("pairs")
    void aReplicaThatIsTooFarBehindGetsEverythingAgain(Maker leading, Maker following) throws Exception {
        Node master = servers.start(leading, "repl-backlog-size 16kb");
        Node replica = servers.start(following);
        fill(master);
        replica.follow(master);
        replica.awaitUp();
        try (Talk talk = replica.talk()) {
            // To a port where nobody listens: it keeps its place in the stream, and falls behind.
            talk.text("REPLICAOF", "127.0.0.1", "1");
        }
        master.awaitInfo("replication", "connected_slaves", "0");
        fill(master);
        replica.follow(master);
        master.awaitInfo("stats", "sync_full", "2");
        replica.awaitUp();
        assertSame(master, replica);
        assertNotEquals("0", master.info("stats", "sync_partial_err"));
    }

    @ParameterizedTest(name = "{0} <- {1} <- {2}")
    @MethodSource("chains")
    void aChainPassesOnWhatItGets(Maker head, Maker middle, Maker end) throws Exception {
        Node first = servers.start(head);
        Node second = servers.start(middle);
        Node third = servers.start(end);
        fill(first);
        try (Writer writer = new Writer(first, 44)) {
            third.follow(second);
            second.follow(first);
            second.awaitUp();
            third.awaitUp();
            writer.awaitWritten(1000);
            cut(first, "replica");
            first.awaitInfo("stats", "sync_partial_ok", "1");
            cut(second, "replica");
            second.awaitInfo("stats", "sync_partial_ok", "1");
            writer.awaitWritten(500);
            writer.stop();
        }
        assertSame(first, second);
        assertSame(first, third);
    }

    private static void assertSame(Node master, Node replica) throws IOException {
        assertTrue(Contents.assertSame(master, replica) > 50, "there is little to compare");
    }

    private static void restart(Node node) throws Exception {
        try (Talk talk = node.talk()) {
            talk.text("CONFIG", "REWRITE");
            talk.send("SHUTDOWN", "SAVE");
            assertEquals("", talk.rest());
        }
        assertEquals(0, node.awaitExit());
        node.start();
        node.awaitServing();
    }

    /** Who was restarted goes on where it was, and so do those below; and those who follow another one of the family. */
    @ParameterizedTest(name = "{0} <- {1} <- {2}, restarts and a promotion")
    @MethodSource("chains")
    void aChainOutlivesRestartsAndAPromotion(Maker head, Maker middle, Maker end) throws Exception {
        String much = "repl-backlog-size 64mb";
        // A PING that is under way at the promotion would be part of a history that only the old master has.
        String noPing = "repl-ping-replica-period 3600";
        Node first = servers.start(head, much, noPing);
        Node second = servers.start(middle, much, noPing);
        Node third = servers.start(end, much, noPing);
        fill(first);
        second.follow(first);
        second.awaitUp();
        third.follow(second);
        third.awaitUp();
        try (Writer writer = new Writer(first, 45)) {
            writer.awaitWritten(500);
            restart(third);
            third.awaitUp();
            writer.awaitWritten(500);
            writer.stop();
        }
        assertSame(first, third);
        assertEquals("1", second.info("stats", "sync_full"));
        restart(second);
        assertSame(first, second);
        assertSame(first, third);
        assertEquals("1", first.info("stats", "sync_full"));
        try (Talk talk = second.talk()) {
            talk.text("REPLICAOF", "NO", "ONE");
        }
        int fulls = Integer.parseInt(second.info("stats", "sync_full"));
        try (Writer writer = new Writer(second, 46)) {
            writer.awaitWritten(100);
            first.follow(second);
            first.awaitUp();
            writer.awaitWritten(500);
            writer.stop();
        }
        assertSame(second, first);
        assertSame(second, third);
        assertEquals(fulls, Integer.parseInt(second.info("stats", "sync_full")), logs(second, first, third));
    }

    private static String logs(Node... nodes) throws IOException {
        StringBuilder logs = new StringBuilder();
        for (Node node : nodes) {
            logs.append(node).append(":\n").append(node.log());
        }
        return logs.toString();
    }

    /** Streams with their groups come to replicas as they are, in a snapshot and command by command. */
    @ParameterizedTest(name = "{0} <- {1} <- {2}, streams")
    @MethodSource("chains")
    void streamsPassThroughWhole(Maker head, Maker middle, Maker end) throws Exception {
        Node first = servers.start(head);
        Node second = servers.start(middle);
        Node third = servers.start(end);
        fill(first);
        second.follow(first);
        second.awaitUp();
        third.follow(second);
        third.awaitUp();
        assertSame(first, third);
        try (Talk here = first.talk();
                Talk there = third.talk()) {
            String[] whole = {"XINFO", "STREAM", "stream:long", "FULL", "COUNT", "0"};
            assertEquals(here.ask(whole), there.ask(whole));
            there.send("XREAD", "BLOCK", "0", "STREAMS", "stream:long", "$");
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> third.info("clients", "blocked_clients").equals("1"));
            String added = here.text("XADD", "stream:long", "*", "field", "value");
            Reply read = there.answer().elements().getFirst();
            assertEquals(
                    added,
                    read.elements()
                            .get(1)
                            .elements()
                            .getFirst()
                            .elements()
                            .getFirst()
                            .text());
            for (int i = 0; i < 300; i++) {
                here.text("XADD", "stream:long", "MAXLEN", "~", "450", "*", "field", "value" + i);
            }
            here.ask("XREADGROUP", "GROUP", "group", "d", "COUNT", "50", "STREAMS", "stream:long", ">");
            here.ask("XREADGROUP", "GROUP", "group", "e", "COUNT", "9", "NOACK", "STREAMS", "stream:long", ">");
            here.ask("XAUTOCLAIM", "stream:long", "group", "a", "0", "100", "COUNT", "20");
            here.ask("XGROUP", "DELCONSUMER", "stream:long", "group", "c");
        }
        assertSame(first, second);
        assertSame(first, third);
    }

    @ParameterizedTest(name = "{0} <- {1}, password")
    @MethodSource("pairs")
    void aReplicaLogsIn(Maker leading, Maker following) throws Exception {
        Node master = servers.start(leading, "user follower on >secret +psync +replconf +ping", "requirepass main");
        Node replica = servers.start(following, "masteruser follower", "masterauth wrong");
        try (Talk talk = master.talk()) {
            talk.text("AUTH", "main");
            Writer.send(talk, new Load(1).firstOfAll());
            replica.follow(master);
            replica.awaitLog(
                    "Unable to AUTH to MASTER: -WRONGPASS invalid username-password pair or user is disabled.");
            try (Talk other = replica.talk()) {
                other.text("CONFIG", "SET", "masterauth", "secret");
            }
            replica.awaitUp();
            assertEquals("1", talk.text("WAIT", "1", "10000"));
            talk.text("CONFIG", "SET", "requirepass", "");
        }
        assertSame(master, replica);
    }

    @ParameterizedTest(name = "{0} <- {1}, expiry")
    @MethodSource("pairs")
    void keysEndOnTheReplicaWhenTheMasterSaysSo(Maker leading, Maker following) throws Exception {
        Node master = servers.start(leading);
        Node replica = servers.start(following);
        replica.follow(master);
        replica.awaitUp();
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
