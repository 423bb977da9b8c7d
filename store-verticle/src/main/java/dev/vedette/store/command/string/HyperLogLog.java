package dev.vedette.store.command.string;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A cardinality sketch in Redis's binary form, byte for byte, so that dumps and replicas may be of either kind.
 *
 * <pre>
 *   "HYLL" | encoding: u8 | three zero bytes | cached cardinality: u64 little endian, highest bit set when stale | registers
 *
 *   0 dense:   16384 registers of 6 bits, from the lowest bit of the first byte on: 12288 bytes
 *   1 sparse:  runs that cover all registers in order:
 *              00nnnnnn            n+1 registers of 0
 *              01nnnnnn nnnnnnnn   n+1 registers of 0
 *              1vvvvvnn            n+1 registers of v+1
 * </pre>
 *
 * <p>An element's 64-bit hash chooses a register by its low 14 bits; the register holds the greatest place of the first 1
 * in the rest that was ever seen. The estimate is that of Otmar Ertl, "New cardinality estimation algorithms for
 * HyperLogLog sketches" (arXiv:1702.01284).
 *
 * <p>A dense sketch is changed in the array given; a sparse one in a copy, made at the first change.
 */
final class HyperLogLog {

    static final int REGISTERS = 1 << 14;
    static final int DENSE_BYTES = 16 + REGISTERS * 6 / 8;

    private static final byte[] MAGIC = {'H', 'Y', 'L', 'L'};
    private static final int HEADER_BYTES = 16;
    private static final int ENCODING_AT = 4;
    private static final int CARDINALITY_AT = 8;
    private static final int DENSE = 0;
    private static final int SPARSE = 1;

    private static final int INDEX_BITS = 14;
    /** Bits of the hash that are left for the place of the first 1. */
    private static final int PLACE_BITS = 64 - INDEX_BITS;

    private static final int SPARSE_VALUE_MAX = 32;
    private static final int VALUE_RUN_MAX = 4;
    private static final int SHORT_ZERO_RUN_MAX = 64;
    /** How many runs from the one before a change are looked at for neighbours that can become one. */
    private static final int MERGE_RUNS_MAX = 5;

    private static final double ALPHA = 0.5 / Math.log(2);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HASH_FACTOR = 0xc6a4a7935bd1e995L;
    private static final long HASH_SEED = 0xadc83b19L;

    /** The runs of a sparse sketch, or the length of a dense one, are not what they must be. */
    static final class CorruptException extends Exception {
        private static final long serialVersionUID = 1;

        CorruptException() {
            super("corrupt sketch", null, false, false);
        }
    }

    private byte[] bytes;
    private int offset;
    private int length;
    private boolean own;

    /** The sketch in that part of an array, for which {@link #isValid} holds. */
    HyperLogLog(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
    }

    /** A sparse sketch of nothing. */
    static HyperLogLog empty() {
        byte[] bytes = Arrays.copyOf(MAGIC, HEADER_BYTES + 2);
        bytes[ENCODING_AT] = SPARSE;
        HyperLogLog sketch = new HyperLogLog(bytes, 0, bytes.length);
        sketch.own = true;
        sketch.putZeros(HEADER_BYTES, REGISTERS);
        return sketch;
    }

    /** Whether those bytes look like a sketch: magic, encoding, and the length of a dense one. */
    static boolean isValid(byte[] bytes, int offset, int length) {
        return length >= HEADER_BYTES
                && Arrays.equals(bytes, offset, offset + MAGIC.length, MAGIC, 0, MAGIC.length)
                && (bytes[offset + ENCODING_AT] == SPARSE
                        || bytes[offset + ENCODING_AT] == DENSE && length == DENSE_BYTES);
    }

    boolean isDense() {
        return bytes[offset + ENCODING_AT] == DENSE;
    }

    /** Whether the sketch stands in an array of its own now, and no longer in the one given. */
    boolean isOwn() {
        return own;
    }

