package dev.vedette.store.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerConfigTest {

    @TempDir
    Path directory;

    private ServerConfig config(String... lines) {
        try {
            return ServerConfig.of(directory, lines);
        } catch (FatalConfigException e) {
            throw new AssertionError(e.text(), e);
        }
    }

    private String refusal(String... lines) {
        return assertThrows(FatalConfigException.class, () -> ServerConfig.of(directory, lines))
                .text();
    }

    private void write(String name, String text) {
        try {
            Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The resource is what a Redis 7.0.15 without a configuration file answers to CONFIG GET *; two directives are ours. */
    @Test
    void defaultsAreThoseOfRedis() throws IOException {
        Map<String, String> expected = new TreeMap<>();
        try (var in = ServerConfigTest.class.getResourceAsStream("/config/redis-7.0.15-defaults.txt")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.split("\n")) {
                String[] pair = line.split("\t", -1);
                expected.put(pair[0], pair[1]);
            }
        }
        Map<String, String> actual = new TreeMap<>(config().get(List.of("*")));
        actual.remove("dir");
        assertEquals("0", actual.remove("repl-backlog-max-size"));
        assertEquals("no", actual.remove("replica-refuse-empty-master"));
        assertEquals("yes", actual.remove("warm-up"));
        assertEquals(expected, actual);
    }

    @Test
    void readsUnitsAliasesAndQuotes() {
        ServerConfig config = config(
                "# a comment",
                "  MaxMemory 100mb",
                "slave-priority 7",
                "requirepass \"a b\\x41\\n\"",
                "masterauth 'it\\'s'",
                "slaveof 127.0.0.1 7000",
                "unixsocketperm 700",
                "maxmemory-clients 5%",
                "oom-score-adj relative");
        assertEquals(100L << 20, config.getLong("maxmemory"));
        assertEquals(7, config.getInt("replica-priority"));
        assertEquals("a bA\n", config.getString("requirepass"));
        assertEquals("it's", config.getString("masterauth"));
        assertEquals(new MasterAddress("127.0.0.1", 7000), config.master());
        assertEquals("700", config.show("unixsocketperm"));
        assertEquals("5%", config.show("maxmemory-clients"));
        assertEquals("yes", config.show("oom-score-adj"));
    }

    @Test
    void saveLinesAddUpAndTheFirstDropsTheDefault() {
        assertEquals("60 1 10 2", config("save 60 1", "save 10 2").show("save"));
        assertEquals("60 1 10 2", config("save 60 1 10 2").show("save"));
        assertEquals("60 1 10 2", config("save \"60 1 10 2\"").show("save"));
        assertEquals("", config("save \"\"").show("save"));
        assertEquals("", config("save ").show("save"));
        assertEquals("10 2", config("save 60 1", "save \"\"", "save 10 2").show("save"));
    }

    @Test
    void outputLimitsOfOneClassLeaveTheOthers() {
        ServerConfig config = config("client-output-buffer-limit slave 1gb 2kb 3");
        assertEquals(
                "normal 0 0 0 slave 1073741824 2048 3 pubsub 33554432 8388608 60",
                config.show("client-output-buffer-limit"));
    }

    @Test
    void fatalErrorsReadAsRedisWritesThem() {
        assertEquals(
                "\n*** FATAL CONFIG FILE ERROR (Redis 7.0.15) ***\nReading the configuration file, at line 2\n"
                        + ">>> 'nonsense 1'\nBad directive or wrong number of arguments\n",
                refusal("port 1", " nonsense 1 "));
        assertTrue(refusal("port").endsWith(">>> 'port'\nwrong number of arguments\n"));
        assertTrue(refusal("port \"1").endsWith("Unbalanced quotes in configuration line\n"));
        assertTrue(refusal("port 65536").endsWith("argument must be between 0 and 65535 inclusive\n"));
        assertTrue(refusal("port 1x").endsWith("argument couldn't be parsed into an integer\n"));
        assertTrue(refusal("maxmemory -1").endsWith("argument must be a memory value\n"));
        assertTrue(refusal("maxmemory-clients x").endsWith("argument must be a memory or percent value\n"));
        assertTrue(refusal("maxmemory-clients 101%").endsWith("percentage argument must be less or equal to 100\n"));
        assertTrue(refusal("appendonly maybe").endsWith("argument must be 'yes' or 'no'\n"));
        assertTrue(refusal("loglevel loud")
                .endsWith("argument(s) must be one of the following: debug, verbose, notice, warning\n"));
        assertTrue(refusal("save 60").endsWith("Invalid save parameters\n"));
        assertTrue(refusal("dir " + directory + "/none").endsWith("No such file or directory\n"));
        assertTrue(refusal("sentinel monitor m 127.0.0.1 1 1")
                .endsWith("sentinel directive while not in sentinel mode\n"));
        assertTrue(refusal("logfile /none/such.log").contains("Can't open the log file: No such file or directory"));
        assertTrue(
                refusal("include none.conf").contains("can't open config file 'none.conf': No such file or directory"));
    }

    @Test
    void includesFollowPatternsAndDir() {
        write("b.conf", "port 2\n");
        write("a.conf", "port 1\ntimeout 9\n");
        assertEquals(2, config("include *.conf").getInt("port"));
        assertEquals(9, config("dir " + directory, "include a.conf").getInt("timeout"));
        assertEquals(6379, config("include none-*.conf").getInt("port"));
    }

    @Test
    void otherLinesAreKeptForThoseWhoUnderstandThem() {
        ServerConfig config = config("user bob on +@all", "rename-command KEYS \"\"", "loadmodule /x.so a");
        assertEquals(
                List.of("user", "bob", "on", "+@all"),
                config.userLines().getFirst().words());
        assertEquals(
                List.of("rename-command", "KEYS", ""),
                config.renameLines().getFirst().words());
        assertEquals("/x.so", config.moduleLines().getFirst().words().get(1));
    }

    @Test
    void getKnowsPatternsAliasesAndHiddenNames() {
        ServerConfig config = config();
        assertEquals(Map.of("slave-priority", "100"), config.get(List.of("slave-prio*")));
        assertEquals(Map.of("MaxMemory", "0"), config.get(List.of("MaxMemory")));
        assertEquals(Map.of(), config.get(List.of("key-load-dela?")));
        assertEquals(Map.of("key-load-delay", "0"), config.get(List.of("key-load-delay")));
        assertEquals(2, config.get(List.of("port", "timeout", "PORT")).size());
    }

    @Test
    void setIsAllOrNothing() {
        ServerConfig config = config();
        assertNull(config.set(List.of("maxmemory", "1gb", "save", "60 1"), true, false));
        assertEquals("1073741824", config.show("maxmemory"));
        assertEquals(
                "ERR CONFIG SET failed (possibly related to argument 'timeout') - argument couldn't be parsed into an"
                        + " integer",
                config.set(List.of("maxmemory", "2gb", "timeout", "x"), true, false));
        assertEquals("1073741824", config.show("maxmemory"));
        assertEquals(
                "ERR Unknown option or number of arguments for CONFIG SET - 'nope'",
                config.set(List.of("nope", "1"), true, false));
        assertEquals(
                "ERR CONFIG SET failed (possibly related to argument 'databases') - can't set immutable config",
                config.set(List.of("databases", "1"), true, false));
        assertEquals(
                "ERR CONFIG SET failed (possibly related to argument 'dir') - can't set protected config",
                config.set(List.of("dir", "/"), true, false));
        assertEquals(
                "ERR CONFIG SET failed (possibly related to argument 'PORT') - duplicate parameter",
                config.set(List.of("port", "1", "PORT", "2"), true, false));
        assertEquals(
                "LOADING Redis is loading the dataset in memory", config.set(List.of("appendonly", "yes"), true, true));
        assertEquals("ERR syntax error", config.set(List.of("port"), true, false));
        assertNull(config.set(List.of("save", ""), true, false));
        assertEquals("", config.show("save"));
    }

    @Test
    void aListenerThatRefusesPutsEverythingBack() {
        ServerConfig config = config();
        List<Long> seen = new ArrayList<>();
        config.onChange(
                c -> {
                    seen.add(c.getLong("port"));
                    return c.getLong("port") == 1 ? "Unable to listen on this port. Check server logs." : null;
                },
                "port");
        assertEquals(
                "ERR CONFIG SET failed (possibly related to argument 'port') - Unable to listen on this port. Check"
                        + " server logs.",
                config.set(List.of("timeout", "5", "port", "1"), true, false));
        assertEquals(List.of(1L, 6379L), seen);
        assertEquals(0, config.getInt("timeout"));
        assertNull(config.set(List.of("port", "6379"), true, false));
        assertEquals(2, seen.size(), "no change, nobody told");
    }

    @Test
    void keyspaceEventsAreShownInRedisOrder() {
        ServerConfig config = config("notify-keyspace-events KEA");
        assertEquals("AKE", config.show("notify-keyspace-events"));
        assertNull(config.set(List.of("notify-keyspace-events", "Elg$n"), true, false));
        assertEquals("g$lnE", config.show("notify-keyspace-events"));
        assertTrue(String.valueOf(config.set(List.of("notify-keyspace-events", "q"), true, false))
                .endsWith("Invalid event class character. Use 'Ag$lshzxeKEtmdn'."));
    }

    @Test
    void aSentinelHasItsOwnDefaultsAndLines() throws FatalConfigException {
        ServerConfig config = ServerConfig.parse(null, "sentinel monitor m 127.0.0.1 6379 2", directory, true);
        assertEquals(26379, config.getInt("port"));
        assertEquals(
                "sentinel monitor m 127.0.0.1 6379 2",
                config.sentinelLines().getFirst().text());
    }
}
