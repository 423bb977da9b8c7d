package dev.vedette.store.keyspace.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams against a model: a sorted map of entries, and what copies that were made on the way must still show. */
class StreamValueTest {

    private static final int STEPS = 4000;

    private record Words(List<String> words) implements StreamWords {
        @Override
        public byte[] array(int i) {
            return bytes(words.get(i));
        }

        @Override
        public int offset(int i) {
            return 0;
        }

        @Override
        public int length(int i) {
            return words.get(i).length();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(byte[] array, int offset, int length) {
        return new String(array, offset, length, StandardCharsets.ISO_8859_1);
    }

    private static void add(StreamValue stream, StreamId id, List<String> words, long nodeMaxEntries) {
        stream.add(id, new Words(words), 0, words.size() / 2, 4096, nodeMaxEntries);
    }

    private static Map<StreamId, List<String>> entries(StreamValue stream, StreamId from, StreamId to, boolean back) {
        Map<StreamId, List<String>> found = new TreeMap<>();
        StreamCursor cursor = stream.cursor(from, to, back);
        StreamId before = null;
        while (cursor.next()) {
            assertTrue(before == null || before.compareTo(cursor.id()) * (back ? -1 : 1) < 0, "in order");
            before = cursor.id();
            List<String> words = new ArrayList<>();
            while (cursor.nextField()) {
                words.add(text(cursor.fieldArray(), cursor.fieldOffset(), cursor.fieldLength()));
                words.add(text(cursor.valueArray(), cursor.valueOffset(), cursor.valueLength()));
            }
            found.put(cursor.id(), words);
        }
        return found;
    }

    private static List<String> words(Random random) {
        List<String> words = new ArrayList<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            words.add("f" + random.nextInt(2));
            words.add(
                    switch (random.nextInt(5)) {
                        case 0 -> Long.toString(random.nextLong() >> random.nextInt(64));
                        case 1 -> "x".repeat(random.nextInt(200));
                        case 2 -> "y".repeat(random.nextInt(10_000));
                        default -> "v" + random.nextInt(100);
                    });
        }
        return words;
    }

