package dev.vedette.store.command;

import java.util.Arrays;

/** How fast a counter grows: the mean of the last sixteen samples, as INFO's instantaneous_* fields show it. */
public final class Rate {

    private static final int SAMPLES = 16;

    private final long[] perSecond = new long[SAMPLES];
    private int next;
    private long lastMillis;
    private long lastReading;

    /** Takes a sample: the counter stands at {@code reading} now. */
    public void sample(long nowMillis, long reading) {
        long millis = nowMillis - lastMillis;
        perSecond[next] = lastMillis == 0 || millis <= 0 ? 0 : Math.max(0, (reading - lastReading) * 1000 / millis);
        next = (next + 1) % SAMPLES;
        lastMillis = nowMillis;
        lastReading = reading;
    }

    /** Growth for each second. */
    public long perSecond() {
        return Arrays.stream(perSecond).sum() / SAMPLES;
    }

    /** Forgets all samples; the counter goes on from 0. */
    public void reset() {
        Arrays.fill(perSecond, 0);
        lastReading = 0;
    }
}
