package dev.vedette.launcher.clients;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.JedisSentinelPool;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.exceptions.JedisException;

/** Jedis: the pool of old in RESP 2, the client of today in RESP 3. A subscription is the application's to renew. */
abstract class JedisLibrary implements Library {

    private static final long RENEWAL_NANOS = 100_000_000;

    final JedisClientConfig config;
    final Set<HostAndPort> sentinels;
    private volatile boolean closed;

    private JedisLibrary(List<Integer> sentinelPorts, RedisProtocol protocol) {
        config = DefaultJedisClientConfig.builder()
                .protocol(protocol)
                .timeoutMillis(PATIENCE_MILLIS)
                .build();
        sentinels = sentinelPorts.stream()
                .map(port -> new HostAndPort("127.0.0.1", port))
                .collect(Collectors.toSet());
    }

    static Library resp2(List<Integer> sentinelPorts) {
        return new Pooled(sentinelPorts);
    }

    static Library resp3(List<Integer> sentinelPorts) {
        return new Unified(sentinelPorts);
    }

    /** Subscribes at the master of the moment; returns when the subscription has ended. */
    abstract void subscribe(JedisPubSub listener, String channel);

    @Override
    public void listen(String channel, Consumer<String> messages) {
        keepListening(() -> subscribe(to(messages), channel), channel);
    }

    @Override
    public void listenAtSentinel(String channel, Consumer<String> messages) {
        keepListening(
                () -> {
                    try (Jedis sentinel = sentinel()) {
                        sentinel.subscribe(to(messages), channel);
                    }
                },
                channel);
    }

    private Jedis sentinel() {
        return new Jedis(sentinels.iterator().next(), config);
    }

    private static JedisPubSub to(Consumer<String> messages) {
        return new JedisPubSub() {
            @Override
            public void onMessage(String channel, String message) {
                messages.accept(message);
            }
        };
    }

    private void keepListening(Runnable subscription, String name) {
        Thread thread = new Thread(
                () -> {
                    while (!closed) {
                        try {
                            subscription.run();
                        } catch (JedisException ended) {
                            LockSupport.parkNanos(RENEWAL_NANOS);
                        }
                    }
                },
                "jedis listens to " + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public String masterFieldAtSentinel(String field) {
        try (Jedis sentinel = sentinel()) {
            Map<String, String> master = sentinel.sentinelMaster(GuardedFamily.MASTER);
            return String.valueOf(master.get(field));
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    /** Deprecated in Jedis 8, and what most applications have. */
    @SuppressWarnings("deprecation")
    private static final class Pooled extends JedisLibrary {

        private final JedisSentinelPool pool;

        Pooled(List<Integer> sentinelPorts) {
            super(sentinelPorts, RedisProtocol.RESP2);
            pool = new JedisSentinelPool(GuardedFamily.MASTER, sentinels, config, config);
        }

        @Override
        public void write(String key, long number) {
            try (Jedis jedis = pool.getResource()) {
                jedis.sadd(key, Long.toString(number));
            }
        }

        @Override
        void subscribe(JedisPubSub listener, String channel) {
            try (Jedis jedis = pool.getResource()) {
                jedis.subscribe(listener, channel);
            }
        }

        @Override
        public void close() {
            super.close();
            pool.close();
        }
    }

    private static final class Unified extends JedisLibrary {

        private final RedisSentinelClient client;

        Unified(List<Integer> sentinelPorts) {
            super(sentinelPorts, RedisProtocol.RESP3);
            client = RedisSentinelClient.builder()
                    .masterName(GuardedFamily.MASTER)
                    .sentinels(sentinels)
                    .clientConfig(config)
                    .sentinelClientConfig(config)
                    .build();
        }

        @Override
        public void write(String key, long number) {
            client.sadd(key, Long.toString(number));
        }

        @Override
        void subscribe(JedisPubSub listener, String channel) {
            client.subscribe(listener, channel);
        }

        @Override
        public void close() {
            super.close();
            client.close();
        }
    }
}
