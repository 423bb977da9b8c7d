package dev.vedette.store.command.string;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bits against the same asked bit by bit. */
class BitsTest {

    private static final int BYTES = 40;
    private static final int OFFSET = 3;

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[OFFSET + BYTES];
        if (random.nextBoolean()) {
            random.nextBytes(bytes);
        } else {
            java.util.Arrays.fill(bytes, (byte) (random.nextBoolean() ? 0xff : 0));
            bytes[OFFSET + random.nextInt(BYTES)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    @Test
    void rangesAreCountedAndSearched() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = bytes(random);
            int first = random.nextInt(8 * BYTES);
            int end = first + random.nextInt(8 * BYTES - first + 1);
            int ones = 0;
            int firstOne = -1;
            int firstZero = -1;
            for (int bit = end - 1; bit >= first; bit--) {
                if (Bits.get(bytes, OFFSET, BYTES, bit)) {
                    ones++;
                    firstOne = bit;
                } else {
                    firstZero = bit;
                }
            }
            assertEquals(ones, Bits.count(bytes, OFFSET, first, end));
            assertEquals(firstOne, Bits.find(bytes, OFFSET, first, end, true));
            assertEquals(firstZero, Bits.find(bytes, OFFSET, first, end, false));
        }
    }

    @Test
    void fieldsAreReadAsTheyWereWritten() {
        Random random = new Random(2);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = bytes(random);
            byte[] before = bytes.clone();
            int width = 1 + random.nextInt(64);
            int bit = random.nextInt(8 * BYTES - width + 1);
            long value = random.nextLong();
            Bits.setField(bytes, OFFSET, bit, width, value);
            assertEquals(value << 64 - width >>> 64 - width, Bits.field(bytes, OFFSET, BYTES, bit, width));
            assertEquals(value << 64 - width >> 64 - width, Bits.signedField(bytes, OFFSET, BYTES, bit, width));
            for (int other = 0; other < 8 * BYTES; other++) {
                if (other < bit || other >= bit + width) {
                    assertEquals(Bits.get(before, OFFSET, BYTES, other), Bits.get(bytes, OFFSET, BYTES, other));
                }
            }
        }
    }

    @Test
    void beyondTheEndAllIsZero() {
        byte[] bytes = {-1, -1};
        assertEquals(0xf000, Bits.field(bytes, 0, 2, 12, 16));
        assertEquals(0, Bits.field(bytes, 0, 2, 1L << 40, 64));
        assertEquals(false, Bits.get(bytes, 0, 1, 8));
    }
}
