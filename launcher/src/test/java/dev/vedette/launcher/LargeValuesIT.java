package dev.vedette.launcher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.launcher.nodes.Maker;
import dev.vedette.launcher.nodes.Node;
import dev.vedette.launcher.nodes.Talk;
import dev.vedette.wire.resp.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Strings of many megabytes: answers are right whatever happens to the value meanwhile, and are no copies of it. */
class LargeValuesIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int MEGABYTE = 1 << 20;

    @TempDir
    Path folder;

    private Node server;
    private Talk talk;

    @BeforeEach
    void start() throws Exception {
        server = Node.server(Maker.VEDETTE, folder, "save \"\"");
        talk = server.talk();
    }

    @AfterEach
    void stop() throws Exception {
        talk.close();
        server.close();
        assertEquals("", server.standardError());
    }

    @Test
    void anAnswerIsTheValueAsItWasThen() throws Exception {
        byte[] value = new byte[16 * MEGABYTE];
        new Random(1).nextBytes(value);
        assertEquals(new Reply.Simple("OK"), talk.ask(bytes("SET"), bytes("big"), value));
        talk.send("GET", "big");
        talk.send("SETRANGE", "big", "0", "changed");
        talk.send("GETRANGE", "big", "3", "5000002");
        talk.send("APPEND", "big", "more");
        talk.send("MULTI");
        talk.send("GET", "big");
        talk.send("SETBIT", "big", "0", "1");
        talk.send("MGET", "big", "none", "big");
        talk.send("EXEC");
        talk.send("GETSET", "big", "small");
        talk.send("GET", "big");

        assertArrayEquals(value, bulk(talk.answer()));
        assertEquals(new Reply.Int(value.length), talk.answer());
        System.arraycopy(bytes("changed"), 0, value, 0, 7);
        assertArrayEquals(Arrays.copyOfRange(value, 3, 5_000_003), bulk(talk.answer()));
        assertEquals(new Reply.Int(value.length + 4), talk.answer());
        value = Arrays.copyOf(value, value.length + 4);
        System.arraycopy(bytes("more"), 0, value, value.length - 4, 4);
        for (String answer : List.of("OK", "QUEUED", "QUEUED", "QUEUED")) {
            assertEquals(new Reply.Simple(answer), talk.answer());
        }
        List<Reply> all = talk.answer().elements();
        assertArrayEquals(value, bulk(all.get(0)));
        value[0] |= (byte) 0x80;
        List<Reply> both = all.get(2).elements();
        assertArrayEquals(value, bulk(both.get(0)));
        assertInstanceOf(Reply.Null.class, both.get(1));
        assertArrayEquals(value, bulk(both.get(2)));
        assertArrayEquals(value, bulk(talk.answer()));
        assertArrayEquals(bytes("small"), bulk(talk.answer()));
    }

    @Test
    void answersThatNobodyReadTakeNoMemory() throws Exception {
        int answers = 100;
        assertEquals(new Reply.Simple("OK"), talk.ask(bytes("SET"), bytes("big"), new byte[64 * MEGABYTE]));
        long before = residentBytes();
        try (Talk deaf = server.talk()) {
            deaf.raw("GET big\r\n".repeat(answers).getBytes(StandardCharsets.US_ASCII));
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> talk.info("commandstats", "cmdstat_get").startsWith("calls=" + answers + ","));
            long grown = residentBytes() - before;
            assertTrue(grown < 10L * 64 * MEGABYTE, "grown by " + grown / MEGABYTE + " MB");
            for (int i = 0; i < 3; i++) {
                assertEquals(64 * MEGABYTE, bulk(deaf.answer()).length);
            }
        }
        assertEquals("PONG", talk.text("PING"));
    }

    @Test
    void theyReachAReplicaAndItsReplica() throws Exception {
        byte[] value = new byte[64 * MEGABYTE];
        new Random(2).nextBytes(value);
        try (Node replica = Node.server(Maker.VEDETTE, folder.resolve("replica"), "save \"\"");
                Node last = Node.server(Maker.VEDETTE, folder.resolve("last"), "save \"\"")) {
            replica.follow(server);
            replica.awaitUp();
            last.follow(replica);
            last.awaitUp();
            talk.ask(bytes("SET"), bytes("big"), value);
            talk.text("APPEND", "big", "more");
            talk.text("SELECT", "1");
            talk.ask(bytes("APPEND"), bytes("other"), value);
            last.awaitSynced(server);
            try (Talk there = last.talk()) {
                assertArrayEquals(value, Arrays.copyOf(bulk(there.ask("GET", "big")), value.length));
                there.text("SELECT", "1");
                assertArrayEquals(value, bulk(there.ask("GET", "other")));
            }
            assertEquals("", replica.standardError() + last.standardError());
        }
    }

    private long residentBytes() throws IOException {
        Path status = Path.of("/proc", talk.info("server", "process_id"), "status");
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new IOException(status + " has no VmRSS");
    }

    private static byte[] bulk(Reply reply) {
        return assertInstanceOf(Reply.Bulk.class, reply).bytes();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
