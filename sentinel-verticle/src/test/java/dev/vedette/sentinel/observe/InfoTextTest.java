package dev.vedette.sentinel.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.sentinel.decide.Contents;
import dev.vedette.sentinel.decide.Info;
import org.junit.jupiter.api.Test;

class InfoTextTest {

    private static final String ONE = "1".repeat(40);
    private static final String TWO = "2".repeat(40);

    private static Contents contents(String... lines) {
        return InfoText.read(String.join("\r\n", lines), Info.Role.MASTER).contents();
    }

    @Test
    void whatANodeHoldsIsReadFromFourSections() {
        assertEquals(
                new Contents(ONE, TWO, 99, 500, 12, false),
                contents(
                        "# Persistence",
                        "loading:0",
                        "rdb_last_load_keys_expired:0",
                        "rdb_last_load_keys_loaded:7",
                        "aof_enabled:0",
                        "# Replication",
                        "role:slave",
                        "slave_repl_offset:1",
                        "master_replid:" + ONE,
                        "master_replid2:" + TWO,
                        "master_repl_offset:500",
                        "second_repl_offset:100",
                        "# Keyspace",
                        "db0:keys=10,expires=0,avg_ttl=0",
                        "db15:keys=2,expires=1,avg_ttl=3"));
    }

    @Test
    void aMasterThatStartedWithNothingSaysSo() {
        assertEquals(
                new Contents(ONE, "", -2, 0, 0, true),
                contents(
                        "loading:0",
                        "rdb_last_load_keys_expired:0",
                        "rdb_last_load_keys_loaded:0",
                        "aof_enabled:0",
                        "master_replid:" + ONE,
                        "master_replid2:" + "0".repeat(40),
                        "master_repl_offset:0",
                        "second_repl_offset:-1",
                        "# Keyspace"));
    }

    @Test
    void withAnAppendOnlyFileNothingLoadedFromADumpMeansNothing() {
        assertEquals(
                false,
                contents("rdb_last_load_keys_loaded:0", "aof_enabled:1", "# Keyspace", "db0:keys=1,expires=0")
                        .loadedNothing());
    }

    @Test
    void whileItLoadsAndWhereItDoesNotSayTheNumberOfKeysIsUnknown() {
        assertEquals(
                Contents.KEYS_UNKNOWN,
                contents("loading:1", "# Keyspace", "db0:keys=3,expires=0").keys());
        assertEquals(Contents.KEYS_UNKNOWN, contents("role:master").keys());
    }
}
