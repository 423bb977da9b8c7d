package dev.vedette.store.command.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.vedette.store.MemoryClient;
import dev.vedette.store.MemoryServer;
import dev.vedette.wire.rdb.RealRedis;
import dev.vedette.wire.resp.Reply;
import dev.vedette.wire.resp.RespDecoder;
import dev.vedette.wire.resp.RespEncoder;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real redis-server loads our dump file and has the same data then, and the other way round. */
class DumpRedisIT {

    private static final int KEYS = 300;
    private static final int DATABASES = 3;

    @TempDir
    Path folder;

    private interface Server {
        Reply ask(byte[]... words) throws Exception;
    }

    private record Real(Socket socket, RespDecoder decoder) implements Server {
        @Override
        public Reply ask(byte[]... words) throws Exception {
            socket.getOutputStream().write(RespEncoder.commandBytes(words));
            return decoder.next(socket.getInputStream());
        }
    }

    private record Memory(MemoryClient client) implements Server {
        @Override
        public Reply ask(byte[]... words) {
            Reply reply = client.command(words);
            if (reply == null) {
                throw new AssertionError("no reply");
            }
            return reply;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Reply ask(Server server, String... words) throws Exception {
        Reply reply = server.ask(Arrays.stream(words).map(DumpRedisIT::bytes).toArray(byte[][]::new));
        if (reply instanceof Reply.Error(String text)) {
            throw new AssertionError(String.join(" ", words) + ": " + text);
        }
        return reply;
    }

    private static void ask(Server server, List<byte[]> words) throws Exception {
        if (server.ask(words.toArray(new byte[0][])) instanceof Reply.Error(String text)) {
            throw new AssertionError(new String(words.getFirst(), StandardCharsets.ISO_8859_1) + ": " + text);
        }
    }

    /** Values of every type, size and encoding, a third of them with a time to live. */
    private static void fill(Server server, Random random) throws Exception {
        long far = System.currentTimeMillis() + 10_000_000;
        for (int i = 0; i < KEYS; i++) {
            ask(server, "SELECT", String.valueOf(i % DATABASES * 5));
            byte[] key = bytes("k" + i + (i % 10 == 0 ? "x".repeat(300) : ""));
            if (i % 8 == 7) {
                fillStream(server, key, random);
            } else {
                ask(server, write(key, i, random));
            }
            if (i % 3 == 0) {
                ask(server, List.of(bytes("PEXPIREAT"), key, bytes(String.valueOf(far + i))));
            }
        }
    }

    /** A stream with what was deleted from it, groups, and what is pending in them. */
    private static void fillStream(Server server, byte[] key, Random random) throws Exception {
        int count = new int[] {0, 1, 50, 400}[random.nextInt(4)];
        for (int n = 0; n < count; n++) {
            byte[] id = bytes(n * 10L + "-" + random.nextInt(1, 5));
            ask(server, List.of(bytes("XADD"), key, id, bytes("f"), word(random, 100), bytes("g"), word(random, 20)));
        }
        for (int g = 0; g < 3; g++) {
            byte[] group = bytes("group" + g);
            ask(server, List.of(bytes("XGROUP"), bytes("CREATE"), key, group, bytes("0"), bytes("MKSTREAM")));
            for (int c = 0; c < g; c++) {
                byte[] some = bytes(String.valueOf(random.nextInt(1, 60)));
                List<byte[]> read =
                        new ArrayList<>(List.of(bytes("XREADGROUP"), bytes("GROUP"), group, bytes("c" + c)));
                read.addAll(List.of(bytes("COUNT"), some, bytes("STREAMS"), key, bytes(">")));
                ask(server, read);
            }
        }
        for (int n = 0; n < count; n += 7) {
            ask(server, List.of(bytes("XDEL"), key, bytes(n * 10L + "-1"), bytes(n * 10L + "-2")));
        }
    }

    private static List<byte[]> write(byte[] key, int i, Random random) {
        int count = new int[] {1, 5, 100, 600, 3000}[random.nextInt(5)];
        List<byte[]> command = new ArrayList<>();
        command.add(bytes(new String[] {"SET", "RPUSH", "SADD", "SADD", "HSET", "ZADD", "SET"}[i % 7]));
        command.add(key);
        switch (i % 7) {
            case 0 -> command.add(word(random, 70_000));
            case 6 -> command.add(bytes(String.valueOf(random.nextLong() >> random.nextInt(64))));
            case 3 -> {
                int shift = random.nextInt(64);
                for (int n = 0; n < count; n++) {
                    command.add(bytes(String.valueOf(random.nextLong() >> shift)));
                }
            }
            case 4 -> {
                for (int n = 0; n < count; n++) {
                    command.add(bytes("f" + n));
                    command.add(word(random, 100));
                }
            }
            case 5 -> {
                for (int n = 0; n < count; n++) {
                    command.add(score(random));
                    command.add(word(random, 100));
                }
            }
            default -> {
                for (int n = 0; n < count; n++) {
                    command.add(word(random, n % 100 == 0 ? 5000 : 50));
                }
            }
        }
        return command;
    }

    private static byte[] score(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> bytes("inf");
            case 1 -> bytes("-inf");
            case 2 -> bytes(String.valueOf(random.nextDouble()));
            default -> bytes(String.valueOf(random.nextInt(100)));
        };
    }

