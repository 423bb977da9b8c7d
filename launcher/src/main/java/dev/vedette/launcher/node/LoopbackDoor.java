package dev.vedette.launcher.node;

import dev.vedette.launcher.cluster.NodeDoor;
import dev.vedette.store.config.ServerConfig;
import dev.vedette.wire.bus.NodeCommand;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;

/** Asks the node as any client would, on a TCP connection for each question. */
final class LoopbackDoor implements NodeDoor {

    private final Vertx vertx;
    private final ServerConfig config;

    LoopbackDoor(Vertx vertx, ServerConfig config) {
        this.vertx = vertx;
        this.config = config;
    }

    @Override
    public Future<String> info() {
        return Future.failedFuture("not served yet: " + vertx + config.getInt("port"));
    }

    @Override
    public Future<Buffer> execute(NodeCommand command) {
        return Future.failedFuture("not served yet");
    }
}
