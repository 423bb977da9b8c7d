package dev.vedette.replication.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransferDecoderTest {

    private static final String MARK = "0123456789012345678901234567890123456789";

    private static final class Collector implements TransferDecoder.Sink {
        final Buffer data = Buffer.buffer();
        long sizeBytes = Long.MIN_VALUE;

        @Override
        public void begin(long size) {
            sizeBytes = size;
        }

        @Override
        public void data(Buffer bytes) {
            data.appendBuffer(bytes);
        }
    }

    /** Feeds the pieces; returns what was left over. */
    private static String feed(TransferDecoder decoder, String... pieces) {
        StringBuilder rest = new StringBuilder();
        for (String piece : pieces) {
            if (decoder.complete()) {
                rest.append(piece);
            } else {
                int used = decoder.feed(Buffer.buffer(piece, "ISO-8859-1"));
                rest.append(piece.substring(used));
            }
        }
        return rest.toString();
    }

    @Test
    void findsTheMarkWhereverItIsSplit() {
        String body = "REDIS0010 some bytes, and " + MARK.substring(0, 39) + "! a false mark, 012345012";
        String all = "\n\n$EOF:" + MARK + "\r\n" + body + MARK + "*1\r\n";
        for (int split = 0; split <= all.length(); split++) {
            Collector sink = new Collector();
            TransferDecoder decoder = new TransferDecoder(sink);
            String rest = feed(decoder, all.substring(0, split), all.substring(split));
            assertTrue(decoder.complete(), "split at " + split);
            assertEquals(body, sink.data.toString("ISO-8859-1"), "split at " + split);
            assertEquals("*1\r\n", rest, "split at " + split);
            assertEquals(-1, sink.sizeBytes);
            assertEquals(body.length(), decoder.readBytes());
        }
    }

    @Test
    void takesAMarkedTransferByteByByte() {
        String all = "$EOF:" + MARK + "\r\nab" + MARK;
        Collector sink = new Collector();
        TransferDecoder decoder = new TransferDecoder(sink);
        feed(decoder, all.split(""));
        assertTrue(decoder.complete());
        assertEquals("ab", sink.data.toString());
    }

    @Property(tries = 500)
    void bytesThatLookLikeTheMarkAreKept(
            @ForAll @Size(max = 60) int[] body, @ForAll @IntRange(min = 1, max = 50) int piece) {
        // A mark of few different characters, so that false beginnings abound.
        String mark = "ababacabab" + "ababbbabab" + "cccababacc" + "dabababada";
        StringBuilder text = new StringBuilder();
        for (int b : body) {
            text.append(mark, 0, Math.floorMod(b, 4) * 9).append("ab");
        }
        if (text.indexOf(mark) >= 0) {
            return;
        }
        String all = "$EOF:" + mark + "\r\n" + text + mark;
        Collector sink = new Collector();
        TransferDecoder decoder = new TransferDecoder(sink);
        for (int at = 0; at < all.length(); at += piece) {
            feed(decoder, all.substring(at, Math.min(all.length(), at + piece)));
        }
        assertTrue(decoder.complete());
        assertEquals(text.toString(), sink.data.toString());
    }

    @Test
    void takesACountedTransferWhereverItIsSplit() {
        String all = "\n$5\r\nhello*1\r\n";
        for (int split = 0; split <= all.length(); split++) {
            Collector sink = new Collector();
            TransferDecoder decoder = new TransferDecoder(sink);
            String rest = feed(decoder, all.substring(0, split), all.substring(split));
            assertTrue(decoder.complete(), "split at " + split);
            assertEquals("hello", sink.data.toString());
            assertEquals("*1\r\n", rest, "split at " + split);
            assertEquals(5, sink.sizeBytes);
        }
    }

    @Test
    void isNotCompleteWhileSomethingIsMissing() {
        for (String all : new String[] {"$5\r\nhello", "$EOF:" + MARK + "\r\nhello" + MARK}) {
            for (int cut = 0; cut < all.length(); cut++) {
                TransferDecoder decoder = new TransferDecoder(new Collector());
                feed(decoder, all.substring(0, cut));
                assertFalse(decoder.complete(), "cut at " + cut);
                assertNull(decoder.error(), "cut at " + cut);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-ERR no\r\n", "hello\r\n", "$-1\r\n", "$x\r\n", "$EOF:short\r\n", "+OK\r\n"})
    void tellsWhatIsNoTransfer(String bytes) {
        TransferDecoder decoder = new TransferDecoder(new Collector());
        feed(decoder, bytes);
        assertNotNull(decoder.error());
        assertFalse(decoder.complete());
    }

    @Test
    void doesNotGatherAHeaderWithoutEnd() {
        TransferDecoder decoder = new TransferDecoder(new Collector());
        for (int i = 0; i < 3 && decoder.error() == null; i++) {
            feed(decoder, "$" + "1".repeat(1000));
        }
        assertNotNull(decoder.error());
    }
}
