package dev.vedette.store.keyspace;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/**
 * The 64-bit hash of a key, seeded at random for each process so that nobody can choose keys that collide.
 *
 * <p>Folds eight bytes a step with a 64x64 to 128 bit multiplication. The top bits choose a segment of the table, the
 * bottom bits a slot in it, the middle ones the slot's tag: all 64 must be good.
 */
public final class KeyHash {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long SEED = new SecureRandom().nextLong();
    private static final long MIX_A = 0xa0761d6478bd642fL;
    private static final long MIX_B = 0xe7037ed1a0b428dbL;
    private static final long MIX_C = 0x8ebc6af09c88c6e3L;

    private KeyHash() {}

    /** Hash of {@code length} bytes of {@code array} from {@code offset}. */
    public static long of(byte[] array, int offset, int length) {
        long hash = SEED ^ (length * MIX_C);
        int at = offset;
        int left = length;
        while (left > 16) {
            hash = fold(longAt(array, at) ^ MIX_A, longAt(array, at + 8) ^ hash);
            at += 16;
            left -= 16;
        }
        long first;
        long second;
        if (left >= 8) {
            first = longAt(array, at);
            second = longAt(array, at + left - 8);
        } else if (left >= 4) {
            first = intAt(array, at);
            second = intAt(array, at + left - 4);
        } else if (left > 0) {
            first = ((long) array[at] << 16) ^ ((long) array[at + (left >> 1)] << 8) ^ array[at + left - 1];
            second = 0;
        } else {
            first = 0;
            second = 0;
        }
        return fold(fold(first ^ MIX_B, second ^ hash), MIX_A ^ length);
    }

    private static long longAt(byte[] array, int at) {
        return (long) LONGS.get(array, at);
    }

    private static long intAt(byte[] array, int at) {
        return (int) INTS.get(array, at) & 0xffffffffL;
    }

    private static long fold(long a, long b) {
        return (a * b) ^ Math.unsignedMultiplyHigh(a, b);
    }
}
