package dev.vedette.sentinel.decide;

import static dev.vedette.sentinel.decide.Moment.NEVER;

import dev.vedette.sentinel.decide.Info.Role;

/**
 * Puts right what a replica reports against our configuration: one that calls itself a master, one that follows
 * somebody else.
 *
 * <p>Redis always waits first (8 s, or the failover-timeout), since a newer configuration than ours may be on its way.
 * We need not wait for the master that was replaced by the very configuration we hold, provided that a majority of the
 * known sentinels has told us just now that it knows no newer epoch: then there is nothing on its way.
 *
 * <p>All sentinels see the same node at the same time, and each order throws its clients out. So they have their turns here,
 * too; when the next looks again, the node obeys already.
 */
final class Reconciliation {

    /** A node that was put right is given so long to obey before it is told again. */
    private static final long REPEAT_MS = 1000;

    private Reconciliation() {}

    static Master everyone(Turn t, Master before) {
        Master master = before;
        for (int i = 0; i < master.replicas().size(); i++) {
            Replica replica = master.replicas().at(i);
            if (replica.node().infoMs() != NEVER && replica.node().link().connected()) {
                master = replica(t, master, replica);
            }
        }
        return master;
    }

    static Master replica(Turn t, Master master, Replica replica) {
        if (t.at.since(replica.roleOrderMs()) < REPEAT_MS
                || !Suspicion.looksSane(t, master)
                || replica.reconf() != Replica.Reconf.NONE) {
            return master;
        }
        return switch (replica.node().role()) {
            case MASTER -> claimsToBeMaster(t, master, replica);
            case REPLICA -> follows(t, master, replica);
        };
    }

    private static Master claimsToBeMaster(Turn t, Master master, Replica replica) {
        long waitMs = 4 * t.rules.publishPeriodMs();
        boolean deposed = replica.address().equals(master.deposed());
        long claimedMs = t.at.since(replica.node().roleSinceMs());
        if (claimedMs < Election.turnMs(t, master)) {
            return master;
        }
        boolean waited = upFor(t, replica, waitMs) && claimedMs > waitMs;
        if (!waited && !(deposed && sureOfConfiguration(t, master))) {
            return master;
        }
        return order(t, master, replica, "+convert-to-slave");
    }

    private static Master follows(Turn t, Master master, Replica replica) {
        Address followed = replica.reported().master();
        if (followed == null
                || followed.equals(master.node().address())
                || master.failover().inProgress()) {
            return master;
        }
        // One whose link is up serves somebody; one that waits for a master that is not there waits in vain.
        long waitMs = master.settings().failoverTimeoutMs();
        if (!replica.reported().linkUp()) {
            waitMs = Math.min(waitMs, 4 * t.rules.publishPeriodMs());
        }
        waitMs += Election.turnMs(t, master);
        if (!upFor(t, replica, waitMs) || t.at.since(replica.reported().masterSinceMs()) <= waitMs) {
            return master;
        }
        return order(t, master, replica, "+fix-slave-config");
    }

    private static Master order(Turn t, Master master, Replica replica, String type) {
        t.act(new Effect.SlaveOf(master.linkTo(replica.address()), master.node().address()));
        t.note(type, master, replica);
        return master.with(
                replica.with(Probing.askInfo(t, master, replica.node())).ordered(t.now()));
    }

    private static boolean upFor(Turn t, Replica replica, long ms) {
        long downSinceMs = replica.node().health().downSinceMs();
        return downSinceMs == NEVER || t.at.since(downSinceMs) > ms;
    }

    /** Whether a majority has lately said hello without knowing a newer epoch than that of our configuration. */
    private static boolean sureOfConfiguration(Turn t, Master master) {
        if (t.state.currentEpoch() > master.configEpoch() || master.failover().inProgress()) {
            return false;
        }
        int sure = 1;
        for (KnownSentinel sentinel : master.sentinels()) {
            if (t.at.since(sentinel.heardMs()) <= 3 * t.rules.publishPeriodMs()
                    && sentinel.heardCurrentEpoch() <= master.configEpoch()) {
                sure++;
            }
        }
        return sure >= master.majority();
    }

    /** Whether the old master has been seen to follow, so that it is no longer the one to be put down at once. */
    static Master seen(Master master, Replica replica) {
        return replica.node().role() == Role.REPLICA && replica.address().equals(master.deposed())
                ? master.deposing(null)
                : master;
    }
}
