package dev.vedette.launcher.broken;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.launcher.nodes.Maker;
import dev.vedette.launcher.nodes.Node;
import dev.vedette.launcher.nodes.Ports;
import dev.vedette.launcher.nodes.Talk;
import dev.vedette.wire.resp.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are broken, missing, or cannot be written. */
@Execution(ExecutionMode.CONCURRENT)
class BrokenFilesIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private Node configured(Maker maker, String name, String... config) throws IOException {
        Node node = new Node(maker, Node.Kind.SERVER, folder.resolve(name), Ports.free());
        node.configure(List.of(config));
        return node;
    }

    // ------------------------------------------------------------------ dumps

    private static final List<String> CUT =
            List.of("# Short read or OOM loading DB. Unrecoverable error, aborting now.", "# Internal error in RDB");

    /** What is wrong with a dump, and what is then said of it. */
    private record Damage(String name, UnaryOperator<byte[]> done, List<String> said) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Damage> damages() {
        return Stream.of(
                new Damage(
                        "not a dump",
                        dump -> "This is a text, not a dump.\n".getBytes(StandardCharsets.US_ASCII),
                        List.of(
                                "# Wrong signature trying to load DB from file",
                                "# Fatal error loading the DB: Invalid argument. Exiting.")),
                new Damage(
                        "of a later time",
                        dump -> changed(dump, 5, "0099"),
                        List.of(
                                "# Can't handle RDB format version 99",
                                "# Fatal error loading the DB: Invalid argument. Exiting.")),
                new Damage("cut short", dump -> Arrays.copyOf(dump, dump.length - 30), CUT),
                new Damage("empty", dump -> new byte[0], CUT),
                new Damage(
                        "with a wrong checksum",
                        dump -> changed(dump, dump.length - 8, "checksum"),
                        List.of("but got (6d75736b63656863). Aborting now.", "# Internal error in RDB")),
                new Damage(
                        "with a type that there is not",
                        dump -> changed(dump, indexOf(dump, "\0\3key\5value"), "\u00c8"),
                        List.of("# Internal error in RDB", "-> Unknown RDB encoding type 200")));
    }

    private static byte[] changed(byte[] dump, int at, String bytes) {
        byte[] changed = dump.clone();
        System.arraycopy(bytes.getBytes(StandardCharsets.ISO_8859_1), 0, changed, at, bytes.length());
        return changed;
    }

    private static int indexOf(byte[] dump, String bytes) {
        int at = new String(dump, StandardCharsets.ISO_8859_1).indexOf(bytes);
        assertTrue(at > 0, "not in the dump");
        return at;
    }

    private byte[] dump() throws IOException {
        Path home = folder.resolve("whole");
        try (Node node = Node.server(Maker.REDIS, home);
                Talk talk = node.talk()) {
            talk.text("SET", "key", "value");
            talk.text("SAVE");
        }
        return Files.readAllBytes(home.resolve("dump.rdb"));
    }

    @ParameterizedTest
    @MethodSource("damages")
    void aBrokenDumpEndsTheStartAndIsNotTouched(Damage damage) throws Exception {
        byte[] broken = damage.done.apply(dump());
        for (Maker maker : Maker.values()) {
            try (Node node = configured(maker, maker.name())) {
                Files.write(node.file("dump.rdb"), broken);
                node.start();
                assertEquals(1, node.awaitExit(), maker + "\n" + node.log());
                assertSaid(node, damage.said);
                assertFalse(node.log().contains("Ready to accept connections"), node.log());
                int introduced = node.log().indexOf("# Server initialized");
                assertTrue(introduced > 0 && introduced < node.log().indexOf(damage.said.getFirst()), node.log());
                assertEquals("", node.standardError());
                assertArrayEquals(broken, Files.readAllBytes(node.file("dump.rdb")));
                assertEquals(
                        List.of("dump.rdb", "log", "node.conf", "stderr"), names(node.file(".")), maker.toString());
            }
        }
    }

    private static void assertSaid(Node node, List<String> parts) throws IOException {
        String log = node.log();
        for (String part : parts) {
            assertTrue(log.contains(part), node + " does not say '" + part + "' but\n" + log);
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFolderIsNoDump(Maker maker) throws Exception {
        try (Node node = configured(maker, "home")) {
            Files.createDirectory(node.file("dump.rdb"));
            node.start();
            assertEquals(1, node.awaitExit());
            assertSaid(node, CUT);
            assertEquals("", node.standardError());
        }
    }

    // ------------------------------------------------------------------ places where nothing can be written

    @ParameterizedTest
    @EnumSource
    void whenNothingCanBeSavedItIsSaidAndNothingIsLost(Maker maker) throws Exception {
        Path gone = Files.createDirectories(folder.resolve("gone"));
        try (Node node = Node.server(maker, folder.resolve("home"), "dir " + gone, "save 3600 1");
                Talk talk = node.talk()) {
            talk.text("SET", "key", "value");
            talk.text("SAVE");
            byte[] dump = Files.readAllBytes(gone.resolve("dump.rdb"));
            talk.text("SET", "key", "newer");
            // The name of the file is a folder's now: the dump can be written, but not be put in its place.
            Files.move(gone.resolve("dump.rdb"), folder.resolve("kept"));
            Files.createDirectories(gone.resolve("dump.rdb").resolve("inside"));
            assertEquals(new Reply.Error("ERR"), talk.ask("SAVE"));
            assertEquals("Background saving started", talk.text("BGSAVE"));
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() ->
                            talk.info("persistence", "rdb_last_bgsave_status").equals("err"));
            assertEquals(
                    new Reply.Error("MISCONF Redis is configured to save RDB snapshots, but it's currently unable to"
                            + " persist to disk. Commands that may modify the data set are disabled, because this"
                            + " instance is configured to report errors during writes if RDB snapshotting fails"
                            + " (stop-writes-on-bgsave-error option). Please check the Redis logs for details about"
                            + " the RDB error."),
                    talk.ask("SET", "key", "newest"));
            assertEquals("newer", talk.text("GET", "key"));
            assertEquals(new Reply.Error("ERR Errors trying to SHUTDOWN. Check logs."), talk.ask("SHUTDOWN"));
            node.awaitLog("Error trying to save the DB, can't exit.");
            assertEquals(List.of("dump.rdb"), names(gone));
            assertArrayEquals(dump, Files.readAllBytes(folder.resolve("kept")));

            // Once it can be written again, all is well.
            Files.delete(gone.resolve("dump.rdb").resolve("inside"));
            Files.delete(gone.resolve("dump.rdb"));
            assertEquals("OK", talk.text("SAVE"));
            assertEquals("OK", talk.text("SET", "key", "newest"));
            assertEquals("", node.standardError());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whenTheFolderIsGoneItIsSaid(Maker maker) throws Exception {
        Path gone = Files.createDirectories(folder.resolve("gone"));
        try (Node node = Node.server(maker, folder.resolve("home"), "dir " + gone, "save \"\"");
                Talk talk = node.talk()) {
            Files.delete(gone);
            talk.text("SET", "key", "value");
            assertEquals(new Reply.Error("ERR"), talk.ask("SAVE"));
            node.awaitLog("Failed opening the temp RDB file temp-");
            // Without save points nobody counts on the file, so writing goes on.
            assertEquals("Background saving started", talk.text("BGSAVE"));
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() ->
                            talk.info("persistence", "rdb_last_bgsave_status").equals("err"));
            assertEquals("OK", talk.text("SET", "key", "newer"));
            assertEquals("", node.standardError());
        }
    }

    // ------------------------------------------------------------------ configuration

    private static final List<String> WRONG_LINES = List.of(
            "no-such-directive yes",
            "port many",
            "maxmemory-policy sometimes",
            "save 60",
            "appendonly \"yes",
            "replicaof 127.0.0.1",
            "client-output-buffer-limit strangers 1 1 1",
            "rename-command NOSUCH x",
            "rename-command GET set",
            "user alice nonsense");

    @Test
    void aWrongLineIsNamedAsRedisNamesIt() throws Exception {
        for (String line : WRONG_LINES) {
            List<String> said = new ArrayList<>();
            for (Maker maker : Maker.values()) {
                try (Node node = configured(maker, maker.name(), "# before", line, "# after")) {
                    Files.deleteIfExists(node.file("stderr"));
                    node.start();
                    int status = exitOrServe(node);
                    said.add(status + "\n" + node.standardError());
                }
            }
            assertEquals(said.get(Maker.REDIS.ordinal()), said.get(Maker.VEDETTE.ordinal()));
            assertTrue(said.getFirst().contains(line), said.getFirst());
        }
    }

    /** The exit status, or -1 when it serves instead. */
    private static int exitOrServe(Node node) throws InterruptedException {
        try {
            node.awaitServing();
            return -1;
        } catch (ConditionTimeoutException | TerminalFailureException ended) {
            return node.awaitExit();
        }
    }
}
