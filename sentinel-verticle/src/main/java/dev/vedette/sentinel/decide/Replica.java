package dev.vedette.sentinel.decide;

import org.jspecify.annotations.Nullable;

/**
 * A replica of a watched master.
 *
 * @param node the node itself
 * @param reported what its INFO said of its replication
 * @param reconf how far it has come in a failover
 * @param reconfSinceMs since when
 * @param roleOrderMs when we last sent it a SLAVEOF outside a failover, NEVER if we never did
 */
public record Replica(DataNode node, Reported reported, Reconf reconf, long reconfSinceMs, long roleOrderMs) {

    /**
     * Last INFO of a replica.
     *
     * @param master whom it follows, or null before the first INFO
     * @param masterSinceMs since when it reports that master
     * @param linkUp master_link_status:up
     * @param linkDownMs how long it has been without its master, 0 when it is not
     * @param priority slave_priority; 0 is never promoted
     * @param offset replication offset
     * @param announced replica_announced; SENTINEL REPLICAS leaves out those that are not
     */
    public record Reported(
            @Nullable Address master,
            long masterSinceMs,
            boolean linkUp,
            long linkDownMs,
            int priority,
            long offset,
            boolean announced) {}

    /** Steps of a replica in a failover, in order; the words of SENTINEL REPLICAS' flags. */
    public enum Reconf {
        /** Nothing yet, or no failover. */
        NONE,
        /** The one that becomes master ({@code promoted}). */
        PROMOTED,
        /** SLAVEOF sent ({@code reconf_sent}). */
        SENT,
        /** It reports the new master ({@code reconf_inprog}). */
        IN_PROGRESS,
        /** Its link to the new master is up ({@code reconf_done}). */
        DONE
    }

    static Replica created(Address address, long nowMs) {
        return new Replica(
                DataNode.created(address, Info.Role.REPLICA, nowMs),
                new Reported(null, nowMs, false, 0, 100, 0, true),
                Reconf.NONE,
                Moment.NEVER,
                Moment.NEVER);
    }

    /** Its address, the key of {@link Master#replicas()}. */
    public Address address() {
        return node.address();
    }

    Replica with(DataNode newNode) {
        return new Replica(newNode, reported, reconf, reconfSinceMs, roleOrderMs);
    }

    Replica with(Reported newReported) {
        return new Replica(node, newReported, reconf, reconfSinceMs, roleOrderMs);
    }

    Replica with(Reconf step, long nowMs) {
        return new Replica(node, reported, step, nowMs, roleOrderMs);
    }

    Replica ordered(long nowMs) {
        return new Replica(node, reported, reconf, reconfSinceMs, nowMs);
    }
}
