package dev.vedette.store.command.stream;

import dev.vedette.store.RandomCommands;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Thousands of random commands on streams, sent to a real redis-server and to a store in memory. */
class RandomCommandsRedisIT {

    private static final int COMMANDS = 6000;

    private static final List<String> COMMANDS_TO_CHOOSE = List.of(
            "XADD key rising field value",
            "XADD key rising field value",
            "XADD key rising field value",
            "XADD key rising-* field value field value",
            "XADD key rising-* field value field value",
            "XADD key rising-* a value b value",
            "XADD key rising-* a value b value",
            "XADD key rising-* a value b value",
            "XADD key id field value",
            "XADD key NOMKSTREAM rising field value",
            "XADD key MAXLEN count rising field value",
            "XADD key MAXLEN ~ count rising field value",
            "XADD key MAXLEN ~ count LIMIT few rising field value",
            "XADD key MINID ~ id rising-* field value",
            "XLEN key",
            "XRANGE key id id",
            "XRANGE key - + COUNT few",
            "XRANGE key (id +",
            "XREVRANGE key id id",
            "XREVRANGE key + - COUNT few",
            "XREVRANGE key (id (id COUNT few",
            "XDEL key id id",
            "XDEL key id",
            "XTRIM key MAXLEN count",
            "XTRIM key MAXLEN ~ count",
            "XTRIM key MAXLEN ~ count LIMIT few",
            "XTRIM key MINID id",
            "XTRIM key MINID ~ id",
            "XSETID key rising",
            "XSETID key id",
            "XSETID key rising ENTRIESADDED count MAXDELETEDID id",
            "XREAD COUNT few STREAMS key key id id",
            "XREAD STREAMS key $",
            "XREAD COUNT few STREAMS key key key 0 id rising",
            "XGROUP CREATE key group id",
            "XGROUP CREATE key group $ MKSTREAM",
            "XGROUP CREATE key group 0 ENTRIESREAD count",
            "XGROUP SETID key group id",
            "XGROUP SETID key group $ ENTRIESREAD count",
            "XGROUP DESTROY key group",
            "XGROUP CREATECONSUMER key group consumer",
            "XGROUP DELCONSUMER key group consumer",
            "XREADGROUP GROUP group consumer COUNT few STREAMS key >",
            "XREADGROUP GROUP group consumer COUNT few STREAMS key >",
            "XREADGROUP GROUP group consumer COUNT few STREAMS key >",
            "XREADGROUP GROUP group consumer STREAMS key key > >",
            "XREADGROUP GROUP group consumer COUNT few NOACK STREAMS key >",
            "XREADGROUP GROUP group consumer COUNT few STREAMS key id",
            "XREADGROUP GROUP group consumer STREAMS key 0",
            "XACK key group id id id",
            "XACK key group id",
            "XPENDING key group",
            "XCLAIM key group consumer 0 id id id",
            "XCLAIM key group consumer 0 id id JUSTID",
            "XCLAIM key group consumer 0 id FORCE RETRYCOUNT few",
            "XCLAIM key group consumer 0 id id FORCE JUSTID LASTID id",
            "XCLAIM key group consumer 100000 id id IDLE 50",
            "XAUTOCLAIM key group consumer 0 id COUNT few",
            "XAUTOCLAIM key group consumer 0 (id JUSTID",
            "XAUTOCLAIM key group consumer 100000 0",
            "XINFO STREAM key",
            "XINFO STREAM key",
            "XINFO STREAM key FULL",
            "XINFO STREAM key FULL COUNT few",
            "XINFO GROUPS key",
            "CONFIG SET stream-node-max-entries entries",
            "CONFIG SET stream-node-max-bytes bytes",
            "OBJECT ENCODING key",
            "TYPE key",
            "DEL rare",
            "COPY key rare REPLACE",
            "RENAME key rare",
            "DEBUG DIGEST-VALUE key",
            "XLEN text",
            "SET text text",
            "XREAD STREAMS text 0");

    @TempDir
    Path folder;

    private int rising;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void repliesAndDataAreTheSame(long seed) throws Exception {
        new RandomCommands(COMMANDS_TO_CHOOSE, this::argument, Set.of()).compare(folder, seed, COMMANDS);
    }

    private byte[] argument(String kind, Random random) {
        String text = switch (kind) {
            case "key" -> "key" + random.nextInt(3);
            case "rare" -> random.nextInt(8) == 0 ? "key" + random.nextInt(3) : "other";
            case "group" -> "group" + random.nextInt(3);
            case "consumer" -> "consumer" + random.nextInt(4);
            case "rising" -> rising(random) + (random.nextBoolean() ? "" : "-" + random.nextInt(5));
            case "rising-*" -> rising(random) + "-*";
            case "id" -> id(random);
            case "(id" -> "(" + id(random);
            case "count" -> Integer.toString(random.nextInt(5) == 0 ? random.nextInt(20) : 30 + random.nextInt(100));
            case "few" -> Integer.toString(1 + random.nextInt(12));
            case "entries" -> Integer.toString(random.nextInt(4) * 3);
            case "bytes" -> Integer.toString(random.nextInt(3) * 250);
            case "field" -> random.nextInt(3) == 0 ? Integer.toString(random.nextInt(3)) : "field" + random.nextInt(2);
            case "value" -> value(random);
            default -> kind;
        };
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private int rising(Random random) {
        rising += random.nextInt(3);
        return rising;
    }

    private String id(Random random) {
        int millis = rising - random.nextInt(Math.max(1, Math.min(rising, 400)));
        return random.nextBoolean() ? Integer.toString(millis) : millis + "-" + random.nextInt(3);
    }

    private static String value(Random random) {
        return switch (random.nextInt(7)) {
            case 0 -> "";
            case 1 -> Long.toString(random.nextLong() >> random.nextInt(64));
            case 2 -> "long".repeat(random.nextInt(30));
            case 3 -> "0" + random.nextInt(5);
            default -> "word" + random.nextInt(20);
        };
    }
}
