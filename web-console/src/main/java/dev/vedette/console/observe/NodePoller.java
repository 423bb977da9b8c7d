package dev.vedette.console.observe;

import dev.vedette.console.ConsoleOptions;
import dev.vedette.wire.bus.NodeStatus;
import dev.vedette.wire.bus.SentinelEvent;
import dev.vedette.wire.resp.Reply;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the nodes that are no members of the cluster for their INFO, by RESP, and listens to the events of those that
 * are sentinels; makes of it the same records that cluster members publish. Owned by the console's event loop.
 */
public final class NodePoller {

    /** A node that takes longer to answer is asked anew on another connection. */
    static final int ANSWER_TIMEOUT_MILLIS = 3000;

    private static final int CONNECT_TIMEOUT_MILLIS = 2000;

    private final class Probe {
        final String address;

        @Nullable
        NodeLink link;

        @Nullable
        NodeLink subscription;

        boolean busy;
        String sentinelId = "";

        Probe(String address) {
            this.address = address;
        }

        void poll() {
            if (busy) {
                return;
            }
            busy = true;
            NodeLink open = link;
            Future<NodeLink> ready = open != null && !open.isClosed()
                    ? Future.succeededFuture(open)
                    : NodeLink.open(client, address, options.nodeUser(), options.nodePassword())
                            .onSuccess(fresh -> link = fresh);
            ready.compose(used -> used.call(List.of("INFO", "everything")))
                    .timeout(ANSWER_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                    .onComplete(done -> {
                        busy = false;
                        if (closed) {
                            return;
                        }
                        if (done.failed()) {
                            failed(String.valueOf(done.cause().getMessage()));
                        } else if (done.result() instanceof Reply.Error error) {
                            failed(error.value());
                        } else {
                            answered(text(done.result()));
                        }
                    });
        }

        private void failed(String problem) {
            closeLink();
            onProblem.accept(address, problem);
        }

        private void answered(String info) {
            boolean sentinel = info.contains("redis_mode:sentinel");
            onStatus.accept(new NodeStatus(
                    address, sentinel ? NodeStatus.SENTINEL : NodeStatus.SERVER, System.currentTimeMillis(), info));
            NodeLink listening = subscription;
            if (sentinel && (listening == null || listening.isClosed())) {
                listen();
            }
        }

        private void listen() {
            NodeLink used = link;
            if (used == null) {
                return;
            }
            used.call(List.of("SENTINEL", "MYID")).onSuccess(answer -> {
                if (!answer.isError()) {
                    sentinelId = text(answer);
                }
            });
            NodeLink.open(client, address, options.nodeUser(), options.nodePassword())
                    .onSuccess(fresh -> {
                        if (closed) {
                            fresh.close();
                            return;
                        }
                        subscription = fresh;
                        fresh.onUnasked(this::message);
                        fresh.call(List.of("PSUBSCRIBE", "*"));
                    })
                    .onFailure(cause -> onProblem.accept(address, String.valueOf(cause.getMessage())));
        }

        /** A message of the subscription: pmessage, pattern, event name, text. */
        private void message(Reply answer) {
            List<Reply> items = answer.elements();
            if (items.size() == 4 && text(items.get(0)).equals("pmessage")) {
                String type = text(items.get(2));
                if (type.startsWith("+") || type.startsWith("-")) {
                    onEvent.accept(new SentinelEvent(
                            address, sentinelId, System.currentTimeMillis(), "#", type, text(items.get(3))));
                }
            }
        }

        private void closeLink() {
            NodeLink open = link;
            link = null;
            if (open != null) {
                open.close();
            }
        }

        void close() {
            closeLink();
            NodeLink listening = subscription;
            if (listening != null) {
                listening.close();
            }
        }
    }

    private final Vertx vertx;
    private final ConsoleOptions options;
    private final NetClient client;
    private final Consumer<NodeStatus> onStatus;
    private final Consumer<SentinelEvent> onEvent;
    private final BiConsumer<String, String> onProblem;
    private final List<Probe> probes = new ArrayList<>();
    private long timer = -1;
    private boolean closed;

    /**
     * Does nothing before {@link #start}.
     *
     * @param onStatus takes the report of a node that answered
     * @param onEvent takes each event of a polled sentinel
     * @param onProblem takes address and reason when a node does not answer
     */
    public NodePoller(
            Vertx vertx,
            ConsoleOptions options,
            Consumer<NodeStatus> onStatus,
            Consumer<SentinelEvent> onEvent,
            BiConsumer<String, String> onProblem) {
        this.vertx = vertx;
        this.options = options;
        this.onStatus = onStatus;
        this.onEvent = onEvent;
        this.onProblem = onProblem;
        this.client = vertx.createNetClient(new NetClientOptions().setConnectTimeout(CONNECT_TIMEOUT_MILLIS));
        options.nodes().forEach(address -> probes.add(new Probe(address)));
    }

    /** Asks at once and then at each interval. */
    public void start() {
        if (!probes.isEmpty()) {
            probes.forEach(Probe::poll);
            timer = vertx.setPeriodic(options.pollMillis(), fired -> probes.forEach(Probe::poll));
        }
    }

    /** Runs a command of the shell at a node, on a connection of its own. */
    public Future<Reply> run(String address, List<String> arguments, String user, String password) {
        boolean ownLogin = !password.isEmpty();
        return NodeLink.open(
                        client,
                        address,
                        ownLogin ? user : options.nodeUser(),
                        ownLogin ? password : options.nodePassword())
                .compose(link -> link.call(arguments)
                        .timeout(options.commandTimeoutMillis(), TimeUnit.MILLISECONDS)
                        .onComplete(done -> link.close()));
    }

    /** Closes all connections. */
    public Future<Void> close() {
        closed = true;
        if (timer >= 0) {
            vertx.cancelTimer(timer);
        }
        probes.forEach(Probe::close);
        return client.close();
    }

    private static String text(Reply answer) {
        String text = answer.text();
        return text == null ? "" : text;
    }
}
