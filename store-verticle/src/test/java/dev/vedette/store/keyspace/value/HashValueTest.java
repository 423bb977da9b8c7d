package dev.vedette.store.keyspace.value;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** A hash does what a {@code java.util.Map} does, in both forms and while it grows and shrinks. */
class HashValueTest {

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(byte[] array, int offset, int length) {
        return new String(array, offset, length, StandardCharsets.ISO_8859_1);
    }

    private static Map<String, String> content(HashValue hash) {
        Map<String, String> all = new LinkedHashMap<>();
        hash.forEach((f, fo, fl, v, vo, vl) -> all.put(text(f, fo, fl), text(v, vo, vl)));
        return all;
    }

    private static boolean set(HashValue hash, String field, String value, int maxEntries, int maxLength) {
        hash.admit(field.length(), maxLength);
        hash.admit(value.length(), maxLength);
        byte[] padded = bytes("__" + field + value);
        return hash.set(padded, 2, field.length(), padded, 2 + field.length(), value.length(), maxEntries);
    }

    @Property(tries = 200)
    void behavesAsAMap(
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 600) int maxEntries,
            @ForAll @IntRange(min = 1, max = 3000) int fields) {
        Random random = new Random(seed);
        int maxLength = random.nextInt(10) == 0 ? 64 : 100_000;
        HashValue hash = new HashValue();
        Map<String, String> model = new LinkedHashMap<>();
        HashValue copy = hash.copy();
        Map<String, String> copyModel = Map.of();
        boolean wasTable = false;
        HashValue.Found found = new HashValue.Found();
        for (int phase = 0; phase < 3; phase++) {
            int removals = random.nextInt(12);
            for (int step = 0; step < 2 * fields; step++) {
                int number = random.nextInt(fields);
                String field = number % 97 == 0 ? "f".repeat(250 + number % 10) + number : "field" + number;
                if (random.nextInt(12) < removals) {
                    assertEquals(model.remove(field) != null, hash.remove(bytes("_" + field), 1, field.length()));
                } else {
                    String value = "v".repeat(random.nextInt(100) == 0 ? 253 + random.nextInt(5) : random.nextInt(9));
                    assertEquals(
                            model.put(field, value) == null, set(hash, field, value, maxEntries, maxLength), field);
                }
                if (random.nextInt(200) == 0) {
                    assertEquals(copyModel, content(copy));
                    copy = hash.copy();
                    copyModel = new HashMap<>(model);
                }
                if (random.nextInt(300) == 0) {
                    hash.compact();
                }
                assertFalse(wasTable && hash.isPacked());
                wasTable = !hash.isPacked();
                assertTrue(wasTable || model.size() <= maxEntries);
            }
            assertEquals(model.size(), hash.size());
            assertEquals(model, content(hash));
            if (hash.isPacked()) {
                assertEquals(
                        List.copyOf(model.keySet()), List.copyOf(content(hash).keySet()));
            }
            for (int number = 0; number < fields; number++) {
                String field = "field" + number;
                boolean there = hash.get(bytes(field), 0, field.length(), found);
                assertEquals(model.containsKey(field), there);
                assertEquals(there, hash.contains(bytes(field), 0, field.length()));
                if (there) {
                    assertEquals(model.get(field), text(found.array(), found.offset(), found.length()));
                }
            }
        }
        assertEquals(copyModel, content(copy));
    }

    /** Fields that stay from the first step of a scan to its last are seen, whatever comes and goes meanwhile. */
    @Property(tries = 100)
    void scanMissesNothingThatStays(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4000) int stay) {
        Random random = new Random(seed);
        HashValue hash = new HashValue();
        int others = random.nextInt(6000);
        for (int i = 0; i < stay; i++) {
            set(hash, "stay" + i, "1", 4, 64);
        }
        boolean grows = random.nextBoolean();
        for (int i = 0; i < others && !grows; i++) {
            set(hash, "other" + i, "1", 4, 64);
        }
        Set<String> seen = new HashSet<>();
        long cursor = 0;
        int steps = 0;
        do {
            cursor = hash.scan(cursor, 1 + random.nextInt(50), (f, fo, fl, v, vo, vl) -> seen.add(text(f, fo, fl)));
            for (int i = 0; i < others / 20; i++) {
                String field = "other" + random.nextInt(others);
                if (grows) {
                    set(hash, field, "1", 4, 64);
                } else {
                    hash.remove(bytes(field), 0, field.length());
                }
            }
            steps++;
        } while (cursor != 0);
        for (int i = 0; i < stay; i++) {
            assertTrue(seen.contains("stay" + i));
        }
        assertTrue(steps <= 2 * (stay + others) + 20);
    }

    @Test
    void scanOfThePackedFormShowsAllAtOnce() {
        HashValue hash = new HashValue();
        for (int i = 0; i < 100; i++) {
            set(hash, "f" + i, "v", 512, 64);
        }
        List<String> seen = new ArrayList<>();
        assertEquals(0, hash.scan(0, 1, (f, fo, fl, v, vo, vl) -> seen.add(text(f, fo, fl))));
        assertEquals(100, seen.size());
    }

    @Test
    void aRandomCursorIsHarmless() {
        HashValue hash = new HashValue();
        for (int i = 0; i < 2000; i++) {
            set(hash, "f" + i, "v", 0, 64);
        }
        for (long cursor : new long[] {1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 123456789}) {
            long at = cursor;
            int steps = 0;
            do {
                at = hash.scan(at, 10, (f, fo, fl, v, vo, vl) -> {});
                steps++;
            } while (at != 0 && steps < 10_000);
            assertEquals(0, at);
        }
    }

    @Test
    void randomPairsAreFair() {
        for (int size : new int[] {10, 3000}) {
            HashValue hash = new HashValue();
            for (int i = 0; i < size; i++) {
                set(hash, "f" + i, "v", 512, 64);
            }
            Map<String, Integer> hits = new HashMap<>();
            int draws = size * 200;
            for (int i = 0; i < draws; i++) {
                hash.random((f, fo, fl, v, vo, vl) -> hits.merge(text(f, fo, fl), 1, Integer::sum));
            }
            double chiSquare = 0;
            for (int i = 0; i < size; i++) {
                double off = hits.getOrDefault("f" + i, 0) - 200.0;
                chiSquare += off * off / 200;
            }
            // Mean size - 1, standard deviation sqrt(2 size): seven of them are out of the question.
            double limit = size + 7 * Math.sqrt(2.0 * size);
            assertTrue(chiSquare < limit, "chi square " + chiSquare + " of " + size);
        }
    }

    @Test
    void aTableGivesItsMemoryBack() {
        HashValue hash = new HashValue();
        for (int i = 0; i < 100_000; i++) {
            set(hash, "f" + i, "v", 512, 64);
        }
        long full = hash.memoryBytes();
        for (int i = 0; i < 99_990; i++) {
            assertTrue(hash.remove(bytes("f" + i), 0, ("f" + i).length()));
        }
        assertEquals(10, hash.size());
        assertTrue(hash.memoryBytes() < full / 1000, () -> full + " -> " + hash.memoryBytes());
        assertEquals("hashtable", hash.encoding());
    }

    @Test
    void aValueOfEqualLengthIsOverwrittenOnlyWhereNoCopyHasIt() {
        for (int maxEntries : new int[] {512, 0}) {
            HashValue hash = new HashValue();
            set(hash, "f", "old", maxEntries, 64);
            HashValue copy = hash.copy();
            set(hash, "f", "new", maxEntries, 64);
            assertEquals(Map.of("f", "old"), content(copy));
            assertEquals(Map.of("f", "new"), content(hash));
            assertArrayEquals(new boolean[] {false}, new boolean[] {set(copy, "f", "cpy", maxEntries, 64)});
            assertEquals(Map.of("f", "new"), content(hash));
        }
    }
}
