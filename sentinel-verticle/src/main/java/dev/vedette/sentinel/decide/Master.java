package dev.vedette.sentinel.decide;

import java.util.function.Consumer;
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
 * @param comeback its last restart, while it is open whether its data came back with it, else null
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
        @Nullable Address deposed,
        @Nullable Comeback comeback) {

    static Master created(String name, Settings settings, Address address, long nowMs) {
        return created(name, settings, DataNode.created(address, Info.Role.MASTER, nowMs), 0, new Vote(null, 0));
    }

    /** A master of which nothing else is known or remembered. */
    static Master created(String name, Settings settings, DataNode node, long configEpoch, Vote vote) {
        return new Master(
                name,
                settings,
                node,
                configEpoch,
                vote,
                Health.UP,
                Moment.NEVER,
                Roster.by(Replica::address),
                Roster.by(KnownSentinel::runId),
                Failover.NONE,
                null,
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
        return but(d -> d.settings = newSettings);
    }

    Master with(DataNode newNode) {
        return but(d -> d.node = newNode);
    }

    Master configured(long epoch) {
        return but(d -> d.configEpoch = epoch);
    }

    Master with(Vote newVote) {
        return but(d -> d.vote = newVote);
    }

    Master with(Health objectively) {
        return but(d -> d.down = objectively);
    }

    Master rebooting(long sinceMs) {
        return but(d -> d.rebootSinceMs = sinceMs);
    }

    Master with(Replica replica) {
        return but(d -> d.replicas = replicas.with(replica));
    }

    /** The same, but what is known of a replica is known of that one instead. */
    Master replacing(Replica gone, Replica by) {
        return but(d -> {
            d.replicas = replicas.without(gone.address()).with(by);
            if (gone.address().equals(failover.promoted())) {
                d.failover = failover.promoting(by.address());
            }
            if (gone.address().equals(deposed)) {
                d.deposed = by.address();
            }
        });
    }

    Master with(KnownSentinel sentinel) {
        return but(d -> d.sentinels = sentinels.with(sentinel));
    }

    Master with(Roster<String, KnownSentinel> known) {
        return but(d -> d.sentinels = known);
    }

    Master with(Failover newFailover) {
        return but(d -> d.failover = newFailover);
    }

    Master deposing(@Nullable Address old) {
        return but(d -> d.deposed = old);
    }

    Master comingBack(@Nullable Comeback how) {
        return but(d -> d.comeback = how);
    }

    private Master but(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.done();
    }

    /** See the package description for what drafts are for. */
    private static final class Draft {
        final String name;
        Settings settings;
        DataNode node;
        long configEpoch;
        Vote vote;
        Health down;
        long rebootSinceMs;
        Roster<Address, Replica> replicas;
        Roster<String, KnownSentinel> sentinels;
        Failover failover;

        @Nullable
        Address deposed;

        @Nullable
        Comeback comeback;

        Draft(Master from) {
            name = from.name;
            settings = from.settings;
            node = from.node;
            configEpoch = from.configEpoch;
            vote = from.vote;
            down = from.down;
            rebootSinceMs = from.rebootSinceMs;
            replicas = from.replicas;
            sentinels = from.sentinels;
            failover = from.failover;
            deposed = from.deposed;
            comeback = from.comeback;
        }

        Master done() {
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
                    failover,
                    deposed,
                    comeback);
        }
    }
}