    /** The sketch as an array of exactly its length. */
    byte[] toBytes() {
        return own && bytes.length == length ? bytes : Arrays.copyOfRange(bytes, offset, offset + length);
    }

    // ------------------------------------------------------------------ elements

    /**
     * Adds an element.
     *
     * @param sparseBytesMax how long a sparse sketch may become (hll-sparse-max-bytes)
     * @return whether a register changed
     */
    boolean add(byte[] array, int from, int count, int sparseBytesMax) throws CorruptException {
        long hash = hash(array, from, count);
        int place = Long.numberOfTrailingZeros(hash >>> INDEX_BITS | 1L << PLACE_BITS) + 1;
        return raise((int) hash & REGISTERS - 1, place, sparseBytesMax);
    }

    /** Raises a register to at least that value; whether it was lower. */
    boolean raise(int register, int value, int sparseBytesMax) throws CorruptException {
        if (isDense()) {
            if (denseRegister(register) >= value) {
                return false;
            }
            putDenseRegister(register, value);
            return true;
        }
        return raiseSparse(register, value, sparseBytesMax);
    }

    /** MurmurHash64A, as published by Austin Appleby. */
    static long hash(byte[] array, int from, int count) {
        long h = HASH_SEED ^ count * HASH_FACTOR;
        int at = from;
        int wordsEnd = from + (count & ~7);
        for (; at < wordsEnd; at += 8) {
            long k = (long) LONGS.get(array, at) * HASH_FACTOR;
            k ^= k >>> 47;
            h = (h ^ k * HASH_FACTOR) * HASH_FACTOR;
        }
        if ((count & 7) != 0) {
            for (int i = (count & 7) - 1; i >= 0; i--) {
                h ^= (array[at + i] & 0xffL) << 8 * i;
            }
            h *= HASH_FACTOR;
        }
        h = (h ^ h >>> 47) * HASH_FACTOR;
        return h ^ h >>> 47;
    }

    // ------------------------------------------------------------------ dense

    private int denseRegister(int register) {
        int bit = register * 6;
        int at = offset + HEADER_BYTES + (bit >>> 3);
        int shift = bit & 7;
        int low = (bytes[at] & 0xff) >>> shift;
        return (shift <= 2 ? low : low | (bytes[at + 1] & 0xff) << 8 - shift) & 63;
    }

    private void putDenseRegister(int register, int value) {
        int bit = register * 6;
        int at = offset + HEADER_BYTES + (bit >>> 3);
        int shift = bit & 7;
        bytes[at] = (byte) (bytes[at] & ~(63 << shift) | value << shift);
        if (shift > 2) {
            int rest = 8 - shift;
            bytes[at + 1] = (byte) (bytes[at + 1] & ~(63 >>> rest) | value >>> rest);
        }
    }

    /** Turns a sparse sketch into a dense one in an array of its own. */
    void makeDense() throws CorruptException {
        if (isDense()) {
            return;
        }
        byte[] registers = new byte[REGISTERS];
        mergeInto(registers);
        byte[] dense = new byte[DENSE_BYTES];
        System.arraycopy(bytes, offset, dense, 0, HEADER_BYTES);
        dense[ENCODING_AT] = DENSE;
        bytes = dense;
        offset = 0;
        length = dense.length;
        own = true;
        for (int register = 0; register < REGISTERS; register++) {
            putDenseRegister(register, registers[register]);
        }
    }

    // ------------------------------------------------------------------ sparse

    private int end() {
        return offset + length;
    }

    private boolean isValueRun(int at) {
        return bytes[at] < 0;
    }

    private int runBytes(int at) {
        return (bytes[at] & 0xc0) == 0x40 ? 2 : 1;
    }

    private int runLength(int at) throws CorruptException {
        if (isValueRun(at)) {
            return (bytes[at] & 3) + 1;
        }
        if (runBytes(at) == 1) {
            return (bytes[at] & 63) + 1;
        }
        if (at + 1 >= end()) {
            throw new CorruptException();
        }
        return ((bytes[at] & 63) << 8 | bytes[at + 1] & 0xff) + 1;
    }

