package dev.vedette.replication.primary;

import dev.vedette.replication.backlog.Backlog;
import dev.vedette.wire.bus.StreamIdentity;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a PSYNC request comes to. */
public enum PsyncVerdict {
    /** The rest of the stream is all the replica needs. */
    CONTINUE,
    /** The replica asked for a full sync ({@code ?}). */
    FULL_ASKED_FOR,
    /** The replica's data belongs to a history that this node does not know. */
    FULL_OTHER_HISTORY,
    /** The replica followed this node's former history further than this node did. */
    FULL_BEYOND_SECOND,
    /** The history is right, but the bytes are gone or were never here. */
    FULL_NOT_IN_BACKLOG;

    /**
     * Decides as Redis does: the replid must be the present one, or the former one up to its end, and the backlog must
     * hold the byte asked for (or end right before it).
     *
     * @param replid what the replica says it follows
     * @param offset the first byte it wants
     */
    public static PsyncVerdict of(StreamIdentity mine, @Nullable Backlog backlog, String replid, long offset) {
        boolean present = same(replid, mine.replid());
        boolean former = same(replid, mine.replid2());
        if (!present && !(former && offset <= mine.secondOffset())) {
            if (replid.startsWith("?")) {
                return FULL_ASKED_FOR;
            }
            return former ? FULL_BEYOND_SECOND : FULL_OTHER_HISTORY;
        }
        return backlog != null && backlog.covers(offset) ? CONTINUE : FULL_NOT_IN_BACKLOG;
    }

    private static boolean same(String a, String b) {
        return a.toLowerCase(Locale.ROOT).equals(b.toLowerCase(Locale.ROOT));
    }
}
