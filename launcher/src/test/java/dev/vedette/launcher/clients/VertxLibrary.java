package dev.vedette.launcher.clients;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisRole;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * vertx-redis-client in sentinel mode with automatic failover: a connection from the pool for every command, or one
 * connection kept. A subscription is the application's to renew. So is a kept connection that stays broken: told of a
 * switch, the client connects anew once, to the master that the first sentinel of its list names at that moment, and
 * that sentinel may be the last to hear of the switch.
 */
final class VertxLibrary implements Library {

    private static final long RENEWAL_MILLIS = 100;
    /** Enough for a switch that the client sees through by itself. */
    private static final long BROKEN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Vertx vertx = Vertx.vertx();
    private final Redis family;
    private final Redis listening;
    private final Redis sentinel;
    private @Nullable RedisConnection kept;
    private long answeredNanos = System.nanoTime();
    private volatile boolean closed;

    private VertxLibrary(List<Integer> sentinelPorts, boolean keepsConnection) throws Exception {
        RedisOptions options = new RedisOptions()
                .setType(RedisClientType.SENTINEL)
                .setRole(RedisRole.MASTER)
                .setMasterName(GuardedFamily.MASTER)
                .setAutoFailover(true);
        sentinelPorts.forEach(port -> options.addConnectionString("redis://127.0.0.1:" + port));
        family = Redis.createClient(vertx, options);
        listening = Redis.createClient(vertx, options);
        sentinel = Redis.createClient(vertx, "redis://127.0.0.1:" + sentinelPorts.getLast());
        kept = keepsConnection ? await(family.connect()) : null;
    }

    static Library pooled(List<Integer> sentinelPorts) throws Exception {
        return new VertxLibrary(sentinelPorts, false);
    }

    static Library kept(List<Integer> sentinelPorts) throws Exception {
        return new VertxLibrary(sentinelPorts, true);
    }

    private static <T> T await(Future<T> future) throws TimeoutException {
        return future.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void write(String key, long number) throws TimeoutException {
        Request request = Request.cmd(Command.SADD).arg(key).arg(number);
        if (kept == null) {
            await(family.send(request));
            return;
        }
        if (System.nanoTime() - answeredNanos > BROKEN_NANOS) {
            kept.close();
            kept = await(family.connect());
        }
        await(kept.send(request));
        answeredNanos = System.nanoTime();
    }

    @Override
    public void listen(String channel, Consumer<String> messages) {
        listen(listening, channel, messages);
    }

    @Override
    public void listenAtSentinel(String channel, Consumer<String> messages) {
        listen(sentinel, channel, messages);
    }

    private void listen(Redis where, String channel, Consumer<String> messages) {
        where.connect()
                .compose(connection -> {
                    connection.handler(push -> told(push, messages));
                    connection.endHandler(ended -> renew(where, channel, messages));
                    return connection.send(Request.cmd(Command.SUBSCRIBE).arg(channel));
                })
                .onFailure(failure -> renew(where, channel, messages));
    }

    private void renew(Redis where, String channel, Consumer<String> messages) {
        if (!closed) {
            vertx.setTimer(RENEWAL_MILLIS, due -> listen(where, channel, messages));
        }
    }

    private static void told(Response push, Consumer<String> messages) {
        if (push.type() == ResponseType.PUSH && push.get(0).toString().equals("message")) {
            messages.accept(push.get(2).toString());
        }
    }

    @Override
    public String masterFieldAtSentinel(String field) throws TimeoutException {
        Response master =
                await(sentinel.send(Request.cmd(Command.SENTINEL).arg("MASTER").arg(GuardedFamily.MASTER)));
        return String.valueOf(master.get(field));
    }

    @Override
    public void close() {
        closed = true;
        vertx.close().await();
    }
}
