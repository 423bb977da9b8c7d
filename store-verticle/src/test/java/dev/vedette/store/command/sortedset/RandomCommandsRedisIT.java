package dev.vedette.store.command.sortedset;

import dev.vedette.store.RandomCommands;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Thousands of random commands on sorted sets and on maps, sent to a real redis-server and to a store in memory. */
class RandomCommandsRedisIT {

    private static final int COMMANDS = 4000;

    private static final List<String> ON_SORTED_SETS = List.of(
            "ZADD key score member score member score member",
            "ZADD key score member score member score member score member score member score member",
            "ZADD key score member score member score member score member score member score member",
            "ZADD key condition score member score member",
            "ZADD key condition CH score member score member",
            "ZADD key condition INCR score member",
            "ZINCRBY key score member",
            "ZREM key member member",
            "ZSCORE key member",
            "ZMSCORE key member member",
            "ZRANK key member",
            "ZREVRANK key member",
            "ZCARD key",
            "ZCOUNT key bound bound",
            "ZPOPMIN key",
            "ZPOPMAX key small",
            "ZMPOP 2 key key MIN COUNT small",
            "ZRANGE key index index WITHSCORES",
            "ZRANGE key index index REV",
            "ZRANGE key bound bound BYSCORE LIMIT index small",
            "ZRANGE key bound bound BYSCORE REV WITHSCORES",
            "ZRANGEBYSCORE key bound bound LIMIT small index",
            "ZREVRANGEBYSCORE key bound bound WITHSCORES",
            "ZRANGESTORE key key index index",
            "ZRANGESTORE key key bound bound BYSCORE LIMIT small index",
            "ZREMRANGEBYRANK key index index",
            "ZREMRANGEBYSCORE key bound bound",
            "ZUNION 3 key key key WITHSCORES",
            "ZUNION 2 key key WEIGHTS score score AGGREGATE aggregate WITHSCORES",
            "ZINTER 2 key key WEIGHTS score score AGGREGATE aggregate WITHSCORES",
            "ZINTER 2 key set WITHSCORES",
            "ZDIFF 2 key key WITHSCORES",
            "ZDIFF 5 key key key set set",
            "ZUNIONSTORE key 3 key key key",
            "ZUNIONSTORE key 2 key set WEIGHTS score score AGGREGATE aggregate",
            "ZINTERSTORE key 2 key key",
            "ZDIFFSTORE key 2 key key",
            "ZINTERCARD 2 key key LIMIT small",
            "SADD set member member member",
            "CONFIG SET zset-max-listpack-entries limit",
            "OBJECT ENCODING key",
            "OBJECT ENCODING key",
            "DEL key",
            "COPY key key REPLACE");

    private static final List<String> BY_NAME = List.of(
            "ZADD names 0 member 0 member 0 member 0 member 0 member",
            "ZREM names member",
            "ZLEXCOUNT names name name",
            "ZRANGEBYLEX names name name LIMIT small index",
            "ZREVRANGEBYLEX names name name",
            "ZRANGE names name name BYLEX REV LIMIT index small",
            "ZRANGESTORE other names name name BYLEX",
            "ZREMRANGEBYLEX names name name",
            "OBJECT ENCODING names");

    private static final List<String> ON_MAPS = List.of(
            "GEOADD key longitude latitude place longitude latitude place longitude latitude place",
            "GEOADD key longitude latitude place longitude latitude place longitude latitude place",
            "GEOADD key near near place near near place near near place near near place",
            "GEOADD key CH longitude latitude place",
            "GEODIST key place place km",
            "GEOPOS key place place",
            "GEOHASH key place place",
            "GEOSEARCH key FROMMEMBER place BYRADIUS distance km",
            "GEOSEARCH key FROMLONLAT near near BYRADIUS distance m WITHDIST WITHCOORD WITHHASH",
            "GEOSEARCH key FROMLONLAT longitude latitude BYBOX distance distance km",
            "GEOSEARCH key FROMMEMBER place BYBOX distance distance mi COUNT 3 ANY",
            "GEOSEARCH key FROMLONLAT near near BYRADIUS distance ft COUNT 3",
            "GEORADIUS key near near distance km ASC",
            "GEORADIUSBYMEMBER key place distance km DESC",
            "GEOSEARCHSTORE key key FROMLONLAT near near BYRADIUS distance km",
            "GEORADIUS key longitude latitude distance km STORE key",
            "DEL key");

