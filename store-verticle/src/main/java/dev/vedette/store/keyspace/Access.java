package dev.vedette.store.keyspace;

import java.util.concurrent.ThreadLocalRandom;

/**
 * The 24 bits that say how an entry is used, in Redis's two readings.
 *
 * <p>LRU: seconds of the wall clock, modulo 2^24. LFU: 16 bits of minutes of the last decrement, 8 bits of a logarithmic
 * counter.
 */
public final class Access {

    private static final int BITS = 0xffffff;
    private static final int COUNTER_START = 5;
    private static volatile int lfuLogFactor = 10;
    private static volatile int lfuDecayMinutes = 1;

    private Access() {}

    /** Sets lfu-log-factor and lfu-decay-time. */
    public static void configure(int logFactor, int decayMinutes) {
        lfuLogFactor = logFactor;
        lfuDecayMinutes = decayMinutes;
    }

    /** The bits of an entry just made. */
    public static int fresh(long nowMillis, boolean lfu) {
        return lfu ? (int) (nowMillis / 60_000 & 0xffff) << 8 | COUNTER_START : (int) (nowMillis / 1000) & BITS;
    }

    /** The bits after a use. */
    public static int used(int access, long nowMillis, boolean lfu) {
        if (!lfu) {
            return (int) (nowMillis / 1000) & BITS;
        }
        int counter = counter(access, nowMillis);
        if (counter < 255) {
            int above = Math.max(0, counter - COUNTER_START);
            if (ThreadLocalRandom.current().nextDouble() < 1.0 / (above * (double) lfuLogFactor + 1)) {
                counter++;
            }
        }
        return (int) (nowMillis / 60_000 & 0xffff) << 8 | counter;
    }

    /** LFU: the counter, decayed by the time since its last use. OBJECT FREQ answers it. */
    public static int counter(int access, long nowMillis) {
        int minutes = (int) (nowMillis / 60_000 & 0xffff) - (access >>> 8);
        if (minutes < 0) {
            minutes += 0x10000;
        }
        int decay = lfuDecayMinutes;
        int counter = access & 0xff;
        return decay == 0 ? counter : Math.max(0, counter - minutes / decay);
    }

    /** LRU: seconds since the last use. OBJECT IDLETIME answers it. */
    public static long idleSeconds(int access, long nowMillis) {
        return (nowMillis / 1000 & BITS) - access & BITS;
    }

    /** The LRU bits of an entry that was idle for that long. */
    public static int fromIdleSeconds(long idleSeconds, long nowMillis) {
        return (int) (nowMillis / 1000 - idleSeconds & BITS);
    }

    /** The LFU bits of an entry with that counter. */
    public static int fromCounter(int counter, long nowMillis) {
        return (int) (nowMillis / 60_000 & 0xffff) << 8 | counter & 0xff;
    }
}
