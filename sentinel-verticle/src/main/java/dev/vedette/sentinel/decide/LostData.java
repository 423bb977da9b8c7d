package dev.vedette.sentinel.decide;

import dev.vedette.sentinel.decide.Comeback.Standing;
import dev.vedette.sentinel.decide.Effect.Level;
import dev.vedette.sentinel.decide.Info.Role;
import org.jspecify.annotations.Nullable;

/**
 * A master that was restarted within down-after-milliseconds, without its data. To Redis's Sentinel that is a master like
 * any other, and its replicas, one after the other, become as empty as it is. Here it counts as down as soon as a replica
 * has been seen to hold what it lost, and a replica of that kind, no other, takes its place.
 *
 * <p>What must come together, so that a family that is empty rightly (new, or after FLUSHALL) is left in peace:
 *
 * <ul>
 *   <li>The process is another one than before (run_id), is a master, and has started with nothing: it has no keys, or says
 *       that it loaded none and has a history of its own. While it loads, it is waited for.
 *   <li>A replica that is up and may be promoted has said since then that it holds keys, of the history that the master had
 *       before (master_replid), and from beyond what the master still has of it.
 *   <li>Of the replicas with that history the one that is furthest holds keys. If it holds none, the last thing that
 *       happened to the data was that they were deleted. The same if the master itself had none, and no replica is beyond
 *       that.
 * </ul>
 *
 * <p>Each sentinel judges by the INFO that it got itself, and they agree on it as on any other suspicion. What a restarted
 * sentinel has not seen it does not judge.
 */
final class LostData {

    /**
     * So long the answers of all replicas are waited for before some of them decide; and so long a master that was down
     * already stays so.
     */
    private static final long ASKING_MS = 1000;

    private LostData() {}

    // ------------------------------------------------------------------ what the master says

    /** The master's process is another one than in the INFO before. */
    static Master restarted(Turn t, Master master) {
        Comeback earlier = master.comeback();
        Contents before = earlier == null ? master.node().contents() : earlier.before();
        if (before.replid().isEmpty() || !master.settings().failoverEmptied()) {
            return master;
        }
        return master.comingBack(new Comeback(before, Standing.LOADING, t.now()));
    }

    /** An INFO of the master that is in the master's {@link DataNode} already. */
    static Master informed(Turn t, Master master) {
        Comeback comeback = master.comeback();
        if (comeback == null) {
            return master;
        }
        if (master.node().role() != Role.MASTER) {
            return master.comingBack(null);
        }
        Contents now = master.node().contents();
        if (comeback.standing() != Standing.LOADING || now.keys() == Contents.KEYS_UNKNOWN) {
            return master;
        }
        boolean ofItsOwn = now.sharedWith(comeback.before().replid()) < 0;
        if (now.keys() > 0 && !(ofItsOwn && now.loadedNothing())) {
            return master.comingBack(null);
        }
        return Probing.askReplicas(t, master.comingBack(new Comeback(comeback.before(), Standing.EMPTY, t.now())));
    }

    // ------------------------------------------------------------------ what the replicas say

    /** Judges by what is known now. */
    static Master judge(Turn t, Master master) {
        Comeback comeback = master.comeback();
        if (comeback == null || comeback.standing() == Standing.LOADING) {
            return master;
        }
        if (!master.settings().failoverEmptied()) {
            return master.comingBack(null);
        }
        boolean answersMissing = answersMissing(master, comeback);
        if (answersMissing && comeback.standing() == Standing.EMPTY && t.at.since(comeback.sinceMs()) <= ASKING_MS) {
            return master;
        }
        Replica holder = holder(master, comeback);
        if (holder != null) {
            return comeback.standing() == Standing.LOST ? master : lost(t, master, comeback, holder);
        }
        if (answersMissing
                && t.at.since(comeback.sinceMs()) <= master.settings().downAfterMs()) {
            return comeback.standing() == Standing.EMPTY ? master : master.comingBack(comeback.to(Standing.EMPTY));
        }
        if (comeback.before().keys() > 0 && !wasEmptied(master, comeback)) {
            t.log("The master " + t.name(master) + " was restarted without its data, and no replica that could be"
                    + " promoted holds them any more: nothing to fail over to");
        }
        return master.comingBack(null);
    }

    private static Master lost(Turn t, Master master, Comeback comeback, Replica holder) {
        String host = holder.address().shown(t.rules);
        t.report(
                Level.WARNING,
                "+lost-data",
                master,
                t.name(master) + " #it was restarted without its data, of which " + host + ":"
                        + holder.address().port() + " holds "
                        + holder.node().contents().keys() + " keys");
        return master.comingBack(comeback.to(Standing.LOST));
    }

    /** Whether this suspicion alone makes the master subjectively down. */
    static boolean isCertain(Master master) {
        Comeback comeback = master.comeback();
        return comeback != null && comeback.standing() == Standing.LOST;
    }

    /** Whether a master that is down is not to be taken back yet. */
    static boolean isBeingAsked(Turn t, Master master) {
        Comeback comeback = master.comeback();
        return comeback != null && comeback.standing() == Standing.EMPTY && t.at.since(comeback.sinceMs()) <= ASKING_MS;
    }

    /** Whether that replica may be promoted as far as the data are concerned. */
    static boolean mayBePromoted(Master master, Replica replica) {
        Comeback comeback = master.comeback();
        return comeback == null || comeback.standing() != Standing.LOST || holds(master, comeback, replica);
    }

    /** The replica with most of the lost data, null if there is none, or if nothing was lost. */
    private static @Nullable Replica holder(Master master, Comeback comeback) {
        if (wasEmptied(master, comeback)) {
            return null;
        }
        Replica best = null;
        for (Replica replica : master.replicas()) {
            if (replica.reported().priority() != 0
                    && holds(master, comeback, replica)
                    && (best == null || isFurther(replica, best))) {
                best = replica;
            }
        }
        return best;
    }

    private static boolean holds(Master master, Comeback comeback, Replica replica) {
        Contents its = replica.node().contents();
        Contents before = comeback.before();
        return isHeard(comeback, replica)
                && its.keys() > 0
                && its.isOfHistory(before)
                && its.offset() > master.node().contents().sharedWith(its.replid())
                && (before.keys() != 0 || its.offset() > before.offset());
    }

    /** Whether the furthest replica of the history says that the data were deleted before the master ended. */
    private static boolean wasEmptied(Master master, Comeback comeback) {
        Replica furthest = null;
        for (Replica replica : master.replicas()) {
            if (isHeard(comeback, replica)
                    && replica.node().contents().isOfHistory(comeback.before())
                    && (furthest == null || isFurther(replica, furthest))) {
                furthest = replica;
            }
        }
        return furthest != null && furthest.node().contents().keys() == 0;
    }

    private static boolean isFurther(Replica a, Replica b) {
        return a.node().contents().offset() > b.node().contents().offset();
    }

    /** Whether that replica is up and has said since the restart what it holds. */
    private static boolean isHeard(Comeback comeback, Replica replica) {
        DataNode node = replica.node();
        return !node.health().down()
                && node.role() == Role.REPLICA
                && node.infoMs() >= comeback.sinceMs()
                && node.contents().keys() != Contents.KEYS_UNKNOWN;
    }

    private static boolean answersMissing(Master master, Comeback comeback) {
        for (Replica replica : master.replicas()) {
            if (!replica.node().health().down() && !isHeard(comeback, replica)) {
                return true;
            }
        }
        return false;
    }
}
