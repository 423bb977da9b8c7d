package dev.vedette.launcher.family;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.launcher.family.FamilyPlan.Node;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** A family inside this JVM: replication, a failover, a return, and a second life in the same directory. */
class VedetteFamilyIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private static Jedis client(Node node) {
        return new Jedis("127.0.0.1", node.port());
    }

    private static String role(Node node) {
        try (Jedis client = client(node)) {
            return String.valueOf(client.role().getFirst());
        }
    }

    @Test
    void failsOverAndIsTakenUpAgain() throws Exception {
        FamilyPlan plan = FamilyPlan.onFreePorts(directory, 2, 3);
        Node old = plan.servers().getFirst();
        Node successor;
        try (VedetteFamily family = VedetteFamily.start(plan)) {
            assertEquals(old, family.master());
            try (Jedis client = client(old)) {
                client.set("before", "kept");
                assertEquals(2, client.waitReplicas(2, 10_000));
            }
            family.stop(old);
            assertFalse(family.isRunning(old));
            Awaitility.await().atMost(LIMIT).until(() -> !family.master().equals(old));
            successor = family.master();
            Awaitility.await()
                    .atMost(LIMIT)
                    .ignoreExceptions()
                    .until(() -> role(successor).equals("master"));
            try (Jedis client = client(successor)) {
                assertEquals("kept", client.get("before"));
                client.set("after", "new");
            }
            family.start(old);
            assertTrue(family.isRunning(old));
            Awaitility.await().atMost(LIMIT).ignoreExceptions().until(() -> {
                try (Jedis client = client(old)) {
                    return role(old).equals("slave") && "new".equals(client.get("after"));
                }
            });
        }
        for (Node node : plan.nodes()) {
            assertFalse(FamilyPlan.isTaken(node.port()), node + " still listens");
        }
        try (VedetteFamily again = VedetteFamily.start(plan)) {
            assertEquals(successor, again.master());
            assertNotEquals(old, successor);
            try (Jedis client = client(successor)) {
                assertEquals("new", client.get("after"));
            }
        }
    }
}
