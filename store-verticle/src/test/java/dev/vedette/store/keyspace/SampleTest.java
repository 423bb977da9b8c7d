package dev.vedette.store.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** A sample holds as many different entries as were asked for, if there are so many, and every entry has its turn. */
class SampleTest {

    private static final long FAR = Long.MAX_VALUE / 2;

    private final Keyspace keyspace = new Keyspace(2);
    private final Database database = keyspace.database(0);

    @RepeatedTest(20)
    void isAsLargeAsAskedFor(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        int keys = random.nextInt(3000);
        int withTtl = 0;
        for (int i = 0; i < keys; i++) {
            boolean ttl = random.nextInt(50) == 0;
            withTtl += ttl ? 1 : 0;
            set("key:" + i, ttl ? keyspace.nowMillis() + 1000 : -1);
        }
        for (int round = 0; round < 50; round++) {
            int count = 1 + random.nextInt(round % 10 == 0 ? 4000 : 20);
            assertEquals(Math.min(count, keys), sample(random, count, false).size());
            Set<String> volatiles = sample(random, count, true);
            assertEquals(Math.min(count, withTtl), volatiles.size());
            volatiles.forEach(key -> assertTrue(expireAt(key) >= 0, key));
        }
    }

    @Test
    void everyEntryHasItsTurn() {
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            set("key:" + i, i % 2 == 0 ? -1 : FAR);
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            seen.addAll(sample(random, 5, true));
        }
        assertEquals(500, seen.size());
    }

    @Test
    void findsTtlsThatComeBack() {
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            set("key:" + i, FAR);
        }
        for (int i = 1; i < 1000; i++) {
            byte[] key = bytes("key:" + i);
            database.setExpireAt(key, 0, key.length, -1);
        }
        for (int i = 0; i < 100; i++) {
            assertEquals(Set.of("key:0"), sample(random, 5, true));
        }
        byte[] key = bytes("key:500");
        database.setExpireAt(key, 0, key.length, FAR);
        assertEquals(Set.of("key:0", "key:500"), sample(random, 5, true));
    }

    @Test
    void poolTakesTheBestOfAllItHasSeenAndForgetsWhatWasUsed() {
        for (int i = 0; i < 10; i++) {
            set("key:" + i, -1);
            byte[] key = bytes("key:" + i);
            database.setAccess(key, 0, key.length, Access.fromIdleSeconds(100 + i, keyspace.nowMillis()));
        }
        EvictionPool pool = new EvictionPool();
        assertEquals("key:9", next(pool));
        remove("key:9");
        // The pool remembers it as the best that is left, but it has been used since.
        byte[] used = bytes("key:8");
        database.lookup(used, 0, used.length);
        assertEquals("key:7", next(pool));
        long[] scores = pool.scores();
        for (int i = 1; i < scores.length; i++) {
            assertTrue(scores[i - 1] <= scores[i]);
        }
    }

    @Test
    void poolOfNothingIsNothing() {
        EvictionPool pool = new EvictionPool();
        for (EvictionPolicy policy : EvictionPolicy.values()) {
            assertNull(pool.next(keyspace, policy, 5), policy.name());
        }
        set("k", -1);
        assertNull(pool.next(keyspace, EvictionPolicy.VOLATILE_LRU, 5));
        assertNull(pool.next(keyspace, EvictionPolicy.VOLATILE_RANDOM, 5));
        assertNull(pool.next(keyspace, EvictionPolicy.NOEVICTION, 5));
        assertEquals("k", next(pool));
    }

    @Test
    void poolEndsEvenWithKeysThatHaveAllTheTimeThereIs() {
        set("k", Long.MAX_VALUE);
        assertTrue(sample(new Random(1), 5, true).size() <= 1);
        EvictionPool pool = new EvictionPool();
        pool.next(keyspace, EvictionPolicy.VOLATILE_TTL, 5);
        assertEquals("k", next(pool));
    }

    private String next(EvictionPool pool) {
        EvictionPool.Victim victim = pool.next(keyspace, EvictionPolicy.ALLKEYS_LRU, 10);
        return victim == null ? "nothing" : new String(victim.key(), StandardCharsets.UTF_8);
    }

    private Set<String> sample(Random random, int count, boolean onlyWithTtl) {
        List<String> shown = new ArrayList<>();
        boolean any = database.sample(
                random, count, onlyWithTtl, entry -> shown.add(new String(Entries.key(entry), StandardCharsets.UTF_8)));
        assertEquals(any, !shown.isEmpty());
        Set<String> different = new HashSet<>(shown);
        assertFalse(different.size() < shown.size(), "shown twice");
        return different;
    }

    private long expireAt(String name) {
        byte[] key = bytes(name);
        Object entry = database.peekRaw(key, 0, key.length);
        return entry == null ? -1 : Entries.expireAt(entry);
    }

    private void set(String name, long expireAt) {
        byte[] key = bytes(name);
        database.setString(key, 0, key.length, key, 0, key.length, expireAt);
    }

    private void remove(String name) {
        byte[] key = bytes(name);
        database.remove(key, 0, key.length);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
