package dev.vedette.store.keyspace.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.store.keyspace.value.SortedSetValue.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SortedSetValueTest {

    private record Pair(String member, double score) {}

    private static final Comparator<Pair> ORDER =
            Comparator.comparingDouble((Pair pair) -> pair.score + 0.0).thenComparing(Pair::member);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Outcome put(SortedSetValue set, String member, double score, int options, int entriesMax) {
        byte[] padded = bytes("<" + member + ">");
        return set.put(padded, 1, padded.length - 2, score, options, entriesMax, 64);
    }

    private static List<Pair> list(SortedSetValue set, int rank, boolean down) {
        List<Pair> all = new ArrayList<>();
        SortedSetValue.Ranked members = set.ranked(rank, down);
        while (members.next()) {
            all.add(new Pair(new String(members.member(), StandardCharsets.ISO_8859_1), members.score()));
        }
        return all;
    }

    private static List<Pair> sorted(Map<String, Double> model) {
        List<Pair> pairs = new ArrayList<>();
        model.forEach((member, score) -> pairs.add(new Pair(member, score)));
        pairs.sort(ORDER);
        return pairs;
    }

    @Property(tries = 80)
    void agreesWithASortedList(@ForAll long seed, @ForAll @IntRange(min = 1, max = 6000) int steps) {
        Random random = new Random(seed);
        int range = 1 << 1 + random.nextInt(13);
        int scores = 1 << random.nextInt(13);
        int entriesMax = random.nextInt(3) == 0 ? 0 : 1 << random.nextInt(9);
        boolean rising = random.nextBoolean();
        int removals = random.nextInt(3);
        SortedSetValue set = SortedSetValue.forMember(1, entriesMax, 64);
        Map<String, Double> model = new HashMap<>();
        for (int i = 0; i < steps; i++) {
            String member = "m" + random.nextInt(range);
            double score = rising && random.nextInt(10) != 0 ? i : random.nextInt(scores) / 4.0 - 100;
            if (random.nextInt(4) < removals) {
                boolean removed = model.remove(member) != null;
                assertEquals(removed, set.remove(bytes(member), 0, member.length()));
                continue;
            }
            Double before = model.get(member);
            boolean incr = random.nextInt(5) == 0;
            Outcome outcome = put(set, member, score, incr ? SortedSetValue.INCR : 0, entriesMax);
            double after = incr && before != null ? before + score : score;
            assertEquals(after, set.resultScore());
            assertEquals(before == null ? Outcome.ADDED : before == after ? Outcome.SAME : Outcome.UPDATED, outcome);
            model.put(member, after);
        }
        check(set, model, random);
        check(set.copy(), model, random);
        if (!model.isEmpty()) {
            int from = random.nextInt(model.size());
            int to = from + random.nextInt(model.size() - from + 1);
            for (Pair pair : sorted(model).subList(from, to)) {
                model.remove(pair.member);
            }
            set.removeRange(from, to);
            check(set, model, random);
        }
        while (set.size() > 0) {
            int at = random.nextInt((int) set.size());
            set.removeRange(at, at + 1);
        }
        model.clear();
        check(set, model, random);
        put(set, "again", 1, 0, entriesMax);
        check(set, new HashMap<>(Map.of("again", 1.0)), random);
    }

    private static void check(SortedSetValue set, Map<String, Double> model, Random random) {
        List<Pair> pairs = sorted(model);
        assertEquals(pairs.size(), set.size());
        assertEquals(pairs, list(set, 0, false));
        List<Pair> reversed = new ArrayList<>(pairs);
        Collections.reverse(reversed);
        assertEquals(reversed, list(set, pairs.size() - 1, true));
        for (int i = 0; i < Math.min(50, pairs.size()); i++) {
            int rank = random.nextInt(pairs.size());
            Pair pair = pairs.get(rank);
            byte[] member = bytes(pair.member);
            assertEquals(rank, set.rank(member, 0, member.length));
            assertEquals(pair.score, set.score(member, 0, member.length));
            assertEquals(pairs.subList(rank, pairs.size()), list(set, rank, false));
            assertEquals(reversed.subList(pairs.size() - 1 - rank, pairs.size()), list(set, rank, true));
            double bound = pair.score + (random.nextInt(3) - 1) * 0.1;
            assertEquals(
                    pairs.stream().filter(p -> p.score < bound).count(),
                    set.countBelow(bound, false),
                    "below " + bound);
            assertEquals(pairs.stream().filter(p -> p.score <= bound).count(), set.countBelow(bound, true));
        }
        assertTrue(Double.isNaN(set.score(bytes("absent"), 0, 6)));
        assertEquals(-1, set.rank(bytes("absent"), 0, 6));
    }

    @Property(tries = 40)
    void boundsByMemberInASetOfEqualScores(@ForAll long seed, @ForAll @IntRange(max = 1500) int size) {
        Random random = new Random(seed);
        int entriesMax = random.nextBoolean() ? 128 : 0;
        SortedSetValue set = SortedSetValue.forMember(1, entriesMax, 64);
        TreeSet<String> model = new TreeSet<>();
        for (int i = 0; i < size; i++) {
            String member = word(random);
            model.add(member);
            // Zero and minus zero are one score.
            put(set, member, random.nextBoolean() ? 0.0 : -0.0, 0, entriesMax);
        }
        for (int i = 0; i < 100; i++) {
            String bound = word(random);
            assertEquals(model.headSet(bound, false).size(), set.countBelow(bytes(bound), false));
            assertEquals(model.headSet(bound, true).size(), set.countBelow(bytes(bound), true));
        }
    }

    private static String word(Random random) {
        StringBuilder word = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            word.append((char) (random.nextInt(3) == 0 ? 200 + random.nextInt(56) : 'a' + random.nextInt(26)));
        }
        return word.toString();
    }

    @Property(tries = 20)
    void aScanMissesNothingThatStays(@ForAll long seed, @ForAll @IntRange(min = 1, max = 100) int count) {
        Random random = new Random(seed);
        SortedSetValue set = SortedSetValue.forMember(1, 128, 64);
        TreeSet<String> staying = new TreeSet<>();
        int residents = 1 + random.nextInt(3000);
        for (int i = 0; i < residents; i++) {
            staying.add("stay" + i);
            put(set, "stay" + i, i, 0, 128);
        }
        TreeSet<String> seen = new TreeSet<>();
        int moved = 0;
        long cursor = 0;
        do {
            cursor = set.scan(cursor, count, (array, offset, length, score) -> {
                String member = new String(array, offset, length, StandardCharsets.ISO_8859_1);
                assertTrue(member.startsWith("guest") || score == Integer.parseInt(member.substring(4)));
                seen.add(member);
            });
            // If they came without end, faster than they are shown, so would the scan be.
            for (int i = 0; i < 50 && moved < 3000; i++) {
                put(set, "guest" + moved++, random.nextInt(), 0, 128);
            }
        } while (cursor != 0);
        seen.removeIf(member -> member.startsWith("guest"));
        assertEquals(staying, seen);
    }

    @Test
    void optionsDecide() {
        for (int entriesMax : new int[] {128, 0}) {
            SortedSetValue set = SortedSetValue.forMember(1, entriesMax, 64);
            assertEquals(Outcome.REFUSED, put(set, "a", 1, SortedSetValue.XX, entriesMax));
            assertEquals(Outcome.ADDED, put(set, "a", 1, SortedSetValue.NX, entriesMax));
            assertEquals(Outcome.REFUSED, put(set, "a", 2, SortedSetValue.NX, entriesMax));
            assertEquals(Outcome.REFUSED, put(set, "a", 1, SortedSetValue.GT, entriesMax));
            assertEquals(Outcome.UPDATED, put(set, "a", 2, SortedSetValue.GT, entriesMax));
            assertEquals(Outcome.REFUSED, put(set, "a", 2, SortedSetValue.LT, entriesMax));
            assertEquals(Outcome.UPDATED, put(set, "a", 1, SortedSetValue.LT | SortedSetValue.XX, entriesMax));
            assertEquals(Outcome.ADDED, put(set, "b", 1, SortedSetValue.GT, entriesMax));
            assertEquals(Outcome.UPDATED, put(set, "b", Double.POSITIVE_INFINITY, 0, entriesMax));
            assertEquals(
                    Outcome.NOT_A_NUMBER, put(set, "b", Double.NEGATIVE_INFINITY, SortedSetValue.INCR, entriesMax));
            assertEquals(Double.POSITIVE_INFINITY, set.score(bytes("b"), 0, 1));
            assertEquals(Outcome.ADDED, put(set, "", -0.0, 0, entriesMax));
            assertEquals(Outcome.SAME, put(set, "", 0.0, 0, entriesMax));
        }
    }

    @Test
    void becomesASkiplistByNumberOrByLength() {
        SortedSetValue set = SortedSetValue.forMember(1, 2, 64);
        put(set, "a", 1, 0, 2);
        put(set, "b", 2, 0, 2);
        put(set, "b", 3, 0, 2);
        assertEquals("listpack", set.encoding());
        put(set, "c", 1, 0, 2);
        assertEquals("skiplist", set.encoding());
        assertEquals("skiplist", SortedSetValue.forMember(65, 2, 64).encoding());
        SortedSetValue byLength = SortedSetValue.forMember(64, 128, 64);
        put(byLength, "x".repeat(64), 1, 0, 128);
        assertEquals("listpack", byLength.encoding());
        put(byLength, "y".repeat(65), 1, 0, 128);
        assertEquals("skiplist", byLength.encoding());
        SortedSetValue packedLong = SortedSetValue.forMember(1, 128, 100_000);
        for (int length : new int[] {0, 254, 255, 256, 70_000}) {
            byte[] member = bytes("z".repeat(length));
            packedLong.put(member, 0, length, length, 0, 128, 100_000);
            assertEquals(length, packedLong.score(member, 0, length));
        }
        assertEquals("listpack", packedLong.encoding());
        assertEquals(5, list(packedLong, 0, false).size());
    }

    @Test
    void sumsBecomeAValue() {
        for (int entriesMax : new int[] {128, 3}) {
            ScoredMembers sums = new ScoredMembers(0);
            for (int i = 0; i < 100; i++) {
                byte[] member = bytes("m" + i);
                sums.add(member, 0, member.length, -i);
            }
            ScoredMembers.setScore(Objects.requireNonNull(sums.find(bytes("m7"), 0, 2)), 500);
            SortedSetValue set = sums.toValue(entriesMax, 64);
            assertEquals(entriesMax == 3 ? "skiplist" : "listpack", set.encoding());
            List<Pair> all = list(set, 0, false);
            assertEquals(new Pair("m99", -99), all.get(0));
            assertEquals(new Pair("m7", 500), all.get(99));
            assertFalse(Double.isNaN(set.score(bytes("m50"), 0, 3)));
        }
    }
}