    private int runValue(int at) {
        return isValueRun(at) ? (bytes[at] >>> 2 & 31) + 1 : 0;
    }

    private static byte valueRun(int value, int count) {
        return (byte) (0x80 | value - 1 << 2 | count - 1);
    }

    /** Writes a run of zeros; answers where it ends. */
    private int putZeros(int at, int count) {
        if (count <= SHORT_ZERO_RUN_MAX) {
            bytes[at] = (byte) (count - 1);
            return at + 1;
        }
        bytes[at] = (byte) (0x40 | count - 1 >>> 8);
        bytes[at + 1] = (byte) (count - 1);
        return at + 2;
    }

    private boolean raiseSparse(int register, int value, int sparseBytesMax) throws CorruptException {
        int before = -1;
        int at = offset + HEADER_BYTES;
        int first = 0;
        while (at < end() && register >= first + runLength(at)) {
            before = at;
            first += runLength(at);
            at += runBytes(at);
        }
        if (at >= end()) {
            throw new CorruptException();
        }
        if (value <= SPARSE_VALUE_MAX && isValueRun(at) && runValue(at) >= value) {
            return false;
        }
        int count = runLength(at);
        int left = register - first;
        int right = count - left - 1;
        int growth = growth(at, left, right);
        if (value > SPARSE_VALUE_MAX || growth > 0 && length + growth > sparseBytesMax) {
            makeDense();
            putDenseRegister(register, value);
            return true;
        }
        int moved = own ? 0 : -offset;
        makeRoom(at + moved, growth);
        split(at + moved, left, value, right);
        mergeNeighbours(before < 0 ? HEADER_BYTES : before + moved);
        return true;
    }

    /** By how many bytes the sketch grows when the run is split around a register. */
    private int growth(int at, int left, int right) {
        boolean values = isValueRun(at);
        return 1 + partBytes(left, values) + partBytes(right, values) - runBytes(at);
    }

    private static int partBytes(int count, boolean values) {
        return count == 0 ? 0 : values || count <= SHORT_ZERO_RUN_MAX ? 1 : 2;
    }

    /** Makes the array the sketch's own and shifts what follows the run at that place. */
    private void makeRoom(int at, int growth) {
        if (!own || bytes.length < length + growth) {
            bytes = Arrays.copyOf(
                    own ? bytes : Arrays.copyOfRange(bytes, offset, offset + length), length + growth + 32);
            offset = 0;
            own = true;
        }
        int next = at + runBytes(at);
        System.arraycopy(bytes, next, bytes, next + growth, length - next);
        length += growth;
    }

    /** Writes what takes a run's place: the registers left of one, that one, those right of it. */
    private void split(int run, int left, int value, int right) {
        boolean values = isValueRun(run);
        int old = runValue(run);
        int at = run;
        if (left > 0) {
            at = values ? putValue(at, old, left) : putZeros(at, left);
        }
        at = putValue(at, value, 1);
        if (right > 0) {
            if (values) {
                putValue(at, old, right);
            } else {
                putZeros(at, right);
            }
        }
    }

    private int putValue(int at, int value, int count) {
        bytes[at] = valueRun(value, count);
        return at + 1;
    }

    /** Joins neighbouring runs of the same value around a change, as far as Redis looks for them. */
    private void mergeNeighbours(int from) throws CorruptException {
        int at = from;
        for (int looks = 0; at < length && looks < MERGE_RUNS_MAX; looks++) {
            if (isValueRun(at) && at + 1 < length && isValueRun(at + 1) && runValue(at) == runValue(at + 1)) {
                int together = runLength(at) + runLength(at + 1);
                if (together <= VALUE_RUN_MAX) {
                    bytes[at + 1] = valueRun(runValue(at + 1), together);
                    System.arraycopy(bytes, at + 1, bytes, at, length - at - 1);
                    length--;
                    continue;
                }
            }
            at += runBytes(at);
        }
    }

