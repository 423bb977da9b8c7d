package dev.vedette.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.launcher.nodes.Maker;
import dev.vedette.launcher.nodes.Node;
import dev.vedette.launcher.nodes.Talk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Commands sent without waiting for replies: each sees what those before it did, and those behind an end never run. */
@Execution(ExecutionMode.CONCURRENT)
class PipelineIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private Node start(Maker maker, String... config) throws Exception {
        if (config.length > 0) {
            return Node.server(maker, folder, config);
        }
        Node node = Node.server(maker, folder, "save \"\"", "enable-debug-command yes");
        try (Talk talk = node.talk()) {
            // Enough keys that a server may want to look ahead.
            talk.text("DEBUG", "POPULATE", "20000");
        } catch (IOException | AssertionError failure) {
            node.close();
            throw failure;
        }
        return node;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String command(String... words) {
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return text.toString();
    }

    private static void eventually(Talk talk, String expected, String... words) {
        Awaitility.await().atMost(LIMIT).untilAsserted(() -> assertEquals(expected, talk.text(words)));
    }

    @ParameterizedTest
    @EnumSource
    void eachCommandSeesWhatThoseBeforeItDid(Maker maker) throws Exception {
        StringBuilder input = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            input.append(command("SET", "a", "v" + i)).append(command("GET", "a"));
            expected.append("+OK\r\n$")
                    .append(("v" + i).length())
                    .append("\r\nv")
                    .append(i)
                    .append("\r\n");
            input.append(command("SADD", "s", "m" + i)).append("SISMEMBER s m" + i + "\r\n");
            expected.append(":1\r\n:1\r\n");
            input.append(command("DEL", "a", "key:" + i)).append(command("EXISTS", "a", "key:" + i));
            expected.append(":2\r\n:0\r\n");
        }
        input.append(command("SELECT", "1")).append(command("MULTI")).append(command("INCR", "n"));
        expected.append("+OK\r\n+OK\r\n+QUEUED\r\n");
        input.append(command("EXEC")).append(command("GET", "n")).append(command("QUIT"));
        expected.append("*1\r\n:1\r\n$1\r\n1\r\n+OK\r\n");
        try (Node node = start(maker);
                Talk talk = node.talk()) {
            talk.raw(bytes(input.toString()));
            assertEquals(expected.toString(), talk.rest());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatComesAfterTheEndNeverRuns(Maker maker) throws Exception {
        try (Node node = start(maker);
                Talk other = node.talk()) {
            for (String end : List.of(command("QUIT"), "*1\r\n+PING\r\n")) {
                try (Talk talk = node.talk()) {
                    talk.raw(bytes(
                            command("SET", "a", "1") + command("SET", "b", "1") + end + command("SET", "a", "2")));
                    String last =
                            end.startsWith("*1\r\n$") ? "+OK\r\n" : "-ERR Protocol error: expected '$', got '+'\r\n";
                    assertEquals("+OK\r\n+OK\r\n" + last, talk.rest());
                }
                assertEquals("1", other.text("GET", "a"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatComesAfterACommandThatWaitsWaitsToo(Maker maker) throws Exception {
        try (Node node = start(maker);
                Talk talk = node.talk();
                Talk other = node.talk()) {
            talk.raw(bytes(command("SET", "a", "1")
                    + command("BLPOP", "list", "0")
                    + command("SET", "a", "2")
                    + command("GET", "a")
                    + command("QUIT")));
            eventually(other, "1", "GET", "a");
            other.text("RPUSH", "list", "x");
            assertEquals("+OK\r\n*2\r\n$4\r\nlist\r\n$1\r\nx\r\n+OK\r\n$1\r\n2\r\n+OK\r\n", talk.rest());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPauseHoldsUpWhatComesAfterIt(Maker maker) throws Exception {
        try (Node node = start(maker);
                Talk talk = node.talk();
                Talk other = node.talk()) {
            talk.raw(bytes(command("SET", "a", "1")
                    + command("CLIENT", "PAUSE", "100000", "WRITE")
                    + command("GET", "a")
                    + command("SET", "a", "2")
                    + command("GET", "a")
                    + command("QUIT")));
            Awaitility.await()
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertEquals("1", other.info("clients", "blocked_clients")));
            assertEquals("1", other.text("GET", "a"));
            other.text("CLIENT", "UNPAUSE");
            assertEquals("+OK\r\n+OK\r\n$1\r\n1\r\n+OK\r\n$1\r\n2\r\n+OK\r\n", talk.rest());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoLogsInMaySendMoreAtOnce(Maker maker) throws Exception {
        String[] many = new String[30];
        many[0] = "DEL";
        for (int i = 1; i < many.length; i++) {
            many[i] = "k" + i;
        }
        try (Node node = start(maker, "requirepass secret");
                Talk talk = node.talk()) {
            talk.raw(bytes(command("GET", "a") + command("AUTH", "secret") + command(many) + command("QUIT")));
            assertEquals("-NOAUTH Authentication required.\r\n+OK\r\n:0\r\n+OK\r\n", talk.rest());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCommandMayEndInAnyRead(Maker maker) throws Exception {
        String large = "x".repeat(200_000);
        String input = command("SET", "a", "1")
                + command("SET", "large", large)
                + command("STRLEN", "large")
                + command("GET", "a")
                + command("QUIT");
        try (Node node = start(maker)) {
            for (int cut : List.of(1, 30, 60, 70, 100_000, 200_040, 200_070, input.length() - 3)) {
                try (Talk talk = node.talk()) {
                    talk.raw(bytes(input.substring(0, cut)));
                    try (Talk other = node.talk()) {
                        assertEquals("PONG", other.text("PING"));
                    }
                    talk.raw(bytes(input.substring(cut)));
                    assertEquals("+OK\r\n+OK\r\n:200000\r\n$1\r\n1\r\n+OK\r\n", talk.rest(), "cut at " + cut);
                }
            }
        }
    }
}
