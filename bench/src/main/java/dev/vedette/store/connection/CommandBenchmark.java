package dev.vedette.store.connection;

import dev.vedette.bench.MicroBenchmark;
import dev.vedette.bench.Names;
import dev.vedette.store.change.ChangeStream;
import dev.vedette.store.command.CommandTable;
import dev.vedette.store.command.Dispatcher;
import dev.vedette.store.command.Families;
import dev.vedette.store.command.NodeFacts;
import dev.vedette.store.command.ServerState;
import dev.vedette.store.command.server.Upkeep;
import dev.vedette.store.config.FatalConfigException;
import dev.vedette.store.config.ServerConfig;
import dev.vedette.store.keyspace.Keyspace;
import dev.vedette.store.session.Connection;
import dev.vedette.store.session.Session;
import dev.vedette.wire.resp.RespEncoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Whole commands, from their bytes to the bytes of the reply, all that a server does but the socket: random keys among
 * 100,000 (collections: 100 of them), 64 commands to a turn. With the change stream closed (neither replica nor file),
 * and open.
 *
 * <p>{@code make bench-micro ONLY=CommandBenchmark}
 */
@State(Scope.Thread)
public class CommandBenchmark extends MicroBenchmark implements Connection {

    private static final int BATCHES = 64;
    private static final int BATCH = 64;
    private static final int KEYS = 100_000;
    private static final int COLLECTIONS = 100;
    private static final int MEMBERS = 1000;

    /** What is asked. */
    public enum Asked {
        GET,
        SET,
        SET_256_BYTES,
        SET_EX,
        INCR,
        EXPIRE,
        MSET_10,
        LPUSH_RPOP,
        LRANGE_100,
        SADD,
        HSET,
        HGET,
        ZADD,
        ZRANGE_BYSCORE
    }

    /** Whether anybody hears of changes. */
    public enum Stream {
        CLOSED,
        OPEN
    }

    @Param
    public Asked asked = Asked.GET;

    @Param
    public Stream stream = Stream.CLOSED;

    private final Names keys = new Names("key:");
    private final Names names = new Names("");
    private final ChangeStream changes = new ChangeStream(() -> {});
    private final ServerState server = server(changes);
    private final Dispatcher dispatcher = new Dispatcher(server);
    private final Session session = new Session(1, this, server.nowMillis());
    private final Lookahead ahead = new Lookahead();
    private final RequestParser parser = new RequestParser(new RequestParser.Limits() {
        @Override
        public long bulkBytesMax() {
            return 512L * 1024 * 1024;
        }

        @Override
        public boolean isStranger() {
            return false;
        }
    });
    private final byte[][] batches = new byte[BATCHES][];
    private int next;

    private static ServerState server(ChangeStream changes) {
        ServerConfig config;
        try {
            config = ServerConfig.of(Path.of("").toAbsolutePath());
        } catch (FatalConfigException impossible) {
            throw new AssertionError(impossible);
        }
        return new ServerState(
                new Keyspace(16),
                changes,
                new CommandTable(Families.ALL),
                config,
                new NodeFacts("bench", "/bench", "memory", 1, () -> "off"),
                (delayMillis, task) -> () -> {},
                System::currentTimeMillis,
                System.getLogger("bench"));
    }

    /** Makes the commands, and the data that they work on. */
    @Setup(Level.Trial)
    public void prepare() throws FatalConfigException {
        server.users.load();
        server.users.greet(session);
        server.clients.add(session);
        new Upkeep(server).observe(dispatcher);
        for (int i = 0; i < KEYS; i++) {
            run(bytes("SET", text(keys.of(i)), "abc"));
        }
        for (int i = 0; i < COLLECTIONS * MEMBERS; i++) {
            String suffix = String.valueOf(i % COLLECTIONS);
            String member = "member:" + i / COLLECTIONS;
            run(bytes("RPUSH", "list" + suffix, member));
            run(bytes("SADD", "set" + suffix, member));
            run(bytes("HSET", "hash" + suffix, member, "value"));
            run(bytes("ZADD", "zset" + suffix, String.valueOf(i / COLLECTIONS), member));
        }
        for (int i = 0; i < BATCHES; i++) {
            ByteArrayOutputStream batch = new ByteArrayOutputStream();
            for (int k = 0; k < BATCH; k++) {
                batch.writeBytes(command(k));
            }
            batches[i] = batch.toByteArray();
        }
        if (stream == Stream.OPEN) {
            changes.open(0);
        }
    }

    private byte[] command(int place) {
        String key = text(keys.any(KEYS));
        String suffix = String.valueOf(names.draw(COLLECTIONS));
        int number = names.draw(MEMBERS);
        String member = "member:" + number;
        return switch (asked) {
            case GET -> bytes("GET", key);
            case SET -> bytes("SET", key, "abc");
            case SET_256_BYTES -> bytes("SET", key, "x".repeat(256));
            case SET_EX -> bytes("SET", key, "abc", "EX", "10000");
            case INCR -> bytes("INCR", "counter:" + key);
            case EXPIRE -> bytes("EXPIRE", key, "10000");
            case MSET_10 -> mset();
            case LPUSH_RPOP -> place % 2 == 0 ? bytes("LPUSH", "list1", "abc") : bytes("RPOP", "list1");
            case LRANGE_100 -> bytes("LRANGE", "list" + suffix, "0", "99");
            case SADD -> bytes("SADD", "set" + suffix, member);
            case HSET -> bytes("HSET", "hash" + suffix, member, "other");
            case HGET -> bytes("HGET", "hash" + suffix, member);
            case ZADD -> bytes("ZADD", "zset" + suffix, String.valueOf(names.draw(MEMBERS)), member);
            case ZRANGE_BYSCORE ->
                bytes("ZRANGE", "zset" + suffix, String.valueOf(number), String.valueOf(number + 9), "BYSCORE");
        };
    }

    private byte[] mset() {
        String[] words = new String[21];
        words[0] = "MSET";
        for (int i = 1; i < words.length; i += 2) {
            words[i] = text(keys.any(KEYS));
            words[i + 1] = "abc";
        }
        return bytes(words);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(String... words) {
        return RespEncoder.commandBytes(Arrays.stream(words)
                .map(word -> word.getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new));
    }

    private int run(byte[] batch) {
        server.tick();
        dispatcher.beginRun();
        int at = 0;
        while (ahead.fill(parser, batch, at, batch.length) == RequestParser.Found.COMMAND) {
            ahead.warm(server.keyspace.database(session.database));
            while (ahead.next()) {
                at = ahead.end();
                int start = ahead.start();
                dispatcher.dispatch(session, ahead.args(), ahead.isCanonical() ? batch : null, start, at - start);
            }
        }
        dispatcher.endRun();
        ahead.clear(batch);
        int length = session.replies().length();
        if (session.replies().errors() > 0) {
            throw new IllegalStateException(session.replies().lastError());
        }
        session.replies().clear();
        return length;
    }

    /** A command of a batch. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int run() {
        next = (next + 1) % BATCHES;
        int length = run(batches[next]);
        changes.take((offset, bytes, count) -> {});
        return length;
    }

    // ------------------------------------------------------------------ a connection without socket

    @Override
    public void flushSoon() {}

    @Override
    public void closeAfterFlush() {
        throw new IllegalStateException("a command has failed");
    }

    @Override
    public void closeNow() {
        throw new IllegalStateException("a command has failed");
    }

    @Override
    public void resume() {}

    @Override
    public String remoteAddress() {
        return "127.0.0.1:50000";
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
