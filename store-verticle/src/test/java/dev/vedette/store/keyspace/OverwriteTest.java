package dev.vedette.store.keyspace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A string with a TTL written over by one of the same length, again with a TTL: a cache at work. */
class OverwriteTest {

    private static final byte[] KEY = bytes("key");

    private final Keyspace keyspace = new Keyspace(1);
    private final Database database = keyspace.database(0);
    private final long now = keyspace.nowMillis();

    @Test
    void makesNoNewEntry() {
        Object before = set("old", now + 1000);
        Object after = set("new", now + 5000);
        assertSame(before, after);
        assertArrayEquals(bytes("new"), Entries.stringBytes(after));
        assertEquals(now + 5000, Entries.expireAt(after));
        assertEquals(1, database.ttlCount());
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
        Object before = set("old", now + 1000);
        KeyspaceSnapshot snapshot = keyspace.beginSnapshot((number, entries) -> {});
        assertNotSame(before, set("new", now + 5000));
        snapshot.end();
        assertArrayEquals(bytes("old"), Entries.stringBytes(before));
        assertEquals(now + 1000, Entries.expireAt(before));
    }

    @Test
    void goesOnOnceTheSnapshotHasWrittenIt() {
        Object before = set("old", -1);
        AtomicLong finished = new AtomicLong();
        KeyspaceSnapshot snapshot = keyspace.beginSnapshot(new SegmentVisitor() {
            @Override
            public void visit(int number, Object[] entries) {}

            @Override
            public long finishedVisits() {
                return finished.get();
            }
        });
        Object held = set("new", -1);
        assertNotSame(before, held);
        Object stillHeld = set("one", -1);
        assertNotSame(held, stillHeld);
        finished.set(1);
        assertSame(stillHeld, set("two", -1));

        KeyspaceSnapshot second = keyspace.beginSnapshot((number, entries) -> {});
        Object ofBoth = set("tri", -1);
        assertNotSame(stillHeld, ofBoth);
        snapshot.end();
        Object ofTheSecond = set("for", -1);
        assertNotSame(ofBoth, ofTheSecond);
        second.end();
        assertSame(ofTheSecond, set("fiv", -1));
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

    private Object set(String value, long expireAt) {
        byte[] bytes = bytes(value);
        database.setString(KEY, 0, KEY.length, bytes, 0, bytes.length, expireAt);
        Object entry = database.peekRaw(KEY, 0, KEY.length);
        assertNotNull(entry);
        return entry;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
