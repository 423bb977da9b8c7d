package dev.vedette.store.keyspace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** No two cells ever share a byte, memory is used again for other sizes, and goes back when data do. */
class CellsTest {

    private static final byte[] NO_KEY = {};
    private static final byte[] SIX_BYTES = new byte[6];

    private final Cells cells = new Cells();

    private int allocate(int size) {
        int place = cells.allocate(size);
        assertNotEquals(0, place);
        PackedString.write(cells.address(place), 0, 0, NO_KEY, 0, 0, 0, -1);
        return place;
    }

    @RepeatedTest(10)
    void keepsCellsApart(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        Map<Integer, byte[]> contents = new HashMap<>();
        List<Integer> places = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            if (places.isEmpty() || random.nextInt(5) < 3) {
                int size = 8 + random.nextInt(random.nextInt(10) == 0 ? Cells.CELL_BYTES_MAX - 7 : 120);
                int place = allocate(size);
                assertTrue(cells.cellBytes(place) >= size);
                assertTrue(cells.suits(place, size));
                byte[] content = new byte[size - 7];
                random.nextBytes(content);
                PackedString.copyIn(content, 0, cells.address(place) + 7, content.length);
                assertNull(contents.put(place, content));
                places.add(place);
            } else {
                int index = random.nextInt(places.size());
                int place = places.set(index, places.getLast());
                places.removeLast();
                check(place, Objects.requireNonNull(contents.remove(place)));
                cells.free(place);
            }
        }
        assertNull(cells.contradiction());
        assertEquals(places.size(), cells.count());
        contents.forEach(this::check);
    }

    private void check(int place, byte[] content) {
        byte[] present = new byte[content.length];
        PackedString.copyOut(cells.address(place) + 7, present, 0, content.length);
        assertArrayEquals(content, present);
    }

    @Test
    void refusesWhatIsTooLarge() {
        assertEquals(0, cells.allocate(Cells.CELL_BYTES_MAX + 1));
        assertNotEquals(0, cells.allocate(Cells.CELL_BYTES_MAX));
    }

    @Test
    void usesMemoryAgainForOtherSizes() {
        for (int size = 16; size < 4000; size += 200) {
            List<Integer> places = new ArrayList<>();
            for (int bytes = 0; bytes < 4 << 20; bytes += size) {
                places.add(allocate(size));
            }
            places.forEach(cells::free);
        }
        assertEquals(0, cells.bytes());
        assertEquals(0, cells.count());
        assertTrue(cells.blockBytes() <= 4 << 20, () -> cells.blockBytes() + " bytes are kept");
    }

    @RepeatedTest(5)
    void gathersWhatIsLeft(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        Keyspace keyspace = new Keyspace(1);
        Database database = keyspace.database(0);
        Map<String, String> expected = new HashMap<>();
        for (int i = 0; i < 300_000; i++) {
            String key = "key:" + i;
            String value = "v" + i + "x".repeat(random.nextInt(90));
            set(database, key, value);
            if (random.nextInt(10) == 0) {
                expected.put(key, value);
            }
        }
        for (int i = 0; i < 300_000; i++) {
            byte[] key = bytes("key:" + i);
            if (!expected.containsKey("key:" + i)) {
                assertTrue(database.remove(key, 0, key.length));
            }
        }
        long before = keyspace.freeCellBytes();
        assertTrue(before > 10 << 20, () -> "only " + before + " bytes are free");
        int turns = 0;
        while (keyspace.gather(System.nanoTime() + 200_000)) {
            turns++;
            // What comes and goes meanwhile does no harm.
            String key = "key:" + random.nextInt(300_000);
            String value = "y".repeat(random.nextInt(200));
            set(database, key, value);
            expected.put(key, value);
            byte[] gone = bytes("key:" + random.nextInt(300_000));
            database.remove(gone, 0, gone.length);
            expected.remove(new String(gone, StandardCharsets.US_ASCII));
            assertTrue(turns < 1_000_000);
        }
        assertTrue(keyspace.freeCellBytes() < 9 << 20, () -> keyspace.freeCellBytes() + " bytes are still free");
        assertFalse(keyspace.gather(System.nanoTime()));
        assertNull(database.contradiction());
        assertEquals(expected.size(), database.size());
        expected.forEach((key, value) -> {
            byte[] bytes = bytes(key);
            Object entry = database.peek(bytes, 0, bytes.length);
            assertEquals(
                    value, entry == null ? null : new String(Entries.stringBytes(entry), StandardCharsets.US_ASCII));
        });
    }

    /** A process has addresses for a few thousand ranges: as many clients may empty databases in a second. */
    @Test
    void givesAddressesBackWithWhatWasEmptied() {
        long possible = reservable();
        Keyspace keyspace = new Keyspace(2);
        set(keyspace.database(0), "there", "at the cut");
        KeyspaceSnapshot snapshot = keyspace.beginSnapshot((database, entries) -> entries.release());
        for (int i = 0; i < 6000; i++) {
            set(keyspace.database(1), "key", "value");
            keyspace.database(1).clear();
            Keyspace loaded = new Keyspace(2);
            set(loaded.database(0), "key", "value");
            keyspace.adopt(loaded);
        }
        assertEquals(possible, reservable());
        assertTrue(snapshot.walk(System.nanoTime() + 1_000_000_000));
        snapshot.end();
        for (int i = 0; i < 6000; i++) {
            set(keyspace.database(1), "key", "value");
            keyspace.database(1).clear();
        }
        assertEquals(possible, reservable());
    }

    private static long reservable() {
        NativeMemory range = NativeMemory.reserve(32L << 30);
        range.close(0);
        return range.bytes();
    }

    @Test
    void keepsWhatHasNoCellAsAnObject() {
        Database database = new Keyspace(1).database(0);
        byte[] key = new byte[100_000];
        database.setInteger(key, 0, key.length, -5, 1L << 50);
        Object entry = database.peek(key, 0, key.length);
        assertEquals("int", entry == null ? null : Entries.encoding(entry));
        assertArrayEquals(bytes("-5"), entry == null ? NO_KEY : Entries.stringBytes(entry));
        assertEquals(1L << 50, entry == null ? 0 : Entries.expireAt(entry));
        database.setExpireAt(key, 0, key.length, -1);
        database.setString(key, 0, key.length, SIX_BYTES, 0, 6, -1);
        assertArrayEquals(SIX_BYTES, Entries.stringBytes(database.stringForChange(key, 0, key.length, 3)));
        assertEquals(9, Entries.stringLength(database.stringForChange(key, 0, key.length, 9)));
        assertTrue(database.remove(key, 0, key.length));
        assertEquals(0, database.dataBytes());
    }

    @Test
    void expectsKeysWithoutLosingAny() {
        Keyspace keyspace = new Keyspace(1);
        Database database = keyspace.database(0);
        database.expect(10_000);
        for (int i = 0; i < 30_000; i++) {
            set(database, "key:" + i, "value" + i);
        }
        // Too late: there are keys.
        database.expect(1_000_000);
        assertEquals(30_000, database.size());
        int[] seen = new int[1];
        database.forEach(entry -> seen[0]++);
        assertEquals(30_000, seen[0]);
        for (int i = 0; i < 30_000; i++) {
            byte[] key = bytes("key:" + i);
            assertTrue(database.remove(key, 0, key.length));
        }
        assertEquals(0, database.size());
    }

    private static void set(Database database, String key, String value) {
        byte[] name = bytes(key);
        byte[] content = bytes(value);
        database.setString(name, 0, name.length, content, 0, content.length, -1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
