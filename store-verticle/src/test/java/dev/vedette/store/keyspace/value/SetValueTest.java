package dev.vedette.store.keyspace.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SetValueTest {

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static boolean add(SetValue set, String member, int max) {
        byte[] padded = bytes("<" + member + ">");
        return set.add(padded, 1, padded.length - 2, max);
    }

    private static boolean contains(SetValue set, String member) {
        return set.contains(bytes(member), 0, member.length());
    }

    private static List<String> list(SetValue set) {
        List<String> all = new ArrayList<>();
        SetValue.Members members = set.members();
        while (members.next()) {
            all.add(new String(members.array(), 0, members.length(), StandardCharsets.ISO_8859_1));
        }
        return all;
    }

    @Property(tries = 60)
    void agreesWithJavasSet(@ForAll long seed, @ForAll @IntRange(min = 1, max = 3000) int steps) {
        Random random = new Random(seed);
        boolean words = random.nextInt(3) == 0;
        int range = 1 << 1 + random.nextInt(14);
        int max = 1 << random.nextInt(12);
        SetValue set = new SetValue();
        Set<String> model = new HashSet<>();
        for (int i = 0; i < steps; i++) {
            long number = (long) random.nextInt(range) << (random.nextInt(4) == 0 ? random.nextInt(50) : 0);
            String member = words && random.nextInt(50) == 0 ? "w" + number : Long.toString(number - range / 2);
            switch (random.nextInt(4)) {
                case 0 -> assertEquals(model.remove(member), set.remove(bytes(member), 0, member.length()));
                case 1 -> assertEquals(model.contains(member), contains(set, member));
                default -> assertEquals(model.add(member), add(set, member, max));
            }
            assertEquals(model.size(), set.size());
        }
        List<String> all = list(set);
        assertEquals(model.size(), all.size());
        assertEquals(model, new HashSet<>(all));
        assertEquals(model, new HashSet<>(list(set.copy())));
        assertEquals(set.encoding(), set.copy().encoding());
        while (set.size() > 0) {
            assertTrue(model.remove(new String(set.removeRandom(), StandardCharsets.ISO_8859_1)));
        }
        assertTrue(model.isEmpty());
    }

    @Property(tries = 30)
    void aScanMissesNothingThatStays(@ForAll long seed, @ForAll @IntRange(min = 1, max = 50) int count) {
        Random random = new Random(seed);
        SetValue set = SetValue.hashtable(0);
        Set<String> staying = new TreeSet<>();
        for (int i = 0; i < 1 + random.nextInt(4000); i++) {
            staying.add("stay" + i);
            add(set, "stay" + i, 0);
        }
        int guests = random.nextInt(20_000);
        boolean shrink = random.nextBoolean();
        if (shrink) {
            for (int i = 0; i < guests; i++) {
                add(set, "guest" + i, 0);
            }
        }
        Set<String> seen = new TreeSet<>();
        int moved = 0;
        long cursor = 0;
        do {
            cursor = set.scan(
                    cursor,
                    count,
                    (array, offset, length) ->
                            seen.add(new String(array, offset, length, StandardCharsets.ISO_8859_1)));
            for (int i = 0; i < 100 && moved < guests; i++, moved++) {
                if (shrink) {
                    set.remove(bytes("guest" + moved), 0, ("guest" + moved).length());
                } else {
                    add(set, "guest" + moved, 0);
                }
            }
        } while (cursor != 0);
        seen.removeIf(member -> member.startsWith("guest"));
        assertEquals(staying, seen);
    }

    @Test
    void aScanOfAQuietSetShowsEachMemberOnce() {
        SetValue set = SetValue.hashtable(0);
        for (int i = 0; i < 10_000; i++) {
            add(set, "m" + i, 0);
        }
        List<String> seen = new ArrayList<>();
        long cursor = 0;
        int steps = 0;
        do {
            cursor = set.scan(
                    cursor,
                    10,
                    (array, offset, length) ->
                            seen.add(new String(array, offset, length, StandardCharsets.ISO_8859_1)));
            steps++;
        } while (cursor != 0);
        assertEquals(10_000, seen.size());
        assertEquals(10_000, new HashSet<>(seen).size());
        assertTrue(steps > 300 && steps < 1100, "steps: " + steps);
    }

    @Test
    void becomesAHashtableByNumberOrByWord() {
        SetValue set = SetValue.forMember(bytes("1"), 0, 1);
        for (int i = 0; i < 4; i++) {
            assertTrue(add(set, Integer.toString(i), 4));
        }
        assertEquals("intset", set.encoding());
        assertFalse(add(set, "3", 3));
        assertEquals("intset", set.encoding());
        assertTrue(add(set, "4", 4));
        assertEquals("hashtable", set.encoding());
        SetValue words = SetValue.forMember(bytes("1"), 0, 1);
        add(words, "1", 512);
        add(words, "01", 512);
        assertEquals("hashtable", words.encoding());
        assertEquals("hashtable", SetValue.forMember(bytes("-0"), 0, 2).encoding());
    }

    @Test
    void integersStayInOrderOverAllWidths() {
        SetValue set = new SetValue();
        for (String number : List.of(
                "5", "-1", "40000", "-3000000000", "9223372036854775807", "-9223372036854775808", "0", "32767")) {
            assertTrue(add(set, number, 512));
        }
        assertEquals(
                List.of("-9223372036854775808", "-3000000000", "-1", "0", "5", "32767", "40000", "9223372036854775807"),
                list(set));
    }

    @Test
    void randomIsFairInEveryForm() {
        SetValue ints = new SetValue();
        SetValue few = SetValue.hashtable(0);
        SetValue many = SetValue.hashtable(0);
        SetValue shrunk = SetValue.hashtable(0);
        for (int i = 0; i < 20_000; i++) {
            add(shrunk, "m" + i, 0);
        }
        for (int i = 100; i < 20_000; i++) {
            shrunk.remove(bytes("m" + i), 0, ("m" + i).length());
        }
        for (int i = 0; i < 100; i++) {
            add(ints, Integer.toString(i), 512);
            add(few, "m" + i, 0);
        }
        for (int i = 0; i < 3000; i++) {
            add(many, "m" + i, 0);
        }
        for (SetValue set : List.of(ints, few, many, shrunk)) {
            Map<String, Integer> counts = new HashMap<>();
            int size = (int) set.size();
            int each = 200;
            for (int i = 0; i < size * each; i++) {
                counts.merge(new String(set.random(), StandardCharsets.ISO_8859_1), 1, Integer::sum);
            }
            assertEquals(size, counts.size());
            double chiSquared = 0;
            for (int count : counts.values()) {
                chiSquared += (count - each) * (double) (count - each) / each;
            }
            // Mean size-1, standard deviation sqrt(2*size): six of them never come by chance.
            assertTrue(chiSquared < size + 6 * Math.sqrt(2.0 * size), "chi squared " + chiSquared + " of " + size);
        }
    }

    @Test
    void aRebuiltSetOfIntegersIsPackedAgain() {
        SetValue set = new SetValue();
        add(set, "word", 512);
        add(set, "1", 512);
        add(set, "2", 512);
        set.remove(bytes("word"), 0, 4);
        assertEquals("hashtable", set.encoding());
        set.rebuild(512);
        assertEquals("intset", set.encoding());
        assertEquals(List.of("1", "2"), list(set));
    }
}
