package dev.vedette.wire.rdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.wire.resp.Reply;
import dev.vedette.wire.resp.RespFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ways between this codec and a real redis-server: what it saves is read, what is written it loads. */
class RdbRedisIT {

    @TempDir
    Path first;

    @TempDir
    Path second;

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void fill(RealRedis redis) throws IOException, RespFormatException {
        Random random = new Random(7);
        for (int database : new int[] {0, 9}) {
            redis.command("SELECT", String.valueOf(database));
            for (String number : List.of(
                    "0",
                    "-1",
                    "127",
                    "-128",
                    "128",
                    "32767",
                    "-32769",
                    "2147483647",
                    "-2147483648",
                    "2147483648",
                    "9223372036854775807",
                    "-9223372036854775808",
                    "007",
                    "-0",
                    "1.5",
                    "")) {
                redis.command("SET", "number:" + number, number);
            }
            for (int length : new int[] {20, 21, 63, 64, 16383, 16384, 300_000}) {
                redis.command("SET", "run:" + length, "abc".repeat(length / 3) + "x".repeat(length % 3));
                byte[] noise = new byte[length];
                random.nextBytes(noise);
                redis.command(ascii("SET"), ascii("noise:" + length), noise);
            }
            for (int size : new int[] {1, 5, 200, 3000}) {
                for (int i = 0; i < size; i++) {
                    String text = switch (i % 4) {
                        case 0 -> String.valueOf(random.nextLong() >> random.nextInt(64));
                        case 1 -> "text " + i;
                        case 2 -> "y".repeat(i % 100);
                        default -> String.valueOf(i);
                    };
                    redis.command("RPUSH", "list:" + size, text);
                    redis.command("SADD", "set:" + size, text);
                    redis.command("SADD", "ints:" + size, String.valueOf(random.nextLong() >> random.nextInt(64)));
                    redis.command("HSET", "hash:" + size, "f" + i, text);
                    redis.command("ZADD", "zset:" + size, String.valueOf(random.nextGaussian() * i), "m" + i);
                }
            }
            redis.command(
                    "ZADD", "zset:special", "inf", "a", "-inf", "b", "0", "c", "-0.0", "d", "1e300", "e", "3", "f");
            redis.command("RPUSH", "list:huge", "z".repeat(200_000), "a", "y".repeat(70_000), "");
            redis.command("HSET", "hash:huge", "f", "z".repeat(5000), "", "");
            redis.command("PEXPIREAT", "hash:5", "33000000000123");
            redis.command("PEXPIREAT", "number:0", "33000000000000");
            for (int i = 1; i < 300; i++) {
                redis.command("XADD", "stream", i + "-1", "field", "value " + i, "n", String.valueOf(i));
            }
            redis.command("XDEL", "stream", "7-1");
            redis.command("XGROUP", "CREATE", "stream", "group", "0");
            redis.command("XREADGROUP", "GROUP", "group", "consumer", "COUNT", "20", "STREAMS", "stream", ">");
            redis.command("XGROUP", "CREATE", "stream", "empty", "$");
        }
        redis.command("FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('f', function() return 1 end)");
    }

