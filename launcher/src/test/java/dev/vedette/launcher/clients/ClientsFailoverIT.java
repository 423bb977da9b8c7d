package dev.vedette.launcher.clients;

import static dev.vedette.launcher.clients.GuardedFamily.LIMIT;
import static dev.vedette.launcher.clients.GuardedFamily.eventually;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.launcher.Ask;
import dev.vedette.launcher.nodes.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** All libraries at once write through a failover of one family, and go on by themselves. */
@Isolated("a second and a half without an answer counts as a failure here")
class ClientsFailoverIT {

    private static final int SOME_WRITES = 50;

    /** Connects a library through sentinels at these ports. */
    private interface Connecting {
        Library to(List<Integer> sentinelPorts) throws Exception;
    }

    private static Map<String, Connecting> libraries() {
        Map<String, Connecting> all = new LinkedHashMap<>();
        all.put("Jedis-pool-RESP2", JedisLibrary::resp2);
        all.put("Jedis-client-RESP3", JedisLibrary::resp3);
        all.put("Lettuce-RESP3", LettuceLibrary::resp3);
        all.put("Lettuce-replicas-RESP2", LettuceLibrary::resp2WithReplicas);
        all.put("Vert.x-pool", VertxLibrary::pooled);
        all.put("Vert.x-kept", VertxLibrary::kept);
        all.put("ioredis-RESP3", IoredisLibrary::resp3);
        all.put("ioredis-RESP2", IoredisLibrary::resp2);
        return all;
    }

    @TempDir
    Path home;

    private final List<WritingLibrary> writing = new ArrayList<>();
    private GuardedFamily family;

    @BeforeEach
    void start() throws Exception {
        family = GuardedFamily.start(home);
        for (Map.Entry<String, Connecting> each : libraries().entrySet()) {
            writing.add(new WritingLibrary(each.getKey(), each.getValue().to(family.sentinelPorts())));
        }
    }

    @AfterEach
    void stop() {
        writing.forEach(WritingLibrary::close);
        family.close();
    }

    @Test
    void theMasterIsKilled() throws Exception {
        startWriting();
        family.first().signal("KILL");
        Node master = family.awaitNewMaster();
        writing.forEach(WritingLibrary::mark);
        seeWritesGoOn(master);
        ofEach(each -> assertHolds(master, each, each.acknowledgedAfterMark()));
    }

    @Test
    void theMasterHandsOver() throws Exception {
        startWriting();
        family.handOver();
        Node master = family.awaitNewMaster();
        seeWritesGoOn(master);
        ofEach(each -> assertHolds(master, each, each.acknowledged()));
    }

    private void startWriting() throws Exception {
        for (WritingLibrary each : writing) {
            each.start();
            assertEquals(Integer.toString(family.first().port()), each.library().masterFieldAtSentinel("port"));
        }
        ofEach(each -> each.awaitMore(SOME_WRITES, LIMIT));
        for (WritingLibrary each : writing) {
            hears(family.first(), each, "before");
        }
    }

    /** Every library writes to the new master, hears it, and was told by a sentinel; then the writing ends. */
    private void seeWritesGoOn(Node master) throws Exception {
        String told = GuardedFamily.MASTER + " 127.0.0.1 " + family.first().port() + " 127.0.0.1 " + master.port();
        ofEach(each -> {
            each.awaitMore(SOME_WRITES, LIMIT);
            hears(master, each, "after");
            eventually(() -> assertEquals(Set.of(told), each.heardFromSentinel(), each.toString()));
        });
        for (WritingLibrary each : writing) {
            each.stop();
        }
        for (Node node : family.nodes()) {
            assertEquals("", node.standardError(), node.toString());
        }
    }

    /** What is published arrives; over and over, since a subscription is renewed after the connection. */
    private static void hears(Node master, WritingLibrary each, String text) {
        eventually(() -> {
            Ask.text(master.port(), "PUBLISH", each.channel(), text);
            assertTrue(each.heard().contains(text), each.toString());
        });
    }

    private static void assertHolds(Node master, WritingLibrary each, Set<Long> numbers) {
        Set<Long> missing = new TreeSet<>(numbers);
        Ask.list(master.port(), "SMEMBERS", each.key()).stream()
                .map(Long::valueOf)
                .forEach(missing::remove);
        assertEquals(Set.of(), missing, each.toString());
        assertTrue(numbers.size() >= SOME_WRITES, each.toString());
    }

    private void ofEach(Consumer<WritingLibrary> claim) {
        assertAll(writing.stream().map(each -> () -> claim.accept(each)));
    }
}
