package dev.vedette.store.command;

import java.util.Arrays;

/**
 * How long the runs of one command took: a log-linear histogram with the cells that Redis's has, so that percentiles come
 * out as the same numbers.
 *
 * <pre>
 *   nanoseconds    0 .. 255    256 .. 511   512 .. 1023   ...   up to 1 s
 *   cells            256           128          128       128 for each power of two
 *   a cell's width    1             2            4        ...
 * </pre>
 *
 * Recording is a few instructions and makes garbage only when a longer duration than ever before comes.
 */
public final class LatencyHistogram {

    private static final int HALF_BITS = 7;
    private static final int HALF = 1 << HALF_BITS;
    private static final long NANOS_MAX = 1_000_000_000L;

    private long[] cells = new long[2 * HALF];
    private long count;

    /** Counts one run. */
    public void record(long nanos) {
        int cell = cell(Math.clamp(nanos, 1, NANOS_MAX));
        if (cell >= cells.length) {
            cells = Arrays.copyOf(cells, (cell | HALF - 1) + 1);
        }
        cells[cell]++;
        count++;
    }

    /** How many runs there were. */
    public long count() {
        return count;
    }

    private static int cell(long nanos) {
        int scale = 64 - Long.numberOfLeadingZeros(nanos | 2 * HALF - 1) - (HALF_BITS + 1);
        return (scale << HALF_BITS) + (int) (nanos >>> scale);
    }

    private static long highest(int cell) {
        int scale = Math.max(0, (cell >>> HALF_BITS) - 1);
        long within = cell - ((long) scale << HALF_BITS);
        return (within + 1 << scale) - 1;
    }

    /** A duration in nanoseconds that so many percent of the runs did not exceed: the upper end of its cell. */
    public long percentileNanos(double percent) {
        long wanted = Math.max(1, (long) (Math.min(percent, 100) / 100 * count + 0.5));
        long seen = 0;
        for (int cell = 0; cell < cells.length; cell++) {
            seen += cells[cell];
            if (seen >= wanted) {
                return highest(cell);
            }
        }
        return 0;
    }

    /** How many runs fell into cells that end at or before that many nanoseconds. */
    public long countUpTo(long nanos) {
        long seen = 0;
        for (int cell = 0; cell < cells.length && highest(cell) <= nanos; cell++) {
            seen += cells[cell];
        }
        return seen;
    }
}