    private void bothWays(String... options) throws IOException, RespFormatException, InterruptedException {
        try (RealRedis writer = RealRedis.start(first, options)) {
            fill(writer);
            byte[] theirs = writer.save();
            ByteArrayOutputStream ours = new ByteArrayOutputStream();
            boolean compression = !List.of(options).contains("rdbcompression");
            new RdbReader(RdbSource.of(theirs))
                    .read(new Transcriber(new RdbWriter(ours::write, compression, compression)));
            Files.write(second.resolve("dump.rdb"), ours.toByteArray());

            Process check = new ProcessBuilder(
                            "redis-check-rdb", second.resolve("dump.rdb").toString())
                    .redirectErrorStream(true)
                    .start();
            String verdict = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, check.waitFor(), verdict);

            try (RealRedis reader = RealRedis.start(second, options)) {
                assertEquals(writer.text("DEBUG", "DIGEST"), reader.text("DEBUG", "DIGEST"));
                assertEquals(writer.text("DBSIZE"), reader.text("DBSIZE"));
                assertEquals("33000000000123", reader.text("PEXPIRETIME", "hash:5"));
                assertEquals(
                        writer.command("XINFO", "STREAM", "stream", "FULL")
                                .elements()
                                .size(),
                        reader.command("XINFO", "STREAM", "stream", "FULL")
                                .elements()
                                .size());
                assertEquals("1", reader.text("FCALL", "f", "0"));
                assertTrue(reader.log().contains("keys expired: 0."), reader::toString);
            }
        }
    }

    @Test
    void defaults() throws Exception {
        bothWays();
    }

    @Test
    void nothingPacked() throws Exception {
        bothWays(
                "--rdbcompression",
                "no",
                "--rdbchecksum",
                "no",
                "--list-max-listpack-size",
                "1",
                "--hash-max-listpack-entries",
                "0",
                "--set-max-intset-entries",
                "0",
                "--zset-max-listpack-entries",
                "0");
    }

    @Test
    void allPacked() throws Exception {
        bothWays(
                "--list-max-listpack-size",
                "-5",
                "--hash-max-listpack-entries",
                "100000",
                "--hash-max-listpack-value",
                "100000",
                "--set-max-intset-entries",
                "100000",
                "--zset-max-listpack-entries",
                "100000",
                "--list-compress-depth",
                "1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"allkeys-lru", "allkeys-lfu"})
    void usageOfKeys(String policy) throws Exception {
        bothWays("--maxmemory-policy", policy);
        List<String> keys = Transcript.of(Files.readAllBytes(second.resolve("dump.rdb"))).lines.stream()
                .filter(line -> line.startsWith("string "))
                .toList();
        String mark = policy.equals("allkeys-lru") ? " idle " : " freq ";
        assertTrue(keys.stream().allMatch(line -> line.contains(mark)), keys::toString);
    }

    @Test
    void theEncodingsOfOldServersAsARealOneUnderstandsThem() throws Exception {
        for (byte[] dump : List.of(RdbEncodingsTest.oldEncodings(), RdbEncodingsTest.newEncodings(false))) {
            ByteArrayOutputStream ours = new ByteArrayOutputStream();
            Files.write(first.resolve("dump.rdb"), dump);
            new RdbReader(RdbSource.of(dump)).read(new Transcriber(new RdbWriter(ours::write, true, true)));
            Files.write(second.resolve("dump.rdb"), ours.toByteArray());
            try (RealRedis theirs = RealRedis.start(first);
                    RealRedis our = RealRedis.start(second)) {
                assertTrue(Long.parseLong(theirs.text("DEBUG", "DIGEST").substring(0, 8), 16) != 0);
                assertEquals(theirs.text("DEBUG", "DIGEST"), our.text("DEBUG", "DIGEST"));
            }
        }
    }

    @Test
    void dumpAndRestore() throws Exception {
        try (RealRedis writer = RealRedis.start(first);
                RealRedis reader = RealRedis.start(second, "--sanitize-dump-payload", "yes")) {
            fill(writer);
            writer.command("SELECT", "0");
            // DUMP says nothing of an expiry.
            writer.command("PERSIST", "number:0");
            writer.command("PERSIST", "hash:5");
            for (Reply key : writer.command("KEYS", "*").elements()) {
                byte[] name = ((Reply.Bulk) key).bytes();
                byte[] theirs = ((Reply.Bulk) writer.command(ascii("DUMP"), name)).bytes();
                byte[] ours = DumpPayload.write(true, dump -> DumpPayload.read(theirs, true, new Keyless(dump)));
                reader.command(ascii("RESTORE"), name, ascii("0"), ours);
                Reply sameHere = writer.command(ascii("DEBUG"), ascii("DIGEST-VALUE"), name);
                assertEquals(sameHere, reader.command(ascii("DEBUG"), ascii("DIGEST-VALUE"), name), key::toString);
            }
            assertEquals(writer.text("DBSIZE"), reader.text("DBSIZE"));
        }
    }
}
