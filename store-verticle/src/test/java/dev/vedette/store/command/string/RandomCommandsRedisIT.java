package dev.vedette.store.command.string;

import dev.vedette.store.RandomCommands;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Thousands of random commands on strings, bitmaps, sketches and their keys, sent to a real redis-server and to a store
 * in memory.
 */
class RandomCommandsRedisIT {

    private static final int COMMANDS = 4000;

    /** A word in capitals stays; another stands for a random argument of its kind, see {@link #argument}. */
    private static final List<String> COMMANDS_TO_CHOOSE = List.of(
            "GET key",
            "SET key value",
            "SET key value NX",
            "SET key value XX GET",
            "SET key value KEEPTTL",
            "SET key value PXAT time GET",
            "SETNX key value",
            "GETSET key value",
            "GETDEL key",
            "GETEX key PXAT time",
            "GETEX key PERSIST",
            "MSET key value key value",
            "MSETNX key value key value",
            "MGET key key key",
            "APPEND key value",
            "APPEND key value",
            "STRLEN key",
            "GETRANGE key index index",
            "SETRANGE key offset value",
            "INCR key",
            "DECRBY key number",
            "INCRBY key number",
            "INCRBYFLOAT key float",
            "INCRBYFLOAT key float",
            "LCS key key LEN",
            "SETBIT key bit one",
            "SETBIT key bit one",
            "GETBIT key bit",
            "BITCOUNT key",
            "BITCOUNT key index index",
            "BITCOUNT key index index BIT",
            "BITPOS key one",
            "BITPOS key one index",
            "BITPOS key one index index",
            "BITPOS key one index index BIT",
            "BITOP AND key key key",
            "BITOP OR key key key key",
            "BITOP XOR key key key",
            "BITOP NOT key key",
            "BITFIELD key GET width bit SET width bit number INCRBY width bit number",
            "BITFIELD key OVERFLOW SAT SET width bit number INCRBY width bit number",
            "BITFIELD key OVERFLOW FAIL SET width bit number INCRBY width bit number GET width bit",
            "BITFIELD_RO key GET width bit",
            "PFADD sketch value value value",
            "PFADD sketch value number number number number number number number number number",
            "PFCOUNT sketch",
            "PFCOUNT sketch sketch",
            "PFMERGE sketch sketch sketch",
            "PFADD key value",
            "PFDEBUG DECODE sketch",
            "GET sketch",
            "DEL key sketch",
            "UNLINK key",
            "EXISTS key key",
            "TYPE key",
            "OBJECT ENCODING sketch",
            "RENAME key key",
            "RENAMENX key key",
            "COPY key key REPLACE",
            "COPY sketch sketch REPLACE",
            "EXPIREAT key 99999999999 condition",
            "PEXPIREAT key time condition",
            "PEXPIRETIME key",
            "PERSIST key");

    @TempDir
    Path folder;

    private Random random = new Random();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void repliesAndDataAreTheSame(long seed) throws Exception {
        new RandomCommands(COMMANDS_TO_CHOOSE, this::argument, Set.of()).compare(folder, seed, COMMANDS);
    }

    private byte[] argument(String kind, Random chance) {
        random = chance;
        return argument(kind);
    }

    private byte[] argument(String kind) {
        return switch (kind) {
            case "key" -> latin("key" + random.nextInt(6));
            case "sketch" -> latin("sketch" + random.nextInt(3));
            case "value" -> value();
            case "number" -> number();
            case "float" -> latin(oneOf("1.5", "-0.1", "1e3", "3.0", "-1e-7", "100000000000.3", "0.2", "7", "x"));
            case "index" -> latin(String.valueOf(random.nextInt(60) - 30));
            case "offset" -> latin(String.valueOf(random.nextInt(random.nextInt(50) == 0 ? 9000 : 40)));
            case "bit" -> latin(String.valueOf(random.nextInt(random.nextInt(50) == 0 ? 70000 : 200)));
            case "one" -> latin(random.nextBoolean() ? "1" : "0");
            case "width" ->
                latin(random.nextBoolean() ? "u" + (1 + random.nextInt(63)) : "i" + (1 + random.nextInt(64)));
            case "time" -> latin(String.valueOf(9_000_000_000_000L + random.nextInt(1000)));
            case "condition" -> latin(oneOf("NX", "XX", "GT", "LT"));
            default -> latin(kind);
        };
    }

    private byte[] value() {
        return switch (random.nextInt(8)) {
            case 0, 1 -> number();
            case 2 -> latin("");
            case 3 -> latin(oneOf("1.5", "10.25", "-3e2", "abc", "007", "-0", " 1"));
            case 4 -> bytes(random.nextInt(20));
            case 5 -> bytes(random.nextInt(60));
            case 6 -> random.nextInt(20) == 0 ? bytes(4090 + random.nextInt(20)) : bytes(44 + random.nextInt(2));
            default -> latin("value" + random.nextInt(100));
        };
    }

    private byte[] number() {
        return latin(
                switch (random.nextInt(6)) {
                    case 0 -> String.valueOf(random.nextLong());
                    case 1 -> oneOf("9223372036854775807", "-9223372036854775808", "9223372036854775808", "0", "-1");
                    default -> String.valueOf(random.nextInt(2000) - 1000);
                });
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private String oneOf(String... words) {
        return words[random.nextInt(words.length)];
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
