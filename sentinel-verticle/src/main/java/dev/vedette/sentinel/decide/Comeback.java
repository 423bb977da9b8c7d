package dev.vedette.sentinel.decide;

/**
 * A restart of the master's process of which it is open whether its data came back with it. See {@link LostData}.
 *
 * @param before what it held by its last INFO before
 * @param standing what we know by now
 * @param sinceMs since when it is at least {@link Standing#EMPTY}, before that since when it is back
 */
public record Comeback(Contents before, Standing standing, long sinceMs) {

    /** What we know of a restart. */
    public enum Standing {
        /** It loads, so it does not know its data itself. */
        LOADING,
        /** It started with nothing. The replicas are being asked whether that is a loss. */
        EMPTY,
        /** A replica that can be promoted has the data: the master counts as down. */
        LOST
    }

    Comeback to(Standing next) {
        return new Comeback(before, next, sinceMs);
    }
}
