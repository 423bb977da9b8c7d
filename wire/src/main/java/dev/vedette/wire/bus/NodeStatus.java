package dev.vedette.wire.bus;

import io.vertx.core.json.JsonObject;

/**
 * A server's or sentinel's account of itself, published on the clustered bus each second and at once after a role or
 * link change. The console derives all that it shows from it.
 *
 * @param node {@code host:port} under which the node is reached
 * @param kind server or sentinel
 * @param timeMillis wall clock of the sender
 * @param info the text of {@code INFO everything}, CRLF line ends, as a client would get it
 */
public record NodeStatus(String node, String kind, long timeMillis, String info) {

    /** Published here by every node. */
    public static final String ADDRESS = "vedette.status";

    /** A node publishes at once when this address is sent anything; the console asks when it starts. */
    public static final String ASK_ADDRESS = "vedette.status.ask";

    /**
     * Attribute of a Hazelcast member whose process is one server: {@code host:port} under which that is reached. Without
     * anything before the colon the host is the member's own.
     */
    public static final String MEMBER_ATTRIBUTE = "vedette.node";

    /** {@link #kind} of a server. */
    public static final String SERVER = "server";

    /** {@link #kind} of a sentinel. */
    public static final String SENTINEL = "sentinel";

    static final JsonCodec<NodeStatus> CODEC = new JsonCodec<>(
            "vedette.NodeStatus",
            s -> new JsonObject()
                    .put("node", s.node)
                    .put("kind", s.kind)
                    .put("timeMillis", s.timeMillis)
                    .put("info", s.info),
            j -> new NodeStatus(
                    j.getString("node", ""),
                    j.getString("kind", SERVER),
                    j.getLong("timeMillis", 0L),
                    j.getString("info", "")));
}
