package dev.vedette.sentinel.decide;

import org.jspecify.annotations.Nullable;

/**
 * Which replica becomes master: of those that are up, connected, allowed (priority not 0) and freshly known, the one
 * with the lowest priority number, then the highest offset, then the smallest run id.
 *
 * <p>After a loss of the master's data ({@link LostData}) only a replica that has them.
 *
 * <p>A replica that lost its master long before we did is left out, as in Redis, but only in favour of one that lost it
 * later and has more of the data. An outage of all sentinels therefore never makes every replica unfit, and a restart,
 * which makes a replica forget for how long it has been without its master, never puts it before one that has more.
 */
final class Selection {

    /** How long two nodes must have changed places before that is believed. */
    private static final long HAND_OVER_SETTLED_MS = 300;

    /** So many times down-after-milliseconds longer without the master than others is too long. */
    private static final long OUTDATED_DOWN_AFTERS = 10;

    private Selection() {}

    /** Replicas that could be promoted if their INFO is good enough. */
    private static boolean eligible(Turn t, Master master, Replica replica) {
        DataNode node = replica.node();
        return !node.health().down()
                && node.link().connected()
                && t.at.since(node.link().availableMs()) <= 5 * t.rules.pingPeriodMs()
                && replica.reported().priority() != 0
                && LostData.mayBePromoted(master, replica);
    }

    /** Whether any replica is there to wait for. */
    static boolean hopeless(Master master) {
        for (Replica replica : master.replicas()) {
            if (replica.reported().priority() != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether some replica could be promoted and each that could has sent an INFO since that time. */
    static boolean complete(Turn t, Master master, long sinceMs) {
        boolean any = false;
        for (Replica replica : master.replicas()) {
            if (eligible(t, master, replica)) {
                if (replica.node().infoMs() < sinceMs) {
                    return false;
                }
                any = true;
            }
        }
        return any;
    }

    /**
     * The replica that has changed places with its master without us, by the command FAILOVER: that one is a replica now
     * and lives, this one a master, and the only one. Null if it is not so, or has not been so for long enough for the
     * news of a failover of ours to have come.
     */
    static @Nullable Replica handedOverTo(Turn t, Master master) {
        DataNode node = master.node();
        if (node.role() != Info.Role.REPLICA
                || node.health().down()
                || !node.link().connected()
                || t.at.since(node.roleSinceMs()) < HAND_OVER_SETTLED_MS) {
            return null;
        }
        Replica only = null;
        for (Replica replica : master.replicas()) {
            if (replica.node().role() == Info.Role.MASTER) {
                if (only != null || !eligible(t, master, replica)) {
                    return null;
                }
                only = replica;
            }
        }
        return only;
    }

    /** The best one, or null if there is none. */
    static @Nullable Replica best(Turn t, Master master) {
        Replica best = null;
        for (Replica replica : master.replicas()) {
            if (eligible(t, master, replica)
                    && isKnown(t, master, replica)
                    && !isOutdated(t, master, replica)
                    && (best == null || isBetter(replica, best))) {
                best = replica;
            }
        }
        return best;
    }

    private static boolean isKnown(Turn t, Master master, Replica replica) {
        boolean down = master.node().health().down();
        long infoAgeMs = down ? 5 * t.rules.pingPeriodMs() : 3 * t.rules.infoPeriodMs();
        return t.at.since(replica.node().infoMs()) <= infoAgeMs;
    }

    /** Whether another one lost the master much later, or not at all, and has more of the data. */
    private static boolean isOutdated(Turn t, Master master, Replica replica) {
        Health health = master.node().health();
        long missedMs = health.down() ? t.at.since(health.downSinceMs()) : 0;
        for (Replica other : master.replicas()) {
            long bearableMs = Math.max(missedMs, other.reported().linkDownMs());
            if (other.reported().offset() > replica.reported().offset()
                    && eligible(t, master, other)
                    && isKnown(t, master, other)
                    && replica.reported().linkDownMs() - bearableMs
                            > OUTDATED_DOWN_AFTERS * master.settings().downAfterMs()) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBetter(Replica a, Replica b) {
        if (a.reported().priority() != b.reported().priority()) {
            return a.reported().priority() < b.reported().priority();
        }
        if (a.reported().offset() != b.reported().offset()) {
            return a.reported().offset() > b.reported().offset();
        }
        String idA = a.node().runId();
        String idB = b.node().runId();
        if (idA == null || idB == null) {
            return idA != null;
        }
        return idA.compareToIgnoreCase(idB) < 0;
    }
}
