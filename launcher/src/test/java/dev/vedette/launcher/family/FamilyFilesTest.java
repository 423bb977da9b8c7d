package dev.vedette.launcher.family;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.config.Config;
import com.hazelcast.config.XmlConfigBuilder;
import dev.vedette.launcher.family.FamilyPlan.Node;
import dev.vedette.sentinel.config.ConfigReader;
import dev.vedette.store.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FamilyFilesTest {

    @TempDir
    Path directory;

    private FamilyPlan plan() {
        return new FamilyPlan(directory, 7000, 2, 7100, 3, 7200, 1500);
    }

    @Test
    void everyNodeHasASoundConfiguration() throws Exception {
        FamilyPlan plan = plan();
        new FamilyFiles(plan).prepare(false);
        for (Node server : plan.servers()) {
            ServerConfig config = ServerConfig.parse(server.config(), "", server.directory(), false);
            assertEquals(server.port(), config.getInt("port"));
            assertEquals(server.port() == 7000, config.master() == null);
        }
        for (Node sentinel : plan.sentinelNodes()) {
            assertTrue(
                    ConfigReader.read(Files.readString(sentinel.config()), "", directory)
                            instanceof ConfigReader.Outcome.Read,
                    Files.readString(sentinel.config()));
        }
        assertEquals(List.of(7200), plan.consoles().stream().map(Node::port).toList());
    }

    @Test
    void aDirectoryIsTakenUpAsItWasLeft() throws Exception {
        FamilyPlan plan = plan();
        new FamilyFiles(plan).prepare(false);
        Path config = plan.servers().getFirst().config();
        Files.writeString(config, "# as a sentinel left it\nport 7000\n");
        new FamilyFiles(plan).prepare(false);
        assertTrue(Files.readString(config).startsWith("# as a sentinel left it"));
    }

    @Test
    void anotherPlanBeginsAnewAndKeepsTheData() throws Exception {
        new FamilyFiles(plan()).prepare(false);
        Node master = plan().servers().getFirst();
        Files.writeString(master.config(), "# old\n");
        Path data = Files.writeString(master.directory().resolve("dump.rdb"), "data");
        new FamilyFiles(new FamilyPlan(directory, 7000, 1, 7100, 3, 0, 1500)).prepare(false);
        assertFalse(Files.readString(master.config()).startsWith("# old"));
        assertTrue(Files.exists(data));
        new FamilyFiles(plan()).prepare(true);
        assertFalse(Files.exists(data));
    }

    @Test
    void familiesDoNotJoinOneAnother() throws Exception {
        Path one = Files.createDirectory(directory.resolve("one"));
        Path two = Files.createDirectory(directory.resolve("two"));
        assertEquals(clusterName(one), clusterName(one));
        assertNotEquals(clusterName(one), clusterName(two));
    }

    private static String clusterName(Path directory) throws IOException {
        FamilyPlan plan = FamilyPlan.in(directory);
        new FamilyFiles(plan).prepare(false);
        Config config = new XmlConfigBuilder(plan.clusterConfig().toString()).build();
        assertEquals("7", config.getProperty("hazelcast.tcp.join.port.try.count"));
        return config.getClusterName();
    }

    @Test
    void portsOutOfRangeAreRefused() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> new FamilyPlan(directory, 65535, 2, 7100, 3, 0, 1500));
        assertEquals("The master's port must be 1 to 65533, is 65535.", refused.getMessage());
    }
}
