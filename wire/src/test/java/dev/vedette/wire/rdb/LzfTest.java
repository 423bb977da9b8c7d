package dev.vedette.wire.rdb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LzfTest {

    private static final Lzf LZF = new Lzf();

    @Provide
    Arbitrary<byte[]> repetitive() {
        return Arbitraries.strings()
                .withChars('a', 'b', 'c')
                .ofMinLength(1)
                .ofMaxLength(40)
                .list()
                .ofMaxSize(200)
                .map(parts -> String.join(parts.isEmpty() ? "" : parts.getFirst(), parts)
                        .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    @Property(tries = 500)
    void whatWasPackedComesBack(@ForAll("repetitive") byte[] bytes) {
        byte[] room = new byte[bytes.length + bytes.length / 32 + 1];
        int packed = LZF.compress(bytes, 0, bytes.length, room, room.length);
        byte[] back = new byte[bytes.length];
        assertTrue(Lzf.decompress(Arrays.copyOf(room, packed), back));
        assertArrayEquals(bytes, back);
    }

    @Test
    void aRunShrinksAndDistanceLimitsHold() {
        byte[] bytes = new byte[100_000];
        Arrays.fill(bytes, 0, 30_000, (byte) 'x');
        for (int i = 30_000; i < bytes.length; i++) {
            bytes[i] = (byte) ((i * 7919) >>> 8);
        }
        byte[] room = new byte[bytes.length];
        int packed = LZF.compress(bytes, 0, bytes.length, room, room.length);
        assertTrue(packed > 0 && packed < bytes.length, "packed to " + packed);
        byte[] back = new byte[bytes.length];
        assertTrue(Lzf.decompress(Arrays.copyOf(room, packed), back));
        assertArrayEquals(bytes, back);
    }

    @Test
    void whatDoesNotFitIsNotPacked() {
        byte[] bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22};
        assertEquals(0, LZF.compress(bytes, 0, bytes.length, new byte[64], bytes.length - 4));
    }

    @Property(tries = 2000)
    void garbageIsRefusedOrUnpacked(@ForAll @Size(max = 60) byte[] garbage, @ForAll @Size(max = 300) byte[] room) {
        // No exception is the claim.
        Lzf.decompress(garbage, room);
    }

    @Test
    void aReferenceBeforeTheBeginningIsRefused() {
        assertFalse(Lzf.decompress(new byte[] {0, 'a', 0x20, 5}, new byte[4]));
    }
}
