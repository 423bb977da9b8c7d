package dev.vedette.launcher.node;

import dev.vedette.launcher.cluster.NodeDoor;
import dev.vedette.store.StoreVerticle;
import dev.vedette.wire.bus.NodeCommand;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** Asks the node's store from inside the process, as a client would. */
final class LoopbackDoor implements NodeDoor {

    private final StoreVerticle store;

    LoopbackDoor(StoreVerticle store) {
        this.store = store;
    }

    @Override
    public Future<String> info() {
        return store.info();
    }

    @Override
    public Future<Buffer> execute(NodeCommand command) {
        return store.ask(command.arguments(), command.user(), command.password());
    }
}
