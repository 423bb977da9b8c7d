package dev.vedette.bench;

import java.util.Locale;

/**
 * What a measurement gave.
 *
 * @param askedRate requests per second, 0 for as many as possible
 * @param reachedRate replies per second
 * @param lateSends requests that were sent more than a millisecond after they were due: there the load generator (or
 *     its share of the machine) was the limit, or the server took no more
 * @param latencies of every request, from the instant when it was due
 * @param allocatedBytes what the generator's thread allocated meanwhile
 */
record LoadResult(double askedRate, double reachedRate, long lateSends, Latencies latencies, long allocatedBytes) {

    String text() {
        return String.format(
                Locale.ROOT,
                """
                requests     %12d
                asked        %12s per second
                reached      %12.0f per second
                late sends   %12d
                p50          %12.1f microseconds
                p90          %12.1f
                p99          %12.1f
                p99.9        %12.1f
                max          %12.1f
                """,
                latencies.count(),
                askedRate == 0 ? "max" : String.format(Locale.ROOT, "%.0f", askedRate),
                reachedRate,
                lateSends,
                latencies.micros(50),
                latencies.micros(90),
                latencies.micros(99),
                latencies.micros(99.9),
                latencies.maxMicros());
    }

    String json() {
        return String.format(
                Locale.ROOT,
                "{\"requests\": %d, \"asked_rate\": %.0f, \"rate\": %.1f, \"late\": %d, \"p50_us\": %.1f, "
                        + "\"p90_us\": %.1f, \"p99_us\": %.1f, \"p99.9_us\": %.1f, \"max_us\": %.1f, "
                        + "\"allocated_bytes\": %d}%n",
                latencies.count(),
                askedRate,
                reachedRate,
                lateSends,
                latencies.micros(50),
                latencies.micros(90),
                latencies.micros(99),
                latencies.micros(99.9),
                latencies.maxMicros(),
                allocatedBytes);
    }
}
