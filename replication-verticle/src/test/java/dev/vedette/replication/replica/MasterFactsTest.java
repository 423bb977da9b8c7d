package dev.vedette.replication.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.wire.bus.StreamIdentity;
import org.junit.jupiter.api.Test;

class MasterFactsTest {

    private static final String A = "a".repeat(40);
    private static final String B = "b".repeat(40);
    private static final String C = "c".repeat(40);
    private static final String NONE = StreamIdentity.NO_REPLID;

    private static String replication(String replid, String replid2, long second) {
        return "# Replication\r\nrole:master\r\nmaster_replid:" + replid + "\r\nmaster_replid2:" + replid2
                + "\r\nmaster_repl_offset:7\r\nsecond_repl_offset:" + second + "\r\n";
    }

    @Test
    void areReadOutOfInfo() {
        MasterFacts facts = MasterFacts.of(replication(A, B, 901) + "# Keyspace\r\ndb3:keys=1,expires=0,avg_ttl=0\r\n");
        assertEquals(new MasterFacts(A, B, 901, false), facts);
        assertTrue(MasterFacts.of(replication(A, NONE, -1) + "# Keyspace\r\n").empty());
        assertTrue(MasterFacts.of(replication(A, NONE, -1)).empty());
        assertFalse(MasterFacts.of(replication(A, NONE, -1) + "db0:keys=1\r\n").empty());
        assertThrows(IllegalArgumentException.class, () -> MasterFacts.of("role:master\r\n"));
    }

    private static boolean emptyWithKeys(String loaded, String appendOnly, String seconds) {
        return MasterFacts.of(replication(A, NONE, -1) + "uptime_in_seconds:" + seconds + "\r\naof_enabled:"
                        + appendOnly + "\r\nrdb_last_load_keys_loaded:" + loaded + "\r\ndb0:keys=1\r\n")
                .empty();
    }

    /** A client that writes at once must not make it look like a master with data. */
    @Test
    void aMasterIsEmptyForAMinuteAfterItStartedSo() {
        assertTrue(emptyWithKeys("0", "0", "5"));
        assertFalse(emptyWithKeys("7", "0", "5"), "it has loaded a dump");
        assertFalse(emptyWithKeys("0", "1", "5"), "it may have loaded an append-only file");
        assertFalse(emptyWithKeys("0", "0", "60"));
    }

    private static long shared(MasterFacts facts, String replid, String replid2, long second) {
        return facts.sharedWith(new StreamIdentity(replid, replid2, second, 1000));
    }

    @Test
    void sayWhereHistoriesPart() {
        assertEquals(1000, shared(new MasterFacts(A, NONE, -1, false), A, NONE, -1), "the same one");
        assertEquals(900, shared(new MasterFacts(B, A, 901, false), A, NONE, -1), "it was promoted, this node was not");
        assertEquals(800, shared(new MasterFacts(A, NONE, -1, false), B, A, 801), "this node was promoted, it was not");
        assertEquals(800, shared(new MasterFacts(C, A, 901, false), B, A, 801), "both were, this one first");
        assertEquals(700, shared(new MasterFacts(C, A, 701, false), B, A, 801), "both were, that one first");
        assertEquals(MasterFacts.UNRELATED, shared(new MasterFacts(C, NONE, -1, false), A, NONE, -1));
        assertEquals(MasterFacts.UNRELATED, shared(new MasterFacts(C, B, 5, false), A, NONE, -1));
    }
}
