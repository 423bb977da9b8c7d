package dev.vedette.store.command.scripting;

import java.util.concurrent.ThreadLocalRandom;

/**
 * The random numbers of Redis's scripts: C's lrand48, a linear congruential generator of 48 bits, so that a seed gives
 * the same numbers everywhere.
 */
final class RandomNumbers {

    private static final long MULTIPLIER = 0x5DEECE66DL;
    private static final long INCREMENT = 0xB;
    private static final long MASK = (1L << 48) - 1;
    private static final int MAX = Integer.MAX_VALUE;

    private long state = ThreadLocalRandom.current().nextLong() & MASK;

    /** Begins the series of that seed. */
    void seed(int seed) {
        state = ((long) seed << 16 | 0x330E) & MASK;
    }

    /** The next number, from 0 to below 1. */
    double next() {
        state = state * MULTIPLIER + INCREMENT & MASK;
        return (double) ((state >>> 17) % MAX) / MAX;
    }
}
