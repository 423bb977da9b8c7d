package dev.vedette.sentinel.observe;

import dev.vedette.wire.resp.Reply;
import dev.vedette.wire.resp.RespDecoder;
import dev.vedette.wire.resp.RespEncoder;
import dev.vedette.wire.resp.RespFormatException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One open connection to an instance: commands out, each answer to whoever sent its command. */
final class Connection {

    private final NetSocket socket;
    private final Consumer<Reply> unasked;
    private final Consumer<String> lost;
    private final RespDecoder decoder = new RespDecoder();
    private final Deque<Consumer<Reply>> waiting = new ArrayDeque<>();
    private boolean closed;

    /**
     * Takes over an open socket.
     *
     * @param unasked gets replies that no command waits for
     * @param lost is told why, unless {@link #close()} was called
     */
    Connection(NetSocket socket, Consumer<Reply> unasked, Consumer<String> lost) {
        this.socket = socket;
        this.unasked = unasked;
        this.lost = lost;
        socket.handler(this::received);
        socket.exceptionHandler(failure -> lose(String.valueOf(failure.getMessage())));
        socket.closeHandler(gone -> lose("Server closed the connection"));
    }

    /** The address of this end, as the kernel chose it. */
    String localHost() {
        @Nullable String host = socket.localAddress().hostAddress();
        return host == null ? socket.localAddress().host() : host;
    }

    int pending() {
        return waiting.size();
    }

    void send(List<String> command, Consumer<Reply> answer) {
        if (!closed) {
            waiting.add(answer);
            socket.write(RespEncoder.command(command));
        }
    }

    /** Sends a command whose answers do not come one to one. */
    void sendUnanswered(List<String> command) {
        if (!closed) {
            socket.write(RespEncoder.command(command));
        }
    }

    private void received(Buffer bytes) {
        try {
            decoder.feed(bytes);
            while (!closed) {
                @Nullable Reply reply = decoder.next();
                if (reply == null) {
                    return;
                }
                @Nullable Consumer<Reply> asker = waiting.poll();
                (asker == null ? unasked : asker).accept(reply);
            }
        } catch (RespFormatException broken) {
            lose(String.valueOf(broken.getMessage()));
            socket.close();
        }
    }

    /** Ends the connection as if it had been lost. */
    void fail(String reason) {
        lose(reason);
        socket.close();
    }

    private void lose(String reason) {
        if (!closed) {
            closed = true;
            lost.accept(reason);
        }
    }

    /** Closes it; nothing is heard of it after this. */
    void close() {
        closed = true;
        socket.close();
    }
}
