package dev.vedette.console;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.wire.bus.NodeAddresses;
import dev.vedette.wire.bus.NodeCommand;
import dev.vedette.wire.bus.NodeStatus;
import dev.vedette.wire.bus.SentinelEvent;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The console on a Vert.x instance of its own, spoken to over HTTP and the event bus. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ConsoleIT {

    private static final System.Logger LOG = System.getLogger("console");

    private final HttpClient http = HttpClient.newHttpClient();
    private Vertx vertx = Vertx.vertx();
    private ConsoleVerticle console = new ConsoleVerticle(new ConsoleOptions().withPort(0), LOG);

    private ConsoleVerticle deploy(ConsoleOptions options) throws Exception {
        ConsoleVerticle verticle = new ConsoleVerticle(options, LOG);
        vertx.deployVerticle(verticle).toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        return verticle;
    }

    @BeforeEach
    void start() throws Exception {
        console = deploy(new ConsoleOptions().withPort(0));
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        http.close();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + console.port() + path);
    }

    private JsonObject state() {
        try {
            return new JsonObject(
                    http.send(HttpRequest.newBuilder(uri("/api/state")).build(), HttpResponse.BodyHandlers.ofString())
                            .body());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private HttpResponse<String> post(String body, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri("/api/command")).POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private void report(SimulatedCluster cluster) {
        cluster.reports(System.currentTimeMillis())
                .forEach(r -> vertx.eventBus().publish(NodeStatus.ADDRESS, r));
    }

    private static List<JsonObject> objects(JsonObject from, String name) {
        List<JsonObject> objects = new ArrayList<>();
        from.getJsonArray(name).forEach(o -> objects.add((JsonObject) o));
        return objects;
    }

    /** The status line and headers that the console answers a hand-made request with. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), console.port());
                OutputStream out = socket.getOutputStream();
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            out.write(request.getBytes(StandardCharsets.UTF_8));
            out.flush();
            return String.valueOf(in.readLine());
        }
    }

    @Test
    void showsWhatIsSaidOnTheBus() {
        SimulatedCluster cluster = new SimulatedCluster();
        report(cluster);

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertEquals(7, objects(state(), "nodes").size()));
        JsonObject state = state();
        JsonObject subReplica = objects(state, "nodes").stream()
                .filter(n -> n.getString("id").equals("127.0.0.1:6382"))
                .findFirst()
                .orElseThrow();
        assertEquals("127.0.0.1:6381", subReplica.getString("master"));
        assertEquals("up", subReplica.getString("link"));
        assertEquals("ok", state.getJsonObject("headline").getString("level"));
        assertEquals(
                "slave",
                state.getJsonObject("info")
                        .getJsonObject("127.0.0.1:6382")
                        .getJsonObject("Replication")
                        .getString("role"));
    }

    @Test
    void asksTheNodesWhenItStarts() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        vertx.eventBus().consumer(NodeStatus.ASK_ADDRESS, message -> asked.incrementAndGet());
        deploy(new ConsoleOptions().withPort(0));

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertEquals(1, asked.get()));
    }

    @Test
    void streamsTheWholeStateAndThenItsChanges() throws Exception {
        SimulatedCluster cluster = new SimulatedCluster();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), console.port());
                OutputStream out = socket.getOutputStream();
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            out.write("GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
            JsonObject full = next(in, "full");
            assertEquals(0, full.getJsonArray("nodes").size());
            long version = full.getLong("version");

            report(cluster);
            vertx.eventBus()
                    .publish(
                            SentinelEvent.ADDRESS,
                            cluster.event(26379, "#", "+sdown", "master mymaster 127.0.0.1 6379"));
            boolean sawNodes = false;
            boolean sawFailover = false;
            while (!sawNodes || !sawFailover) {
                JsonObject change = next(in, "change");
                assertEquals(version, change.getLong("base"), "no change is left out for a browser that keeps up");
                version = change.getLong("version");
                sawNodes |= change.containsKey("nodes");
                sawFailover |= change.containsKey("failovers")
                        && objects(change, "failovers")
                                .get(0)
                                .getString("phase")
                                .equals("suspected");
            }
        }
    }

    private static JsonObject next(BufferedReader in, String event) throws IOException {
        while (true) {
            String line = in.readLine();
            if (line == null) {
                throw new AssertionError("stream ended");
            }
            if (line.equals("event: " + event)) {
                in.readLine();
                return new JsonObject(in.readLine().substring("data: ".length()));
            }
        }
    }

    @Test
    void runsACommandAtTheChosenNode() throws Exception {
        report(new SimulatedCluster());
        List<NodeCommand> taken = new ArrayList<>();
        vertx.eventBus()
                .<NodeCommand>consumer(new NodeAddresses("127.0.0.1:6380").command(), message -> {
                    taken.add(message.body());
                    message.reply(Buffer.buffer("*2\r\n$5\r\nhe\"lo\r\n:42\r\n"));
                })
                .completion()
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !objects(state(), "nodes").isEmpty());

        HttpResponse<String> response = post(
                new JsonObject()
                        .put("node", "127.0.0.1:6380")
                        .put("line", "MGET \"a b\" c")
                        .put("user", "ann")
                        .put("password", "secret")
                        .encode(),
                "Content-Type",
                "application/json",
                "Origin",
                "http://127.0.0.1:" + console.port());

        assertEquals(200, response.statusCode(), response.body());
        assertEquals("1) \"he\\\"lo\"\n2) (integer) 42", new JsonObject(response.body()).getString("text"));
        assertEquals(List.of(new NodeCommand(List.of("MGET", "a b", "c"), "ann", "secret")), taken);
    }

    @Test
    void saysWhyACommandCannotRun() throws Exception {
        report(new SimulatedCluster());
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !objects(state(), "nodes").isEmpty());
        String json = "application/json";

        assertEquals(
                404,
                post("{\"node\":\"x:1\",\"line\":\"PING\"}", "Content-Type", json)
                        .statusCode());
        assertEquals(
                400,
                post("{\"node\":\"127.0.0.1:6380\",\"line\":\"GET \\\"\"}", "Content-Type", json)
                        .statusCode());
        assertEquals(400, post("[]", "Content-Type", json).statusCode());
        assertEquals(400, post("{", "Content-Type", json).statusCode());
        HttpResponse<String> nobody = post("{\"node\":\"127.0.0.1:6380\",\"line\":\"PING\"}", "Content-Type", json);
        assertEquals(502, nobody.statusCode());
        assertTrue(nobody.body().contains("takes no commands"), nobody.body());
    }

    @Test
    void otherSitesNeitherReadNorCommand() throws Exception {
        String host = "127.0.0.1:" + console.port();
        String json = "application/json";
        String command = "{\"node\":\"127.0.0.1:6380\",\"line\":\"PING\"}";

        assertEquals(
                403,
                post(command, "Content-Type", json, "Origin", "http://evil.example")
                        .statusCode());
        assertEquals(
                403,
                post(command, "Content-Type", json, "Origin", "https://" + host).statusCode());
        assertEquals(403, post(command, "Content-Type", json, "Origin", "null").statusCode());
        assertEquals(403, post(command, "Content-Type", "text/plain").statusCode());
        assertEquals(
                403,
                post(command, "Content-Type", json, "Sec-Fetch-Site", "cross-site")
                        .statusCode());
        assertTrue(raw("GET /api/state HTTP/1.1\r\nHost: evil.example\r\n\r\n").contains(" 403 "));
        assertTrue(raw("GET / HTTP/1.1\r\nHost: evil.example:" + console.port() + "\r\n\r\n")
                .contains(" 403 "));
        assertTrue(raw("GET /api/state HTTP/1.1\r\nHost: localhost\r\n\r\n").contains(" 200 "));
        assertTrue(raw("GET /api/state HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n").contains(" 200 "));
        assertTrue(raw("GET /api/state HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: cross-site\r\n\r\n")
                .contains(" 403 "));
        assertTrue(
                raw("GET / HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n\r\n")
                        .contains(" 200 "),
                "a link from elsewhere may lead to the page");
    }

    @Test
    void servesThePageItsLibrariesAndItsHealth() throws Exception {
        HttpResponse<String> page =
                http.send(HttpRequest.newBuilder(uri("/")).build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(200, page.statusCode());
        assertTrue(
                page.headers().firstValue("Content-Security-Policy").orElse("").contains("script-src 'self'"));
        assertTrue(page.body().contains("app.js"));
        HttpResponse<String> library = http.send(
                HttpRequest.newBuilder(uri("/webjars/preact/10.27.2/dist/preact.umd.js"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(200, library.statusCode());
        HttpResponse<String> health =
                http.send(HttpRequest.newBuilder(uri("/health")).build(), HttpResponse.BodyHandlers.ofString());
        assertEquals("UP", new JsonObject(health.body()).getString("status"));
        HttpResponse<String> none =
                http.send(HttpRequest.newBuilder(uri("/api/none")).build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(404, none.statusCode());
    }

    @Test
    void aReadOnlyConsoleHasNoShell() throws Exception {
        console = deploy(new ConsoleOptions().withPort(0).withReadOnly(true));

        HttpResponse<String> response =
                post("{\"node\":\"127.0.0.1:6380\",\"line\":\"PING\"}", "Content-Type", "application/json");
        assertEquals(403, response.statusCode());
        assertTrue(state().getBoolean("readOnly"));
    }

    @Test
    void aTakenPortFailsTheDeploymentAndSaysSo() {
        ExecutionException failure =
                assertThrows(ExecutionException.class, () -> deploy(new ConsoleOptions().withPort(console.port())));

        String cause = String.valueOf(failure.getCause());
        assertTrue(cause.contains("Console cannot listen on 127.0.0.1:" + console.port()), cause);
    }

    @Test
    void pollsNodesThatAreNoMembers() throws Exception {
        String info = "# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n# Replication\r\nrole:master\r\n"
                + "master_repl_offset:7\r\n";
        AtomicInteger asked = new AtomicInteger();
        int port = vertx.createNetServer()
                .connectHandler(socket -> socket.handler(bytes -> {
                    asked.incrementAndGet();
                    socket.write(
                            bytes.toString(StandardCharsets.UTF_8).contains("INFO")
                                    ? "$" + info.length() + "\r\n" + info + "\r\n"
                                    : "+PONG\r\n");
                }))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS)
                .actualPort();
        String node = "127.0.0.1:" + port;
        console = deploy(new ConsoleOptions().withPort(0).withPollMillis(100).withNodes(List.of(node, "127.0.0.1:1")));

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            List<JsonObject> nodes = objects(state(), "nodes");
            assertEquals(
                    List.of("127.0.0.1:1", node),
                    nodes.stream().map(n -> n.getString("id")).toList());
            assertTrue(nodes.get(0).getBoolean("silent"));
            assertFalse(nodes.get(0).getString("problem").isEmpty());
            assertEquals("master", nodes.get(1).getString("role"));
            assertEquals(7, nodes.get(1).getLong("offset"));
        });
        int before = asked.get();
        await().atMost(Duration.ofSeconds(20)).until(() -> asked.get() > before + 2);
        HttpResponse<String> response =
                post("{\"node\":\"" + node + "\",\"line\":\"PING\"}", "Content-Type", "application/json");
        assertEquals("PONG", new JsonObject(response.body()).getString("text"));
    }
}
