package dev.vedette.launcher.cluster;

import dev.vedette.wire.bus.NodeAddresses;
import dev.vedette.wire.bus.NodeCommand;
import dev.vedette.wire.bus.NodeStatus;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * A server's presence in the cluster: publishes {@link NodeStatus} each second, at once when asked or when its role or
 * its link to the master changes, and runs the console's {@link NodeCommand} requests.
 *
 * <p>A node that hangs publishes nothing, which is what the others should see. Event loop of the clustered Vert.x
 * instance; {@link #publishNow} may be called from any thread.
 */
public final class ClusterPresence {

    private static final long PERIOD_MILLIS = 1000;

    private final Vertx vertx;
    private final String node;
    private final NodeDoor door;
    private final System.Logger log;
    private final List<MessageConsumer<?>> consumers = new ArrayList<>();
    private final long timer;
    private volatile boolean asking;

    /**
     * Begins to publish.
     *
     * @param vertx the clustered instance; in a process that holds a whole family, the one that they share
     * @param node {@code host:port} under which the node is reached
     */
    public ClusterPresence(Vertx vertx, String node, NodeDoor door, System.Logger log) {
        this.vertx = vertx;
        this.node = node;
        this.door = door;
        this.log = log;
        EventBus bus = vertx.eventBus();
        consumers.add(bus.<Object>consumer(NodeStatus.ASK_ADDRESS, asked -> publishNow()));
        consumers.add(bus.<NodeCommand>consumer(
                new NodeAddresses(node).command(),
                request -> door.execute(request.body())
                        .onSuccess(request::reply)
                        .onFailure(failure -> request.fail(1, String.valueOf(failure.getMessage())))));
        timer = vertx.setPeriodic(0, PERIOD_MILLIS, tick -> publishNow());
    }

    /** Publishes the node's status as it is now. */
    public void publishNow() {
        if (asking) {
            return; // The answer on its way is as new as another one would be.
        }
        asking = true;
        door.info().onComplete(answer -> {
            asking = false;
            if (answer.succeeded()) {
                vertx.eventBus()
                        .publish(
                                NodeStatus.ADDRESS,
                                new NodeStatus(node, NodeStatus.SERVER, System.currentTimeMillis(), answer.result()));
            } else {
                log.log(Level.DEBUG, "No status for the cluster: " + answer.cause());
            }
        });
    }

    /** Says no more. */
    public void close() {
        vertx.cancelTimer(timer);
        consumers.forEach(MessageConsumer::unregister);
    }
}
