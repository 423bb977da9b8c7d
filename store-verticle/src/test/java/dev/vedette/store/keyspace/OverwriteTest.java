package dev.vedette.store.keyspace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A string with a TTL written over by one of the same length, again with a TTL: a cache at work. */
class OverwriteTest {

    private static final byte[] KEY = bytes("key");

    private final Keyspace keyspace = new Keyspace(2);
    private final Database database = keyspace.database(0);
    private final long now = keyspace.nowMillis();

    @Test
    void takesNoOtherCell() {
        PackedString before = set("old", now + 1000);
        int place = before.place();
        PackedString after = set("new", now + 5000);
        assertEquals(place, after.place());
        assertArrayEquals(bytes("new"), Entries.stringBytes(after));
        assertEquals(now + 5000, Entries.expireAt(after));
        assertEquals(1, database.ttlCount());
    }

    @Test
    void takesAnotherCellWhenItNeedsAnotherSize() {
        int place = set("old", -1).place();
        long bytes = database.dataBytes();
        assertNotEquals(place, set("a longer one than that", -1).place());
        assertTrue(database.dataBytes() > bytes);
        set("new", -1);
        assertEquals(bytes, database.dataBytes());
        database.remove(KEY, 0, KEY.length);
        assertEquals(0, database.dataBytes());
    }

    @Test
    void expiresAtTheNewTimeIfThatIsEarlier() {
        set("old", now + 5000);
        set("new", now + 1000);
        keyspace.setNowMillis(now + 1000);
        assertTrue(database.expireDue(System.nanoTime() + 1_000_000_000));
        assertEquals(0, database.size());
        assertEquals(0, database.ttlCount());
    }

    @Test
    void countsTimesThatComeAndGo() {
        set("old", -1);
        set("new", now + 1000);
        assertEquals(1, database.ttlCount());
        set("old", -1);
        assertEquals(0, database.ttlCount());
        keyspace.setNowMillis(now + 1000);
        assertNotNull(database.lookup(KEY, 0, KEY.length));
    }

    @Test
    void leavesTheEntryToASnapshot() {
        int place = set("old", now + 1000).place();
        Shown shown = new Shown();
        KeyspaceSnapshot snapshot = keyspace.beginSnapshot(shown);
        assertNotEquals(place, set("new", now + 5000).place());
        database.setExpireAt(KEY, 0, KEY.length, now + 7000);
        database.setExpireAt(KEY, 0, KEY.length, -1);
        database.remove(KEY, 0, KEY.length);
        assertEquals(0, database.dataBytes(), "or maxmemory would have ever more keys go");
        assertTrue(snapshot.walk(System.nanoTime() + 1_000_000_000));
        assertEquals(List.of("old" + (now + 1000)), shown.read(0));
        snapshot.end();
        assertEquals(0, database.dataBytes());
    }

    @Test
    void goesOnOnceTheSnapshotHasWrittenIt() {
        int before = set("old", -1).place();
        Shown shown = new Shown();
        KeyspaceSnapshot snapshot = keyspace.beginSnapshot(shown);
        int unseen = set("new", -1).place();
        assertNotEquals(before, unseen);
        assertEquals(unseen, set("one", -1).place());
        assertEquals(List.of("old-1"), shown.read(0));
        shown.finished = 1;
        assertEquals(unseen, set("two", -1).place());

        Shown shownSecond = new Shown();
        KeyspaceSnapshot second = keyspace.beginSnapshot(shownSecond);
        int unseenByBoth = set("tri", -1).place();
        assertNotEquals(unseen, unseenByBoth);
        snapshot.end();
        assertEquals(unseenByBoth, set("for", -1).place());
        assertEquals(List.of("two-1"), shownSecond.read(0));
        second.end();
        int last = set("fiv", -1).place();
        assertEquals(last, set("six", -1).place());
    }

