package dev.vedette.console;

import dev.vedette.wire.bus.NodeAddresses;
import dev.vedette.wire.bus.NodeCommand;
import dev.vedette.wire.bus.NodeStatus;
import dev.vedette.wire.bus.SentinelEvent;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * The console with a simulated cluster, to look at the page without any server:
 *
 * <pre>
 *   java -cp ... dev.vedette.console.Simulation [port] [steps] [secondsBefore] [hostile]
 * </pre>
 *
 * <p>After {@code secondsBefore} seconds (10), the first {@code steps} steps of a failover are played and the cluster
 * stays as it is then; 0 is none, 99 is all. With a fourth argument there is also a node with hostile values.
 */
final class Simulation {

    /** INFO of a node that would like its values to be taken for markup. */
    static final String HOSTILE_INFO =
            "# Replication\r\nrole:master\r\n# Evil\r\n" + "hostile:<img src=x onerror=\"window.owned=1\">\r\n";

    private Simulation() {}

    public static void main(String[] arguments) {
        int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : ConsoleOptions.DEFAULT_PORT;
        int steps = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 99;
        long secondsBefore = arguments.length > 2 ? Long.parseLong(arguments[2]) : 10;
        Vertx vertx = Vertx.vertx();
        ConsoleVerticle console = new ConsoleVerticle(new ConsoleOptions().withPort(port), System.getLogger("console"));
        vertx.deployVerticle(console).onFailure(Throwable::printStackTrace).onSuccess(id -> {
            SimulatedCluster cluster = new SimulatedCluster();
            vertx.setPeriodic(1, 1000, fired -> {
                cluster.second();
                report(vertx, cluster);
            });
            for (NodeStatus node : cluster.reports(0)) {
                vertx.eventBus()
                        .<NodeCommand>consumer(
                                new NodeAddresses(node.node()).command(),
                                message -> message.reply(Buffer.buffer("*2\r\n$5\r\nhello\r\n:42\r\n")));
            }
            if (arguments.length > 3) {
                vertx.setPeriodic(
                        1000,
                        fired -> vertx.eventBus()
                                .publish(
                                        NodeStatus.ADDRESS,
                                        new NodeStatus("127.0.0.1:7000", NodeStatus.SERVER, 0, HOSTILE_INFO)));
            }
            vertx.setTimer(
                    secondsBefore * 1000,
                    fired -> play(
                            vertx,
                            cluster,
                            cluster.failover()
                                    .subList(
                                            0,
                                            Math.min(steps, cluster.failover().size()))));
        });
    }

    private static void play(Vertx vertx, SimulatedCluster cluster, List<SimulatedCluster.Step> steps) {
        if (steps.isEmpty()) {
            return;
        }
        SimulatedCluster.Step step = steps.get(0);
        vertx.setTimer(Math.max(1, step.afterMillis()), fired -> {
            step.change().run();
            report(vertx, cluster);
            for (SentinelEvent event : step.events()) {
                vertx.eventBus()
                        .publish(
                                SentinelEvent.ADDRESS,
                                new SentinelEvent(
                                        event.sentinel(),
                                        event.sentinelId(),
                                        System.currentTimeMillis(),
                                        event.level(),
                                        event.type(),
                                        event.text()));
            }
            play(vertx, cluster, steps.subList(1, steps.size()));
        });
    }

    private static void report(Vertx vertx, SimulatedCluster cluster) {
        cluster.reports(System.currentTimeMillis())
                .forEach(report -> vertx.eventBus().publish(NodeStatus.ADDRESS, report));
    }
}
