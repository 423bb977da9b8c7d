package dev.vedette.launcher.node;

import dev.vedette.store.config.ServerConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;

/** Answers PING, and nothing else, where the store verticle will serve; what start-up time is measured against. */
final class PingVerticle extends VerticleBase {

    private final ServerConfig config;

    PingVerticle(ServerConfig config) {
        this.config = config;
    }

    @Override
    public Future<?> start() {
        NetServerOptions options = new NetServerOptions()
                .setReuseAddress(true)
                .setTcpNoDelay(true)
                .setAcceptBacklog(config.getInt("tcp-backlog"));
        return vertx.createNetServer(options)
                .connectHandler(PingVerticle::serve)
                .listen(config.getInt("port"), "0.0.0.0");
    }

    private static void serve(NetSocket socket) {
        socket.handler(received -> {
            String text = received.toString(StandardCharsets.ISO_8859_1).toUpperCase(java.util.Locale.ROOT);
            socket.write(Buffer.buffer(text.contains("PING") ? "+PONG\r\n" : "-ERR unknown command\r\n"));
        });
    }
}
