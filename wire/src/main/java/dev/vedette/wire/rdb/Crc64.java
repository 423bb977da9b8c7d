package dev.vedette.wire.rdb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The checksum at the end of a dump: CRC-64 with Jones's polynomial 0xad93d23594c935a9, bits reflected, starting at 0,
 * nothing added at the end. Over the ASCII digits {@code 123456789} it is 0xe9c6d914c4b8d9ca.
 *
 * <p>Eight bytes are taken at a time: eight tables tell what each of eight bytes contributes when it is followed by 7,
 * 6, ... 0 further bytes, and the contributions are added (exclusive or).
 */
public final class Crc64 {

    private static final long POLYNOMIAL_REFLECTED = Long.reverse(0xad93d23594c935a9L);
    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long[] TABLE = tables();

    private Crc64() {}

    private static long[] tables() {
        long[] table = new long[8 * 256];
        for (int i = 0; i < 256; i++) {
            long crc = i;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL_REFLECTED;
            }
            table[i] = crc;
        }
        for (int k = 1; k < 8; k++) {
            for (int i = 0; i < 256; i++) {
                long before = table[(k - 1) * 256 + i];
                table[k * 256 + i] = table[(int) before & 0xff] ^ (before >>> 8);
            }
        }
        return table;
    }

    /** The checksum of all bytes so far, given that of the bytes before these. Starts with 0. */
    public static long update(long crc, byte[] array, int offset, int length) {
        long[] t = TABLE;
        int at = offset;
        int end = offset + length;
        while (end - at >= 8) {
            long x = crc ^ (long) LONG_LE.get(array, at);
            crc = t[7 * 256 + ((int) x & 0xff)]
                    ^ t[6 * 256 + ((int) (x >>> 8) & 0xff)]
                    ^ t[5 * 256 + ((int) (x >>> 16) & 0xff)]
                    ^ t[4 * 256 + ((int) (x >>> 24) & 0xff)]
                    ^ t[3 * 256 + ((int) (x >>> 32) & 0xff)]
                    ^ t[2 * 256 + ((int) (x >>> 40) & 0xff)]
                    ^ t[256 + ((int) (x >>> 48) & 0xff)]
                    ^ t[(int) (x >>> 56)];
            at += 8;
        }
        while (at < end) {
            crc = t[((int) crc ^ array[at++]) & 0xff] ^ (crc >>> 8);
        }
        return crc;
    }
}
