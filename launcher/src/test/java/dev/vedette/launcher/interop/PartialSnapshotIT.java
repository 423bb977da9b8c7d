package dev.vedette.launcher.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.launcher.nodes.Maker;
import dev.vedette.launcher.nodes.Node;
import dev.vedette.launcher.nodes.Servers;
import dev.vedette.launcher.nodes.Talk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replicas that want a part of the snapshot, or the snapshot only: redis-cli as a tool for backups and for watching. */
@Execution(ExecutionMode.CONCURRENT)
class PartialSnapshotIT {

    private static final long LIMIT_SECONDS = 60;
    private static final String LIBRARY =
            "#!lua name=mine\nredis.register_function('answer', function() return 42 end)";

    /** Marks the end of a snapshot that comes without a file. */
    private static final int MARK_BYTES = 40;

    private final Path folder;

    @AutoClose
    private final Servers servers;

    PartialSnapshotIT(@TempDir Path folder) {
        this.folder = folder;
        servers = new Servers(folder);
    }

    private Node filled(Maker maker, String... config) throws IOException {
        Node node = servers.start(maker, config);
        try (Talk talk = node.talk()) {
            talk.text("FUNCTION", "LOAD", LIBRARY);
            for (int i = 0; i < 1000; i++) {
                talk.text("SET", "key" + i, "value" + i);
            }
            talk.text("SELECT", "3");
            talk.text("RPUSH", "list", "a", "b");
        }
        return node;
    }

    private String run(String... command) throws Exception {
        Path output = Files.createTempFile(folder, "output", "");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), () -> "still runs: " + List.of(command));
        String said = Files.readString(output, StandardCharsets.ISO_8859_1);
        assertEquals(0, process.exitValue(), said);
        return said;
    }

    /** Keys in the databases 0 and 3, and what the library's function says, of a server that has loaded that file. */
    private List<String> foundIn(Path dump, Maker reader) throws Exception {
        assertTrue(run("redis-check-rdb", dump.toString()).contains("RDB looks OK!"));
        Path home = Files.createTempDirectory(folder, "reader");
        Files.copy(dump, home.resolve("dump.rdb"));
        try (Node node = Node.server(reader, home, "save \"\"");
                Talk talk = node.talk()) {
            String keys = talk.text("DBSIZE");
            talk.text("SELECT", "3");
            return List.of(
                    keys,
                    talk.text("DBSIZE"),
                    String.valueOf(talk.ask("FCALL", "answer", "0").text()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void redisCliSavesAllOrTheFunctions(Maker maker) throws Exception {
        Node node = filled(maker);
        String port = Integer.toString(node.port());
        Path all = folder.resolve("all.rdb");
        Path functions = folder.resolve("functions.rdb");
        run("redis-cli", "-p", port, "--rdb", all.toString());
        run("redis-cli", "-p", port, "--functions-rdb", functions.toString());
        for (Maker reader : Maker.values()) {
            assertEquals(List.of("1000", "1", "42"), foundIn(all, reader));
            assertEquals(List.of("0", "0", "42"), foundIn(functions, reader));
        }
        node.awaitInfo("replication", "connected_slaves", "0");
    }

    /** A dump file is the node's own: what holds less than all never becomes one. */
    @ParameterizedTest
    @EnumSource
    void aPartGoesWithoutAFile(Maker maker) throws Exception {
        Node node = filled(maker, "repl-diskless-sync no");
        Path functions = folder.resolve("functions.rdb");
        run("redis-cli", "-p", Integer.toString(node.port()), "--functions-rdb", functions.toString());
        assertEquals(List.of("0", "0", "42"), foundIn(functions, Maker.REDIS));
        assertFalse(Files.exists(node.file("dump.rdb")));
        Path all = folder.resolve("all.rdb");
        run("redis-cli", "-p", Integer.toString(node.port()), "--rdb", all.toString());
        assertEquals(List.of("1000", "1", "42"), foundIn(all, Maker.REDIS));
        assertTrue(Files.exists(node.file("dump.rdb")));
    }

    private static Talk asks(Node node, String... filter) throws IOException {
        Talk talk = node.talk();
        talk.text("REPLCONF", "capa", "eof", "rdb-only", "1");
        if (filter.length > 0) {
            talk.text("REPLCONF", "rdb-filter-only", filter[0]);
        }
        talk.send("PSYNC", "?", "-1");
        return talk;
    }

    /** The dump in what a node sent until it hung up, in a file. */
    private Path received(Talk talk, String name) throws IOException {
        String all = talk.rest();
        int begin = all.indexOf("REDIS0");
        assertTrue(begin > 0, all.length() + " bytes and no dump");
        assertEquals(all.substring(begin - MARK_BYTES - 2, begin - 2), all.substring(all.length() - MARK_BYTES));
        Path file = folder.resolve(name);
        Files.write(file, all.substring(begin, all.length() - MARK_BYTES).getBytes(StandardCharsets.ISO_8859_1));
        return file;
    }

    @ParameterizedTest
    @EnumSource
    void whoWantsDifferentThingsAtOnceGetsThem(Maker maker) throws Exception {
        Node node = filled(maker, "repl-diskless-sync-delay 1");
        try (Talk all = asks(node);
                Talk functions = asks(node, "functions");
                Talk nothing = asks(node, "");
                Talk allToo = asks(node)) {
            Path first = received(all, "first");
            assertEquals(List.of("1000", "1", "42"), foundIn(first, Maker.VEDETTE));
            assertEquals(List.of("0", "0", "42"), foundIn(received(functions, "functions"), Maker.VEDETTE));
            assertEquals(
                    List.of("0", "0", "ERR Function not found"), foundIn(received(nothing, "nothing"), Maker.VEDETTE));
            assertEquals(
                    Files.readString(first, StandardCharsets.ISO_8859_1),
                    Files.readString(received(allToo, "too"), StandardCharsets.ISO_8859_1));
        }
        assertEquals("4", node.info("stats", "sync_full"));
        node.awaitInfo("replication", "connected_slaves", "0");
    }

    /** Who only watches is sent no data, and then all that is written. */
    @ParameterizedTest
    @EnumSource
    void redisCliWatchesTheStream(Maker maker) throws Exception {
        Node node = filled(maker);
        Path output = folder.resolve("watched");
        Process watcher = new ProcessBuilder("redis-cli", "-p", Integer.toString(node.port()), "--replica")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            Awaitility.await().until(() -> Files.readString(output).contains("SYNC done after"));
            long bytes =
                    Long.parseLong(Files.readString(output).replaceAll("(?s).*SYNC done after (\\d+) bytes.*", "$1"));
            assertTrue(bytes < 500, bytes + " bytes");
            try (Talk talk = node.talk()) {
                talk.text("SET", "watched", "1");
            }
            Awaitility.await().until(() -> Files.readString(output).contains("\"SET\",\"watched\",\"1\""));
        } finally {
            watcher.destroyForcibly();
        }
        node.awaitInfo("replication", "connected_slaves", "0");
    }
}
