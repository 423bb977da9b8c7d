package dev.vedette.console;

import dev.vedette.console.observe.ClusterState;
import dev.vedette.console.observe.NodePoller;
import dev.vedette.console.observe.NodeView;
import dev.vedette.console.show.ConsoleServer;
import dev.vedette.console.show.Shell;
import dev.vedette.wire.bus.JsonCodec;
import dev.vedette.wire.bus.NodeStatus;
import dev.vedette.wire.bus.SentinelEvent;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The web console: listens to what servers and sentinels say on the clustered event bus, asks those that are no cluster
 * members by RESP, and shows the cluster live to browsers.
 *
 * <p>One event loop owns everything here. The deployment fails if the port cannot be opened; after that, nothing that a
 * node or a browser sends ends it.
 */
public final class ConsoleVerticle extends VerticleBase {

    /** Changes that come closer together than this reach the browsers together. */
    static final long GATHER_MILLIS = 150;

    private static final long TICK_MILLIS = 1000;

    private final ConsoleOptions options;
    private final System.Logger log;
    private @Nullable ConsoleServer server;
    private @Nullable NodePoller poller;
    private volatile int port;
    private boolean showing;

    /**
     * A console to deploy.
     *
     * @param options what the operator chose
     * @param log takes the console's log lines
     */
    public ConsoleVerticle(ConsoleOptions options, System.Logger log) {
        this.options = options;
        this.log = log;
    }

    /** The port in use; 0 before the deployment is complete. May be called from any thread. */
    public int port() {
        return port;
    }

    @Override
    public Future<?> start() {
        EventBus bus = vertx.eventBus();
        JsonCodec.registerAll(bus);
        ClusterState cluster = new ClusterState(options.silentAfterMillis(), System.currentTimeMillis());
        options.nodes().forEach(address -> cluster.expect(address, System.currentTimeMillis()));
        NodePoller polling = new NodePoller(
                vertx,
                options,
                status -> {
                    cluster.reported(status, NodeView.Via.POLL, System.currentTimeMillis());
                    showSoon();
                },
                event -> {
                    cluster.said(event, System.currentTimeMillis());
                    showSoon();
                },
                (address, problem) -> {
                    cluster.unreachable(address, problem);
                    showSoon();
                });
        Shell shell = new Shell(bus, polling, options.commandTimeoutMillis(), log);
        ConsoleServer http = new ConsoleServer(vertx, options, cluster, shell, System::currentTimeMillis, log);
        poller = polling;
        server = http;

        MessageConsumer<NodeStatus> reports = bus.consumer(NodeStatus.ADDRESS, message -> {
            cluster.reported(message.body(), NodeView.Via.BUS, System.currentTimeMillis());
            showSoon();
        });
        MessageConsumer<SentinelEvent> events = bus.consumer(SentinelEvent.ADDRESS, message -> {
            cluster.said(message.body(), System.currentTimeMillis());
            showSoon();
        });
        return http.listen()
                .recover(cause -> Future.failedFuture(new IOException(
                        "Console cannot listen on " + options.host() + ":" + options.port() + ": " + cause.getMessage(),
                        cause)))
                .compose(opened -> {
                    port = opened;
                    return Future.all(List.of(reports.completion(), events.completion()));
                })
                .onSuccess(ready -> {
                    vertx.setPeriodic(TICK_MILLIS, fired -> {
                        cluster.tick(System.currentTimeMillis());
                        http.show();
                    });
                    polling.start();
                    bus.publish(NodeStatus.ASK_ADDRESS, "");
                    log.log(
                            System.Logger.Level.INFO,
                            "Console is at http://"
                                    + (options.host().contains(":") ? "[" + options.host() + "]" : options.host()) + ":"
                                    + port + "/" + (options.readOnly() ? " (read-only)" : ""));
                    if (!options.readOnly() && !isLoopback(options.host())) {
                        log.log(
                                System.Logger.Level.WARNING,
                                "Console listens on " + options.host()
                                        + " with its shell on: whoever reaches it can run commands at every node.");
                    }
                });
    }

    @Override
    public Future<?> stop() {
        NodePoller polling = poller;
        ConsoleServer http = server;
        return Future.join(
                polling == null ? Future.succeededFuture() : polling.close(),
                http == null ? Future.succeededFuture() : http.close());
    }

    private void showSoon() {
        if (!showing) {
            showing = true;
            vertx.setTimer(GATHER_MILLIS, fired -> {
                showing = false;
                ConsoleServer http = server;
                if (http != null) {
                    http.show();
                }
            });
        }
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
    }
}
