package dev.vedette.console.observe;

/**
 * The latest ten minutes of a node's figures, one sample a second at most, in a ring that never grows. Not thread-safe;
 * owned by {@link ClusterState}.
 */
public final class History {

    /** Samples kept: ten minutes of seconds. */
    public static final int SAMPLES_MAX = 600;

    /** Reports that follow one another more closely than this make one sample. */
    static final long SPACING_MILLIS = 900;

    /** One moment: console's clock in ms, commands per second, bytes of memory, replication offset in bytes. */
    public record Sample(long atMillis, long opsPerSecond, long memoryBytes, long offset) {}

    private final Sample[] ring = new Sample[SAMPLES_MAX];
    private long count;

    void add(Sample sample) {
        if (count > 0 && sample.atMillis() - latest().atMillis() < SPACING_MILLIS) {
            return;
        }
        ring[(int) (count++ % SAMPLES_MAX)] = sample;
    }

    /** How many samples were ever taken; the latest is number {@code count() - 1}. */
    public long count() {
        return count;
    }

    /** Number of the oldest sample still kept. */
    public long first() {
        return Math.max(0, count - SAMPLES_MAX);
    }

    /** Sample by number, from {@link #first()} to {@code count() - 1}. */
    public Sample get(long number) {
        if (number < first() || number >= count) {
            throw new IndexOutOfBoundsException("sample " + number + " of " + first() + ".." + count);
        }
        return ring[(int) (number % SAMPLES_MAX)];
    }

    private Sample latest() {
        return get(count - 1);
    }
}
