package dev.vedette.wire.bus;

/**
 * Which history a node's data belongs to, as PSYNC compares it (Redis replication ID and offset, PSYNC2).
 *
 * @param replid 40 hexadecimal characters: the current history
 * @param replid2 the history that the node followed before its promotion, or 40 zeros
 * @param secondOffset up to where (exclusive) {@code replid2} is valid, or -1
 * @param offset bytes of the current history contained in the data set ({@code master_repl_offset})
 */
public record StreamIdentity(String replid, String replid2, long secondOffset, long offset) {

    /** The value of {@link #replid2} when there is none. */
    public static final String NO_REPLID = "0".repeat(40);

    /** A history of its own, with no predecessor. */
    public static StreamIdentity fresh(String replid, long offset) {
        return new StreamIdentity(replid, NO_REPLID, -1, offset);
    }
}
