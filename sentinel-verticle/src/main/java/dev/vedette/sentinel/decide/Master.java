package dev.vedette.sentinel.decide;

import org.jspecify.annotations.Nullable;

/**
 * A watched master and everything that belongs to it.
 *
 * @param name its name, the key of {@link State#masters()}
 * @param settings what the operator set
 * @param node the node that is master in our configuration
 * @param configEpoch under which epoch that configuration was made; 0 for the one in the file
 * @param vote our last vote
 * @param down objectively down (ODOWN), and since when
 * @param rebootSinceMs when a reboot was noticed and not yet answered by PONG, NEVER if none
 * @param replicas its replicas
 * @param sentinels the others that watch it; all ever heard of since SENTINEL RESET, persisted
 * @param failover ours, or none
 * @param deposed the master before the last switch that we have not yet seen as a replica, or null
 */
public record Master(
        String name,
        Settings settings,
        DataNode node,
        long configEpoch,
        Vote vote,
        Health down,
        long rebootSinceMs,
        Roster<Address, Replica> replicas,
        Roster<String, KnownSentinel> sentinels,
        Failover failover,
        @Nullable Address deposed) {

    static Master created(String name, Settings settings, Address address, long nowMs) {
        return new Master(
                name,
                settings,
                DataNode.created(address, Info.Role.MASTER, nowMs),
                0,
                new Vote(null, 0),
                Health.UP,
                Moment.NEVER,
                Roster.by(Replica::address),
                Roster.by(KnownSentinel::runId),
                Failover.NONE,
                null);
    }

    /**
     * Where clients should go: the promoted replica as soon as it is known to be a master, else the configured node.
     * The answer to SENTINEL get-master-addr-by-name, and what hellos and sentinel.conf say.
     */
    public Address currentAddress() {
        Address promoted = failover.promoted();
        return promoted != null && failover.state().compareTo(Failover.State.RECONF_SLAVES) >= 0
                ? promoted
                : node.address();
    }

    /** Voters needed for a majority of all known sentinels, this one included. */
    public int majority() {
        return (sentinels.size() + 1) / 2 + 1;
    }

    /** The name of the link to one of its data nodes. */
    public LinkId.ToNode linkTo(Address address) {
        return new LinkId.ToNode(name, address);
    }

    /** The master itself or the replica at that address, or null. */
    public @Nullable DataNode nodeAt(Address address) {
        if (node.address().equals(address)) {
            return node;
        }
        Replica replica = replicas.get(address);
        return replica == null ? null : replica.node();
    }

    Master withNode(DataNode changed) {
        if (node.address().equals(changed.address())) {
            return with(changed);
        }
        Replica replica = replicas.get(changed.address());
        return replica == null ? this : with(replica.with(changed));
    }

    Master with(Settings newSettings) {
        return new Master(
                name,
                newSettings,
                node,
                configEpoch,
                vote,
                down,
                rebootSinceMs,
                replicas,
                sentinels,
                failover,
                deposed);
    }

    Master with(DataNode newNode) {
        return new Master(
                name,
                settings,
                newNode,
                configEpoch,
                vote,
                down,
                rebootSinceMs,
                replicas,
                sentinels,
                failover,
                deposed);
    }

    Master configured(long epoch) {
        return new Master(
                name, settings, node, epoch, vote, down, rebootSinceMs, replicas, sentinels, failover, deposed);
    }

    Master with(Vote newVote) {
        return new Master(
                name,
                settings,
                node,
                configEpoch,
                newVote,
                down,
                rebootSinceMs,
                replicas,
                sentinels,
                failover,
                deposed);
    }

    Master with(Health objectively) {
        return new Master(
                name,
                settings,
                node,
                configEpoch,
                vote,
                objectively,
                rebootSinceMs,
                replicas,
                sentinels,
                failover,
                deposed);
    }

    Master rebooting(long sinceMs) {
        return new Master(
                name, settings, node, configEpoch, vote, down, sinceMs, replicas, sentinels, failover, deposed);
    }

    Master with(Replica replica) {
        return new Master(
                name,
                settings,
                node,
                configEpoch,
                vote,
                down,
                rebootSinceMs,
                replicas.with(replica),
                sentinels,
                failover,
                deposed);
    }

    /** The same, but what is known of a replica is known of that one instead. */
    Master replacing(Replica gone, Replica by) {
        return new Master(
                name,
                settings,
                node,
                configEpoch,
                vote,
                down,
                rebootSinceMs,
                replicas.without(gone.address()).with(by),
                sentinels,
                by.address().equals(failover.promoted()) || !gone.address().equals(failover.promoted())
                        ? failover
                        : failover.promoting(by.address()),
                gone.address().equals(deposed) ? by.address() : deposed);
    }

    Master with(KnownSentinel sentinel) {
        return new Master(
                name,
                settings,
                node,
                configEpoch,
                vote,
                down,
                rebootSinceMs,
                replicas,
                sentinels.with(sentinel),
                failover,
                deposed);
    }

    Master with(Roster<String, KnownSentinel> known) {
        return new Master(
                name, settings, node, configEpoch, vote, down, rebootSinceMs, replicas, known, failover, deposed);
    }

    Master with(Failover newFailover) {
        return new Master(
                name,
                settings,
                node,
                configEpoch,
                vote,
                down,
                rebootSinceMs,
                replicas,
                sentinels,
                newFailover,
                deposed);
    }

    Master seenDeposed() {
        return new Master(
                name, settings, node, configEpoch, vote, down, rebootSinceMs, replicas, sentinels, failover, null);
    }
}
