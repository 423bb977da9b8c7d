package dev.vedette.store.command.set;

import dev.vedette.store.RandomCommands;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Thousands of random commands on sets, sent to a real redis-server and to a store in memory. */
class RandomCommandsRedisIT {

    private static final int COMMANDS = 4000;

    private static final List<String> COMMANDS_TO_CHOOSE = List.of(
            "SADD key member member member member",
            "SADD key member member member member",
            "SADD key number number number number number number",
            "SADD key number number number number number number",
            "SREM key member member number number",
            "SMISMEMBER key member number",
            "SISMEMBER key member",
            "SCARD key",
            "SMEMBERS key",
            "SMOVE key key number",
            "SMOVE key key member",
            "SPOP key 100000",
            "SRANDMEMBER key 100000",
            "SINTER key key",
            "SINTER key key key",
            "SUNION key key key",
            "SDIFF key key",
            "SDIFF key key key key",
            "SINTERSTORE key key key",
            "SINTERSTORE key key key key",
            "SUNIONSTORE key key key",
            "SDIFFSTORE key key key",
            "SDIFFSTORE key key key key",
            "SINTERCARD 2 key key",
            "SINTERCARD 2 key key LIMIT 3",
            "CONFIG SET set-max-intset-entries limit",
            "OBJECT ENCODING key",
            "OBJECT ENCODING key",
            "DEL key",
            "COPY key key REPLACE",
            "RENAME key key",
            "SORT key ALPHA",
            "SET text text",
            "SINTER key text",
            "SADD text member");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void repliesAndDataAreTheSame(long seed) throws Exception {
        Set<String> unordered = Set.of("SMEMBERS", "SPOP", "SRANDMEMBER", "SINTER", "SUNION", "SDIFF");
        new RandomCommands(COMMANDS_TO_CHOOSE, RandomCommandsRedisIT::argument, unordered)
                .compare(folder, seed, COMMANDS);
    }

    private static byte[] argument(String kind, Random random) {
        String text = switch (kind) {
            case "key" -> "key" + random.nextInt(6);
            case "limit" -> Integer.toString(random.nextInt(40));
            case "number" ->
                random.nextInt(30) == 0 ? Long.toString(random.nextLong()) : Integer.toString(random.nextInt(60) - 20);
            case "member" ->
                switch (random.nextInt(8)) {
                    case 0 -> "";
                    case 1 -> "0" + random.nextInt(5);
                    case 2 -> "long".repeat(20) + random.nextInt(5);
                    case 3 -> "word" + random.nextInt(20);
                    default -> Integer.toString(random.nextInt(60) - 20);
                };
            default -> kind;
        };
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
