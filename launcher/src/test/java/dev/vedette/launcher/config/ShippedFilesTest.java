package dev.vedette.launcher.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.config.Config;
import com.hazelcast.config.XmlConfigBuilder;
import dev.vedette.sentinel.config.ConfigReader;
import dev.vedette.store.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration files in conf/, and cluster.xml, are sound: what is in force, and every example in them. */
class ShippedFilesTest {

    /** Programs that the reader wants to see on the disk; two ways to name users, of which only one may be used. */
    private static final Set<String> NOT_EVERYWHERE = Set.of(
            "#sentinel notification-script mymaster /usr/local/bin/notify-operator",
            "#sentinel client-reconfig-script mymaster /usr/local/bin/reconfigure-clients",
            "#aclfile users.acl");

    @TempDir
    Path directory;

    private static List<String> lines(String name) throws IOException {
        return Files.readAllLines(Path.of("..", "conf", name));
    }

    /** With every example taken as valid. */
    private static String withExamples(String name) throws IOException {
        return lines(name).stream()
                .filter(line -> !NOT_EVERYWHERE.contains(line))
                .map(line -> line.matches("#[a-z].*") ? line.substring(1) : line)
                .collect(Collectors.joining("\n"));
    }

    @Test
    void theServersSaysWhatIsTheDefaultAnyway() throws Exception {
        ServerConfig shipped = ServerConfig.of(directory, lines("redis.conf").toArray(String[]::new));
        ServerConfig defaults = ServerConfig.defaults(directory);
        for (String line : lines("redis.conf")) {
            String directive = line.split(" ")[0];
            if (!line.isEmpty() && !line.startsWith("#") && !directive.equals("bind")) {
                assertEquals(defaults.show(directive), shipped.show(directive), directive);
            }
        }
        assertEquals(List.of("127.0.0.1", "-::1"), shipped.bindAddresses());
    }

    @Test
    void theServersExamplesAreSound() throws Exception {
        ServerConfig config = ServerConfig.of(directory, withExamples("redis.conf"));
        assertTrue(config.getBool("daemonize"));
        assertEquals(1, config.userLines().size());
    }

    @Test
    void theSentinelsIsSound() throws Exception {
        for (String text : List.of(String.join("\n", lines("sentinel.conf")), withExamples("sentinel.conf"))) {
            ConfigReader.Outcome outcome = ConfigReader.read(text, "", directory);
            ConfigReader.Outcome.Read read =
                    assertInstanceOf(ConfigReader.Outcome.Read.class, outcome, outcome.toString());
            assertEquals(26379, read.config().port());
            assertEquals(1, read.config().settings().masters().size());
        }
    }

    @Test
    void theClusterIsOnThisMachineOnly() throws Exception {
        Config config = new XmlConfigBuilder(Path.of("..", "cluster.xml").toString()).build();
        assertEquals("vedette", config.getClusterName());
        assertTrue(config.getNetworkConfig().getInterfaces().isEnabled());
        assertEquals(
                Set.of("127.0.0.1"),
                Set.copyOf(config.getNetworkConfig().getInterfaces().getInterfaces()));
        assertTrue(Stream.of("__vertx.subs", "vedette.ballots")
                .allMatch(name -> config.getMapConfigs().containsKey(name)
                        || config.getMultiMapConfigs().containsKey(name)));
    }
}