    /** Or a counter would take more and more memory while a slow replica is sent a snapshot. */
    @Test
    void whatNoSnapshotHasSeenIsChangedWhereItIs() {
        byte[] other = bytes("other");
        set("old", -1);
        database.setInteger(other, 0, other.length, 7, -1);
        Shown shown = new Shown();
        KeyspaceSnapshot snapshot = keyspace.beginSnapshot(shown);
        Object counter = assertInstanceOf(PackedString.class, database.lookupForWrite(other, 0, other.length));
        assertFalse(database.replaceInteger(counter, 8));
        database.setInteger(other, 0, other.length, 8, -1);
        counter = assertInstanceOf(PackedString.class, database.lookupForWrite(other, 0, other.length));
        assertTrue(database.replaceInteger(counter, 9));
        int withTime = place(() -> database.setExpireAt(KEY, 0, KEY.length, now + 7000));
        assertEquals(withTime, place(() -> database.setExpireAt(KEY, 0, KEY.length, now + 9000)));
        long left = keyspace.leftForSnapshotsBytes();
        database.remove(KEY, 0, KEY.length);
        set("new", -1);
        assertEquals(left, keyspace.leftForSnapshotsBytes());
        assertEquals(
                List.of("old-1", "7-1"),
                shown.read(0).stream().sorted(Comparator.reverseOrder()).toList());
        snapshot.end();
    }

    /** A mark that was moved along with an entry would be believed by the next snapshot. */
    @Test
    void whatWasMovedIsSeenByTheNextSnapshot() {
        KeyspaceSnapshot first = keyspace.beginSnapshot(new Shown());
        PackedString unseen = set("old", -1);
        first.end();
        Database to = keyspace.database(1);
        to.putEntry(KEY, 0, KEY.length, unseen, -1);
        Shown shown = new Shown();
        KeyspaceSnapshot second = keyspace.beginSnapshot(shown);
        to.setString(KEY, 0, KEY.length, bytes("new"), 0, 3, -1);
        assertEquals(List.of("old-1"), shown.read(0));
        second.end();
    }

    private int place(Runnable change) {
        change.run();
        return assertInstanceOf(PackedString.class, database.lookup(KEY, 0, KEY.length))
                .place();
    }

    @Test
    void keepsWhatAnOlderSnapshotNeedsWhenANewerOneEndsFirst() {
        set("old", -1);
        Shown shown = new Shown();
        KeyspaceSnapshot older = keyspace.beginSnapshot(shown);
        Shown shownNewer = new Shown();
        KeyspaceSnapshot newer = keyspace.beginSnapshot(shownNewer);
        set("new", -1);
        shownNewer.finished = 1;
        shown.finished = 0;
        newer.end();
        for (int i = 0; i < 100; i++) {
            set("x" + i % 10, -1);
        }
        assertEquals(List.of("old-1"), shown.read(0));
        older.end();
        assertNull(database.contradiction());
    }

    /** What a snapshot shows, to be read later. */
    private static final class Shown implements SegmentVisitor {
        private final List<HeldEntries> visits = new ArrayList<>();
        private long finished;

        @Override
        public void visit(int number, HeldEntries entries) {
            visits.add(entries);
        }

        @Override
        public long finishedVisits() {
            return finished;
        }

        List<String> read(int visit) {
            List<String> read = new ArrayList<>();
            HeldEntries.Reader held = visits.get(visit).reader();
            for (Object entry = held.next(); entry != null; entry = held.next()) {
                read.add(new String(Entries.stringBytes(entry), StandardCharsets.US_ASCII) + Entries.expireAt(entry));
            }
            return read;
        }
    }

    @Test
    void replacesWhatHasExpired() {
        set("old", now + 1000);
        keyspace.setNowMillis(now + 1000);
        assertNull(database.peek(KEY, 0, KEY.length));
        set("new", now + 5000);
        assertEquals(1, database.ttlCount());
        assertEquals(1, database.size());
    }

    private PackedString set(String value, long expireAt) {
        byte[] bytes = bytes(value);
        database.setString(KEY, 0, KEY.length, bytes, 0, bytes.length, expireAt);
        Object entry = database.peekRaw(KEY, 0, KEY.length);
        return assertInstanceOf(PackedString.class, entry);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
