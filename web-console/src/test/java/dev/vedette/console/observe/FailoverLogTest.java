package dev.vedette.console.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class FailoverLogTest {

    private static final String MASTER = "master mymaster 127.0.0.1 6379";
    private static final String AT = " @ mymaster 127.0.0.1 6379";
    private static final String CHOSEN = "slave 127.0.0.1:6380 127.0.0.1 6380" + AT;
    private static final String SWITCHED = "mymaster 127.0.0.1 6379 127.0.0.1 6380";

    private final FailoverLog log = new FailoverLog();
    private long seq;

    private void say(long atMillis, String source, String type, String text) {
        log.sentinelSaid(new SeenEvent(seq++, atMillis, atMillis, source, "#", type, text, ""));
    }

    private Failover latest() {
        return log.failovers().get(0);
    }

    private void untilPromoted() {
        say(1000, "s1", "+sdown", MASTER);
        say(1200, "s2", "+sdown", MASTER);
        say(1500, "s1", "+odown", MASTER + " #quorum 2/2");
        say(1500, "s1", "+new-epoch", "1");
        say(1500, "s1", "+try-failover", MASTER);
        say(1501, "s1", "+vote-for-leader", "aaaa 1");
        say(1510, "s2", "+vote-for-leader", "aaaa 1");
        say(1600, "s1", "+elected-leader", MASTER);
        say(1700, "s1", "+selected-slave", CHOSEN);
        say(2300, "s1", "+promoted-slave", CHOSEN);
    }

    @Test
    void followsAFailoverFromSuspicionToAnnouncement() {
        say(1000, "s1", "+sdown", MASTER);
        assertEquals(Failover.Phase.SUSPECTED, latest().phase());
        say(1500, "s1", "+odown", MASTER + " #quorum 2/2");
        assertEquals(Failover.Phase.AGREED, latest().phase());
        say(1501, "s1", "+try-failover", MASTER);
        assertEquals(Failover.Phase.ELECTING, latest().phase());
        say(1600, "s1", "+elected-leader", MASTER);
        assertEquals(Failover.Phase.PROMOTING, latest().phase());
        say(1700, "s1", "+selected-slave", CHOSEN);
        say(2300, "s1", "+promoted-slave", CHOSEN);
        assertEquals(Failover.Phase.RECONFIGURING, latest().phase());
        say(2500, "s1", "+failover-end", MASTER);
        say(2501, "s1", "+switch-master", SWITCHED);

        Failover done = latest();
        assertEquals(Failover.Phase.DONE, done.phase());
        assertEquals("127.0.0.1:6379", done.oldMaster());
        assertEquals("127.0.0.1:6380", done.newMaster());
        assertEquals("s1", done.leader());
        assertEquals(1501, done.durationMillis());
        assertEquals(1600L, done.milestones().get(Failover.Step.ELECTED));
        assertEquals(1, log.failovers().size());
        assertEquals(8, done.events().size());
    }

    @Test
    void anotherSentinelsSwitchComesFirstAndDoesNotEndIt() {
        untilPromoted();
        say(2400, "s2", "+switch-master", SWITCHED);
        assertEquals(Failover.Phase.RECONFIGURING, latest().phase());
        say(3000, "s1", "+failover-end", MASTER);
        assertEquals(Failover.Phase.DONE, latest().phase());
        say(3001, "s1", "+switch-master", SWITCHED);

        assertEquals(1, log.failovers().size());
        assertEquals(1400, latest().durationMillis(), "clients could go on from the first switch");
    }

    @Test
    void lateSuspicionOfTheOldMasterBelongsToTheSameFailover() {
        untilPromoted();
        say(2400, "s1", "+switch-master", SWITCHED);
        say(2600, "s3", "+sdown", MASTER);

        assertEquals(1, log.failovers().size());
        assertEquals(Failover.Phase.DONE, latest().phase());
    }

    @Test
    void theNextMastersFailureIsAnotherFailover() {
        untilPromoted();
        say(2400, "s1", "+switch-master", SWITCHED);
        say(5000, "s1", "+sdown", "master mymaster 127.0.0.1 6380");

        assertEquals(2, log.failovers().size());
        assertEquals("127.0.0.1:6380", latest().oldMaster());
        assertEquals(Failover.Phase.SUSPECTED, latest().phase());
    }

    @Test
    void anAnswerOfTheMasterClearsTheSuspicion() {
        say(1000, "s1", "+sdown", MASTER);
        say(1100, "s2", "+sdown", MASTER);
        say(1500, "s1", "-sdown", MASTER);
        assertEquals(Failover.Phase.SUSPECTED, latest().phase());
        say(1600, "s2", "-sdown", MASTER);
        assertEquals(Failover.Phase.CLEARED, latest().phase());
        say(9000, "s1", "+sdown", MASTER);
        assertEquals(2, log.failovers().size());
    }

    @Test
    void aLostElectionEndsTheAttemptAndTheNextOneGoesOn() {
        say(1000, "s1", "+sdown", MASTER);
        say(1500, "s1", "+odown", MASTER);
        say(1501, "s1", "+try-failover", MASTER);
        say(11_501, "s1", "-failover-abort-not-elected", MASTER);
        assertEquals(Failover.Phase.ABORTED, latest().phase());
        say(360_000, "s2", "+try-failover", MASTER);

        assertEquals(1, log.failovers().size());
        assertEquals(Failover.Phase.ELECTING, latest().phase());
        assertEquals(1000, latest().startedMillis(), "the outage began with the first suspicion");
    }

    @Test
    void aCandidateThatLosesDoesNotEndAnothersFailover() {
        untilPromoted();
        say(2350, "s2", "-failover-abort-not-elected", MASTER);

        assertEquals(Failover.Phase.RECONFIGURING, latest().phase());
    }

    @Test
    void aFailoverOnCommandBeginsWithTheAttempt() {
        say(1000, "s1", "+try-failover", MASTER);

        assertEquals(Failover.Phase.ELECTING, latest().phase());
    }

    @Test
    void quietAfterTheSwitchEndsIt() {
        untilPromoted();
        say(2400, "s2", "+switch-master", SWITCHED);
        log.tick(2400 + FailoverLog.QUIET_MILLIS);
        assertEquals(Failover.Phase.RECONFIGURING, latest().phase());
        log.tick(2401 + FailoverLog.QUIET_MILLIS);
        assertEquals(Failover.Phase.DONE, latest().phase());
    }

    @Test
    void mastersOfDifferentNamesAreKeptApart() {
        say(1000, "s1", "+sdown", MASTER);
        say(1000, "s1", "+sdown", "master other 127.0.0.1 7000");

        assertEquals(
                List.of("other", "mymaster"),
                log.failovers().stream().map(Failover::master).toList());
    }

    @Test
    void isBounded() {
        for (int i = 0; i < 100; i++) {
            say(i, "s1", "+sdown", "master m" + i + " 127.0.0.1 6379");
        }
        for (int i = 0; i < 1000; i++) {
            say(200, "s1", "+slave-reconf-sent", "slave a 127.0.0.1 6380 @ m99 127.0.0.1 6379");
        }

        assertEquals(FailoverLog.FAILOVERS_MAX, log.failovers().size());
        assertTrue(latest().events().size() <= FailoverLog.EVENTS_MAX);
    }

    @Test
    void badTextsDoNoHarm() {
        for (String type : List.of("+sdown", "+switch-master", "+vote-for-leader", "+selected-slave", "-sdown", "")) {
            for (String text : List.of("", " ", "master", "slave a b", "master m 1", "@ @ @ @ @ @ @ @ @")) {
                say(1, "s1", type, text);
                EventMeaning.of(type, text);
            }
        }
        assertTrue(log.failovers().size() <= FailoverLog.FAILOVERS_MAX);
    }
}
