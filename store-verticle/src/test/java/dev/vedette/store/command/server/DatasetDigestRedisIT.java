package dev.vedette.store.command.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.vedette.store.MemoryClient;
import dev.vedette.store.MemoryServer;
import dev.vedette.wire.rdb.RealRedis;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Equal data has the same DEBUG DIGEST here and in a real redis-server, for every type in every form. */
class DatasetDigestRedisIT {

    @TempDir
    Path folder;

    @Test
    void equalDataHasTheSameDigest() throws Exception {
        MemoryServer server = new MemoryServer("enable-debug-command local");
        MemoryClient ours = server.client();
        String before = "";
        try (RealRedis redis = RealRedis.start(folder)) {
            for (String[] command : commands()) {
                ours.command(command);
                redis.command(bytes(command));
                String digest = String.valueOf(redis.command("DEBUG", "DIGEST").text());
                assertEquals(
                        digest,
                        Objects.requireNonNull(ours.command("DEBUG", "DIGEST")).text(),
                        command[0] + " " + command[command.length > 1 ? 1 : 0]);
                if (!command[0].equals("SELECT")) {
                    assertNotEquals(before, digest);
                }
                before = digest;
            }
        }
    }

    private static List<String[]> commands() {
        List<String[]> commands = new ArrayList<>();
        commands.add(new String[] {"SET", "text", "a\u0000\u00ff"});
        commands.add(new String[] {"SET", "number", "-12345"});
        commands.add(new String[] {"SET", "large", "x".repeat(10_000)});
        commands.add(new String[] {"SET", "timed", "v", "EX", "1000"});
        commands.add(new String[] {"EXPIRE", "text", "1000"});
        commands.add(new String[] {"PERSIST", "timed"});
        commands.add(new String[] {"XADD", "stream", "1-1", "f", "v", "n", "12"});
        commands.add(new String[] {"XADD", "stream", "1-2", "f", "w", "n", "-7"});
        commands.add(new String[] {"XADD", "stream", "18446744073709551615-3", "", "", "f", "x".repeat(5000)});
        commands.add(new String[] {"XDEL", "stream", "1-2"});
        for (int size : new int[] {1, 20, 2000}) {
            commands.add(many("RPUSH", "list" + size, size, i -> List.of("element:" + i)));
            commands.add(many("SADD", "ints" + size, size, i -> List.of(Integer.toString(i * 7))));
            commands.add(many("SADD", "set" + size, size, i -> List.of("member:" + i)));
            commands.add(many("HSET", "hash" + size, size, i -> List.of("field:" + i, Integer.toString(i))));
            Random random = new Random(size);
            commands.add(many(
                    "ZADD", "zset" + size, size, i -> List.of(Double.toString(random.nextGaussian() * i), "m:" + i)));
        }
        commands.add(new String[] {"ZADD", "scores", "inf", "a", "-inf", "b", "-0.0", "c", "1e300", "d", "3", "e"});
        commands.add(new String[] {"SELECT", "3"});
        commands.add(new String[] {"SET", "elsewhere", "1"});
        commands.add(new String[] {"SWAPDB", "0", "3"});
        commands.add(new String[] {"FLUSHALL"});
        return commands;
    }

    private static byte[][] bytes(String[] command) {
        return Arrays.stream(command)
                .map(word -> word.getBytes(StandardCharsets.ISO_8859_1))
                .toArray(byte[][]::new);
    }

    private static String[] many(
            String name, String key, int count, java.util.function.IntFunction<List<String>> words) {
        List<String> all = new ArrayList<>(List.of(name, key));
        IntStream.range(0, count).mapToObj(words).forEach(all::addAll);
        return all.toArray(new String[0]);
    }
}
