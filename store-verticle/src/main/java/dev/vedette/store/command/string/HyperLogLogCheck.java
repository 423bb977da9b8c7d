package dev.vedette.store.command.string;

import dev.vedette.store.command.string.HyperLogLog.CorruptException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** PFSELFTEST: estimates of known numbers of elements, in both forms of a sketch at once. */
final class HyperLogLogCheck {

    private static final int ELEMENTS = 1_000_000;
    private static final double STANDARD_ERROR = 1.04 / Math.sqrt(HyperLogLog.REGISTERS);
    /** How many standard errors an estimate may be off; six happen once in half a milliard runs. */
    private static final int ERRORS_MAX = 6;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private HyperLogLogCheck() {}

    /** Adds elements and checks at each power of ten; what is wrong, or null. */
    static @Nullable String run(int sparseBytesMax) throws CorruptException {
        HyperLogLog dense = HyperLogLog.empty();
        dense.makeDense();
        HyperLogLog sparse = HyperLogLog.empty();
        long seed = ThreadLocalRandom.current().nextLong();
        byte[] element = new byte[8];
        int checkpoint = 1;
        for (int i = 1; i <= ELEMENTS; i++) {
            LONGS.set(element, 0, i ^ seed);
            dense.add(element, 0, element.length, sparseBytesMax);
            sparse.add(element, 0, element.length, sparseBytesMax);
            if (i == checkpoint) {
                String failure = check(i, dense, sparse, sparseBytesMax);
                if (failure != null) {
                    return failure;
                }
                checkpoint *= 10;
            }
        }
        return null;
    }

    private static @Nullable String check(int elements, HyperLogLog dense, HyperLogLog sparse, int sparseBytesMax)
            throws CorruptException {
        if (elements < sparseBytesMax / 2 && sparse.isDense()) {
            return "sparse encoding not used";
        }
        long estimate = dense.cardinality();
        if (estimate != sparse.cardinality()) {
            return "dense/sparse disagree";
        }
        long error = Math.abs(elements - estimate);
        double errorMax = elements == 10 ? 1 : Math.ceil(STANDARD_ERROR * ERRORS_MAX * elements);
        return error > errorMax ? "Too big error. card:" + elements + " abserr:" + error : null;
    }
}
