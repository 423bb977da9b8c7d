package dev.vedette.store.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.store.MemoryClient;
import dev.vedette.store.MemoryServer;
import dev.vedette.wire.resp.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The choices of SRANDMEMBER, ZRANDMEMBER and SPOP: right in number, different where they must be, and fair. */
class RandomChoicesTest {

    private final MemoryServer server = new MemoryServer();
    private final MemoryClient client = server.client();

    /** The sizes lie on both sides of what each form and each way of choosing is for. */
    @ParameterizedTest
    @CsvSource({
        "SADD, SRANDMEMBER, 10, 1",
        "SADD, SRANDMEMBER, 10, 3",
        "SADD, SRANDMEMBER, 10, 8",
        "SADD, SRANDMEMBER, 10, -7",
        "SADD, SRANDMEMBER, 600, 20",
        "SADD, SRANDMEMBER, 600, 400",
        "SADD, SRANDMEMBER, 600, -100",
        "ZADD, ZRANDMEMBER, 10, 1",
        "ZADD, ZRANDMEMBER, 10, 3",
        "ZADD, ZRANDMEMBER, 10, 8",
        "ZADD, ZRANDMEMBER, 10, -7",
        "ZADD, ZRANDMEMBER, 600, 20",
        "ZADD, ZRANDMEMBER, 600, 400",
        "ZADD, ZRANDMEMBER, 600, -100",
    })
    void choosesFairly(String add, String choose, int members, int count) {
        fill(add, members);
        Map<String, Integer> chosen = new HashMap<>();
        int rounds = 100 * members / Math.abs(count);
        for (int round = 0; round < rounds; round++) {
            List<String> choice = texts(client.command(choose, "key", Integer.toString(count)));
            assertEquals(Math.abs(count), choice.size());
            if (count > 0) {
                assertEquals(count, new HashSet<>(choice).size(), "different members");
            }
            choice.forEach(member -> chosen.merge(member, 1, Integer::sum));
        }
        assertFair(chosen, members, (double) rounds * Math.abs(count) / members);
    }

    /** A set of some integers, in its packed form and as a table. */
    @ParameterizedTest
    @CsvSource({"512", "0"})
    void spopTakesFairly(int intsetEntriesMax) {
        client.command("CONFIG", "SET", "set-max-intset-entries", Integer.toString(intsetEntriesMax));
        Map<String, Integer> taken = new HashMap<>();
        int rounds = 1000;
        for (int round = 0; round < rounds; round++) {
            client.command("DEL", "key");
            fill("SADD", 20);
            List<String> some = texts(client.command("SPOP", "key", "4"));
            some.add(texts(client.command("SPOP", "key")).getFirst());
            assertEquals(5, new HashSet<>(some).size());
            assertEquals(new Reply.Int(15), client.command("SCARD", "key"));
            some.forEach(member -> taken.merge(member, 1, Integer::sum));
        }
        assertFair(taken, 20, rounds * 5 / 20.0);
    }

    private void fill(String add, int members) {
        for (int i = 0; i < members; i++) {
            String member = Integer.toString(i);
            if (add.equals("ZADD")) {
                client.command("ZADD", "key", member, member);
            } else {
                client.command("SADD", "key", member);
            }
        }
        server.takeChanges();
    }

    private static void assertFair(Map<String, Integer> chosen, int members, double expected) {
        double chiSquare = 0;
        int total = 0;
        for (int i = 0; i < members; i++) {
            int times = chosen.getOrDefault(Integer.toString(i), 0);
            total += times;
            chiSquare += (times - expected) * (times - expected) / expected;
        }
        assertEquals(Math.round(expected * members), total, "nothing but members");
        // With d degrees of freedom the mean is d and the deviation sqrt(2 d); beyond ten of them is no accident.
        int freedom = members - 1;
        assertTrue(chiSquare < freedom + 10 * Math.sqrt(2.0 * freedom), "chi-square " + chiSquare);
    }

    private static List<String> texts(@Nullable Reply reply) {
        List<String> texts = new ArrayList<>();
        if (reply instanceof Reply.Array(List<Reply> values)) {
            values.forEach(value -> texts.add(Objects.requireNonNull(value.text())));
        } else {
            texts.add(Objects.requireNonNull(Objects.requireNonNull(reply).text()));
        }
        return texts;
    }
}