    /** The runs in words, as PFDEBUG DECODE shows them. */
    String runs() throws CorruptException {
        StringBuilder text = new StringBuilder();
        for (int at = offset + HEADER_BYTES; at < end(); at += runBytes(at)) {
            text.append(text.isEmpty() ? "" : " ");
            if (isValueRun(at)) {
                text.append("v:").append(runValue(at)).append(',').append(runLength(at));
            } else {
                text.append(runBytes(at) == 1 ? "z:" : "Z:").append(runLength(at));
            }
        }
        return text.toString();
    }

    // ------------------------------------------------------------------ cardinality

    /** Raises each of an array of registers to at least this sketch's. */
    void mergeInto(byte[] registers) throws CorruptException {
        if (isDense()) {
            for (int register = 0; register < REGISTERS; register++) {
                registers[register] = (byte) Math.max(registers[register], denseRegister(register));
            }
            return;
        }
        int register = 0;
        for (int at = offset + HEADER_BYTES; at < end(); at += runBytes(at)) {
            int count = runLength(at);
            if (register + count > REGISTERS) {
                throw new CorruptException();
            }
            int value = runValue(at);
            for (int i = 0; value > 0 && i < count; i++) {
                registers[register + i] = (byte) Math.max(registers[register + i], value);
            }
            register += count;
        }
        if (register != REGISTERS) {
            throw new CorruptException();
        }
    }

    boolean isCacheValid() {
        return bytes[offset + CARDINALITY_AT + 7] >= 0;
    }

    long cachedCardinality() {
        return (long) LONGS.get(bytes, offset + CARDINALITY_AT);
    }

    void cacheCardinality(long cardinality) {
        LONGS.set(bytes, offset + CARDINALITY_AT, cardinality);
    }

    /** The sketch has changed: the cached cardinality counts no more. */
    void invalidateCache() {
        bytes[offset + CARDINALITY_AT + 7] |= (byte) 0x80;
    }

    /** Estimates how many different elements were added. */
    long cardinality() throws CorruptException {
        int[] histogram = new int[64];
        if (isDense()) {
            for (int register = 0; register < REGISTERS; register++) {
                histogram[denseRegister(register)]++;
            }
        } else {
            int registers = 0;
            for (int at = offset + HEADER_BYTES; at < end(); at += runBytes(at)) {
                histogram[runValue(at)] += runLength(at);
                registers += runLength(at);
            }
            if (registers != REGISTERS) {
                throw new CorruptException();
            }
        }
        return cardinality(histogram);
    }

    /** As {@link #cardinality()} of registers a byte each. */
    static long cardinality(byte[] registers) {
        int[] histogram = new int[64];
        for (byte register : registers) {
            histogram[register]++;
        }
        return cardinality(histogram);
    }

    private static long cardinality(int[] histogram) {
        double m = REGISTERS;
        double z = m * tau((m - histogram[PLACE_BITS + 1]) / m);
        for (int value = PLACE_BITS; value >= 1; value--) {
            z = (z + histogram[value]) * 0.5;
        }
        z += m * sigma(histogram[0] / m);
        return Math.round(ALPHA * m * m / z);
    }

    private static double sigma(double x) {
        if (x == 1) {
            return Double.POSITIVE_INFINITY;
        }
        double power = x;
        double weight = 1;
        double sum = x;
        double before;
        do {
            power *= power;
            before = sum;
            sum += power * weight;
            weight += weight;
        } while (sum != before);
        return sum;
    }

    private static double tau(double x) {
        if (x == 0 || x == 1) {
            return 0;
        }
        double root = x;
        double weight = 1;
        double sum = 1 - x;
        double before;
        do {
            root = Math.sqrt(root);
            before = sum;
            weight *= 0.5;
            sum -= (1 - root) * (1 - root) * weight;
        } while (sum != before);
        return sum / 3;
    }
}
