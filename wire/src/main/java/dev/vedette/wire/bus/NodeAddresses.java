package dev.vedette.wire.bus;

/**
 * The event-bus addresses of one node's local conversation.
 *
 * @param node unique within the JVM; by convention {@code host:port} of the node's RESP port
 */
public record NodeAddresses(String node) {

    /** Where the node's store verticle takes {@link ToStore} records. Local only. */
    public String store() {
        return "vedette.node." + node + ".store";
    }

    /** Where the node's replication verticle takes {@link ToReplication} records. Local only. */
    public String replication() {
        return "vedette.node." + node + ".replication";
    }

    /** Where a server or sentinel takes {@link NodeCommand} requests from the console. Clustered. */
    public String command() {
        return "vedette.node." + node + ".command";
    }
}
