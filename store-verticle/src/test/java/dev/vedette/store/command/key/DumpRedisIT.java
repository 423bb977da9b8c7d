package dev.vedette.store.command.key;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.store.MemoryClient;
import dev.vedette.store.MemoryServer;
import dev.vedette.wire.rdb.RealRedis;
import dev.vedette.wire.resp.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one server dumps, the other restores, and back: each type in each form, and all data have the same digest. */
class DumpRedisIT {

    @TempDir
    Path folder;

    private static void fill(RealRedis redis) throws Exception {
        redis.command("SET", "int", "-17");
        redis.command("SET", "text", "some text");
        redis.command("SET", "long", "long text ".repeat(1000));
        redis.command("SETBIT", "bits", "100", "1");
        redis.command("PFADD", "sketch", "a", "b", "c");
        redis.command("RPUSH", "list", "a", "1", "", "x".repeat(20000));
        redis.command("SADD", "intset", "1", "-5", "70000");
        redis.command("SADD", "set", "a", "b", "7");
        redis.command("HSET", "hash", "f", "v", "g", "12");
        redis.command("HSET", "large hash", "f", "v".repeat(100));
        redis.command("ZADD", "sorted", "1", "a", "-inf", "b", "2.5", "c", "1e300", "d");
        redis.command("ZADD", "large sorted", "3", "m".repeat(100), "0.1", "n");
        for (int i = 0; i < 1000; i++) {
            redis.command("RPUSH", "large list", "element " + i);
            redis.command("SADD", "large set", "member " + i);
            redis.command("SADD", "large intset", String.valueOf(i * 1000));
            redis.command("HSET", "many fields", "field " + i, "value " + i);
            redis.command("ZADD", "many scores", String.valueOf(i / 7.0), "member " + i);
            redis.command("PFADD", "dense sketch", "a" + i, "b" + i, "c" + i, "d" + i, "e" + i, "f" + i);
        }
        redis.command("XADD", "stream", "1-1", "field", "value");
        redis.command("XGROUP", "CREATE", "empty stream", "group", "$", "MKSTREAM");
        for (int i = 1; i < 500; i++) {
            redis.command("XADD", "large stream", i + "-" + i % 3, "field", "value " + i, "n", String.valueOf(i * i));
        }
        redis.command("XDEL", "large stream", "3-0", "4-1", "499-1");
        redis.command("XGROUP", "CREATE", "large stream", "group", "0");
        redis.command("XREADGROUP", "GROUP", "group", "a", "COUNT", "300", "STREAMS", "large stream", ">");
        redis.command("XREADGROUP", "GROUP", "group", "b", "COUNT", "20", "STREAMS", "large stream", ">");
    }

    @Test
    void valuesGoThereAndBack() throws Exception {
        MemoryClient ours = new MemoryServer().client();
        try (RealRedis redis = RealRedis.start(folder)) {
            fill(redis);
            Reply digest = redis.command("DEBUG", "DIGEST");
            Map<Reply, Reply> streams = new HashMap<>();
            List<Reply> keys = ((Reply.Array) redis.command("KEYS", "*")).values();
            for (Reply key : keys) {
                byte[] name = ((Reply.Bulk) key).bytes();
                Reply dump = redis.command(new byte[][] {ascii("DUMP"), name});
                assertEquals(
                        "OK", restore(ours, name, ((Reply.Bulk) dump).bytes()).text(), key::text);
                Reply type = redis.command(new byte[][] {ascii("TYPE"), name});
                assertEquals(type, ours.command(ascii("TYPE"), name), key::text);
                if ("stream".equals(type.text())) {
                    streams.put(key, redis.command(all(name)));
                    assertEquals(streams.get(key), ours.command(all(name)), key::text);
                }
            }
            redis.command("FLUSHALL");
            for (Reply key : keys) {
                byte[] name = ((Reply.Bulk) key).bytes();
                Reply dump = Objects.requireNonNull(ours.command(ascii("DUMP"), name));
                redis.command(new byte[][] {ascii("RESTORE"), name, ascii("0"), ((Reply.Bulk) dump).bytes()});
            }
            assertEquals(digest, redis.command("DEBUG", "DIGEST"));
            assertEquals(3, streams.size());
            for (Map.Entry<Reply, Reply> stream : streams.entrySet()) {
                byte[] name = ((Reply.Bulk) stream.getKey()).bytes();
                assertEquals(stream.getValue(), redis.command(all(name)));
            }
        }
    }

    /** All that there is to see of a stream. */
    private static byte[][] all(byte[] key) {
        return new byte[][] {ascii("XINFO"), ascii("STREAM"), key, ascii("FULL"), ascii("COUNT"), ascii("0")};
    }

    private static Reply restore(MemoryClient client, byte[] name, byte[] payload) {
        return Objects.requireNonNull(client.command(ascii("RESTORE"), name, ascii("0"), payload));
    }

    private static byte[] ascii(String word) {
        return word.getBytes(StandardCharsets.US_ASCII);
    }
}
