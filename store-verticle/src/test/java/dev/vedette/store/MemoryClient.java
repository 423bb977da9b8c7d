package dev.vedette.store;

import dev.vedette.store.session.Args;
import dev.vedette.store.session.Connection;
import dev.vedette.store.session.Session;
import dev.vedette.wire.resp.Reply;
import dev.vedette.wire.resp.RespDecoder;
import dev.vedette.wire.resp.RespEncoder;
import dev.vedette.wire.resp.RespFormatException;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client of a {@link MemoryServer}: commands in, replies out, no socket. */
public final class MemoryClient implements Connection {

    private final MemoryServer server;
    private final Session session;
    private final RespDecoder decoder = new RespDecoder();
    private final Deque<byte[][]> unread = new ArrayDeque<>();
    private boolean closed;

    MemoryClient(MemoryServer server) {
        this.server = server;
        this.session = new Session(server.state.clients.nextId(), this, server.state.nowMillis());
        server.state.users.greet(session);
        server.state.clients.add(session);
    }

    /** Its session. */
    public Session session() {
        return session;
    }

    /** Sends a command; answers its reply, or null when it waits. */
    public @Nullable Reply command(String... words) {
        byte[][] bytes = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = words[i].getBytes(StandardCharsets.ISO_8859_1);
        }
        return command(bytes);
    }

    /** Sends a command; answers its reply, or null when it waits. */
    public @Nullable Reply command(byte[]... words) {
        unread.add(words);
        run();
        if (server.state.persistence.loading) {
            server.await(() -> !server.state.persistence.loading);
        }
        return next();
    }

    private void run() {
        while (!unread.isEmpty() && !session.isBlocked() && !closed && !session.closing) {
            server.state.tick();
            byte[] encoded = RespEncoder.commandBytes(unread.getFirst());
            session.lastInteractionMillis = server.state.nowMillis();
            if (!server.dispatcher.dispatch(session, Args.of(unread.getFirst()), encoded, 0, encoded.length)) {
                return;
            }
            unread.removeFirst();
        }
    }

    /** The next reply or message that came and was not asked for yet, or null. */
    public @Nullable Reply next() {
        decoder.feed(Buffer.buffer(session.replies().toBytes()));
        session.replies().clear();
        try {
            return decoder.next();
        } catch (RespFormatException bad) {
            throw new AssertionError(bad);
        }
    }

    /** All replies and messages that came and were not asked for yet. */
    public List<Reply> all() {
        List<Reply> all = new ArrayList<>();
        for (Reply reply = next(); reply != null; reply = next()) {
            all.add(reply);
        }
        return all;
    }

    /** Whether the server closed the connection. */
    public boolean isClosed() {
        return closed;
    }

    /** Goes away. */
    public void close() {
        if (!closed) {
            closed = true;
            server.dispatcher.forget(session);
        }
    }

    @Override
    public void flushSoon() {}

    @Override
    public void closeAfterFlush() {
        close();
    }

    @Override
    public void closeNow() {
        close();
    }

    @Override
    public void resume() {
        run();
    }

    @Override
    public String remoteAddress() {
        return "127.0.0.1:" + (50000 + session.id());
    }

    @Override
    public String localAddress() {
        return "127.0.0.1:6379";
    }

    @Override
    public long pendingOutputBytes() {
        return 0;
    }

    @Override
    public long pendingInputBytes() {
        return 0;
    }
}
