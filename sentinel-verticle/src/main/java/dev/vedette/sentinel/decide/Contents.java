package dev.vedette.sentinel.decide;

/**
 * What data a node holds, as its INFO says: of which history, up to where, how many keys.
 *
 * @param replid its history (master_replid), empty when INFO does not say
 * @param replid2 the history before (master_replid2), empty when there is none
 * @param sharedOffset up to where it has the history {@link #replid2} (second_repl_offset - 1)
 * @param offset where it is in its history (master_repl_offset); goes on counting from that of the history before
 * @param keys keys in all databases; {@link #KEYS_UNKNOWN} while it loads, and when INFO does not say
 * @param loadedNothing it says that it loaded no data when it started. False when it does not say so, and always with an
 *     append-only file, of which INFO does not tell what was in it
 */
public record Contents(
        String replid, String replid2, long sharedOffset, long offset, long keys, boolean loadedNothing) {

    /** As {@link #keys}. */
    public static final long KEYS_UNKNOWN = -1;

    /** Of a node that has not said anything yet. */
    public static final Contents UNKNOWN = new Contents("", "", -1, 0, KEYS_UNKNOWN, false);

    /** Whether any of its data may come from the history of those: its own, or the one before. */
    boolean isOfHistory(Contents those) {
        return !replid.isEmpty() && (replid.equals(those.replid) || replid.equals(those.replid2));
    }

    /** Up to which offset it has what is written in that history; -1 for nothing of it. */
    long sharedWith(String history) {
        if (replid.equals(history)) {
            return offset;
        }
        return replid2.equals(history) ? sharedOffset : -1;
    }
}
