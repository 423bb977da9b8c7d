package dev.vedette.store.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Percentiles are the upper ends of Redis's cells, whatever came in which order. */
class LatencyHistogramTest {

    private final LatencyHistogram histogram = new LatencyHistogram();

    @Test
    void showsWhatRedisShowsForTheSameDuration() {
        assertEquals(7_007, percentileOf(7_000));
        assertEquals(4_015, percentileOf(4_000));
        assertEquals(255, percentileOf(255));
        assertEquals(257, percentileOf(256));
        assertEquals(1, percentileOf(0));
        assertEquals(1_002_438_655, percentileOf(5_000_000_000L));
    }

    private static long percentileOf(long nanos) {
        LatencyHistogram one = new LatencyHistogram();
        one.record(nanos);
        return one.percentileNanos(50);
    }

    @Test
    void percentilesAreThoseOfTheSortedDurations() {
        Random random = new Random(7);
        long[] nanos = random.longs(10_000, 1, 3_000_000).toArray();
        Arrays.stream(nanos).forEach(histogram::record);
        Arrays.sort(nanos);
        for (double percent : new double[] {0, 1, 50, 90, 99, 99.9, 100}) {
            long exact = nanos[(int) Math.max(0, Math.round(percent / 100 * nanos.length) - 1)];
            assertTrue(
                    Math.abs(exact - histogram.percentileNanos(percent)) <= exact / 64 + 1,
                    percent + " %: " + exact + " and " + histogram.percentileNanos(percent));
        }
        assertEquals(10_000, histogram.count());
        assertEquals(10_000, histogram.countUpTo(Long.MAX_VALUE));
    }

    @Test
    void countsWhatEndsInTime() {
        histogram.record(100);
        histogram.record(1_024);
        histogram.record(1_031);
        histogram.record(1_032);
        assertEquals(1, histogram.countUpTo(1_023));
        assertEquals(3, histogram.countUpTo(1_031));
        assertEquals(4, histogram.countUpTo(1_039));
    }
}
