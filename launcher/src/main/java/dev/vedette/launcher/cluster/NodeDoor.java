package dev.vedette.launcher.cluster;

import dev.vedette.wire.bus.NodeCommand;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** How the cluster's questions reach a node. Both may be called from any thread. */
public interface NodeDoor {

    /** The text of {@code INFO everything}. */
    Future<String> info();

    /** Runs a command as a client would; the raw RESP answer. */
    Future<Buffer> execute(NodeCommand command);
}
