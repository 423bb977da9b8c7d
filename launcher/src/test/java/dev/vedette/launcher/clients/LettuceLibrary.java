package dev.vedette.launcher.clients;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.masterreplica.MasterReplica;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Lettuce: one connection to the master that the sentinels name, or one that knows the replicas, too. */
final class LettuceLibrary implements Library {

    private final RedisClient client;
    private final RedisURI family;
    private final RedisURI sentinel;
    private final StatefulRedisConnection<String, String> connection;

    private LettuceLibrary(List<Integer> sentinelPorts, ProtocolVersion version, boolean withReplicas) {
        Duration patience = Duration.ofMillis(PATIENCE_MILLIS);
        RedisURI.Builder uri =
                RedisURI.builder().withSentinelMasterId(GuardedFamily.MASTER).withTimeout(patience);
        sentinelPorts.forEach(port -> uri.withSentinel("127.0.0.1", port));
        family = uri.build();
        sentinel = RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(sentinelPorts.getLast())
                .withTimeout(patience)
                .build();
        client = RedisClient.create();
        client.setOptions(ClientOptions.builder().protocolVersion(version).build());
        connection = withReplicas ? MasterReplica.connect(client, StringCodec.UTF8, family) : client.connect(family);
    }

    static Library resp3(List<Integer> sentinelPorts) {
        return new LettuceLibrary(sentinelPorts, ProtocolVersion.RESP3, false);
    }

    static Library resp2WithReplicas(List<Integer> sentinelPorts) {
        return new LettuceLibrary(sentinelPorts, ProtocolVersion.RESP2, true);
    }

    @Override
    public void write(String key, long number) {
        connection.sync().sadd(key, Long.toString(number));
    }

    @Override
    public void listen(String channel, Consumer<String> messages) {
        listen(family, channel, messages);
    }

    @Override
    public void listenAtSentinel(String channel, Consumer<String> messages) {
        listen(sentinel, channel, messages);
    }

    private void listen(RedisURI where, String channel, Consumer<String> messages) {
        StatefulRedisPubSubConnection<String, String> subscription = client.connectPubSub(where);
        subscription.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String from, String message) {
                messages.accept(message);
            }
        });
        subscription.sync().subscribe(channel);
    }

    @Override
    public String masterFieldAtSentinel(String field) {
        try (StatefulRedisSentinelConnection<String, String> asked = client.connectSentinel(sentinel)) {
            return String.valueOf(asked.sync().master(GuardedFamily.MASTER).get(field));
        }
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofMillis(PATIENCE_MILLIS));
    }
}