    /** On a grid, so that many places are equally far away. */
    private static final List<String> ON_A_GRID = List.of(
            "GEOADD grid1 step step place step step place step step place step step place step step place step step place",
            "GEOADD grid2 step step place step step place step step place",
            "GEOADD grid3 step step place",
            "GEOSEARCH grid FROMLONLAT step step BYRADIUS 3000 km COUNT few",
            "GEOSEARCH grid FROMLONLAT step step BYBOX 3000 3000 km DESC COUNT few WITHDIST",
            "GEOSEARCH grid FROMLONLAT step step BYRADIUS 400 km COUNT few ANY ASC",
            "GEORADIUS grid step step 2000 km ASC COUNT few STORE chosen",
            "GEOSEARCHSTORE chosen grid FROMLONLAT step step BYRADIUS 1000 km COUNT few",
            "ZRANGE chosen 0 -1 WITHSCORES",
            "ZREM grid place place");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void sortedSetsAreTheSame(long seed) throws Exception {
        compare(ON_SORTED_SETS, seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void rangesByNameAreTheSame(long seed) throws Exception {
        compare(BY_NAME, seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void mapsAreTheSame(long seed) throws Exception {
        compare(ON_MAPS, seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void thoseChosenAmongEquallyDistantAreTheSame(long seed) throws Exception {
        compare(ON_A_GRID, seed);
    }

    private void compare(List<String> commands, long seed) throws Exception {
        new RandomCommands(commands, RandomCommandsRedisIT::argument, Set.of()).compare(folder, seed, COMMANDS);
    }

    private static byte[] argument(String kind, Random random) {
        String text = switch (kind) {
            case "key" -> "key" + random.nextInt(5);
            case "score" -> score(random);
            case "bound" -> (random.nextInt(4) == 0 ? "(" : "") + score(random);
            case "member" -> member(random);
            case "name" -> oneOf(random, "-", "+", "[" + member(random), "(" + member(random));
            case "condition" -> oneOf(random, "NX", "XX", "GT", "LT");
            case "aggregate" -> oneOf(random, "SUM", "MIN", "MAX");
            case "index" -> Integer.toString(random.nextInt(40) - 15);
            case "small" -> Integer.toString(random.nextInt(4));
            case "limit" -> Integer.toString(random.nextInt(30));
            case "place" -> "place" + random.nextInt(200);
            case "longitude" -> Double.toString(random.nextDouble() * 360 - 180);
            case "latitude" -> Double.toString(random.nextDouble() * 170 - 85);
            case "step" -> Integer.toString(random.nextInt(12));
            case "grid" -> "grid" + (1 + random.nextInt(3));
            case "few" -> Integer.toString(1 + random.nextInt(60));
            case "near" -> Double.toString(random.nextDouble() * 2 + 20);
            case "distance" -> Double.toString(Math.pow(10, random.nextDouble() * 4.3));
            default -> kind;
        };
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String score(Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> oneOf(random, "inf", "-inf", "-0", "1e300", "x");
            case 1, 2 -> Double.toString(random.nextGaussian());
            case 3 -> random.nextInt(100) + "." + random.nextInt(1000);
            default -> Integer.toString(random.nextInt(20) - 5);
        };
    }

    private static String member(Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> "";
            case 1 -> "m".repeat(60 + random.nextInt(8));
            default -> "member" + random.nextInt(60);
        };
    }

    private static String oneOf(Random random, String... words) {
        return words[random.nextInt(words.length)];
    }
}
