package dev.vedette.store.command.acl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.store.command.acl.SecurityLog.Offence;
import org.junit.jupiter.api.Test;

/** The same offence within a minute is counted, if it is among the latest. */
class SecurityLogTest {

    private final SecurityLog log = new SecurityLog();

    private static Offence offence(String object) {
        return new Offence(Denial.Reason.KEY, "toplevel", object, "u");
    }

    @Test
    void sameOffenceIsCountedAndComesFirst() {
        log.add(offence("a"), 0, "c1", 10);
        log.add(offence("b"), 1, "c1", 10);
        log.add(offence("a"), 60_000, "c2", 10);
        assertEquals(2, log.newest(10).size());
        SecurityLog.Entry first = log.newest(10).getFirst();
        assertEquals("a", first.offence.object());
        assertEquals(2, first.count);
        assertEquals("c2", first.client);
    }

    @Test
    void afterAMinuteItIsANewOne() {
        log.add(offence("a"), 0, "c", 10);
        log.add(offence("a"), 60_001, "c", 10);
        assertEquals(2, log.newest(10).size());
    }

    @Test
    void otherContextsAreOthers() {
        log.add(offence("a"), 0, "c", 10);
        log.add(new Offence(Denial.Reason.KEY, "multi", "a", "u"), 0, "c", 10);
        log.add(new Offence(Denial.Reason.CHANNEL, "toplevel", "a", "u"), 0, "c", 10);
        log.add(new Offence(Denial.Reason.KEY, "toplevel", "a", "v"), 0, "c", 10);
        assertEquals(4, log.newest(10).size());
    }

    @Test
    void onlyTheLatestAreLookedAt() {
        log.add(offence("a"), 0, "c", 100);
        for (int i = 0; i < 10; i++) {
            log.add(offence("other " + i), 0, "c", 100);
        }
        log.add(offence("a"), 0, "c", 100);
        assertEquals(12, log.newest(100).size());
    }

    @Test
    void oldestGoFirst() {
        for (int i = 0; i < 5; i++) {
            log.add(offence("o" + i), 0, "c", 2);
        }
        assertEquals(2, log.newest(100).size());
        assertEquals("o4", log.newest(1).getFirst().offence.object());
        log.add(offence("none"), 0, "c", 0);
        assertEquals(0, log.newest(100).size());
    }
}
