package dev.vedette.sentinel.decide;

import org.jspecify.annotations.Nullable;

/**
 * Which replica becomes master: of those that are up, connected, allowed (priority not 0) and freshly known, the one
 * with the lowest priority number, then the highest offset, then the smallest run id.
 *
 * <p>A replica that lost its master long before we did is left out, as in Redis, but it is compared with the replica
 * that lost it last, not only with how long we have missed the master ourselves. An outage of all sentinels therefore
 * never makes every replica unfit.
 */
final class Selection {

    /** How long two nodes must have changed places before that is believed. */
    private static final long HAND_OVER_SETTLED_MS = 300;

    private Selection() {}

    /** Replicas that could be promoted if their INFO is good enough. */
    private static boolean eligible(Turn t, Replica replica) {
        DataNode node = replica.node();
        return !node.health().down()
                && node.link().connected()
                && t.at.since(node.link().availableMs()) <= 5 * t.rules.pingPeriodMs()
                && replica.reported().priority() != 0;
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
            if (eligible(t, replica)) {
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
                if (only != null || !eligible(t, replica)) {
                    return null;
                }
                only = replica;
            }
        }
        return only;
    }

    /** The best one, or null if there is none. */
    static @Nullable Replica best(Turn t, Master master) {
        boolean down = master.node().health().down();
        long infoAgeMs = down ? 5 * t.rules.pingPeriodMs() : 3 * t.rules.infoPeriodMs();
        long shortestLinkDownMs = Long.MAX_VALUE;
        for (Replica replica : master.replicas()) {
            if (eligible(t, replica) && t.at.since(replica.node().infoMs()) <= infoAgeMs) {
                shortestLinkDownMs =
                        Math.min(shortestLinkDownMs, replica.reported().linkDownMs());
            }
        }
        long missedMs = down ? t.at.since(master.node().health().downSinceMs()) : 0;
        long linkDownMs = Math.max(missedMs, shortestLinkDownMs);
        linkDownMs = Long.MAX_VALUE - 10 * master.settings().downAfterMs() < linkDownMs
                ? Long.MAX_VALUE
                : linkDownMs + 10 * master.settings().downAfterMs();
        Replica best = null;
        for (Replica replica : master.replicas()) {
            if (eligible(t, replica)
                    && t.at.since(replica.node().infoMs()) <= infoAgeMs
                    && replica.reported().linkDownMs() <= linkDownMs
                    && (best == null || isBetter(replica, best))) {
                best = replica;
            }
        }
        return best;
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
