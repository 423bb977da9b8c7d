package dev.vedette.replication.backlog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BacklogTest {

    private static final int BLOCK = 16 * 1024;

    /** Byte p of the test stream is a function of p, so that any slice can be checked. */
    private static byte[] stream(long from, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = at(from + i);
        }
        return bytes;
    }

    private static byte at(long position) {
        return (byte) (position * 31 + (position >> 8));
    }

    private static void append(Backlog backlog, byte[] bytes) {
        backlog.append(bytes, bytes.length);
    }

    private static long check(ByteBuf slice, long position) {
        int length = slice.readableBytes();
        for (int i = 0; i < length; i++) {
            assertEquals(at(position + i), slice.getByte(i), "byte at " + (position + i));
        }
        slice.release();
        return position + length;
    }

    @Test
    void countsAsRedisDoes() {
        Backlog backlog = new Backlog(100, BLOCK);
        assertEquals(101, backlog.firstByteOffset());
        assertEquals(0, backlog.historyBytes());
        assertTrue(backlog.covers(101));
        assertFalse(backlog.covers(100));
        assertFalse(backlog.covers(102));
        append(backlog, stream(100, 50));
        assertEquals(101, backlog.firstByteOffset());
        assertEquals(50, backlog.historyBytes());
        assertTrue(backlog.covers(101));
        assertTrue(backlog.covers(151));
        assertFalse(backlog.covers(152));
    }

    @Test
    void tellsWhatIsHeldForNeitherSizeNorReader() {
        Backlog backlog = new Backlog(0, 4 * BLOCK);
        append(backlog, stream(0, 3 * BLOCK));
        assertEquals(0, backlog.bytesBefore(backlog.end()));
        append(backlog, stream(backlog.end(), 97 * BLOCK));
        assertEquals(0, backlog.bytesBefore(0));
        assertEquals(59 * BLOCK, backlog.bytesBefore(60 * BLOCK));
        assertEquals(95 * BLOCK, backlog.bytesBefore(backlog.end()));
        backlog.trim(60 * BLOCK);
        assertEquals(0, backlog.bytesBefore(60 * BLOCK));
        backlog.trim(backlog.end());
        assertEquals(0, backlog.bytesBefore(backlog.end()));
        backlog.release();
        assertEquals(0, backlog.bytesBefore(backlog.end()));
    }

    @Test
    void keepsAtLeastTheSizeAskedForAndNotMuchMore() {
        Backlog backlog = new Backlog(0, 4 * BLOCK);
        for (int i = 0; i < 1000; i++) {
            append(backlog, stream(backlog.end(), 1000));
            backlog.trim(backlog.end());
        }
        assertTrue(backlog.historyBytes() >= 4 * BLOCK, "history " + backlog.historyBytes());
        assertTrue(backlog.historyBytes() <= 6 * BLOCK, "history " + backlog.historyBytes());
        assertEquals(1_000_000 - backlog.historyBytes() + 1, backlog.firstByteOffset());
        assertTrue(backlog.memoryBytes() < 7 * BLOCK);
    }

    @Test
    void keepsWhatASlowReaderNeedsAndLetsGoAfterwards() {
        Backlog backlog = new Backlog(0, BLOCK);
        Backlog.Cursor slow = backlog.cursorAt(0);
        for (int i = 0; i < 100; i++) {
            append(backlog, stream(backlog.end(), BLOCK));
            backlog.trim(slow.position());
        }
        assertEquals(100 * BLOCK, backlog.historyBytes());
        assertEquals(100 * BLOCK, slow.remaining());
        long position = 0;
        for (ByteBuf slice = slow.next(5000); slice != null; slice = slow.next(5000)) {
            position = check(slice, position);
        }
        assertEquals(100 * BLOCK, position);
        backlog.trim(slow.position());
        assertTrue(backlog.historyBytes() <= 2 * BLOCK);
    }

    @Test
    void resizesLive() {
        Backlog backlog = new Backlog(0, 64 * BLOCK);
        for (int i = 0; i < 64; i++) {
            append(backlog, stream(backlog.end(), BLOCK));
        }
        backlog.trim(backlog.end());
        assertEquals(64 * BLOCK, backlog.historyBytes());
        backlog.resize(100); // less than the smallest size
        backlog.trim(backlog.end());
        assertTrue(backlog.historyBytes() >= Backlog.SIZE_BYTES_MIN);
        assertTrue(backlog.historyBytes() <= 3 * BLOCK, "history " + backlog.historyBytes());
        backlog.resize(128 * BLOCK);
        for (int i = 0; i < 100; i++) {
            append(backlog, stream(backlog.end(), BLOCK));
            backlog.trim(backlog.end());
        }
        assertTrue(backlog.historyBytes() >= 100 * BLOCK);
    }

    @Test
    void aCursorOfAnEmptyBacklogReadsWhatComes() {
        Backlog backlog = new Backlog(7, BLOCK);
        Backlog.Cursor cursor = backlog.cursorAt(7);
        assertNull(cursor.next(10));
        append(backlog, stream(7, 3));
        ByteBuf slice = cursor.next(10);
        assertNotNull(slice);
        assertEquals(3, slice.readableBytes());
        slice.release();
        assertNull(cursor.next(10));
        append(backlog, stream(10, 3 * BLOCK));
        long position = 10;
        for (ByteBuf next = cursor.next(BLOCK); next != null; next = cursor.next(BLOCK)) {
            position = check(next, position);
        }
        assertEquals(backlog.end(), position);
    }

    @Test
    void aSliceStaysWhatItWasWhenItsBlockGoesOn() {
        Backlog backlog = new Backlog(0, BLOCK);
        append(backlog, stream(0, 100));
        ByteBuf slice = backlog.cursorAt(0).next(100);
        assertNotNull(slice);
        for (int i = 0; i < 50; i++) {
            append(backlog, stream(backlog.end(), BLOCK));
            backlog.trim(backlog.end());
        }
        assertEquals(100, slice.readableBytes());
        check(slice, 0);
    }

    @Test
    void memoryGoesBackAtTheEndAndWithTheLastSlice() {
        Backlog backlog = new Backlog(0, BLOCK);
        append(backlog, stream(0, 100));
        ByteBuf left = backlog.cursorAt(0).next(50);
        assertNotNull(left);
        for (int i = 0; i < 50; i++) {
            append(backlog, stream(backlog.end(), BLOCK));
            backlog.trim(backlog.end());
        }
        Backlog.Cursor cursor = backlog.cursorAt(backlog.end() - 10);
        ByteBuf kept = cursor.next(5);
        assertNotNull(kept);
        backlog.release();
        assertNull(cursor.next(5));
        assertEquals(0, backlog.memoryBytes());
        check(kept, backlog.end() - 10);
        check(left, 0);
        assertEquals(0, kept.refCnt());
        assertEquals(0, left.refCnt());
        backlog.release(); // once more does nothing
    }

    @Test
    void refusesAPlaceThatItDoesNotHold() {
        Backlog backlog = new Backlog(10, BLOCK);
        append(backlog, stream(10, 5));
        assertThrows(IllegalArgumentException.class, () -> backlog.cursorAt(9));
        assertThrows(IllegalArgumentException.class, () -> backlog.cursorAt(16));
    }

    @Property(tries = 200)
    void anyCursorReadsTheStreamAsItWas(@ForAll long seed, @ForAll @IntRange(min = 1, max = 100_000) int size) {
        Random random = new Random(seed);
        long origin = random.nextInt(1000);
        Backlog backlog = new Backlog(origin, size);
        List<Backlog.Cursor> cursors = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            append(backlog, stream(backlog.end(), random.nextInt(random.nextBoolean() ? 100 : 50_000)));
            long needed = backlog.end();
            for (Backlog.Cursor cursor : cursors) {
                needed = Math.min(needed, cursor.position());
            }
            backlog.trim(needed);
            if (random.nextInt(10) == 0) {
                long from = backlog.firstByteOffset() - 1;
                cursors.add(backlog.cursorAt(from + random.nextLong(backlog.end() - from + 1)));
            }
            for (Backlog.Cursor cursor : cursors) {
                long position = cursor.position();
                ByteBuf slice = cursor.next(1 + random.nextInt(30_000));
                if (slice == null) {
                    assertEquals(backlog.end(), position);
                } else {
                    assertEquals(cursor.position(), check(slice, position));
                }
            }
            if (random.nextInt(20) == 0 && !cursors.isEmpty()) {
                cursors.remove(0);
            }
        }
    }

    @Test
    void knowsFromWhereOnItCanBeReadAsCommands() {
        Backlog backlog = new Backlog(1000, Backlog.SIZE_BYTES_MIN);
        assertEquals(1000, backlog.firstCommand());
        append(backlog, new byte[10]);
        append(backlog, new byte[3 * Backlog.BLOCK_BYTES_MIN]);
        append(backlog, new byte[20]);
        assertEquals(1000, backlog.firstCommand());
        backlog.trim(backlog.end());
        assertEquals(
                1010 + 3 * Backlog.BLOCK_BYTES_MIN, backlog.firstCommand(), "what is before is the end of a command");
        assertTrue(backlog.covers(backlog.firstCommand()));
    }

    @Test
    void givesWhatLiesBetweenTwoPositions() {
        Backlog backlog = new Backlog(0, Backlog.SIZE_BYTES_MIN);
        byte[] bytes = new byte[3 * Backlog.BLOCK_BYTES_MIN];
        new Random(1).nextBytes(bytes);
        append(backlog, bytes);
        Buffer all = Buffer.buffer();
        for (ByteBuf slice : backlog.slices(100, bytes.length - 7)) {
            all.appendBuffer(BufferInternal.buffer(slice));
            slice.release();
        }
        assertEquals(Buffer.buffer(bytes).slice(100, bytes.length - 7), all);
        assertEquals(List.of(), backlog.slices(5, 5));
        assertThrows(IllegalArgumentException.class, () -> backlog.slices(5, bytes.length + 1));
    }
}
