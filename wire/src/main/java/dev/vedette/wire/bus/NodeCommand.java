package dev.vedette.wire.bus;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Request from the console's shell to a node, at {@link NodeAddresses#command()}: run this command as a client would.
 * The reply is the raw RESP answer as a {@link io.vertx.core.buffer.Buffer}.
 *
 * @param arguments command name and arguments, UTF-8
 * @param user ACL user name; empty for the default user
 * @param password password of that user; empty when none is needed
 */
public record NodeCommand(List<String> arguments, String user, String password) {

    public NodeCommand {
        arguments = List.copyOf(arguments);
    }

    static final JsonCodec<NodeCommand> CODEC = new JsonCodec<>(
            "vedette.NodeCommand",
            c -> new JsonObject()
                    .put("arguments", new JsonArray(c.arguments))
                    .put("user", c.user)
                    .put("password", c.password),
            j -> new NodeCommand(
                    j.getJsonArray("arguments", new JsonArray()).stream()
                            .map(String::valueOf)
                            .toList(),
                    j.getString("user", ""),
                    j.getString("password", "")));
}
