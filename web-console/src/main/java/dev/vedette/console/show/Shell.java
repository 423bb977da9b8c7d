package dev.vedette.console.show;

import dev.vedette.console.observe.ClusterView;
import dev.vedette.console.observe.NodePoller;
import dev.vedette.console.observe.NodeView;
import dev.vedette.wire.bus.NodeAddresses;
import dev.vedette.wire.bus.NodeCommand;
import dev.vedette.wire.resp.CommandDecoder;
import dev.vedette.wire.resp.Reply;
import dev.vedette.wire.resp.RespDecoder;
import dev.vedette.wire.resp.RespFormatException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Runs a line typed into the shell at the chosen node and renders the answer as redis-cli would. */
public final class Shell {

    /** Longest text sent to a browser, in characters; a longer one is cut, with a line that says so. */
    static final int TEXT_LENGTH_MAX = 512 << 10;

    /** Longest bulk of an answer that is taken, in bytes. */
    static final int REPLY_BYTES_MAX = 64 << 20;

    /** Most parts of an answer that are taken. */
    static final int REPLY_PARTS_MAX = 1_000_000;

    /**
     * What the browser gets.
     *
     * @param status HTTP status: 200 whenever the node answered, with an error of its own or not
     * @param body {@code text} and {@code millis}, or {@code error}
     */
    record Result(int status, JsonObject body) {}

    private final EventBus bus;
    private final NodePoller poller;
    private final int timeoutMillis;
    private final System.Logger log;

    /**
     * Creates a shell.
     *
     * @param bus where cluster members take commands
     * @param poller through which the others are reached
     * @param timeoutMillis how long to wait for an answer
     */
    public Shell(EventBus bus, NodePoller poller, int timeoutMillis, System.Logger log) {
        this.bus = bus;
        this.poller = poller;
        this.timeoutMillis = timeoutMillis;
        this.log = log;
    }

    Future<Result> run(ClusterView view, JsonObject request) {
        String id = text(request, "node");
        Optional<NodeView> node =
                view.nodes().stream().filter(n -> n.id().equals(id)).findFirst();
        if (node.isEmpty()) {
            return refused(404, "No such node: " + id);
        }
        if (node.get().via() == NodeView.Via.MENTION) {
            return refused(
                    409, "This node is known from others only; point the console at it (option nodes) to reach it.");
        }
        List<String> arguments = CommandDecoder.words(text(request, "line"));
        if (arguments == null) {
            return refused(400, "Invalid argument(s): a quote is not closed, or goes on right after closing.");
        }
        if (arguments.isEmpty()) {
            return refused(400, "No command.");
        }
        // The name only: arguments may be secrets.
        log.log(
                System.Logger.Level.INFO,
                "Console shell runs " + arguments.get(0).toUpperCase(Locale.ROOT) + " at " + id);
        long startedNanos = System.nanoTime();
        return ask(node.get(), arguments, text(request, "user"), text(request, "password"))
                .map(reply -> {
                    String text = CliText.of(arguments, reply);
                    if (text.length() > TEXT_LENGTH_MAX) {
                        text = text.substring(0, TEXT_LENGTH_MAX) + "\n(cut: the answer has " + text.length()
                                + " characters)";
                    }
                    return new Result(
                            200,
                            new JsonObject()
                                    .put("text", text)
                                    .put("isError", reply.isError())
                                    .put("millis", (System.nanoTime() - startedNanos) / 1_000_000));
                })
                .recover(cause -> refused(502, "No answer from " + id + ": " + reason(cause)));
    }

    private Future<Reply> ask(NodeView node, List<String> arguments, String user, String password) {
        if (node.via() == NodeView.Via.POLL) {
            return poller.run(node.address(), arguments, user, password);
        }
        return bus.<Buffer>request(
                        new NodeAddresses(node.address()).command(),
                        new NodeCommand(arguments, user, password),
                        new DeliveryOptions().setSendTimeout(timeoutMillis))
                .map(Message::body)
                .compose(Shell::whole);
    }

    /** The one reply that these bytes are. */
    private static Future<Reply> whole(Buffer raw) {
        RespDecoder decoder = new RespDecoder(REPLY_BYTES_MAX, REPLY_PARTS_MAX);
        decoder.feed(raw);
        try {
            Reply reply = decoder.next();
            return reply == null
                    ? Future.failedFuture("its answer ends in the middle.")
                    : Future.succeededFuture(reply);
        } catch (RespFormatException notResp) {
            return Future.failedFuture(notResp);
        }
    }

    private static String reason(Throwable cause) {
        if (cause instanceof ReplyException reply) {
            return switch (reply.failureType()) {
                case TIMEOUT -> "it did not reply in time.";
                case NO_HANDLERS -> "it takes no commands (it may be down).";
                default -> String.valueOf(reply.getMessage());
            };
        }
        return String.valueOf(cause.getMessage());
    }

    private static String text(JsonObject request, String name) {
        return request.getValue(name) instanceof String text ? text : "";
    }

    private static Future<Result> refused(int status, String reason) {
        return Future.succeededFuture(new Result(status, new JsonObject().put("error", reason)));
    }
}