    /** What a stream showed at some moment, and must go on showing whatever happens to the stream it was copied from. */
    private record Copy(StreamValue stream, NavigableMap<StreamId, List<String>> model) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void entriesAreThoseOfAModel(long seed) {
        Random random = new Random(seed);
        long nodeMaxEntries = seed * 3;
        StreamValue stream = new StreamValue();
        TreeMap<StreamId, List<String>> model = new TreeMap<>();
        List<Copy> copies = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(12)) {
                case 0 -> {
                    StreamId id = any(random, model, stream);
                    assertEquals(model.remove(id) != null, stream.delete(id));
                }
                case 1 -> {
                    long length = random.nextInt(20) == 0 ? random.nextInt(10) : random.nextInt(300);
                    long removed = stream.trimToLength(length, false, 0);
                    assertEquals(Math.max(0, model.size() - length), removed);
                    drop(model, removed);
                }
                case 2 -> {
                    StreamId id = any(random, model, stream);
                    if (random.nextInt(20) == 0) {
                        long less = model.headMap(id).size();
                        assertEquals(less, stream.trimBefore(id, false, 0));
                        drop(model, less);
                    }
                }
                case 3 -> {
                    long removed = stream.trimToLength(200, true, 50);
                    assertTrue(removed <= 50 && model.size() - removed >= Math.min(model.size(), 200));
                    drop(model, removed);
                }
                case 4 -> {
                    if (random.nextInt(20) == 0) {
                        copies.add(new Copy(stream.copy(), new TreeMap<>(model)));
                    } else if (random.nextInt(50) == 0) {
                        // As a snapshot does it: the copy goes on, the original stays.
                        StreamValue successor = stream.copy();
                        copies.add(new Copy(stream, new TreeMap<>(model)));
                        stream = successor;
                    }
                }
                default -> {
                    StreamId id = random.nextInt(3) == 0
                            ? stream.lastId().next()
                            : new StreamId(stream.lastId().millis() + 1 + random.nextInt(300), random.nextLong(3));
                    List<String> words = words(random);
                    add(stream, id, words, nodeMaxEntries);
                    model.put(id, words);
                }
            }
            assertEquals(model.size(), stream.size());
            assertEquals(model.isEmpty() ? StreamId.MIN : model.firstKey(), stream.firstId());
            assertEquals(model.isEmpty() ? StreamId.MIN : model.lastKey(), stream.lastEntryId());
            if (step % 50 == 0) {
                checkRanges(random, stream, model);
            }
        }
        checkRanges(random, stream, model);
        assertTrue(copies.size() > 3);
        for (Copy copy : copies) {
            checkRanges(random, copy.stream, copy.model);
        }
    }

    private static StreamId any(Random random, NavigableMap<StreamId, List<String>> model, StreamValue stream) {
        long millis = random.nextLong(stream.lastId().millis() + 2);
        StreamId near = model.ceilingKey(new StreamId(millis, 0));
        return near == null || random.nextInt(4) == 0 ? new StreamId(millis, 0) : near;
    }

    private static void drop(NavigableMap<StreamId, List<String>> model, long count) {
        for (long i = 0; i < count; i++) {
            model.pollFirstEntry();
        }
    }

    private static void checkRanges(Random random, StreamValue stream, NavigableMap<StreamId, List<String>> model) {
        assertEquals(model, entries(stream, StreamId.MIN, StreamId.MAX, false));
        assertEquals(model, entries(stream, StreamId.MIN, StreamId.MAX, true));
        StreamId one = any(random, model, stream);
        StreamId other = any(random, model, stream);
        StreamId from = one.compareTo(other) < 0 ? one : other;
        StreamId to = one.compareTo(other) < 0 ? other : one;
        assertEquals(model.subMap(from, true, to, true), entries(stream, from, to, false));
        assertEquals(model.subMap(from, true, to, true), entries(stream, from, to, true));
        assertEquals(model.containsKey(one), stream.contains(one));
    }

    @Test
    void theAccountOfMemoryFollowsTheEntries() {
        StreamValue stream = new StreamValue();
        long empty = stream.memoryBytes();
        for (int i = 1; i <= 10_000; i++) {
            add(stream, new StreamId(i, 0), List.of("field", "value" + i), 100);
        }
        long full = stream.memoryBytes();
        // About fifteen bytes each: the fields are named once for a block.
        assertTrue(full > 120_000 && full < 220_000, () -> full + " bytes");
        assertEquals(9_990, stream.trimToLength(10, false, 0));
        assertTrue(stream.memoryBytes() < 10_000, () -> stream.memoryBytes() + " bytes");
        stream.trimToLength(0, false, 0);
        assertEquals(empty, stream.memoryBytes());
    }

    @Test
    void idsAreCountedWithoutASign() {
        StreamValue stream = new StreamValue();
        add(stream, new StreamId(Long.MAX_VALUE, -1), List.of("f", "a"), 100);
        assertEquals(new StreamId(Long.MIN_VALUE, 0), stream.nextId(5));
        add(stream, stream.nextId(5), List.of("f", "b"), 100);
        add(stream, StreamId.MAX, List.of("f", "c"), 100);
        assertEquals(
                "18446744073709551615-18446744073709551615", stream.lastId().toString());
        assertEquals(3, entries(stream, StreamId.MIN, StreamId.MAX, true).size());
        assertEquals(
                1, entries(stream, new StreamId(-1, 0), StreamId.MAX, false).size());
        assertEquals(StreamId.MIN, StreamId.MAX.next());
        assertEquals(StreamId.MAX, StreamId.MIN.previous());
        assertEquals(new StreamId(4, -1), new StreamId(5, 0).previous());
    }

    // ------------------------------------------------------------------ groups

    private static String pending(StreamGroup group) {
        StringBuilder all = new StringBuilder();
        for (long place = group.firstPending(); place >= 0; place = group.nextPending(place)) {
            all.append(group.pendingId(place)).append(' ');
            all.append(text(Objects.requireNonNull(group.owner(place)).name(), 0, 1))
                    .append(' ');
            all.append(group.deliveredAtMillis(place))
                    .append(' ')
                    .append(group.deliveries(place))
                    .append('\n');
        }
        return all.toString();
    }

    private record Pending(String owner, long at, long times) {}

    private static String pending(NavigableMap<StreamId, Pending> model) {
        StringBuilder all = new StringBuilder();
        model.forEach((id, entry) -> all.append(id)
                .append(' ')
                .append(entry.owner)
                .append(' ')
                .append(entry.at)
                .append(' ')
                .append(entry.times)
                .append('\n'));
        return all.toString();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void pendingEntriesAreThoseOfAModel(long seed) {
        Random random = new Random(seed);
        StreamValue stream = new StreamValue();
        StreamGroup group = Objects.requireNonNull(stream.createGroup(bytes("g"), StreamId.MIN, 0));
        TreeMap<StreamId, Pending> model = new TreeMap<>();
        List<StreamValue> copies = new ArrayList<>();
        List<String> copied = new ArrayList<>();
        for (int step = 0; step < STEPS * 3; step++) {
            String name = String.valueOf((char) ('a' + random.nextInt(6)));
            StreamConsumer consumer = group.consumer(bytes(name));
            if (consumer == null) {
                consumer = Objects.requireNonNull(group.createConsumer(bytes(name), step));
                assertNull(group.createConsumer(bytes(name), step));
            }
            StreamId id = new StreamId(random.nextInt(900), random.nextInt(2));
            long place = group.findPending(id);
            assertEquals(model.containsKey(id), place >= 0);
            switch (random.nextInt(8)) {
                case 0 -> {
                    if (place >= 0) {
                        group.removePending(place);
                        model.remove(id);
                    }
                }
                case 1 -> {
                    if (random.nextInt(300) == 0) {
                        group.deleteConsumer(consumer);
                        model.values().removeIf(entry -> entry.owner.equals(name));
                    }
                }
                case 2 -> {
                    if (random.nextInt(60) == 0) {
                        copies.add(stream);
                        copied.add(pending(group));
                        stream = stream.copy();
                        group = Objects.requireNonNull(stream.group(bytes("g")));
                    }
                }
                default -> {
                    if (place < 0) {
                        place = group.addPending(id, step, 1);
                        assertEquals(-1, group.addPending(id, step, 1));
                        place = group.findPending(id);
                    }
                    group.deliver(place, step, random.nextInt(9));
                    group.give(place, consumer);
                    model.put(id, new Pending(name, step, group.deliveries(place)));
                }
            }
            assertEquals(model.size(), group.pending());
            if (step % 100 == 0) {
                check(group, model, random);
            }
        }
        check(group, model, random);
        assertTrue(copies.size() > 3);
        for (int i = 0; i < copies.size(); i++) {
            assertEquals(
                    copied.get(i), pending(Objects.requireNonNull(copies.get(i).group(bytes("g")))));
        }
    }

    private static void check(StreamGroup group, NavigableMap<StreamId, Pending> model, Random random) {
        assertEquals(pending(model), pending(group));
        for (StreamConsumer consumer : group.consumers()) {
            String name = text(consumer.name(), 0, 1);
            List<StreamId> wanted = model.entrySet().stream()
                    .filter(entry -> entry.getValue().owner.equals(name))
                    .map(Map.Entry::getKey)
                    .toList();
            assertEquals(wanted.size(), consumer.pending());
            List<StreamId> got = new ArrayList<>();
            for (long place = group.pendingFrom(consumer, StreamId.MIN);
                    place >= 0;
                    place = group.nextPending(consumer, place)) {
                got.add(group.pendingId(place));
            }
            assertEquals(wanted, got);
        }
        StreamId from = new StreamId(random.nextInt(900), 0);
        long place = group.pendingFrom(from);
        assertEquals(model.ceilingKey(from), place < 0 ? null : group.pendingId(place));
    }

    @Test
    void groupsAndConsumersAreInTheOrderOfTheirNames() {
        StreamValue stream = new StreamValue();
        List<String> names = List.of("b", "", "\u00ff", "a", "ab");
        for (String name : names) {
            assertNotNull(stream.createGroup(bytes(name), StreamId.MIN, 0));
            assertNull(stream.createGroup(bytes(name), StreamId.MAX, 1));
        }
        StreamGroup group = Objects.requireNonNull(stream.group(bytes("ab")));
        names.forEach(name -> group.createConsumer(bytes(name), 0));
        List<String> sorted = List.of("", "a", "ab", "b", "\u00ff");
        assertEquals(
                sorted,
                stream.groups().stream()
                        .map(one -> text(one.name(), 0, one.name().length))
                        .toList());
        assertEquals(
                sorted,
                group.consumers().stream()
                        .map(one -> text(one.name(), 0, one.name().length))
                        .toList());
        assertTrue(stream.destroyGroup(bytes("ab")));
        assertFalse(stream.destroyGroup(bytes("ab")));
    }
}
