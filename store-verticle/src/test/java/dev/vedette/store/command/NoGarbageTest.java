package dev.vedette.store.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.vedette.store.MemoryClient;
import dev.vedette.store.MemoryServer;
import dev.vedette.store.session.Args;
import dev.vedette.wire.resp.RespEncoder;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that clients send most leave no garbage behind: one of them, run again and again, allocates nothing. */
class NoGarbageTest {

    private static final int RUNS = 20_000;
    /** What the runtime itself may allocate meanwhile: half of the smallest object in each run would be twice that. */
    private static final long BYTES_MAX = RUNS * 4L;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET text",
                "GET number",
                "GET none",
                "SET text value",
                "SET number 4711",
                "INCR number",
                "INCRBY number 17",
                "DECR number",
                "MGET text number none",
                "MSET text value number 3",
                "EXISTS text none",
                "STRLEN text",
                "GETRANGE text 1 2",
                "GETBIT text 7",
                "SETBIT bits 7 1",
                "TTL text",
                "TYPE text",
                "SADD words old",
                "SADD numbers 5",
                "SISMEMBER words old",
                "SISMEMBER numbers 6",
                "SMISMEMBER words old none",
                "SREM words none",
                "SCARD words",
                "ZADD small 2 one",
                "ZADD large 7 17",
                "ZADD large 3.25 18",
                "ZADD large NX CH 7 17",
                "ZINCRBY large 1 17",
                "ZINCRBY small 1 one",
                "ZSCORE large 20",
                "ZMSCORE small one none",
                "ZRANK large 40",
                "ZREVRANK small one",
                "ZCARD large",
                "ZREM large none"
            })
    void runningItAgainAllocatesNothing(String text) {
        MemoryServer server = new MemoryServer();
        MemoryClient client = server.client();
        client.command("MSET", "text", "value", "number", "1");
        client.command("SETBIT", "bits", "100", "1");
        client.command("SADD", "words", "old", "older");
        client.command("SADD", "numbers", "5", "70000");
        client.command("ZADD", "small", "1", "one", "2", "two");
        for (int i = 0; i < 1000; i++) {
            client.command("ZADD", "large", Integer.toString(i), Integer.toString(i));
        }
        String[] words = text.split(" ");
        byte[][] command = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            command[i] = words[i].getBytes(StandardCharsets.US_ASCII);
        }
        Args args = Args.of(command);
        byte[] encoded = RespEncoder.commandBytes(command);
        run(server, client, args, encoded);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        run(server, client, args, encoded);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < BYTES_MAX, () -> text + " allocated " + allocated + " bytes in " + RUNS + " runs");
        assertEquals(0, client.session().replies().errors());
    }

    private static void run(MemoryServer server, MemoryClient client, Args args, byte[] encoded) {
        for (int i = 0; i < RUNS; i++) {
            server.dispatcher.dispatch(client.session(), args, encoded, 0, encoded.length);
            client.session().replies().clear();
            if (i % 100 == 0) {
                discardChanges(server);
            }
        }
    }

    /** Taking the changes is the owner's once-a-turn allocation and not what is measured. */
    private static void discardChanges(MemoryServer server) {
        server.state.changes.close();
        server.state.changes.open(0);
    }
}
