package dev.vedette.sentinel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.vedette.sentinel.config.ConfigReader.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {

    @TempDir
    Path directory;

    private SentinelConfig read(String file, String overrides) {
        return switch (ConfigReader.read(file, overrides, directory)) {
            case Outcome.Read read -> read.config();
            case Outcome.Refused refused -> fail(refused.error().message());
        };
    }

    private ConfigError refuse(String file) {
        return switch (ConfigReader.read(file, "", directory)) {
            case Outcome.Read read -> fail("taken: " + read.config());
            case Outcome.Refused refused -> refused.error();
        };
    }

    @Test
    void anEmptyFileMeansTheDefaultsOfASentinel() {
        SentinelConfig config = read("", "");
        assertEquals(26379, config.port());
        assertEquals(List.of("*", "-::*"), config.bind());
        assertEquals(false, config.protectedMode());
        assertEquals(directory, config.directory());
        assertEquals(List.of(), config.settings().masters());
        assertTrue(config.settings().denyScriptsReconfig());
    }

    @Test
    void linesOfAMasterMayStandBeforeItsMonitorLine() throws Exception {
        Path script = Files.createFile(directory.resolve("notify.sh"));
        assertTrue(script.toFile().setExecutable(true));
        SentinelConfig config = read("""
                sentinel down-after-milliseconds m 2000
                sentinel known-sentinel m 10.0.0.2 26380 0123456789012345678901234567890123456789
                sentinel auth-pass m "a b"
                sentinel monitor m 10.0.0.1 6379 2
                sentinel notification-script m notify.sh
                sentinel known-slave m 10.0.0.3 6380
                sentinel config-epoch m 7
                sentinel leader-epoch m 6
                sentinel down-after-hint-milliseconds m 300
                sentinel failover-emptied-master m no
                sentinel rename-command m CONFIG secret
                sentinel current-epoch 3
                SENTINEL myid abcdefabcdefabcdefabcdefabcdefabcdefabcd
                port 5000
                """, "port 5001\nsentinel announce-port 7");
        SentinelSettings settings = config.settings();
        SentinelSettings.Master master = settings.masters().getFirst();
        assertEquals(5001, config.port());
        assertEquals(7, settings.announcePort());
        assertEquals("abcdefabcdefabcdefabcdefabcdefabcdefabcd", settings.myId());
        assertEquals(7, settings.currentEpoch());
        assertEquals(2000, master.downAfterMillis());
        assertEquals(180_000, master.failoverTimeoutMillis());
        assertEquals(300, master.hintMillis());
        assertFalse(master.failoverEmptied());
        assertEquals("a b", master.authPass());
        assertEquals(6, master.leaderEpoch());
        assertEquals(Map.of("config", "secret"), master.renamedCommands());
        assertEquals(List.of(new SentinelSettings.Address("10.0.0.3", 6380)), master.knownReplicas());
        assertEquals(26380, master.knownSentinels().getFirst().address().port());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            nonsense 1                               | Bad directive or wrong number of arguments
            port abc                                 | argument couldn't be parsed into an integer
            port 70000                               | argument must be between 0 and 65535 inclusive
            port 1 2                                 | wrong number of arguments
            daemonize maybe                          | argument must be 'yes' or 'no'
            loglevel loud                            | argument(s) must be one of the following: debug, verbose, notice, warning
            repl-backlog-size 1xb                    | argument must be a memory value
            dir /no/such/place                       | No such file or directory
            requirepass "a                           | Unbalanced quotes in configuration line
            sentinel myid short                      | Malformed Sentinel id in myid option.
            sentinel monitor m 10.0.0.1 6379 0       | Quorum must be 1 or greater.
            sentinel monitor m nowhere 6379 1        | Can't resolve instance hostname.
            sentinel monitor m 10.0.0.1 65536 1      | Invalid port number.
            sentinel down-after-milliseconds m 5     | No such master with specified name.
            sentinel failover-emptied-master m no    | No such master with specified name.
            sentinel fancy m 5                       | Unrecognized sentinel configuration statement.
            sentinel resolve-hostnames perhaps       | Please specify yes or no for the resolve-hostnames option.
            """)
    void refusesInRedisWords(String line, String reason) {
        ConfigError error = refuse("# first\n\n  " + line + "  \nport 1\n");
        assertEquals(new ConfigError(3, line, reason), error);
        assertEquals(
                "\n*** FATAL CONFIG FILE ERROR (Redis 7.0.15) ***\nReading the configuration file, at line 3\n>>> '"
                        + line + "'\n" + reason + "\n",
                error.message());
    }

    @Test
    void refusesDuplicatesAndBadTimes() {
        String monitor = "sentinel monitor m 10.0.0.1 6379 1\n";
        assertEquals("Duplicate master name.", refuse(monitor + monitor).reason());
        assertEquals(2, refuse(monitor + monitor).lineNumber());
        assertEquals(
                "negative or zero time parameter.",
                refuse(monitor + "sentinel failover-timeout m 0").reason());
        assertEquals(
                "negative time parameter.",
                refuse(monitor + "sentinel down-after-hint-milliseconds m -1").reason());
        assertEquals(
                "argument must be 'yes' or 'no'",
                refuse(monitor + "sentinel failover-emptied-master m perhaps").reason());
        assertEquals(
                "Notification script seems non existing or non executable.",
                refuse(monitor + "sentinel notification-script m gone.sh").reason());
    }

    @Test
    void everyDirectiveOfTheStockFilesIsAccepted() {
        SentinelConfig config = read("""
                slave-priority 5
                save 900 1
                save ""
                client-output-buffer-limit normal 0 0 0
                user alice on >secret ~* +@all
                rename-command SHUTDOWN halt
                include nothing*.conf
                bind 127.0.0.1 -::1
                always-show-logo yes
                """, "");
        assertEquals(List.of("5"), config.directives().get("replica-priority"));
        assertEquals(List.of("127.0.0.1", "-::1"), config.bind());
        assertEquals(List.of(List.of("alice", "on", ">secret", "~*", "+@all")), config.users());
        assertEquals(Map.of("shutdown", "halt"), config.renamedCommands());
    }

    @Test
    void anIncludedFileIsReadInPlace() throws Exception {
        Files.writeString(directory.resolve("more.conf"), "port 7000\nbogus\n");
        ConfigError error = refuse("include more.conf\n");
        assertEquals(new ConfigError(2, "bogus", "Bad directive or wrong number of arguments"), error);
        Files.writeString(directory.resolve("more.conf"), "port 7000\nrequirepass x\n");
        SentinelConfig config = read("include more.conf\n", "");
        assertEquals(7000, config.port());
        assertEquals(Optional.of("x"), config.requirepass());
    }
}
