package dev.vedette.launcher.broken;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.launcher.nodes.Maker;
import dev.vedette.launcher.nodes.Node;
import dev.vedette.launcher.nodes.Talk;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Broken input on sockets. */
@Execution(ExecutionMode.CONCURRENT)
class BrokenInputIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int IDLE_CONNECTIONS = 9_900;
    /** What the test itself and the server need of open files beside the connections. */
    private static final int OTHER_FILES = 600;

    @TempDir
    Path folder;

    private Node start(Maker maker, String... config) throws IOException {
        List<String> lines = new ArrayList<>(List.of("save \"\""));
        lines.addAll(List.of(config));
        return Node.server(maker, folder, lines.toArray(String[]::new));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void assertServes(Node node) throws IOException {
        try (Talk talk = node.talk()) {
            assertEquals("PONG", talk.text("PING"));
        }
        assertEquals("", node.standardError());
    }

    /** What is answered before the server closes the connection. */
    private static String answerBeforeTheEnd(Node node, String input) throws IOException {
        try (Talk talk = node.talk()) {
            try {
                talk.raw(bytes(input));
            } catch (SocketException closedWhileWriting) {
                // It had read enough.
            }
            return talk.rest();
        } catch (SocketTimeoutException open) {
            return "(nothing more, but the connection stays)";
        }
    }

    /** What is answered before the answer to a PING after it. */
    private static String answer(Node node, String input) throws IOException {
        try (Talk talk = node.talk()) {
            talk.raw(bytes(input + "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nQUIT\r\n"));
            String all = talk.rest();
            assertTrue(all.endsWith("+PONG\r\n+OK\r\n"), all);
            return all.substring(0, all.length() - "+PONG\r\n+OK\r\n".length());
        } catch (SocketTimeoutException open) {
            return "(the connection stays)";
        }
    }

    // ------------------------------------------------------------------ the protocol

    private static Map<String, String> fatal() {
        Map<String, String> cases = new LinkedHashMap<>();
        cases.put("*x\r\n", "invalid multibulk length");
        cases.put("*9999999999\r\n", "invalid multibulk length");
        cases.put("*2147483648\r\n", "invalid multibulk length");
        cases.put("*1 \r\n", "invalid multibulk length");
        cases.put("*1\r\n+PING\r\n", "expected '$', got '+'");
        cases.put("*1\r\n\r\n", "expected '$', got '\r'".replace('\r', ' '));
        cases.put("*1\r\n$-1\r\n", "invalid bulk length");
        cases.put("*1\r\n$-5\r\n", "invalid bulk length");
        cases.put("*1\r\n$abc\r\n", "invalid bulk length");
        cases.put("*1\r\n$1073741824\r\n", "invalid bulk length");
        cases.put("*2\r\n$3\r\nGET\r\n$536870913\r\n", "invalid bulk length");
        cases.put("SET a \"unbalanced\r\n", "unbalanced quotes in request");
        cases.put("SET a 'b'c\r\n", "unbalanced quotes in request");
        cases.put("x".repeat(70_000), "too big inline request");
        cases.put("*" + "1".repeat(70_000), "too big mbulk count string");
        cases.put("*1\r\n$" + "1".repeat(70_000), "too big bulk count string");
        return cases;
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNoProtocolIsNamedAndTheConnectionClosed(Maker maker) throws Exception {
        try (Node node = start(maker)) {
            assertAll(fatal().entrySet().stream()
                    .map(each -> () -> assertEquals(
                            "-ERR Protocol error: " + each.getValue() + "\r\n",
                            answerBeforeTheEnd(node, each.getKey()),
                            each.getKey()
                                    .substring(0, Math.min(40, each.getKey().length())))));
            assertServes(node);
        }
    }

    private static Map<String, String> harmless() {
        Map<String, String> cases = new LinkedHashMap<>();
        cases.put("\r\n\r\n", "");
        cases.put("*0\r\n", "");
        cases.put("*-1\r\n", "");
        cases.put("*-2147483648\r\n", "");
        cases.put("   \r\n", "");
        cases.put("*1\r\n$4\r\nPINGxx", "+PONG\r\n");
        cases.put("*1\r\n$0\r\n\r\n", "-ERR unknown command '', with args beginning with: \r\n");
        cases.put("ping\n", "+PONG\r\n");
        cases.put("\"p\\x69ng\" 'a\\'b'\r\n", "$3\r\na'b\r\n");
        cases.put("no such thing\r\n", "-ERR unknown command 'no', with args beginning with: 'such' 'thing' \r\n");
        cases.put("\1\2\u00ff\r\n", "-ERR unknown command '\1\2\u00ff', with args beginning with: \r\n");
        cases.put("GET\r\n", "-ERR wrong number of arguments for 'get' command\r\n");
        cases.put("*2\r\n$3\r\nGET\r\n$0\r\n\r\n", "$-1\r\n");
        cases.put(
                "*2\r\n$4\r\n\r\n\r\n\r\n$1\r\n\n\r\n",
                "-ERR unknown command '    ', with args beginning with: ' ' \r\n");
        cases.put(
                "n".repeat(300) + " " + "a".repeat(300) + "\r\n",
                "-ERR unknown command '" + "n".repeat(128) + "', with args beginning with: '" + "a".repeat(128)
                        + "' \r\n");
        return cases;
    }

    @ParameterizedTest
    @EnumSource
    void whatIsOddButAllowedIsAnswered(Maker maker) throws Exception {
        try (Node node = start(maker)) {
            assertAll(harmless().entrySet().stream()
                    .map(each -> () ->
                            assertEquals(each.getValue(), answer(node, each.getKey()), "to '" + each.getKey() + "'")));
            assertServes(node);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBrowserIsSentAway(Maker maker) throws Exception {
        try (Node node = start(maker)) {
            assertEquals("", answerBeforeTheEnd(node, "POST / HTTP/1.1\r\nHost: localhost\r\n\r\nSET a b\r\n"));
            assertEquals("", answerBeforeTheEnd(node, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\nSET a b\r\n"));
            node.awaitLog("Possible SECURITY ATTACK detected.");
            try (Talk talk = node.talk()) {
                assertEquals("0", talk.text("EXISTS", "a"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void strangersMaySayLittle(Maker maker) throws Exception {
        try (Node node = start(maker, "requirepass secret")) {
            assertEquals(
                    "-ERR Protocol error: unauthenticated multibulk length\r\n", answerBeforeTheEnd(node, "*11\r\n"));
            assertEquals(
                    "-ERR Protocol error: unauthenticated bulk length\r\n",
                    answerBeforeTheEnd(node, "*2\r\n$4\r\nAUTH\r\n$16385\r\n"));
            assertEquals("-NOAUTH Authentication required.\r\n+OK\r\n", answerBeforeTheEnd(node, "PING\r\nQUIT\r\n"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void noiseHurtsNobody(Maker maker) throws Exception {
        Random random = new Random(7);
        try (Node node = start(maker);
                Talk witness = node.talk()) {
            for (int i = 0; i < 300; i++) {
                byte[] noise = new byte[1 + random.nextInt(2000)];
                random.nextBytes(noise);
                if (i % 2 == 0) {
                    // Like a request at first sight.
                    noise[0] = (byte) "*$+-:%~\r".charAt(random.nextInt(8));
                }
                try (Talk talk = node.talk()) {
                    talk.raw(noise);
                }
                assertEquals("PONG", witness.text("PING"));
            }
            assertEquals("0", witness.text("DBSIZE"));
            assertServes(node);
        }
    }

    // ------------------------------------------------------------------ clients that do not go on

    @ParameterizedTest
    @EnumSource
    void halfACommandIsNoCommand(Maker maker) throws Exception {
        try (Node node = start(maker);
                Talk half = node.talk();
                Talk inline = node.talk();
                Talk other = node.talk()) {
            half.raw(bytes("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nab"));
            inline.raw(bytes("SET k in"));
            try (Talk large = node.talk();
                    Talk many = node.talk()) {
                large.raw(bytes("*3\r\n$3\r\nSET\r\n$1\r\nl\r\n$536870912\r\nabc"));
                many.raw(bytes("*1048576\r\n$3\r\nDEL\r\n$1\r\nk\r\n"));
                assertEquals("0", other.text("EXISTS", "k", "l"));
                assertEquals("OK", other.text("SET", "own", "1"));
            }
            half.raw(bytes("cde\r\n"));
            assertEquals("OK", half.answer().text());
            inline.raw(bytes("line\r\n"));
            assertEquals("OK", inline.answer().text());
            assertEquals("inline", other.text("GET", "k"));
            awaitClients(other, 3);
            assertEquals("2", other.text("DBSIZE"));
            assertServes(node);
        }
    }

    private static void awaitClients(Talk talk, int count) {
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> talk.info("clients", "connected_clients").equals(Integer.toString(count)));
    }

    /** The half command and the reset behind it are there when the server looks: it must see both. */
    @ParameterizedTest
    @EnumSource
    void clientsThatResetTheirConnectionsAreForgotten(Maker maker) throws Exception {
        try (Node node = start(maker, "enable-debug-command yes");
                Talk asking = node.talk();
                Talk busy = node.talk()) {
            List<Talk> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Talk client = node.talk();
                assertEquals("PONG", client.text("PING"));
                clients.add(client);
            }
            busy.send("DEBUG", "SLEEP", "0.3");
            for (Talk client : clients) {
                client.raw(bytes("*2\r\n$3\r\nGET\r\n"));
                client.reset();
            }
            assertEquals("OK", busy.answer().text());
            awaitClients(asking, 2);
            assertServes(node);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoNeverReadsIsLetGo(Maker maker) throws Exception {
        try (Node node = start(maker, "client-output-buffer-limit normal 10mb 0 0");
                Talk other = node.talk();
                Talk deaf = node.talk()) {
            other.text("SETRANGE", "big", "999999", "x");
            for (int i = 0; i < 200; i++) {
                try {
                    deaf.send("GET", "big");
                } catch (SocketException closed) {
                    break;
                }
            }
            awaitClients(other, 1);
            node.awaitLog("scheduled to be closed ASAP for overcoming of output buffer limits.");
            assertServes(node);
        }
    }

    /** The limit is looked at while an answer grows, not when it is whole: these would be of many gigabytes. */
    @ParameterizedTest
    @EnumSource
    void whoAsksForTooMuchIsLetGo(Maker maker) throws Exception {
        try (Node node = start(maker, "client-output-buffer-limit normal 1000000 0 0");
                Talk other = node.talk()) {
            other.text("HSET", "hash", "field", "v".repeat(1000));
            other.text("SADD", "set", "member");
            other.text("ZADD", "sorted", "1", "member");
            for (String command : List.of(
                    "HRANDFIELD hash -999999999",
                    "HRANDFIELD hash -4611686018427387903 WITHVALUES",
                    "SRANDMEMBER set -9223372036854775807",
                    "ZRANDMEMBER sorted -4611686018427387903 WITHSCORES")) {
                try (Talk greedy = node.talk()) {
                    greedy.send("MULTI");
                    greedy.send(command.split(" "));
                    greedy.send("INCR", "ran");
                    greedy.send("EXEC");
                    greedy.send("INCR", "never");
                    String answer = greedy.rest();
                    assertTrue("+OK\r\n+QUEUED\r\n+QUEUED\r\n".startsWith(answer), answer);
                }
                node.awaitLog("scheduled to be closed ASAP for overcoming of output buffer limits.");
            }
            assertEquals("4", other.text("GET", "ran"));
            assertEquals("0", other.text("EXISTS", "never"));
            try (Talk modest = node.talk()) {
                modest.send("SRANDMEMBER", "set", "-80000");
                assertEquals(80_000, modest.answer().elements().size());
            }
            assertServes(node);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoSaysTooMuchAtOnceIsLetGo(Maker maker) throws Exception {
        try (Node node = start(maker, "client-query-buffer-limit 1mb");
                Talk other = node.talk()) {
            String endless = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$20000000\r\n" + "x".repeat(3_000_000);
            assertEquals("", answerBeforeTheEnd(node, endless));
            node.awaitLog("Closing client that reached max query buffer length");
            assertEquals("0", other.text("DBSIZE"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoIsToListenOnATakenPortStaysWhereItIs(Maker maker) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Node node = start(maker);
                Talk talk = node.talk()) {
            String port = Integer.toString(taken.getLocalPort());
            assertEquals(
                    "ERR CONFIG SET failed (possibly related to argument 'port') - Unable to listen on this port. Check"
                            + " server logs.",
                    talk.ask("CONFIG", "SET", "maxmemory", "10000001", "port", port)
                            .text());
            assertEquals(
                    "0",
                    talk.ask("CONFIG", "GET", "maxmemory").elements().get(1).text());
            assertServes(node);
        }
    }

    @ParameterizedTest
    @EnumSource
    void oneTooManyIsTold(Maker maker) throws Exception {
        try (Node node = start(maker, "maxclients 5");
                Crowd crowd = Crowd.of(node, 5)) {
            assertEquals("-ERR max number of clients reached\r\n", answerBeforeTheEnd(node, ""));
            crowd.leave(1);
            Awaitility.await()
                    .atMost(LIMIT)
                    .ignoreExceptionsInstanceOf(EOFException.class)
                    .until(() -> {
                        try (Talk talk = node.talk()) {
                            return "PONG".equals(talk.ask("PING").text());
                        }
                    });
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCrowdThatIsSilentIsNoBurden(Maker maker) throws Exception {
        int count = Math.min(IDLE_CONNECTIONS, openFilesMax() - OTHER_FILES);
        assertTrue(count > 300, "too few open files are allowed: " + openFilesMax());
        try (Node node = start(maker, "maxclients " + (count + 100));
                Talk other = node.talk();
                Crowd crowd = Crowd.of(node, count)) {
            awaitClients(other, count + 1);
            long start = System.nanoTime();
            for (int i = 0; i < 1000; i++) {
                other.text("SET", "key" + i, "value");
            }
            long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
            assertTrue(millis < 10_000, "a thousand commands took " + millis + " ms");
            assertEquals("PONG", crowd.last().text("PING"));
            crowd.leave(count);
            awaitClients(other, 1);
            assertServes(node);
        }
    }

    private static int openFilesMax() throws IOException, InterruptedException {
        Process ulimit = new ProcessBuilder("sh", "-c", "ulimit -n").start();
        String answer = new String(ulimit.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        assertEquals(0, ulimit.waitFor());
        return answer.equals("unlimited") ? Integer.MAX_VALUE : Integer.parseInt(answer);
    }

    /** Connections on which nothing is said. */
    private record Crowd(List<Talk> talks) implements AutoCloseable {

        static Crowd of(Node node, int count) throws IOException {
            Crowd crowd = new Crowd(new ArrayList<>());
            for (int i = 0; i < count; i++) {
                crowd.talks.add(node.talk());
            }
            return crowd;
        }

        Talk last() {
            return talks.getLast();
        }

        void leave(int count) throws IOException {
            for (int i = 0; i < count; i++) {
                talks.removeLast().close();
            }
        }

        @Override
        public void close() throws IOException {
            leave(talks.size());
        }
    }
}