    private static byte[] word(Random random, int max) {
        int length = random.nextInt(max);
        byte[] word = new byte[length];
        switch (random.nextInt(4)) {
            case 0 -> Arrays.fill(word, (byte) 'a');
            case 1 -> {
                return bytes(String.valueOf(random.nextInt()));
            }
            default -> random.nextBytes(word);
        }
        return word;
    }

    /** Everything that a client can see of the data, in one text. */
    private static String seen(Server server) throws Exception {
        StringBuilder seen =
                new StringBuilder(String.valueOf(ask(server, "DEBUG", "DIGEST").text()));
        for (int database = 0; database < DATABASES * 5; database += 5) {
            ask(server, "SELECT", String.valueOf(database));
            seen.append('\n').append(ask(server, "DBSIZE"));
            for (int i = 0; i < KEYS; i++) {
                String key = "k" + i + (i % 10 == 0 ? "x".repeat(300) : "");
                if (i % DATABASES * 5 == database) {
                    seen.append('\n')
                            .append(key)
                            .append(' ')
                            .append(ask(server, "OBJECT", "ENCODING", key).text())
                            .append(ask(server, "PEXPIRETIME", key));
                    if (i % 8 == 7) {
                        seen.append(ask(server, "XINFO", "STREAM", key, "FULL", "COUNT", "0"));
                    }
                }
            }
        }
        return seen.toString();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theSameDataThereAndBack(long seed) throws Exception {
        System.out.println("seed " + seed);
        Path theirs = Files.createDirectory(folder.resolve("theirs"));
        Path ours = Files.createDirectory(folder.resolve("ours"));
        String expected;
        try (RealRedis redis = RealRedis.start(theirs);
                Socket socket = redis.connect()) {
            Server server = new Real(socket, new RespDecoder());
            fill(server, new Random(seed));
            expected = seen(server);
            ask(server, "SAVE");
        }
        MemoryServer memory = new MemoryServer("dir " + theirs, "enable-debug-command local", "save \"\"");
        // The virtual clock stands long before the times to live of the data.
        Server server = new Memory(memory.client());
        ask(server, "DEBUG", "RELOAD", "NOSAVE");
        assertEquals(expected, seen(server));
        Files.delete(theirs.resolve("dump.rdb"));
        ask(server, "BGSAVE");
        memory.await(() -> !memory.state.persistence.bgsaveInProgress);
        Files.copy(theirs.resolve("dump.rdb"), ours.resolve("dump.rdb"));
        try (RealRedis redis = RealRedis.start(ours);
                Socket socket = redis.connect()) {
            assertEquals(expected, seen(new Real(socket, new RespDecoder())));
        }
    }

    @Test
    void whatWeMakeIsWhatTheyLoad() throws Exception {
        MemoryServer memory =
                new MemoryServer("dir " + folder, "enable-debug-command local", "save \"\"", "rdbcompression no");
        Server server = new Memory(memory.client());
        fill(server, new Random(99));
        String expected = seen(server);
        assertNotEquals("0".repeat(40), expected.substring(0, 40));
        ask(server, "SAVE");
        try (RealRedis redis = RealRedis.start(folder);
                Socket socket = redis.connect()) {
            assertEquals(expected, seen(new Real(socket, new RespDecoder())));
        }
    }
}
