package dev.vedette.console.observe;

import java.util.List;

/**
 * One node as the console knows it.
 *
 * @param id {@code host:port}, loopback names made one
 * @param address the name under which the node reports itself; what {@link dev.vedette.wire.bus.NodeAddresses} takes
 * @param kind {@code server} or {@code sentinel}
 * @param via how the console knows of it
 * @param seenMillis console's clock at the latest report; 0 if it never reported
 * @param silent true if it has not reported for longer than the limit (or ever, for a polled node)
 * @param problem why a polled node does not answer; empty otherwise
 * @param role {@code master}, {@code replica}, {@code sentinel} or {@code unknown}; of a silent node, what it said last
 * @param following a replica's link to its master
 * @param offset bytes of the replication stream that it holds
 * @param opsPerSecond commands per second
 * @param memoryBytes used memory
 * @param keys keys in all databases
 * @param clients connected clients
 * @param runId its run id
 * @param software name and version
 * @param beliefs what a sentinel says about each master
 * @param vote whom a sentinel voted for last; empty if the console saw no vote
 * @param info all that INFO said
 */
public record NodeView(
        String id,
        String address,
        String kind,
        Via via,
        long seenMillis,
        boolean silent,
        String problem,
        String role,
        Following following,
        long offset,
        long opsPerSecond,
        long memoryBytes,
        long keys,
        long clients,
        String runId,
        String software,
        List<Belief> beliefs,
        String vote,
        InfoText info) {

    public NodeView {
        beliefs = List.copyOf(beliefs);
    }

    /** How the console knows of a node. */
    public enum Via {
        /** It reports on the clustered event bus. */
        BUS,
        /** The console asks it by RESP. */
        POLL,
        /** Another node named it; it has never reported by itself. */
        MENTION
    }

    /**
     * A replica's link to its master.
     *
     * @param master id of the master; empty for a node that follows nobody
     * @param link {@code up}, {@code sync} (a snapshot is being taken), {@code down}; empty for a master
     * @param downSeconds how long the link has been down; -1 if it is not, or not known
     * @param lagBytes bytes of the master's stream that it has yet to confirm; -1 if not known
     * @param lagSeconds seconds since its last confirmation, by the master; since the master was heard, if the master
     *     does not say; -1 if not known
     */
    public record Following(String master, String link, long downSeconds, long lagBytes, long lagSeconds) {
        static final Following NOBODY = new Following("", "", -1, -1, -1);
    }

    /**
     * What a sentinel says about a master that it guards, from its INFO.
     *
     * @param master name of the master
     * @param address id of the node that it takes for the master
     * @param status {@code ok}, {@code sdown} or {@code odown}
     * @param replicas replicas that it knows
     * @param sentinels sentinels that it knows, itself included
     */
    public record Belief(String master, String address, String status, long replicas, long sentinels) {}
}
