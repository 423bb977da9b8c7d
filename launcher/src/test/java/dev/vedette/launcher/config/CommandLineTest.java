package dev.vedette.launcher.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CommandLineTest {

    private static String options(String... arguments) {
        return CommandLine.of(arguments).options();
    }

    @Test
    void theFirstWordWithoutADashIsTheFile() {
        assertEquals("redis.conf", CommandLine.of("redis.conf", "--port", "1").file());
        assertNull(CommandLine.of("--port", "1").file());
        assertNull(CommandLine.of().file());
    }

    @Test
    void directivesBecomeLines() {
        assertEquals("port \"1\" \ndir \"/x y\" ", options("--port", "1", "--dir", "/x y"));
        assertEquals("save \"900\" \"1\" \"300\" \"10\" ", options("c", "--save", "900", "1", "300", "10"));
    }

    @Test
    void directiveAndValueMayBeOneArgument() {
        assertEquals("port 1 \nloglevel verbose ", options("--port 1", "--loglevel verbose"));
    }

    @Test
    void aValueMayBeginWithDashes() {
        assertEquals(
                "proc-title-template \"--my--title--\" \nport \"1\" ",
                options("--proc-title-template", "--my--title--", "--port", "1"));
    }

    @Test
    void saveWithoutValueSavesNever() {
        assertEquals("save \"\"\nport \"1\" ", options("--save", "--port", "1"));
        assertEquals("save \"\"", options("--save"));
    }

    @Test
    void sentinelIsAModeAndNoDirectiveWithAValue() {
        CommandLine commandLine = CommandLine.of("s.conf", "--sentinel", "--port", "5");
        assertTrue(commandLine.sentinel());
        assertEquals("sentinel \nport \"5\" ", commandLine.options());
    }

    @Test
    void aDashIsStandardInput() {
        assertTrue(CommandLine.of("-").fromStandardInput());
        assertTrue(CommandLine.of("c.conf", "--port", "1", "-").fromStandardInput());
        assertFalse(CommandLine.of("c.conf", "--masterauth", "-", "--port", "1").fromStandardInput());
    }

    @Test
    void clusterConfigIsTakenOut() {
        CommandLine commandLine = CommandLine.of("c.conf", "--cluster-config", "cluster.xml", "--port", "1");
        assertEquals("cluster.xml", commandLine.clusterConfig());
        assertEquals("port \"1\" ", commandLine.options());
    }
}
