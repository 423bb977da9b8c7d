package dev.vedette.store.connection;

import dev.vedette.store.command.Dispatcher;
import dev.vedette.store.command.ServerState;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Connection;
import dev.vedette.store.session.Session;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.Consumer;

/**
 * A client inside the process: one command, one answer, no socket. The console's shell and the cluster's questions come
 * in here. Event loop of the store.
 */
public final class LocalClient implements Connection {

    private final Dispatcher dispatcher;
    private final Session session;
    private final Promise<Buffer> answer = Promise.promise();

    private LocalClient(ServerState server, Dispatcher dispatcher, Consumer<Session> welcome) {
        this.dispatcher = dispatcher;
        this.session = new Session(server.clients.nextId(), this, server.tick());
        session.name = "console";
        welcome.accept(session);
        server.clients.add(session);
    }

    /**
     * Runs commands, one after the other.
     *
     * @param commands all but the last are to succeed, as AUTH before the one that matters
     * @param welcome prepares the session
     * @return the raw RESP2 answer to the last command, or the first error
     */
    public static Future<Buffer> run(
            ServerState server, Dispatcher dispatcher, Consumer<Session> welcome, List<Args> commands) {
        LocalClient client = new LocalClient(server, dispatcher, welcome);
        Session session = client.session;
        for (Args args : commands) {
            session.replies().clear();
            if (!dispatcher.dispatch(session, args, null, 0, 0)) {
                client.end("the server's clients are paused");
                return client.answer.future();
            }
            if (session.replies().errors() > 0) {
                break;
            }
        }
        if (!session.isBlocked()) {
            client.flushSoon();
        }
        return client.answer.future();
    }

    private void end(String failure) {
        dispatcher.forget(session);
        answer.tryFail(failure);
    }

    @Override
    public void flushSoon() {
        if (session.isBlocked()) {
            return;
        }
        Buffer bytes = Buffer.buffer(session.replies().toBytes());
        if (answer.tryComplete(bytes)) {
            dispatcher.forget(session);
        }
    }

    @Override
    public void closeAfterFlush() {
        flushSoon();
    }

    @Override
    public void closeNow() {
        end("closed by a client");
    }

    @Override
    public void resume() {}

    @Override
    public String remoteAddress() {
        return "127.0.0.1:0";
    }

    @Override
    public String localAddress() {
        return "127.0.0.1:0";
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
