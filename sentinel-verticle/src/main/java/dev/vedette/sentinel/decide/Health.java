package dev.vedette.sentinel.decide;

/**
 * Whether an instance is believed down.
 *
 * @param down subjectively down (SDOWN)
 * @param downSinceMs when it last went down, {@link Moment#NEVER} if it never did; kept after it came back
 */
public record Health(boolean down, long downSinceMs) {

    /** Up, and never seen down. */
    public static final Health UP = new Health(false, Moment.NEVER);

    Health goneDown(long nowMs) {
        return new Health(true, nowMs);
    }

    Health back() {
        return new Health(false, downSinceMs);
    }
}
