package dev.vedette.store.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replies so long that they leave in parts. */
class RepliesTest {

    private static final int LONG_BYTES = 3 * Replies.PART_BYTES;

    /** Takes every part, or wants no more than so much of a reply. */
    private static final class Taker implements Replies.Outlet {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final long bytesMax;
        private int parts;

        Taker(long bytesMax) {
            this.bytesMax = bytesMax;
        }

        @Override
        public boolean wants(long bytes) {
            return bytes <= bytesMax;
        }

        @Override
        public void take(byte[] array, int length, List<Replies.Lent> lent) {
            assertEquals(List.of(), lent);
            taken.write(array, 0, length);
            parts++;
        }

        byte[] all(Replies replies) {
            taken.write(replies.buffer(), 0, replies.length());
            return taken.toByteArray();
        }
    }

    private static Replies by(Taker taker) {
        Replies replies = new Replies();
        replies.leaveBy(taker);
        return replies;
    }

    /** Writes replies of all kinds, the same ones for the same seed. */
    private static void writeMuch(Replies out, long seed) {
        Random random = new Random(seed);
        byte[] bytes = new byte[100_000];
        Arrays.fill(bytes, (byte) 'x');
        for (int written = 0; written < 2 * LONG_BYTES; ) {
            int count = random.nextInt(bytes.length);
            written += count;
            switch (random.nextInt(5)) {
                case 0 -> out.bulk(bytes, 0, count);
                case 1 -> out.raw(bytes, 0, count);
                case 2 -> out.simple("s".repeat(count));
                case 3 -> out.error("ERR " + "e".repeat(count));
                default -> writeOpened(out, bytes, count);
            }
            out.integer(written);
            out.dbl(written / 3.0);
        }
    }

    /** An aggregate in an aggregate, both of unknown length at first, as SCAN's answer is. */
    private static void writeOpened(Replies out, byte[] bytes, int count) {
        int outer = out.open();
        int inner = out.open();
        out.bulk(bytes, 0, count);
        out.bulk(bytes, 0, count / 2);
        out.closeArray(inner, 2);
        out.insertBulk(outer, "cursor".getBytes(StandardCharsets.US_ASCII));
        out.closeArray(outer, 2);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void partsAreTheWhole(long seed) {
        Replies whole = new Replies();
        writeMuch(whole, seed);
        Taker taker = new Taker(Long.MAX_VALUE);
        Replies inParts = by(taker);
        writeMuch(inParts, seed);
        assertTrue(taker.parts >= 2, () -> taker.parts + " parts");
        assertArrayEquals(whole.toBytes(), taker.all(inParts));
    }

    @Test
    void whatIsStillToGetItsHeaderStays() {
        Taker taker = new Taker(Long.MAX_VALUE);
        Replies replies = by(taker);
        Replies whole = new Replies();
        for (Replies out : List.of(replies, whole)) {
            int mark = out.open();
            for (int i = 0; i < LONG_BYTES; i++) {
                out.integer(1);
            }
            out.closeArray(mark, LONG_BYTES);
        }
        assertEquals(0, taker.parts);
        assertArrayEquals(whole.toBytes(), taker.all(replies));
    }

    @Test
    void aMessageWaitsForTheEndOfAReplyThatHasBegunToLeave() {
        Taker taker = new Taker(Long.MAX_VALUE);
        Replies replies = by(taker);
        byte[] message = "*1\r\n$2\r\nhi\r\n".getBytes(StandardCharsets.US_ASCII);
        replies.beginReply();
        replies.array(LONG_BYTES);
        replies.message(message, 0, message.length);
        for (int i = 0; i < LONG_BYTES; i++) {
            replies.integer(1);
        }
        replies.endReply();
        String all = new String(taker.all(replies), StandardCharsets.US_ASCII);
        assertTrue(taker.parts >= 2, () -> taker.parts + " parts");
        assertEquals("*" + LONG_BYTES + "\r\n" + ":1\r\n".repeat(LONG_BYTES) + "*1\r\n$2\r\nhi\r\n", all);
    }

    @Test
    void whatIsNotWantedIsDroppedAndForgotten() {
        Taker taker = new Taker(100_000);
        Replies replies = by(taker);
        replies.beginReply();
        replies.array(LONG_BYTES);
        int written = 0;
        while (!replies.isMuted()) {
            replies.bulk(new byte[1000]);
            written++;
        }
        assertTrue(written > 100 && written < 300, written + " kB");
        replies.setMuted(false);
        assertTrue(replies.isMuted(), "a part of a reply must not be followed by another");
        replies.message(new byte[1000], 0, 1000);
        replies.endReply();
        replies.ok();
        replies.error("ERR counts all the same");
        assertEquals(1, replies.errors());
        assertEquals(0, replies.length());
        assertEquals(0, taker.parts);
        assertFalse(replies.buffer().length > 1_000_000);
    }
}
