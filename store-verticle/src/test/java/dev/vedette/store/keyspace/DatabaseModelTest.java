package dev.vedette.store.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Everything that commands do to strings, at random, beside maps that say what comes out: times, gathering, databases that
 * are emptied, exchanged and replaced, and several snapshots at once.
 */
class DatabaseModelTest {

    private static final int DATABASES = 3;
    private static final int[] KEY_LENGTHS = {0, 1, 2, 7, 8, 9, 15, 16, 17, 40, 253, 254, 255, 256, 257, 500, 4600, 4700
    };
    private static final int[] VALUE_LENGTHS = {
        0, 1, 7, 8, 9, 16, 17, 24, 44, 45, 100, 255, 256, 489, 490, 505, 506, 513, 1000, 2048, 4000, 4095, 4096, 4097,
        5000
    };

    private record Text(String text, long expireAt, boolean raw) {}

    private final Keyspace keyspace = new Keyspace(DATABASES);
    private final List<Map<String, Text>> model = new ArrayList<>();
    private final List<Cut> cuts = new ArrayList<>();
    private Random random = new Random(0);
    private int keys;
    private int finished;
    private int gatherings;

    DatabaseModelTest() {
        for (int i = 0; i < DATABASES; i++) {
            model.add(new HashMap<>());
        }
    }

    private record Shown(int database, HeldEntries entries) {}

    /** A snapshot, what it has to show, and what it has shown: read some time later, as by another thread. */
    private final class Cut implements SegmentVisitor {
        final List<Map<String, Text>> expected = new ArrayList<>();
        final List<Map<String, Text>> read = new ArrayList<>();
        final Deque<Shown> unread = new ArrayDeque<>();
        final KeyspaceSnapshot snapshot;
        final long nowMillis = keyspace.nowMillis();
        private boolean walked;
        private long finishedVisits;

        Cut() {
            for (Map<String, Text> database : model) {
                expected.add(new HashMap<>(database));
                read.add(new HashMap<>());
            }
            snapshot = keyspace.beginSnapshot(this);
        }

        @Override
        public void visit(int database, HeldEntries entries) {
            unread.add(new Shown(database, entries));
        }

        @Override
        public long finishedVisits() {
            return finishedVisits;
        }

        private void read(Shown shown) {
            HeldEntries.Reader reader = shown.entries.reader();
            for (Object entry = reader.next(); entry != null; entry = reader.next()) {
                assertNull(read.get(shown.database).put(latin(Entries.key(entry)), text(entry)), "shown twice");
            }
            finishedVisits++;
            shown.entries.release();
        }

        /** Goes on; true when that was all. */
        boolean goOn() {
            walked = walked || snapshot.walk(System.nanoTime());
            for (int i = random.nextInt(4); i > 0 && !unread.isEmpty(); i--) {
                read(unread.remove());
            }
            if (!walked || !unread.isEmpty()) {
                return false;
            }
            for (int i = 0; i < DATABASES; i++) {
                assertEquals(snapshot.size(i), read.get(i).size());
                assertSame(expected.get(i), read.get(i), nowMillis);
            }
            snapshot.end();
            finished++;
            return true;
        }
    }

