package dev.vedette.bench;

import org.HdrHistogram.Histogram;

/**
 * How long things took, in microseconds.
 *
 * @param nanos as it was counted
 */
record Latencies(Histogram nanos) {

    /** How many there were. */
    long count() {
        return nanos.getTotalCount();
    }

    double micros(double percentile) {
        return nanos.getValueAtPercentile(percentile) / 1000.0;
    }

    double maxMicros() {
        return nanos.getMaxValue() / 1000.0;
    }
}
