package dev.vedette.store.command.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.store.MemoryClient;
import dev.vedette.store.MemoryServer;
import dev.vedette.wire.resp.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HRANDFIELD's choices: right in number, from the hash, different where they must be, and fair. */
class RandomFieldsTest {

    private final MemoryClient client = new MemoryServer().client();

    /** The sizes lie on both sides of what each form and each way of choosing is for. */
    @ParameterizedTest
    @CsvSource({"10, 1", "10, 3", "10, 8", "10, -7", "600, 20", "600, 400", "600, -100"})
    void choosesFairly(int fields, int count) {
        Map<String, String> hash = hash(fields);
        Map<String, Integer> chosen = new HashMap<>();
        int rounds = 100 * fields / Math.abs(count);
        for (int round = 0; round < rounds; round++) {
            List<String> choice = texts(client.command("HRANDFIELD", "h", Integer.toString(count)));
            assertEquals(Math.abs(count), choice.size());
            if (count > 0) {
                assertEquals(count, new HashSet<>(choice).size(), "different fields");
            }
            choice.forEach(field -> chosen.merge(field, 1, Integer::sum));
        }
        assertTrue(hash.keySet().containsAll(chosen.keySet()));
        double expected = (double) rounds * Math.abs(count) / fields;
        double chiSquare = 0;
        for (String field : hash.keySet()) {
            double off = chosen.getOrDefault(field, 0) - expected;
            chiSquare += off * off / expected;
        }
        // With d degrees of freedom the mean is d and the deviation sqrt(2 d); beyond ten of them is no accident.
        int freedom = fields - 1;
        assertTrue(chiSquare < freedom + 10 * Math.sqrt(2.0 * freedom), "chi-square " + chiSquare);
    }

    @ParameterizedTest
    @CsvSource({"10, 3", "10, 9", "10, 10", "10, 99", "10, -25", "600, 20", "600, 400", "600, 600", "600, -25"})
    void answersEachFieldWithItsOwnValue(int fields, int count) {
        Map<String, String> hash = hash(fields);
        List<String> flat = texts(client.command("HRANDFIELD", "h", Integer.toString(count), "WITHVALUES"));
        assertEquals(2 * (count < 0 ? -count : Math.min(count, fields)), flat.size());
        for (int i = 0; i < flat.size(); i += 2) {
            assertEquals(hash.get(flat.get(i)), flat.get(i + 1));
        }
    }

    @ParameterizedTest
    @CsvSource({"10", "600", "5000"})
    void scanShowsEveryFieldWhileOthersComeAndGo(int fields) {
        Map<String, String> hash = hash(fields);
        Map<String, String> seen = new HashMap<>();
        String cursor = "0";
        int steps = 0;
        do {
            Reply.Array reply =
                    (Reply.Array) Objects.requireNonNull(client.command("HSCAN", "h", cursor, "COUNT", "20"));
            cursor = text(reply.values().get(0));
            List<String> flat = texts(reply.values().get(1));
            for (int i = 0; i < flat.size(); i += 2) {
                seen.put(flat.get(i), flat.get(i + 1));
            }
            client.command("HSET", "h", "passing" + steps, "x");
            client.command("HDEL", "h", "passing" + (steps - 3));
            assertTrue(++steps < fields, "the scan ends");
        } while (!cursor.equals("0"));
        hash.forEach((field, value) -> assertEquals(value, seen.get(field)));
    }

    private Map<String, String> hash(int fields) {
        Map<String, String> hash = new HashMap<>();
        List<String> command = new ArrayList<>(List.of("HSET", "h"));
        for (int i = 0; i < fields; i++) {
            hash.put("field" + i, "value" + i);
            Collections.addAll(command, "field" + i, "value" + i);
        }
        client.command(command.toArray(new String[0]));
        return hash;
    }

    private static List<String> texts(@Nullable Reply reply) {
        return ((Reply.Array) Objects.requireNonNull(reply))
                .values().stream().map(RandomFieldsTest::text).toList();
    }

    private static String text(Reply reply) {
        return new String(((Reply.Bulk) reply).bytes(), StandardCharsets.ISO_8859_1);
    }
}
