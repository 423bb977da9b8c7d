package dev.vedette.store.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.store.keyspace.value.HashValue;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** The bytes of a database are those of its entries, whatever was done to it. */
class DataBytesTest {

    private final Keyspace keyspace = new Keyspace(2);
    private final Database database = keyspace.database(0);

    @RepeatedTest(20)
    void equalsTheSumOfAllEntries(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        for (int step = 0; step < 3000; step++) {
            byte[] key = bytes("key:" + random.nextInt(200));
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    byte[] value = new byte[random.nextInt(random.nextInt(10) == 0 ? 6000 : 60)];
                    database.setString(
                            key, 0, key.length, value, 0, value.length, random.nextBoolean() ? -1 : expiry());
                }
                case 2 -> database.setInteger(key, 0, key.length, random.nextLong(), -1);
                case 3 -> database.put(key, 0, key.length, new HashValue(), -1);
                case 4, 5 -> grow(key, random);
                case 6 -> database.setExpireAt(key, 0, key.length, random.nextBoolean() ? -1 : expiry());
                default -> database.remove(key, 0, key.length);
            }
            if (random.nextInt(500) == 0) {
                keyspace.swap(0, 1);
            }
            if (random.nextInt(20) == 0) {
                assertEquals(sum(keyspace.database(0)), keyspace.database(0).dataBytes(), "seed " + repetition);
                assertEquals(sum(keyspace.database(1)), keyspace.database(1).dataBytes(), "seed " + repetition);
            }
        }
        database.clear();
        assertEquals(0, database.dataBytes());
    }

    @Test
    void growsAndShrinksWithOneValue() {
        byte[] key = bytes("hash");
        database.put(key, 0, key.length, new HashValue(), -1);
        long empty = keyspace.dataBytes();
        for (int i = 0; i < 1000; i++) {
            set(key, "field:" + i, "value:" + i);
        }
        assertTrue(keyspace.dataBytes() > empty + 20_000, () -> "only " + keyspace.dataBytes());
        database.remove(key, 0, key.length);
        assertEquals(0, keyspace.dataBytes());
    }

    private void grow(byte[] key, Random random) {
        Object entry = database.lookupForWrite(key, 0, key.length);
        if (entry != null && Entries.value(entry) instanceof HashValue) {
            set(key, "field:" + random.nextInt(600), "value:" + random.nextLong());
        }
    }

    private void set(byte[] key, String field, String value) {
        Object entry = database.lookupForWrite(key, 0, key.length);
        if (entry != null && Entries.value(entry) instanceof HashValue hash) {
            byte[] name = bytes(field);
            byte[] content = bytes(value);
            hash.set(name, 0, name.length, content, 0, content.length, 128);
        }
    }

    private long expiry() {
        return keyspace.nowMillis() + 1_000_000;
    }

    private static long sum(Database database) {
        long[] sum = {0};
        // What an object entry takes is kept in whole words.
        database.forEach(entry ->
                sum[0] += entry instanceof Entry ? Entries.memoryBytes(entry) / 8 * 8 : Entries.memoryBytes(entry));
        return sum[0];
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
