package dev.vedette.store.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.store.MemoryClient;
import dev.vedette.store.MemoryServer;
import dev.vedette.wire.bus.ToStore.BacklogState;
import dev.vedette.wire.resp.Reply;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which keys go when memory is short, and what those who look on see of it. */
class EvictionTest {

    private static final Reply OK = new Reply.Simple("OK");
    private static final Reply OOM = new Reply.Error(Errors.OOM);
    private static final String VALUE = "x".repeat(1000);

    private MemoryServer server = new MemoryServer("maxmemory-eviction-tenacity 100", "maxmemory-samples 10");
    private MemoryClient client = server.client();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "allkeys-lru",
                "allkeys-lfu",
                "allkeys-random",
                "volatile-lru",
                "volatile-lfu",
                "volatile-random",
                "volatile-ttl"
            })
    void keepsTheLimitWhateverTheOrder(String policy) {
        limitTo(policy, 100_000);
        for (int i = 0; i < 1000; i++) {
            assertEquals(OK, client.command("SET", "key:" + i, VALUE, "EX", "1000"));
            assertTrue(exceededBy() <= 2000, () -> "beyond the limit by " + exceededBy());
        }
        assertTrue(size() > 50, () -> "only " + size() + " keys are left");
        assertEquals(1000 - size(), server.state.stats.evictedKeys);
    }

    @ParameterizedTest
    @ValueSource(strings = {"volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl"})
    void sparesKeysWithoutTtl(String policy) {
        limitTo(policy, 100_000);
        for (int i = 0; i < 50; i++) {
            client.command("SET", "stays:" + i, VALUE);
        }
        for (int i = 0; i < 500; i++) {
            assertEquals(OK, client.command("SET", "goes:" + i, VALUE, "EX", "1000"));
        }
        for (int i = 0; i < 50; i++) {
            assertEquals(new Reply.Int(1), client.command("EXISTS", "stays:" + i));
        }
        @Nullable Reply last = OK;
        for (int i = 0; i < 100 && OK.equals(last); i++) {
            last = client.command("SET", "more:" + i, VALUE);
        }
        assertEquals(OOM, last);
    }

    @Test
    void whatWasUsedLatelyStays() {
        lookAtNearlyAll();
        for (int i = 0; i < 100; i++) {
            client.command("SET", "key:" + i, VALUE);
        }
        server.advance(60_000);
        for (int i = 0; i < 50; i++) {
            client.command("GET", "key:" + i);
        }
        server.advance(1000);
        limitTo("allkeys-lru", -20_000);
        client.command("PING");
        assertTrue(size() < 85, () -> size() + " keys are left");
        for (int i = 0; i < 50; i++) {
            assertEquals(new Reply.Int(1), client.command("EXISTS", "key:" + i));
        }
    }

    @Test
    void whatWasUsedOftenStays() {
        lookAtNearlyAll();
        limitTo("allkeys-lfu", 1_000_000);
        for (int i = 0; i < 100; i++) {
            client.command("SET", "key:" + i, VALUE);
        }
        for (int i = 0; i < 50; i++) {
            // The second use counts for certain when the first did not raise the counter above its start.
            client.command("GET", "key:" + i);
            client.command("GET", "key:" + i);
        }
        limitTo("allkeys-lfu", -20_000);
        client.command("PING");
        for (int i = 0; i < 50; i++) {
            assertEquals(new Reply.Int(1), client.command("EXISTS", "key:" + i));
        }
    }

    @Test
    void whatEndsSoonGoesFirst() {
        client.command("SET", "late", VALUE, "EX", "5000");
        client.command("SET", "soon", VALUE, "EX", "10");
        client.command("SET", "later", VALUE, "EX", "9000");
        client.command("SET", "never", VALUE);
        limitTo("volatile-ttl", -500);
        client.command("PING");
        assertEquals(3, size());
        assertEquals(new Reply.Int(0), client.command("EXISTS", "soon"));
    }

    @Test
    void keysOfAllDatabasesGo() {
        client.command("SET", "a", VALUE);
        server.advance(60_000);
        client.command("SELECT", "7");
        client.command("SET", "b", VALUE);
        limitTo("allkeys-lru", -500);
        client.command("PING");
        assertEquals(0, server.state.keyspace.database(0).size());
        assertEquals(1, server.state.keyspace.database(7).size());
    }

    @Test
    void eachLeavesItsOwnDelAndTheCommandFollows() {
        client.command("SET", "a", VALUE);
        limitTo("allkeys-random", -500);
        server.takeChanges();
        client.command("SET", "b", "1");
        assertEquals("*2\n$3\nDEL\n$1\na\n*3\n$3\nSET\n$1\nb\n$1\n1\n", changes());
    }

    @Test
    void severalAreNoTransaction() {
        client.command("SET", "a", VALUE);
        client.command("SET", "b", VALUE);
        client.command("CONFIG", "SET", "lazyfree-lazy-eviction", "yes");
        limitTo("allkeys-random", -1500);
        server.takeChanges();
        client.command("PING");
        String changes = changes();
        assertEquals(2, changes.split("UNLINK", -1).length - 1, changes);
        assertFalse(changes.contains("MULTI"), changes);
    }

    @Test
    void watchersAndSubscribersHear() {
        client.command("CONFIG", "SET", "notify-keyspace-events", "Ee");
        MemoryClient subscriber = server.client();
        subscriber.command("SUBSCRIBE", "__keyevent@0__:evicted");
        client.command("SET", "a", VALUE);
        client.command("WATCH", "a");
        client.command("MULTI");
        client.command("PING");
        limitFrom(server.client(), "allkeys-lru", -500);
        assertEquals(new Reply.Null(true), client.command("EXEC"));
        assertEquals(
                Reply.Array.of(Reply.Bulk.of("message"), Reply.Bulk.of("__keyevent@0__:evicted"), Reply.Bulk.of("a")),
                subscriber.next());
    }

    @Test
    void goesOnBetweenCommandsWhenThatTakesLong() {
        for (int i = 0; i < 200; i++) {
            client.command("SET", "key:" + i, VALUE);
        }
        client.command("CONFIG", "SET", "maxmemory-eviction-tenacity", "0");
        limitTo("allkeys-random", -100_000);
        assertEquals(OK, client.command("SET", "another", VALUE));
        assertEquals(185, size());
        server.advance(100);
        assertTrue(exceededBy() <= 0, () -> "beyond the limit by " + exceededBy());
        assertTrue(server.state.stats.evictionExceededMillis > 0);
    }

    @Test
    void aReplicaLeavesItToItsMaster() {
        client.command("SET", "a", VALUE);
        client.command("CONFIG", "SET", "replica-read-only", "no");
        client.command("REPLICAOF", "127.0.0.1", "1");
        limitTo("allkeys-random", -500);
        assertTrue(server.state.replication.isReplica());
        assertEquals(OK, client.command("SET", "b", VALUE));
        assertEquals(2, size());
        client.command("CONFIG", "SET", "replica-ignore-maxmemory", "no");
        client.command("PING");
        assertEquals(0, size());
    }

    @Test
    void nothingGoesWhileClientsArePaused() {
        client.command("SET", "a", VALUE);
        client.command("CLIENT", "PAUSE", "1000", "WRITE");
        limitTo("allkeys-random", -500);
        client.command("PING");
        assertEquals(1, size());
        server.advance(2000);
        client.command("PING");
        assertEquals(0, size());
    }

    @Test
    void garbageAndReplicasQueuesDoNotCount() {
        long before = server.state.memory.usedBytes();
        for (int i = 0; i < 10_000; i++) {
            client.command("SET", "same", VALUE + i);
        }
        assertTrue(server.state.memory.usedBytes() - before < 2000);
        limitTo("noeviction", 10_000);
        long backlog = server.state.config.getLong("repl-backlog-size");
        server.state.replication.backlog = new BacklogState(true, 1, backlog + 5_000_000, 1_000_000, Long.MAX_VALUE, 1);
        client.command("CONFIG", "SET", "maxmemory", "" + (server.state.settings.maxMemoryBytes + backlog));
        assertEquals(OK, client.command("SET", "a", "b"));
        assertEquals(5_000_000, server.state.memory.notCountedBytes());
    }

    /** A look at ten of a hundred entries finds none of fifty once in a thousand times. */
    private void lookAtNearlyAll() {
        assertEquals(OK, client.command("CONFIG", "SET", "maxmemory-samples", "1000"));
    }

    private void limitTo(String policy, long aboveUsed) {
        limitFrom(client, policy, aboveUsed);
    }

    private void limitFrom(MemoryClient by, String policy, long aboveUsed) {
        assertEquals(OK, by.command("CONFIG", "SET", "maxmemory-policy", policy));
        server.state.memory.measureClients();
        long limit = server.state.memory.usedBytes() + aboveUsed;
        assertEquals(OK, by.command("CONFIG", "SET", "maxmemory", "" + limit));
    }

    private long exceededBy() {
        return server.state.memory.usedBytes() - server.state.settings.maxMemoryBytes;
    }

    private long size() {
        return server.state.keyspace.size();
    }

    private String changes() {
        return new String(server.takeChanges(), StandardCharsets.ISO_8859_1).replace("\r", "");
    }
}
