package dev.vedette.launcher.interop;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Writes of all kinds, small and large, in every encoding that Redis has: the same ones for the same seed. Every command
 * is valid whatever came before, since the name of a key says its type.
 */
final class Load {

    private static final int KEYS_PER_TYPE = 24;
    /** The first keys of each type stay small, the others may grow. */
    private static final int SMALL_KEYS = 12;

    private static final int SMALL_MEMBERS = 20;
    private static final int LARGE_MEMBERS = 3000;
    private static final long FAR_MILLIS = 4_000_000_000_000L;

    private final Random random;

    Load(long seed) {
        random = new Random(seed);
    }

    /** A key of each type in each encoding, with and without a time to live, in several databases. */
    List<byte[][]> firstOfAll() {
        List<byte[][]> all = new ArrayList<>();
        for (String database : List.of("9", "1", "0")) {
            all.add(words("SELECT", database));
            all.add(words("SET", "str:number", "-9223372036854775808"));
            all.add(words("SET", "str:short", "embedded"));
            all.add(words("SET", "str:empty", ""));
            all.add(raw("SET", utf8("str:long"), text(300)));
            all.add(raw("SET", utf8("str:huge"), text(300_000)));
            all.add(raw("SET", bytes(40), bytes(100)));
            all.add(words("SET", "str:ends", "x", "PXAT", Long.toString(FAR_MILLIS + 1)));
            all.add(words("RPUSH", "list:listpack", "a", "1", "-70000", ""));
            all.add(raw("RPUSH", utf8("list:plain"), text(20_000), utf8("small")));
            all.add(words("SADD", "set:integers", "1", "-70000", "5000000000"));
            all.add(words("SADD", "set:words", "a", "b", "12"));
            all.add(words("HSET", "hash:listpack", "f", "v", "n", "12"));
            all.add(raw("HSET", utf8("hash:longvalue"), utf8("f"), text(100)));
            all.add(words("ZADD", "zset:listpack", "1", "a", "-inf", "b", "2.5", "c", "+inf", "d", "1e100", "e"));
            all.add(raw("ZADD", utf8("zset:longname"), utf8("3"), text(100)));
            for (int i = 0; i < 2000; i += 100) {
                all.add(many("RPUSH", "list:quicklist", i, "", "item"));
                all.add(many("SADD", "set:table", i, "", "member"));
                all.add(many("SADD", "set:manyintegers", i, "", ""));
                all.add(many("HSET", "hash:table", i, "field", "value"));
                all.add(many("ZADD", "zset:skiplist", i, "", "member"));
            }
            all.addAll(streams());
            for (String key : List.of(
                    "stream:long", "list:quicklist", "set:table", "set:integers", "hash:table", "zset:skiplist")) {
                all.add(words("PEXPIREAT", key, Long.toString(FAR_MILLIS + key.length())));
            }
        }
        return all;
    }

    /** A stream of many entries, some of them deleted and some pending in a group; and one without any. */
    private static List<byte[][]> streams() {
        List<byte[][]> all = new ArrayList<>();
        all.add(words("DEL", "stream:long", "stream:empty"));
        for (int i = 1; i <= 500; i++) {
            String other = i % 5 == 0 ? "another" : "other";
            all.add(words("XADD", "stream:long", i + "-" + i % 7, "field", "value" + i, other, "x".repeat(i % 50)));
        }
        all.add(words("XDEL", "stream:long", "7-0", "8-1", "250-5"));
        all.add(words("XGROUP", "CREATE", "stream:long", "group", "0"));
        for (String consumer : List.of("a", "b", "a", "c")) {
            all.add(words("XREADGROUP", "GROUP", "group", consumer, "COUNT", "100", "STREAMS", "stream:long", ">"));
        }
        all.add(words("XACK", "stream:long", "group", "3-3", "5-5", "300-6"));
        all.add(words("XGROUP", "CREATE", "stream:empty", "group", "$", "MKSTREAM"));
        return all;
    }

    /** A hundred elements; those of a hash and a sorted set each with something before it. */
    private static byte[][] many(String command, String key, int from, String before, String after) {
        List<String> words = new ArrayList<>(List.of(command, key));
        for (int i = from; i < from + 100; i++) {
            switch (command) {
                case "HSET" -> words.addAll(List.of(before + i, after + i));
                case "ZADD" -> words.addAll(List.of(i % 3 == 0 ? Integer.toString(i) : i + ".25", after + i));
                default -> words.add(after + i);
            }
        }
        return words(words.toArray(String[]::new));
    }

    /** The next commands; several that belong together, or one. */
    List<byte[][]> next() {
        if (random.nextInt(20) == 0) {
            return List.of(words("MULTI"), write(), write(), words("EXEC"));
        }
        if (random.nextInt(60) == 0) {
            String database = Integer.toString(random.nextInt(3));
            return List.<byte[][]>of(words("SELECT", database), write());
        }
        return Collections.singletonList(write());
    }

