package dev.vedette.store.command.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.store.MemoryClient;
import dev.vedette.store.MemoryServer;
import dev.vedette.wire.resp.Reply;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is noted of slow commands and shown of memory. */
class ObservationTest {

    private final MemoryServer server = new MemoryServer("enable-debug-command local", "slowlog-log-slower-than 0");
    private final MemoryClient client = server.client();

    @Test
    void slowCommandsAreShortened() {
        String[] many = new String[34];
        java.util.Arrays.setAll(many, i -> i == 0 ? "SADD" : Integer.toString(i));
        client.command(many);
        client.command("SET", "k", "x".repeat(129));
        List<Reply> log = elements(client.command("SLOWLOG", "GET", "-1"));
        assertEquals("x".repeat(128) + "... (1 more bytes)", words(log.get(0)).getLast());
        assertEquals("... (3 more arguments)", words(log.get(1)).getLast());
        assertEquals(32, words(log.get(1)).size());
    }

    @Test
    void secretsAreHidden() {
        client.command("CONFIG", "SET", "masterauth", "secret", "maxmemory", "0", "masteruser", "me");
        assertEquals(
                List.of("CONFIG", "SET", "masterauth", "(redacted)", "maxmemory", "0", "masteruser", "(redacted)"),
                words(elements(client.command("SLOWLOG", "GET")).getFirst()));
    }

    @Test
    void aClientThatWaitedIsNotedWhenItIsServed() {
        MemoryClient waiting = server.client();
        waiting.command("CLIENT", "SETNAME", "waiter");
        client.command("SLOWLOG", "RESET");
        waiting.command("BLPOP", "q", "0");
        assertEquals(1, server.state.slowLog.size(), "only SLOWLOG RESET");
        client.command("RPUSH", "q", "x");
        List<Reply> log = elements(client.command("SLOWLOG", "GET"));
        assertEquals(List.of("BLPOP", "q", "0"), words(log.get(0)));
        assertEquals(List.of("RPUSH", "q", "x"), words(log.get(1)));
        assertEquals("waiter", elements(log.get(0)).get(5).text());
    }

    @Test
    void delaysAreKeptBySecond() {
        // Beyond what a busy machine can make of a real command.
        client.command("CONFIG", "SET", "latency-monitor-threshold", "100000");
        server.state.latency.add("command", 99_000, 1_000);
        server.state.latency.add("command", 150_000, 1_000);
        server.state.latency.add("command", 120_000, 1_999);
        server.state.latency.add("command", 110_000, 2_000);
        assertEquals(
                "[[1, 150000], [2, 110000]]",
                show(Objects.requireNonNull(client.command("LATENCY", "HISTORY", "command"))));
        assertEquals(
                "[[command, 2, 110000, 150000]]", show(Objects.requireNonNull(client.command("LATENCY", "LATEST"))));
        for (int second = 0; second < 500; second++) {
            server.state.latency.add("command", 200_000, second * 1000L);
        }
        assertEquals(
                160, elements(client.command("LATENCY", "HISTORY", "command")).size());
        String graph = Objects.requireNonNull(Objects.requireNonNull(client.command("LATENCY", "GRAPH", "command"))
                .text());
        assertTrue(graph.startsWith("command - high 200000 ms, low 200000 ms (all time high 200000 ms)\n---"), graph);
        String report = Objects.requireNonNull(
                Objects.requireNonNull(client.command("LATENCY", "DOCTOR")).text());
        assertTrue(report.contains("command: 160 latency spikes (average 200000ms"), report);
    }

    @Test
    void usedMemoryFollowsTheData() {
        long before = server.state.memory.usedBytes();
        client.command("DEBUG", "POPULATE", "1000", "key", "1000");
        long after = server.state.memory.usedBytes();
        assertTrue(after - before > 1_000_000 && after - before < 1_300_000, "grew by " + (after - before));
        client.command("FLUSHALL");
        assertEquals(before, server.state.memory.usedBytes());
        assertEquals(after, server.state.memory.peakBytes());
        assertTrue(Objects.requireNonNull(Objects.requireNonNull(client.command("MEMORY", "DOCTOR"))
                        .text())
                .contains("hardly any data"));
    }

    private static List<Reply> elements(@Nullable Reply reply) {
        return ((Reply.Array) Objects.requireNonNull(reply)).values();
    }

    private static List<String> words(Reply entry) {
        return elements(elements(entry).get(3)).stream()
                .map(word -> Objects.requireNonNull(word.text()))
                .toList();
    }

    private static String show(Reply reply) {
        return switch (reply) {
            case Reply.Array(List<Reply> values) ->
                values.stream().map(ObservationTest::show).toList().toString();
            case Reply.Int(long value) -> Long.toString(value);
            default -> String.valueOf(reply.text());
        };
    }
}
