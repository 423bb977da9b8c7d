package dev.vedette.console.observe;

import dev.vedette.console.ConsoleOptions;
import dev.vedette.wire.resp.Reply;
import dev.vedette.wire.resp.RespDecoder;
import dev.vedette.wire.resp.RespEncoder;
import dev.vedette.wire.resp.RespFormatException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * A client connection to a node, in RESP 2: commands go out as they come, answers are matched in order. Owned by the
 * event loop that opened it.
 */
final class NodeLink {

    /** Longest bulk that is taken, in bytes. */
    static final int REPLY_BYTES_MAX = 64 << 20;

    /** Most parts of a reply that are taken. */
    static final int REPLY_PARTS_MAX = 1_000_000;

    private final NetSocket socket;
    private final Deque<Promise<Reply>> waiting = new ArrayDeque<>();
    private final RespDecoder reader = new RespDecoder(REPLY_BYTES_MAX, REPLY_PARTS_MAX);
    private Consumer<Reply> unasked = answer -> {};
    private boolean closed;

    private NodeLink(NetSocket socket) {
        this.socket = socket;
        socket.handler(this::read);
        socket.closeHandler(gone -> fail(new IOException("connection closed by the node")));
        socket.exceptionHandler(this::fail);
    }

    /** Connects and, if there is a password, logs in. */
    static Future<NodeLink> open(NetClient client, String address, String user, String password) {
        return client.connect(ConsoleOptions.portOf(address), ConsoleOptions.hostOf(address))
                .map(NodeLink::new)
                .compose(link -> {
                    if (password.isEmpty()) {
                        return Future.succeededFuture(link);
                    }
                    return link.call(user.isEmpty() ? List.of("AUTH", password) : List.of("AUTH", user, password))
                            .compose(answer -> {
                                if (answer instanceof Reply.Error error) {
                                    link.close();
                                    return Future.failedFuture(new IOException(error.value()));
                                }
                                return Future.succeededFuture(link);
                            });
                });
    }

    /** Sends a command; the future fails if the connection ends before its answer. */
    Future<Reply> call(List<String> arguments) {
        Promise<Reply> promise = Promise.promise();
        if (closed) {
            promise.fail(new IOException("connection is closed"));
            return promise.future();
        }
        waiting.addLast(promise);
        socket.write(RespEncoder.command(arguments));
        return promise.future();
    }

    /** Where answers go that no command waits for: messages of a subscription. */
    void onUnasked(Consumer<Reply> handler) {
        unasked = handler;
    }

    boolean isClosed() {
        return closed;
    }

    void close() {
        socket.close();
        fail(new IOException("connection is closed"));
    }

    private void read(Buffer bytes) {
        try {
            reader.feed(bytes);
            for (Reply answer = reader.next(); answer != null; answer = reader.next()) {
                Promise<Reply> promise = waiting.pollFirst();
                if (promise == null) {
                    unasked.accept(answer);
                } else {
                    promise.complete(answer);
                }
            }
        } catch (RespFormatException notResp) {
            fail(new IOException(notResp.getMessage(), notResp));
            socket.close();
        }
    }

    private void fail(Throwable cause) {
        closed = true;
        while (!waiting.isEmpty()) {
            waiting.removeFirst().tryFail(cause);
        }
    }
}
