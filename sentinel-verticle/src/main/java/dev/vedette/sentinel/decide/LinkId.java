package dev.vedette.sentinel.decide;

/**
 * Names one watched instance on the network. A data node has two connections ({@link Channel}), a sentinel only the
 * command connection, shared by all the masters that it watches with us.
 */
public sealed interface LinkId {

    /**
     * A master or replica.
     *
     * @param master name of the master in whose group the node is
     * @param address where the node listens
     */
    record ToNode(String master, Address address) implements LinkId {}

    /**
     * Another sentinel.
     *
     * @param runId its 40-character id
     */
    record ToPeer(String runId) implements LinkId {}

    /** Which of the two connections of a link. */
    enum Channel {
        /** PING, INFO, PUBLISH, SLAVEOF, SENTINEL is-master-down-by-addr. */
        COMMAND,
        /** SUBSCRIBE __sentinel__:hello. Data nodes only. */
        PUBSUB
    }
}