    /** Compares, but for those whose time has come, which may or may not be there. */
    private static void assertSame(Map<String, Text> expected, Map<String, Text> present, long nowMillis) {
        expected.values().removeIf(text -> text.expireAt >= 0 && text.expireAt <= nowMillis);
        present.values().removeIf(text -> text.expireAt >= 0 && text.expireAt <= nowMillis);
        assertEquals(expected.size(), present.size());
        expected.forEach((key, text) -> assertEquals(text, present.get(key)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static Text text(Object entry) {
        byte[] copy = Entries.stringBytes(entry);
        boolean raw = copy.length <= 20 && Entries.encoding(entry).equals("raw");
        return new Text(latin(copy), Entries.expireAt(entry), raw);
    }

    /** Short strings that were changed in place say so; of long ones nobody can tell. */
    private static Text text(String text, long expireAt, boolean raw) {
        return new Text(text, expireAt, raw && text.length() <= 20);
    }

    // ------------------------------------------------------------------ what there is

    private String key() {
        int number = random.nextInt(keys);
        int length = KEY_LENGTHS[number % KEY_LENGTHS.length];
        String name = Integer.toString(number);
        return length <= name.length() ? name.substring(0, length) : name + "k".repeat(length - name.length());
    }

    private String value() {
        switch (random.nextInt(6)) {
            case 0 -> {
                return Long.toString(random.nextLong() >> random.nextInt(64));
            }
            case 1 -> {
                return "v".repeat(random.nextInt(5000));
            }
            default -> {
                int length = VALUE_LENGTHS[random.nextInt(VALUE_LENGTHS.length)];
                char[] chars = new char[length];
                Arrays.fill(chars, (char) random.nextInt(256));
                if (length > 0) {
                    chars[random.nextInt(length)] = (char) random.nextInt(256);
                }
                return new String(chars);
            }
        }
    }

    private long expiry() {
        return random.nextInt(3) == 0 ? keyspace.nowMillis() + 1 + random.nextInt(3000) : -1;
    }

    private @Nullable Text expected(int database, String key) {
        Text text = model.get(database).get(key);
        if (text != null && text.expireAt >= 0 && text.expireAt <= keyspace.nowMillis()) {
            model.get(database).remove(key);
            return null;
        }
        return text;
    }

    // ------------------------------------------------------------------ one step

    private void step() {
        int number = random.nextInt(DATABASES);
        Database database = keyspace.database(number);
        Map<String, Text> map = model.get(number);
        String key = key();
        byte[] name = bytes("<" + key + ">");
        int length = name.length - 2;
        Text before = expected(number, key);
        long expireAt = before == null ? -1 : before.expireAt;
        switch (random.nextInt(40)) {
            case 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 -> {
                String value = value();
                long at = expiry();
                byte[] content = bytes("[" + value + "]");
                database.setString(name, 1, length, content, 1, content.length - 2, at);
                map.put(key, text(value, at, false));
            }
            case 10 -> {
                long value = random.nextLong() >> random.nextInt(64);
                database.setInteger(name, 1, length, value, -1);
                map.put(key, text(Long.toString(value), -1, false));
            }
            case 11 -> {
                String value = value();
                database.setRawString(name, 1, length, bytes(value), expireAt);
                map.put(key, text(value, expireAt, true));
            }
            case 12, 13, 14, 15, 16, 17 -> changeInPlace(number, key, name, before);
            case 18, 19, 20 -> {
                Object entry = database.lookupForWrite(name, 1, length);
                assertEquals(before == null, entry == null);
                long value = random.nextLong();
                if (entry != null && database.replaceInteger(entry, value)) {
                    map.put(key, text(Long.toString(value), expireAt, false));
                }
            }
            case 21, 22, 23, 24, 25, 26 -> {
                long at = expiry();
                assertEquals(before != null, database.peek(name, 1, length) != null);
                assertEquals(before != null, database.setExpireAt(name, 1, length, at));
                if (before != null) {
                    map.put(key, new Text(before.text, at, before.raw));
                }
            }
            case 27, 28, 29, 30, 31 -> {
                assertEquals(before != null, database.removeLive(name, 1, length));
                map.remove(key);
            }
            case 32, 33 -> move(number, key, name, before);
            case 34 -> {
                keyspace.setNowMillis(keyspace.nowMillis() + random.nextInt(3));
                if (random.nextInt(20) == 0) {
                    database.expireDue(System.nanoTime() + 1_000_000_000);
                }
            }
            default -> {
                Object entry = database.lookup(name, 1, length);
                assertEquals(before, entry == null ? null : text(entry));
            }
        }
    }

    private void changeInPlace(int number, String key, byte[] name, @Nullable Text before) {
        String old = before == null ? "" : before.text;
        int at = random.nextInt(3) > 0 ? old.length() : random.nextInt(Math.max(1, Math.min(5000, old.length() + 10)));
        String part = "p".repeat(random.nextInt(random.nextInt(8) == 0 ? 4200 : 20));
        Database database = keyspace.database(number);
        Object entry = database.stringForChange(name, 1, name.length - 2, at + part.length());
        byte[] from = bytes(part);
        System.arraycopy(from, 0, Entries.stringArray(entry), Entries.stringOffset(entry) + at, from.length);
        Entries.changed(entry);
        StringBuilder changed = new StringBuilder(old);
        changed.setLength(Math.max(old.length(), at + part.length()));
        changed.replace(at, at + part.length(), part);
        Text after = text(changed.toString(), before == null ? -1 : before.expireAt, true);
        model.get(number).put(key, after);
        assertEquals(after, text(entry));
    }

    private void move(int number, String key, byte[] name, @Nullable Text before) {
        Database from = keyspace.database(number);
        Object entry = from.lookupForWrite(name, 1, name.length - 2);
        assertEquals(before == null, entry == null);
        int to = random.nextInt(DATABASES);
        String other = key();
        if (entry == null || before == null || to == number && other.equals(key)) {
            return;
        }
        expected(to, other);
        byte[] otherName = bytes(other);
        long at = expiry();
        keyspace.database(to).putEntry(otherName, 0, otherName.length, entry, at);
        assertTrue(from.removeLive(name, 1, name.length - 2));
        model.get(number).remove(key);
        model.get(to).put(other, new Text(before.text, at, before.raw));
    }

    private void wholeDatabases() {
        switch (random.nextInt(8)) {
            case 0 -> {
                int number = random.nextInt(DATABASES);
                keyspace.database(number).clear();
                model.get(number).clear();
            }
            case 1, 2, 3 -> {
                int a = random.nextInt(DATABASES);
                int b = random.nextInt(DATABASES);
                keyspace.swap(a, b);
                Map<String, Text> swapped = model.get(a);
                model.set(a, model.get(b));
                model.set(b, swapped);
            }
            case 4 -> {
                Keyspace loaded = new Keyspace(DATABASES);
                loaded.setNowMillis(keyspace.nowMillis());
                byte[] one = bytes("1");
                for (int i = 0; i < DATABASES; i++) {
                    loaded.database(i).setString(one, 0, 1, one, 0, 1, -1);
                    model.get(i).clear();
                    model.get(i).put("1", text("1", -1, false));
                }
                keyspace.adopt(loaded);
            }
            default -> {
                // As often as not nothing.
            }
        }
    }

    private void snapshots() {
        if (cuts.size() < 3 && random.nextInt(3) == 0) {
            cuts.add(new Cut());
        }
        cuts.removeIf(cut -> random.nextInt(2) == 0 && cut.goOn());
        if (!cuts.isEmpty() && random.nextInt(50) == 0) {
            cuts.remove(random.nextInt(cuts.size())).snapshot.end();
        }
    }

    private void check() {
        for (int i = 0; i < DATABASES; i++) {
            Database database = keyspace.database(i);
            assertNull(database.contradiction());
            Map<String, Text> present = new HashMap<>();
            long[] bytes = new long[2];
            database.forEach(entry -> {
                assertNull(present.put(latin(Entries.key(entry)), text(entry)));
                bytes[0] += Entries.memoryBytes(entry);
                bytes[1] += Entries.expireAt(entry) >= 0 ? 1 : 0;
            });
            assertEquals(bytes[1], database.ttlCount());
            assertEquals(present.size(), database.size());
            // Objects are counted in words.
            assertTrue(Math.abs(bytes[0] - database.dataBytes()) <= 8L * present.size());
            assertSame(model.get(i), present, keyspace.nowMillis());
        }
    }

    /** Few keys meet often; many make the table split, and leave room to gather. */
    @ParameterizedTest
    @CsvSource({"1, 60, 60000", "2, 60, 60000", "3, 3000, 60000", "4, 40000, 150000", "5, 40000, 150000"})
    void isWhatAMapWouldBe(long seed, int keyCount, int steps) {
        random = new Random(seed);
        keys = keyCount;
        int wholesale = Math.max(500, keyCount * 2);
        for (int i = 0; i < steps; i++) {
            step();
            if (random.nextInt(wholesale) == 0) {
                wholeDatabases();
            }
            if (random.nextInt(100) == 0) {
                snapshots();
            }
            if (random.nextInt(200) == 0) {
                gatherings += keyspace.gather(System.nanoTime() + random.nextInt(100_000)) ? 1 : 0;
            }
            if (i % (steps / 8) == 0) {
                check();
            }
            if (i == steps * 3 / 4) {
                fill();
                thinOut();
            }
        }
        for (Cut cut : cuts) {
            while (!cut.goOn()) {
                assertNotNull(cut);
            }
        }
        while (keyspace.gather(System.nanoTime() + 100_000)) {
            gatherings++;
            step();
        }
        check();
        assertTrue(finished > 3);
        assertTrue(keyCount < 10_000 || gatherings > 0);
    }

    private void fill() {
        for (int i = 0; i < keys; i++) {
            byte[] key = bytes("fill" + i);
            byte[] value = bytes("f".repeat(300 + random.nextInt(600)));
            keyspace.database(0).setString(key, 0, key.length, value, 0, value.length, -1);
            model.get(0).put(latin(key), text(latin(value), -1, false));
        }
    }

    /** Most keys go, so that there is something to gather. */
    private void thinOut() {
        for (int i = 0; i < DATABASES; i++) {
            List<String> names = new ArrayList<>(model.get(i).keySet());
            for (String name : names) {
                if (random.nextInt(5) > 0) {
                    byte[] key = bytes(name);
                    keyspace.database(i).remove(key, 0, key.length);
                    model.get(i).remove(name);
                }
            }
        }
    }
}
