package dev.vedette.sentinel.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.sentinel.decide.Event;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Scenarios whose whole course is kept as text in {@code src/test/resources/transcripts/sentinel}. {@code
 * -Dvedette.transcripts.record=true} writes them anew; the diff is then to be reviewed line by line.
 */
class TranscriptTest {

    private static final String FOLDER = "transcripts/sentinel/";

    @Test
    void theTutorialsFailoverWithOneSentinel() throws IOException {
        Cluster cluster = tutorial(1, 1);
        compare("tutorial-one-sentinel", cluster);
        // Literally the events of the tutorial, in its order.
        String promoted = " slave 127.0.0.1:6380 127.0.0.1 6380 @ host6379 127.0.0.1 6379";
        String other = " slave 127.0.0.1:6381 127.0.0.1 6381 @ host6379 127.0.0.1 6379";
        String master = " master host6379 127.0.0.1 6379";
        List<String> events = cluster.said("sentinel1", 0).stream()
                .filter(line -> !line.contains("-role-change") && !line.contains("+role-change"))
                .filter(line -> line.startsWith("+") || line.startsWith("-"))
                .toList();
        assertEquals(
                List.of(
                        "+monitor" + master + " quorum 1",
                        "+slave" + promoted,
                        "+slave" + other,
                        "+sdown" + master,
                        "+odown" + master + " #quorum 1/1",
                        "+new-epoch 1",
                        "+try-failover" + master,
                        "+vote-for-leader 673a6620f7e7ec1c2ead4c3db0a654084498d454 1",
                        "+elected-leader" + master,
                        "+failover-state-select-slave" + master,
                        "+selected-slave" + promoted,
                        "+failover-state-send-slaveof-noone" + promoted,
                        "+failover-state-wait-promotion" + promoted,
                        "+promoted-slave" + promoted,
                        "+failover-state-reconf-slaves" + master,
                        "+slave-reconf-sent" + other,
                        "+slave-reconf-inprog" + other,
                        "+slave-reconf-done" + other,
                        "+failover-end" + master,
                        "+switch-master host6379 127.0.0.1 6379 127.0.0.1 6380",
                        "+slave slave 127.0.0.1:6381 127.0.0.1 6381 @ host6379 127.0.0.1 6380",
                        "+slave slave 127.0.0.1:6379 127.0.0.1 6379 @ host6379 127.0.0.1 6380",
                        "+sdown slave 127.0.0.1:6379 127.0.0.1 6379 @ host6379 127.0.0.1 6380",
                        "-sdown slave 127.0.0.1:6379 127.0.0.1 6379 @ host6379 127.0.0.1 6380",
                        "+convert-to-slave slave 127.0.0.1:6379 127.0.0.1 6379 @ host6379 127.0.0.1 6380",
                        "+tilt #tilt mode entered"),
                events);
    }

    @Test
    void theTutorialsFailoverWithThreeSentinels() throws IOException {
        compare("tutorial-three-sentinels", tutorial(3, 2));
    }

    private static Cluster tutorial(int sentinels, int quorum) {
        Cluster cluster = Cluster.of(sentinels, quorum).start();
        cluster.node(6379).crash();
        cluster.run(120_000);
        cluster.node(6379).restart(false);
        cluster.run(60_000);
        cluster.sentinel(1).pause();
        cluster.run(5000);
        cluster.sentinel(1).resume();
        return cluster.run(1000);
    }

    @Test
    void aPlannedFailover() throws IOException {
        Cluster cluster = Cluster.of(3, 2).start();
        cluster.sentinel(2).feed(m -> new Event.FailoverRequested(m, 1, Cluster.GROUP));
        compare("planned-failover", cluster.run(15_000));
        assertEquals(6380, cluster.master(1).node().address().port());
        assertEquals(cluster.node(6380).address, cluster.node(6379).master);
    }

    @Test
    void tiltHoldsAFailoverBack() throws IOException {
        Cluster cluster = Cluster.of(1, 1, 1, 5000).start();
        cluster.sentinel(1).pause();
        cluster.run(1000);
        cluster.node(6379).crash();
        cluster.run(4000);
        cluster.sentinel(1).resume();
        compare("tilt", cluster.run(45_000));
    }

    @Test
    void aSplitVoteIsTriedAgainAtOnce() throws IOException {
        Cluster cluster = Cluster.of(3, 1, 1, 5000).start();
        cluster.world.delayMinMs = 700;
        cluster.world.delayMaxMs = 700;
        cluster.run(3000);
        cluster.node(6379).crash();
        compare("split-vote", cluster.run(25_000));
        assertEquals(
                1,
                cluster.world.nodes.stream()
                        .filter(n -> n.up && n.master == null)
                        .count());
    }

    @Test
    void theOldMasterReturnsAsAMaster() throws IOException {
        Cluster cluster = Cluster.of(3, 2, 1, 5000).start();
        cluster.node(6379).crash();
        cluster.run(20_000);
        cluster.node(6379).restart(true);
        compare("old-master-returns", cluster.run(5_000));
        assertEquals(cluster.node(6380).address, cluster.node(6379).master);
    }

    @Test
    void sentinelsRestartFromWhatTheySavedAndFailOverAgain() throws IOException {
        Cluster cluster = Cluster.of(3, 2, 1, 5000).start();
        cluster.node(6379).crash();
        cluster.run(10_000);
        for (SimSentinel sentinel : cluster.world.sentinels) {
            sentinel.crash();
        }
        cluster.run(1000);
        for (SimSentinel sentinel : cluster.world.sentinels) {
            sentinel.start();
        }
        cluster.run(3000);
        cluster.node(6380).crash();
        compare("restart-from-saved-state", cluster.run(20_000));
        assertEquals(6381, cluster.master(2).node().address().port());
    }

    @Test
    void twoMastersFailAtOnce() throws IOException {
        Cluster cluster = Cluster.of(3, 2, 2, 5000).start();
        cluster.node(6379).crash();
        cluster.node(7379).crash();
        compare("two-masters-at-once", cluster.run(20_000));
        assertEquals(6380, cluster.master(1, "host6379").node().address().port());
        assertEquals(7380, cluster.master(1, "host7379").node().address().port());
    }

    private static void compare(String name, Cluster cluster) throws IOException {
        String actual = cluster.world.transcript();
        if (Boolean.getBoolean("vedette.transcripts.record")) {
            Path file = Path.of("src/test/resources", FOLDER, name + ".txt");
            Files.createDirectories(file.getParent());
            Files.writeString(file, actual, StandardCharsets.UTF_8);
            return;
        }
        try (InputStream in = TranscriptTest.class.getResourceAsStream("/" + FOLDER + name + ".txt")) {
            String expected = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(expected, actual, name);
        }
    }
}
