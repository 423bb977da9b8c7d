package dev.vedette.launcher.broken;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.launcher.nodes.Maker;
import dev.vedette.launcher.nodes.Node;
import dev.vedette.launcher.nodes.Talk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Masters that send something else than they should. */
@Execution(ExecutionMode.CONCURRENT)
class HostileMasterIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String FULL = "+FULLRESYNC " + "a".repeat(40) + " 5\r\n";

    @TempDir
    Path folder;

    /**
     * Something wrong.
     *
     * @param word what it is the answer to
     * @param answer a character for each byte
     * @param said what the replica logs then
     */
    private record Misdeed(String word, String answer, boolean hangsUp, String said) {
        static Misdeed of(String word, String answer, String said) {
            return new Misdeed(word, answer, false, said);
        }
    }

    private byte[] dump() throws IOException {
        Path home = folder.resolve("sound");
        try (Node node = Node.server(Maker.REDIS, home);
                Talk talk = node.talk()) {
            talk.text("SET", "key", "value");
            talk.text("SAVE");
        }
        return Files.readAllBytes(home.resolve("dump.rdb"));
    }

    private static String transfer(String head, byte[] dump, String end) {
        return FULL + head + "\r\n" + new String(dump, StandardCharsets.ISO_8859_1) + end;
    }

    private static Node replica(Maker maker, Path home) throws IOException {
        Node replica = Node.server(maker, home, "save \"\"");
        try (Talk talk = replica.talk()) {
            talk.text("SET", "own", "1");
        }
        return replica;
    }

    /** The answer of a replica that may be trying to load what it got, again and again. */
    private static String text(Talk talk, String... words) {
        return Awaitility.await(String.join(" ", words))
                .atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .until(() -> String.valueOf(talk.ask(words).text()), answer -> !answer.startsWith("LOADING"));
    }

    /** The replica tries again and again; neither it nor its data are harmed. */
    private static void suffer(Node replica, Misdeed misdeed) throws Exception {
        int logged = replica.log().length();
        try (FalseMaster master = new FalseMaster(misdeed.word, misdeed.answer, misdeed.hangsUp);
                Talk talk = replica.talk()) {
            text(talk, "REPLICAOF", "127.0.0.1", Integer.toString(master.port()));
            Awaitility.await(misdeed.said)
                    .atMost(LIMIT)
                    .until(() -> master.served() >= 2
                            && replica.log().substring(logged).contains(misdeed.said));
            assertEquals("PONG", text(talk, "PING"), misdeed.said);
            assertEquals("1", text(talk, "GET", "own"), misdeed.said);
            assertEquals("down", talk.info("replication", "master_link_status"), misdeed.said);
            assertEquals("OK", text(talk, "REPLICAOF", "NO", "ONE"));
            talk.text("SET", "written", misdeed.said);
        }
    }

    private void followAGoodOne(Node replica) throws Exception {
        try (Node master = Node.server(
                        Maker.REDIS, folder.resolve("good" + replica.port()), "repl-diskless-sync-delay 0");
                Talk talk = master.talk()) {
            talk.text("SET", "good", "1");
            replica.follow(master);
            replica.awaitSynced(master);
            assertEquals("1", replica.info("keyspace", "db0").substring(5, 6));
            assertEquals("", replica.standardError());
        }
    }

    @ParameterizedTest
    @EnumSource
    void nonsenseIsNamedAndTheDataStays(Maker maker) throws Exception {
        byte[] dump = dump();
        String cut = transfer("$" + dump.length, dump, "").substring(0, FULL.length() + dump.length - 10);
        List<Misdeed> misdeeds = List.of(
                Misdeed.of(
                        "PING",
                        "HTTP/1.1 400 Bad Request\r\n\r\n<html>",
                        "Error reply to PING from master: 'HTTP/1.1 400 Bad Request'"),
                Misdeed.of("PSYNC", "+FULLRESYNC\r\n", "Master replied with wrong +FULLRESYNC syntax."),
                Misdeed.of("PSYNC", "+FULLRESYNC short 1\r\n", "Master replied with wrong +FULLRESYNC syntax."),
                Misdeed.of("PSYNC", "+WEIRD\r\n", "Unexpected reply to PSYNC from master: +WEIRD"),
                Misdeed.of(
                        "PSYNC",
                        FULL + "xyz\r\n",
                        "Bad protocol from MASTER, the first byte is not '$' (we received 'xyz')"),
                Misdeed.of("PSYNC", FULL + "-ERR no room\r\n", "MASTER aborted replication with an error: ERR no room"),
                new Misdeed("PSYNC", cut, true, "I/O error trying to sync with MASTER: connection lost"));
        try (Node replica = replica(maker, folder.resolve("replica"))) {
            for (Misdeed misdeed : misdeeds) {
                suffer(replica, misdeed);
            }
            followAGoodOne(replica);
        }
    }

    /** Redis ends at the sight of most of these; this server goes on with what it has. */
    @Test
    void brokenSnapshotsCostNothing() throws Exception {
        byte[] dump = dump();
        byte[] shorter = Arrays.copyOf(dump, dump.length - 20);
        byte[] changed = dump.clone();
        changed[new String(dump, StandardCharsets.ISO_8859_1).indexOf("value")] = 'V';
        String mark = "m".repeat(40);
        List<Misdeed> misdeeds = List.of(
                Misdeed.of("PING", "x".repeat(300_000), "The master sends no lines during the handshake"),
                Misdeed.of(
                        "PSYNC", "+FULLRESYNC " + "a".repeat(40) + " many\r\n$5\r\nabcde", "wrong +FULLRESYNC syntax"),
                Misdeed.of("PSYNC", FULL + "$abc\r\n", "Bad protocol from MASTER, '$abc' is no bulk count"),
                Misdeed.of("PSYNC", FULL + "$-5\r\n", "Bad protocol from MASTER, '$-5' is no bulk count"),
                Misdeed.of("PSYNC", FULL + "$0\r\n", "Unexpected EOF reading RDB file"),
                Misdeed.of(
                        "PSYNC", FULL + "$20\r\nthis is not a dump!!", "Wrong signature trying to load DB from file"),
                new Misdeed(
                        "PSYNC", transfer("$" + shorter.length, shorter, ""), false, "Unexpected EOF reading RDB file"),
                new Misdeed("PSYNC", transfer("$" + changed.length, changed, ""), false, "RDB CRC error"),
                new Misdeed("PSYNC", transfer("$EOF:" + mark, changed, mark), false, "RDB CRC error"),
                new Misdeed(
                        "PSYNC", transfer("$EOF:" + mark, shorter, mark), false, "Unexpected EOF reading RDB file"));
        try (Node replica = replica(Maker.VEDETTE, folder.resolve("replica"))) {
            for (String way : List.of("disabled", "swapdb")) {
                try (Talk talk = replica.talk()) {
                    talk.text("CONFIG", "SET", "repl-diskless-load", way);
                }
                for (Misdeed misdeed : misdeeds) {
                    suffer(replica, misdeed);
                }
            }
            followAGoodOne(replica);
            try (Stream<Path> files = Files.list(replica.file("."))) {
                assertTrue(files.noneMatch(file -> file.getFileName().toString().startsWith("temp-")));
            }
        }
    }

    /** The stream after a sound snapshot: what is no protocol ends the link, what is no command is passed over. */
    @ParameterizedTest
    @EnumSource
    void nonsenseInTheStreamHarmsNobody(Maker maker) throws Exception {
        byte[] dump = dump();
        String known = "*3\r\n$3\r\nSET\r\n$5\r\nknown\r\n$1\r\n1\r\n";
        try (Node replica = replica(maker, folder.resolve("replica"));
                Talk talk = replica.talk();
                FalseMaster broken = new FalseMaster(
                        "PSYNC", transfer("$" + dump.length, dump, known + "*2\r\n$abc\r\n" + known), false);
                FalseMaster odd = new FalseMaster(
                        "PSYNC", transfer("$" + dump.length, dump, "*1\r\n$4\r\nNOPE\r\n" + known), false)) {
            text(talk, "REPLICAOF", "127.0.0.1", Integer.toString(broken.port()));
            Awaitility.await().atMost(LIMIT).until(() -> broken.served() >= 3);
            replica.awaitLog("Connection with master lost.");
            assertEquals("PONG", text(talk, "PING"));
            assertEquals("OK", text(talk, "REPLICAOF", "NO", "ONE"));
            assertEquals("1", talk.text("DEL", "known"));
            text(talk, "REPLICAOF", "127.0.0.1", Integer.toString(odd.port()));
            replica.awaitLog(
                    "== CRITICAL == This replica is sending an error to its master: 'unknown command 'NOPE', with args"
                            + " beginning with: ' after processing the command '<unknown>'");
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> "1".equals(talk.ask("GET", "known").text()));
            assertEquals("OK", text(talk, "REPLICAOF", "NO", "ONE"));
            followAGoodOne(replica);
        }
    }
}
