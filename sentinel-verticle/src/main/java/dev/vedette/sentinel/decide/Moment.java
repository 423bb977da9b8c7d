package dev.vedette.sentinel.decide;

/**
 * When an event happened, and the only randomness that a decision may use. Every {@link Event} carries one; nothing in
 * this package reads a clock or draws a number.
 *
 * @param monotonicMs milliseconds of a clock that never goes back and that goes on while the process is stopped; any
 *     origin, but at least 0. All deadlines are reckoned in it
 * @param wallMs milliseconds since 1970; used in log texts only, so that a jump of the wall clock changes nothing
 * @param jitter uniformly random, 0 to {@link Integer#MAX_VALUE}, drawn anew for each event
 */
public record Moment(long monotonicMs, long wallMs, int jitter) {

    /** The time of what has not happened; so long ago that anything periodic is due at once. */
    public static final long NEVER = Long.MIN_VALUE / 4;

    /** Milliseconds since {@code pastMs}; huge for {@link #NEVER}. */
    public long since(long pastMs) {
        return monotonicMs - pastMs;
    }

    /** A random number of milliseconds, 0 (inclusive) to {@code bound} (exclusive). */
    public long random(long bound) {
        return bound <= 0 ? 0 : jitter % bound;
    }
}