    private byte[][] write() {
        return switch (random.nextInt(10)) {
            case 9 -> stream();
            case 0, 1 -> string();
            case 2 -> list();
            case 3 -> set();
            case 4 -> hash();
            case 5 -> sortedSet();
            case 6 -> bits();
            case 7 -> script();
            default -> anyKey();
        };
    }

    private byte[][] string() {
        byte[] key = key("str");
        return switch (random.nextInt(9)) {
            case 0 -> raw("SET", key, value());
            case 1 -> raw("SET", key, value(), utf8("PXAT"), utf8(Long.toString(FAR_MILLIS + random.nextInt(1000))));
            case 2 -> words("INCRBY", counter(), Integer.toString(random.nextInt(2000) - 1000));
            case 3 -> words("INCRBYFLOAT", "float" + random.nextInt(4), random.nextInt(100) + ".125");
            case 4 -> raw("APPEND", key, text(10));
            case 5 -> raw("SETRANGE", key, utf8(Integer.toString(random.nextInt(50))), text(5));
            case 6 -> raw("GETDEL", key);
            case 7 -> raw("GETEX", key, utf8("PX"), utf8("100000000"));
            default -> raw("MSET", key, value(), key("str"), value());
        };
    }

    private byte[][] list() {
        byte[] key = key("list");
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> raw("RPUSH", key, value(), value(), value());
            case 3 -> raw("LPUSH", key, value(), value());
            case 4 -> raw("LPOP", key);
            case 5 -> raw("RPOP", key, utf8("2"));
            case 6 -> raw("LMOVE", key, key("list"), utf8("LEFT"), utf8("RIGHT"));
            case 7 -> raw("LTRIM", key, utf8("0"), utf8("400"));
            case 8 -> raw("LINSERT", key, utf8("BEFORE"), utf8("7"), value());
            default -> raw("LREM", key, utf8("1"), utf8("7"));
        };
    }

    private byte[][] set() {
        int number = random.nextInt(KEYS_PER_TYPE);
        byte[] key = utf8("set:" + number);
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> raw("SADD", key, member(number), member(number), member(number));
            case 3 -> raw("SREM", key, member(number));
            case 4 -> raw("SPOP", key);
            case 5 -> raw("SPOP", key, utf8("3"));
            case 6 -> raw("SMOVE", key, key("set"), member(number));
            default -> raw("SUNIONSTORE", utf8("set:union"), key, key("set"));
        };
    }

    private byte[][] hash() {
        int number = random.nextInt(KEYS_PER_TYPE);
        byte[] key = utf8("hash:" + number);
        return switch (random.nextInt(6)) {
            case 0, 1, 2 -> raw("HSET", key, member(number), value(), member(number), value());
            case 3 -> raw("HDEL", key, member(number));
            case 4 -> raw("HINCRBY", key, utf8("count"), utf8("3"));
            default -> raw("HINCRBYFLOAT", key, utf8("sum"), utf8("0.5"));
        };
    }

    private byte[][] sortedSet() {
        int number = random.nextInt(KEYS_PER_TYPE);
        byte[] key = utf8("zset:" + number);
        return switch (random.nextInt(9)) {
            case 0, 1, 2 -> raw("ZADD", key, score(), member(number), score(), member(number));
            case 3 -> raw("ZINCRBY", key, score(), member(number));
            case 4 -> raw("ZREM", key, member(number));
            case 5 -> raw("ZPOPMIN", key);
            case 6 -> raw("ZPOPMAX", key, utf8("2"));
            case 7 -> raw("ZREMRANGEBYRANK", key, utf8("0"), utf8("1"));
            default -> raw("ZUNIONSTORE", utf8("zset:union"), utf8("2"), key, key("zset"));
        };
    }

    private byte[][] stream() {
        byte[] key = key("stream");
        byte[] field = utf8("field" + random.nextInt(2));
        return switch (random.nextInt(9)) {
            case 0, 1, 2 -> raw("XADD", key, utf8("*"), field, value());
            case 3 -> raw("XADD", key, utf8("*"), field, value(), utf8("more"), value());
            case 4 -> raw("XADD", key, utf8("MAXLEN"), utf8("~"), utf8("200"), utf8("*"), field, value());
            case 5 -> raw("XTRIM", key, utf8("MAXLEN"), utf8("~"), utf8("100"), utf8("LIMIT"), utf8("200"));
            default -> readOfGroup(key);
        };
    }

    /** What a consumer does, as a script: a command of its own would fail where there is no group. */
    private byte[][] readOfGroup(byte[] key) {
        String group = "group" + random.nextInt(2);
        String create = "redis.pcall('XGROUP', 'CREATE', KEYS[1], '" + group + "', '0', 'MKSTREAM');";
        String read = " local r = redis.call('XREADGROUP', 'GROUP', '" + group + "', ARGV[1], 'COUNT', '7',"
                + (random.nextInt(4) == 0 ? " 'NOACK'," : "") + " 'STREAMS', KEYS[1], '>');";
        String work = " if r then for i, entry in ipairs(r[1][2]) do"
                + " if i % 2 == 0 then redis.call('XACK', KEYS[1], '" + group + "', entry[1]) end"
                + " if i % 3 == 0 then redis.call('XDEL', KEYS[1], entry[1]) end end end;";
        String claim = " redis.call('XAUTOCLAIM', KEYS[1], '" + group + "', 'heir', '0', '0', 'COUNT', '2')";
        return script(create + read + (random.nextBoolean() ? work : claim), key, key);
    }

    /** Strings that are bits or counts, and sorted sets that are places. */
    private byte[][] bits() {
        String number = Integer.toString(random.nextInt(2000));
        return switch (random.nextInt(8)) {
            case 0, 1 -> words("SETBIT", bitKey(), number, Integer.toString(random.nextInt(2)));
            case 2 -> words("BITOP", "XOR", "bits:result", bitKey(), bitKey());
            case 3 -> words("BITFIELD", bitKey(), "INCRBY", "u7", number, "9", "SET", "i16", "#2", number);
            case 4 -> words("PFADD", pfKey(), number, number + "a", number + "b");
            case 5 -> words("PFMERGE", "pf:all", pfKey(), pfKey());
            case 6 -> words("GEOADD", "geo", random.nextInt(180) + ".25", random.nextInt(80) + ".5", "place" + number);
            default -> words("GEOSEARCHSTORE geo:near geo FROMLONLAT 90 40 BYRADIUS 3000 km COUNT 20".split(" "));
        };
    }

    private String bitKey() {
        return "bits:" + random.nextInt(6);
    }

    private String pfKey() {
        return "pf:" + random.nextInt(6);
    }

    private byte[][] script() {
        return switch (random.nextInt(3)) {
            case 0 ->
                script(
                        "redis.call('SET', KEYS[1], ARGV[1]); return redis.call('SADD', KEYS[2], 7)",
                        key("str"),
                        key("set"));
            case 1 ->
                script(
                        "for i = 1, 5 do redis.call('RPUSH', KEYS[1], i * 1.5) end; return redis.call('SPOP', KEYS[2])",
                        key("list"),
                        key("set"));
            default ->
                script(
                        "return redis.call('ZADD', KEYS[1], redis.call('HINCRBY', KEYS[2], 'count', 1), 'm')",
                        key("zset"),
                        key("hash"));
        };
    }

    private byte[][] script(String body, byte[] first, byte[] second) {
        return raw("EVAL", utf8(body), utf8("2"), first, second, value());
    }

    private byte[][] anyKey() {
        String type = List.of("str", "list", "set", "hash", "zset", "stream").get(random.nextInt(6));
        return switch (random.nextInt(10)) {
            case 0 -> raw("DEL", key(type));
            case 1 -> raw("UNLINK", key(type), key(type));
            case 2 -> raw("PEXPIRE", key(type), utf8("100000000"));
            case 3 -> raw("EXPIREAT", key(type), utf8("4000000000"));
            case 4 -> raw("PERSIST", key(type));
            case 5 -> raw("PEXPIRE", key(type), utf8("-1"));
            case 6 -> raw("MOVE", key(type), utf8("5"));
            case 7 -> words("SWAPDB", "5", "6");
            case 8 -> raw("SORT", key("set"), utf8("ALPHA"), utf8("STORE"), utf8("list:sorted"));
            default -> raw("COPY", key(type), utf8(type + ":copy"), utf8("REPLACE"));
        };
    }

    // ------------------------------------------------------------------ words

    private byte[] key(String type) {
        return utf8(type + ":" + random.nextInt(KEYS_PER_TYPE));
    }

    private String counter() {
        return "counter" + random.nextInt(KEYS_PER_TYPE);
    }

    private byte[] member(int key) {
        int member = random.nextInt(key < SMALL_KEYS ? SMALL_MEMBERS : LARGE_MEMBERS);
        return utf8(key % 2 == 0 ? Integer.toString(member) : "m" + member);
    }

    private byte[] score() {
        return utf8(
                switch (random.nextInt(4)) {
                    case 0 -> Integer.toString(random.nextInt(100));
                    case 1 -> random.nextInt(100) + ".5";
                    case 2 -> "-1e" + random.nextInt(30);
                    default -> Double.toString(random.nextDouble());
                });
    }

    private byte[] value() {
        return switch (random.nextInt(40)) {
            case 0 -> text(5000);
            case 1 -> bytes(2000);
            case 2, 3 -> bytes(20);
            case 4, 5, 6, 7 -> text(80);
            case 8, 9, 10 -> utf8(Long.toString(random.nextLong()));
            default -> utf8(Integer.toString(random.nextInt(20)));
        };
    }

    private byte[] text(int length) {
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            text[i] = (byte) ('a' + i % 7 + (i % 31 == 0 ? random.nextInt(10) : 0));
        }
        return text;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[][] raw(String command, byte[]... arguments) {
        byte[][] words = new byte[arguments.length + 1][];
        words[0] = utf8(command);
        System.arraycopy(arguments, 0, words, 1, arguments.length);
        return words;
    }

    private static byte[][] words(String... words) {
        return Arrays.stream(words).map(Load::utf8).toArray(byte[][]::new);
    }
}
