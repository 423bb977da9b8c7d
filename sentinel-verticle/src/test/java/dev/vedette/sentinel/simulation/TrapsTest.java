package dev.vedette.sentinel.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.sentinel.decide.Address;
import dev.vedette.sentinel.decide.Effect;
import dev.vedette.sentinel.decide.Event;
import dev.vedette.sentinel.decide.Event.Setting;
import dev.vedette.sentinel.decide.Failover;
import dev.vedette.sentinel.decide.Hello;
import dev.vedette.sentinel.decide.LinkId;
import dev.vedette.sentinel.decide.Master;
import dev.vedette.sentinel.decide.Persisted;
import dev.vedette.sentinel.decide.State;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** One test for each trap that sentinels are known to fall into, named by the trap. */
class TrapsTest {

    private static final String GROUP = Cluster.GROUP;

    private static <T extends Effect> List<T> effects(SimSentinel sentinel, Class<T> kind) {
        return sentinel.lastEffects.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    private static List<String> reports(SimSentinel sentinel) {
        return effects(sentinel, Effect.Report.class).stream()
                .map(e -> e.type() + " " + e.text())
                .toList();
    }

    private static Address master() {
        return Address.of("127.0.0.1", 6379);
    }

    private static Hello hello(SimSentinel from, long epoch, Address address) {
        return new Hello(from.address, from.id, epoch, GROUP, address, epoch);
    }

    // ------------------------------------------------------------------ votes

    @Test
    void aSecondCandidateInTheSameEpochGetsTheFirstOnesName() {
        Cluster cluster = Cluster.of(3, 2).start();
        SimSentinel voter = cluster.sentinel(1);
        voter.feed(m -> new Event.MasterDownAsked(m, 1, master(), 7, cluster.sentinel(2).id));
        voter.feed(m -> new Event.MasterDownAsked(m, 2, master(), 7, cluster.sentinel(3).id));
        Effect.AnswerMasterDown answer =
                effects(voter, Effect.AnswerMasterDown.class).getFirst();
        assertEquals(cluster.sentinel(2).id, answer.leader());
        assertEquals(7, answer.leaderEpoch());
    }

    @Test
    void theBusDoorDoesNotGrantWhatTheOtherDoorHasGranted() {
        Cluster cluster = Cluster.of(3, 2, 1, 5000).start();
        cluster.sentinel(2).crash();
        cluster.sentinel(3).crash();
        cluster.node(6379).crash();
        cluster.run(6000);
        SimSentinel voter = cluster.sentinel(1);
        assertTrue(cluster.master(1).node().health().down());
        voter.feed(m -> new Event.MasterDownAsked(m, 1, master(), 7, cluster.sentinel(2).id));
        String other = cluster.sentinel(3).id;
        voter.feed(m -> new Event.BallotSeen(m, GROUP, 7, other, other));
        assertEquals(List.of(), effects(voter, Effect.CastBallot.class));
        assertEquals(cluster.sentinel(2).id, cluster.master(1).vote().leader());
    }

    @Test
    void theVoteIsOnDiskBeforeAnyoneSeesIt() {
        Cluster cluster = Cluster.of(3, 2).start();
        SimSentinel voter = cluster.sentinel(1);
        voter.feed(m -> new Event.MasterDownAsked(m, 1, master(), 7, cluster.sentinel(2).id));
        Effect.Persist saved = assertInstanceOf(Effect.Persist.class, voter.lastEffects.getFirst());
        assertEquals(7, saved.persisted().masters().getFirst().leaderEpoch());
        assertEquals(7, saved.persisted().currentEpoch());
        assertEquals(1, effects(voter, Effect.CastBallot.class).size());
    }

    @Test
    void aRestartDoesNotGiveBackTheVote() {
        Cluster cluster = Cluster.of(3, 2).start();
        SimSentinel voter = cluster.sentinel(1);
        voter.feed(m -> new Event.MasterDownAsked(m, 1, master(), 7, cluster.sentinel(2).id));
        voter.crash();
        voter.start();
        voter.feed(m -> new Event.MasterDownAsked(m, 2, master(), 7, cluster.sentinel(3).id));
        Effect.AnswerMasterDown answer =
                effects(voter, Effect.AnswerMasterDown.class).getFirst();
        assertNull(answer.leader(), "for whom it voted is no longer known, that it voted is");
        assertEquals(7, answer.leaderEpoch());
    }

    @Test
    void quorumOneDoesNotReplaceTheMajorityOfAllKnownSentinels() {
        Cluster cluster = Cluster.of(3, 1, 1, 5000).start();
        cluster.sentinel(2).crash();
        cluster.sentinel(3).crash();
        cluster.run(20_000);
        cluster.node(6379).crash();
        cluster.run(60_000);
        assertTrue(cluster.master(1).down().down());
        assertEquals(0, cluster.master(1).configEpoch());
        assertEquals(0, cluster.world.invariants.promotions);
    }

    @Test
    void aCandidateThatStaleNewsCallForIsNotVotedForByTheBus() {
        Cluster cluster = Cluster.of(3, 2).start();
        String candidate = cluster.sentinel(2).id;
        cluster.sentinel(1).feed(m -> new Event.BallotSeen(m, GROUP, 9, candidate, candidate));
        assertEquals(0, cluster.master(1).vote().epoch(), "our master is up: it must be after another one");
        assertEquals(9, cluster.sentinel(1).state.currentEpoch());
    }

    @Test
    void twoFailoversOfDifferentMastersDoNotTakeEachOthersVotes() {
        Cluster cluster = Cluster.of(3, 2, 2, 30_000).start();
        SimSentinel voter = cluster.sentinel(1);
        Address second = Address.of("127.0.0.1", 7379);
        voter.feed(m -> new Event.MasterDownAsked(m, 1, second, 8, cluster.sentinel(3).id));
        voter.feed(m -> new Event.MasterDownAsked(m, 2, master(), 7, cluster.sentinel(2).id));
        Effect.AnswerMasterDown answer =
                effects(voter, Effect.AnswerMasterDown.class).getFirst();
        assertEquals(cluster.sentinel(2).id, answer.leader());
    }

    // ------------------------------------------------------------------ configurations

    @Test
    void anEqualOrLowerConfigurationEpochChangesNothing() {
        Cluster cluster = Cluster.of(3, 2).start();
        Address elsewhere = Address.of("127.0.0.1", 6381);
        SimSentinel listener = cluster.sentinel(1);
        listener.feed(m -> new Event.HelloReceived(m, null, hello(cluster.sentinel(2), 5, elsewhere)));
        assertEquals(elsewhere, cluster.master(1).node().address());
        listener.feed(m -> new Event.HelloReceived(m, null, hello(cluster.sentinel(3), 4, master())));
        listener.feed(m -> new Event.SwitchAnnounced(m, GROUP, 5, cluster.sentinel(3).id, master()));
        assertEquals(elsewhere, cluster.master(1).node().address());
        assertEquals(5, cluster.master(1).configEpoch());
    }

    @Test
    void aSwitchIsAnnouncedOnceAndTakenOnlyFromAKnownSentinel() {
        Cluster cluster = Cluster.of(3, 2).start();
        Address elsewhere = Address.of("127.0.0.1", 6381);
        SimSentinel listener = cluster.sentinel(1);
        listener.feed(m -> new Event.SwitchAnnounced(m, GROUP, 5, "f".repeat(40), elsewhere));
        assertEquals(master(), cluster.master(1).node().address());
        listener.feed(m -> new Event.SwitchAnnounced(m, GROUP, 5, cluster.sentinel(2).id, elsewhere));
        assertEquals(elsewhere, cluster.master(1).node().address());
        assertEquals(List.of(), effects(listener, Effect.AnnounceSwitch.class));
    }

    @Test
    void aLateAnswerAboutTheOldMasterDoesNotCountAgainstTheNewOne() {
        Cluster cluster = Cluster.of(3, 2).start();
        SimSentinel asker = cluster.sentinel(1);
        asker.feed(m -> new Event.HelloReceived(m, null, hello(cluster.sentinel(2), 5, Address.of("127.0.0.1", 6381))));
        asker.feed(m -> new Event.MasterDownAnswered(m, GROUP, cluster.sentinel(3).id, true, null, 0));
        cluster.master(1).sentinels().forEach(other -> assertFalse(other.masterDown()));
    }

    @Test
    void aReturningMasterIsPutDownAtOnceOnlyIfNobodyKnowsANewerEpoch() {
        Cluster cluster = Cluster.of(3, 2, 1, 5000).start();
        cluster.node(6379).crash();
        cluster.run(15_000);
        SimSentinel first = cluster.sentinel(1);
        long epoch = cluster.master(1).configEpoch();
        // Somebody knows a newer epoch: perhaps a newer configuration is on its way.
        Hello newer = new Hello(
                cluster.sentinel(2).address,
                cluster.sentinel(2).id,
                epoch + 1,
                GROUP,
                Address.of("127.0.0.1", 6380),
                epoch);
        first.feed(m -> new Event.HelloReceived(m, null, newer));
        for (int other = 2; other <= 3; other++) {
            cluster.sentinel(other).crash();
        }
        long returnedMs = cluster.world.now();
        cluster.node(6379).restart(false);
        cluster.run(4000);
        assertEquals(
                List.of(),
                cluster.said("sentinel1", returnedMs).stream()
                        .filter(line -> line.startsWith("+convert-to-slave"))
                        .toList());
        cluster.run(20_000);
        assertEquals(cluster.node(6380).address, cluster.node(6379).master, "but in the end it is put down");
    }

    @Test
    void aRestartedSentinelNeverSaysASwitchOfAnOlderOrTheSameEpochAgain() {
        Cluster cluster = Cluster.of(3, 2, 1, 5000).start();
        cluster.node(6379).crash();
        cluster.run(10_000);
        for (SimSentinel sentinel : cluster.world.sentinels) {
            sentinel.crash();
            cluster.run(500);
            sentinel.start();
            cluster.run(10_000);
        }
        for (int sentinel = 1; sentinel <= 3; sentinel++) {
            assertEquals(1, count(cluster, sentinel, "+switch-master"), "sentinel " + sentinel);
            assertEquals(1, cluster.master(sentinel).configEpoch());
        }
    }

    @Test
    void aRestartedLeaderNeverSaysAnOlderEpoch() {
        Cluster cluster = Cluster.of(1, 1, 1, 5000).start();
        cluster.node(6379).crash();
        cluster.run(10_000);
        cluster.sentinel(1).crash();
        cluster.run(500);
        cluster.sentinel(1).start();
        cluster.run(3000);
        assertEquals(1, cluster.master(1).configEpoch());
        assertEquals(6380, cluster.master(1).node().address().port());
        assertEquals(1, cluster.sentinel(1).state.currentEpoch());
    }

    // ------------------------------------------------------------------ failovers that stall

    @Test
    void theNewMasterDiesWhileReplicasAreStillReconfigured() {
        Cluster cluster = Cluster.of(3, 2, 1, 5000).start();
        cluster.world.in(0, () -> cluster.node(6379).crash());
        while (cluster.world.nodes.stream().noneMatch(n -> n.up && n.master == null)) {
            cluster.run(1);
        }
        cluster.node(6380).crash();
        cluster.run(30_000);
        assertEquals(6381, cluster.master(1).node().address().port());
        assertNull(cluster.node(6381).master);
    }

    @Test
    void theChosenReplicaDiesBeforeItObeys() {
        Cluster cluster = Cluster.of(3, 2, 1, 5000).start();
        cluster.node(6380).pause();
        cluster.run(500);
        cluster.node(6379).crash();
        cluster.run(60_000);
        assertEquals(6381, cluster.master(2).node().address().port());
        assertEquals(Failover.State.NONE, cluster.master(2).failover().state());
    }

    @Test
    void aSecondFailoverFollowsRightUponTheFirst() {
        Cluster cluster = Cluster.of(3, 2, 1, 5000).start();
        cluster.node(6379).crash();
        cluster.run(8000);
        cluster.node(6380).crash();
        cluster.run(8000);
        assertEquals(6381, cluster.master(3).node().address().port());
    }

    @Test
    void allReplicasLostTheMasterLongAgoWhileAllSentinelsSlept() {
        Cluster cluster = Cluster.of(3, 2, 1, 1000).start();
        for (SimSentinel sentinel : cluster.world.sentinels) {
            sentinel.crash();
        }
        cluster.node(6379).crash();
        cluster.run(600_000);
        for (SimSentinel sentinel : cluster.world.sentinels) {
            sentinel.start();
        }
        cluster.run(10_000);
        assertNotEquals(6379, cluster.master(1).node().address().port());
    }

    @Test
    void aReplicaThatLostTheMasterLongBeforeTheOthersIsNotChosen() {
        Cluster cluster = Cluster.of(1, 1, 1, 1000).start();
        SimNode late = cluster.node(6380);
        cluster.world.block(cluster.node(6379).host, late.host);
        late.priority = 1;
        cluster.run(30_000);
        cluster.node(6379).crash();
        cluster.run(10_000);
        assertEquals(6381, cluster.master(1).node().address().port());
    }

    @Test
    void priorityComesBeforeOffsetAndZeroIsNever() {
        Cluster cluster = Cluster.of(1, 1, 1, 5000).start();
        cluster.node(6380).priority = 0;
        cluster.run(11_000);
        cluster.node(6379).crash();
        cluster.run(10_000);
        assertEquals(6381, cluster.master(1).node().address().port());
    }

    @Test
    void withoutAnyReplicaThatMayBePromotedTheFailoverIsGivenUp() {
        Cluster cluster = Cluster.of(1, 1, 1, 5000).start();
        cluster.node(6380).priority = 0;
        cluster.node(6381).priority = 0;
        cluster.run(11_000);
        cluster.node(6379).crash();
        cluster.run(7000);
        assertTrue(cluster.world.transcript().contains("-failover-abort-no-good-slave master host6379"));
        assertFalse(cluster.master(1).failover().inProgress());
    }

    @Test
    void aMasterThatAnswersAgainBeforeTheOrderStaysMaster() {
        Cluster cluster = Cluster.of(3, 2, 1, 5000).start();
        cluster.node(6379).pause();
        cluster.run(4000);
        cluster.node(6379).resume();
        cluster.run(20_000);
        assertEquals(6379, cluster.master(1).node().address().port());
        assertEquals(0, cluster.world.invariants.promotions);
    }

    @Test
    void aStoppedMasterThatGoesOnAfterTheFailoverIsDemotedAtOnce() {
        Cluster cluster = Cluster.of(3, 2, 1, 5000).start();
        cluster.node(6379).pause();
        cluster.run(10_000);
        assertEquals(6380, cluster.master(1).node().address().port());
        cluster.node(6379).resume();
        cluster.run(1500);
        assertEquals(cluster.node(6380).address, cluster.node(6379).master);
    }

    @Test
    void aReturningMastersClientsAreThrownOutOnceAndNotBySentinelAfterSentinel() {
        Cluster cluster = Cluster.of(5, 2, 1, 5000).start();
        cluster.node(6379).pause();
        cluster.run(10_000);
        long backMs = cluster.world.now();
        cluster.node(6379).resume();
        cluster.run(30_000);
        assertEquals(
                1,
                cluster.world.sentinels.stream()
                        .flatMap(sentinel -> cluster.said(sentinel.name(), backMs).stream())
                        .filter(line -> line.startsWith("+convert-to-slave"))
                        .count());
    }

    @Test
    void parallelSyncsIsALimit() {
        Cluster cluster = Cluster.of(1, 1, 1, 5000);
        for (int port = 6382; port < 6388; port++) {
            cluster.world.addNode(GROUP, Address.of("127.0.0.1", port)).following(cluster.node(6379));
        }
        cluster.run(2000).start();
        cluster.sentinel(1).feed(m -> new Event.SetOptions(m, 1, GROUP, List.of(new Setting.ParallelSyncs(2))));
        assertEquals(8, cluster.master(1).replicas().size());
        cluster.node(6379).crash();
        int[] most = {0};
        for (int i = 0; i < 20_000; i++) {
            cluster.run(1);
            int underWay = 0;
            for (var replica : cluster.master(1).replicas()) {
                boolean now = switch (replica.reconf()) {
                    case SENT, IN_PROGRESS -> true;
                    case NONE, PROMOTED, DONE -> false;
                };
                underWay += now ? 1 : 0;
            }
            most[0] = Math.max(most[0], underWay);
        }
        assertEquals(2, most[0]);
        assertEquals(6380, cluster.master(1).node().address().port());
    }

    @Test
    void aLongPauseOfAllSentinelsDoesNotEndInNoGoodSlaveForEver() {
        Cluster cluster = Cluster.of(3, 2, 1, 1000).start();
        cluster.world.sentinels.forEach(SimSentinel::pause);
        cluster.node(6379).crash();
        cluster.run(3_600_000);
        cluster.world.sentinels.forEach(SimSentinel::resume);
        cluster.run(3000);
        assertNotEquals(6379, cluster.master(1).node().address().port());
        assertFalse(cluster.world.transcript().contains("-failover-abort-no-good-slave"));
    }

    @Test
    void theOnlyReplicaIsPromotedHoweverLongItsLinkHasBeenDown() {
        Cluster cluster = Cluster.of(3, 2, 1, 1000).start();
        cluster.node(6381).crash();
        cluster.world.block(cluster.node(6379).host, cluster.node(6380).host);
        cluster.run(3_600_000);
        cluster.node(6379).crash();
        cluster.run(3000);
        assertEquals(6380, cluster.master(1).node().address().port());
    }

    @Test
    void betweenReplicasTheOffsetDecidesAndNotForHowLongTheirLinksHaveBeenDown() {
        Cluster cluster = Cluster.of(3, 2, 1, 1000).start();
        cluster.world.block(cluster.node(6379).host, cluster.node(6381).host);
        cluster.run(5000);
        cluster.world.sentinels.forEach(SimSentinel::pause);
        cluster.node(6379).crash();
        cluster.run(60_000);
        cluster.node(6381).crash();
        cluster.node(6381).restart(false); // Which makes it forget since when it has been without its master.
        assertTrue(cluster.node(6380).offset > cluster.node(6381).offset);
        cluster.world.sentinels.forEach(SimSentinel::resume);
        cluster.run(3000);
        assertEquals(6380, cluster.master(1).node().address().port());
    }

    @Test
    void aSplitVoteIsTriedAgainAfterAShortRandomDelayAndEndsInOneFailover() {
        Cluster cluster = Cluster.of(3, 1, 1, 5000).start();
        cluster.world.delayMinMs = 700; // More than the turns that keep candidates apart.
        cluster.world.delayMaxMs = 700;
        cluster.run(3000);
        cluster.node(6379).crash();
        cluster.run(40_000);
        long lostMs = when(cluster, "-failover-abort-not-elected");
        assertTrue(when(cluster, "+switch-master") - lostMs < 10_000);
        long leaders = 0;
        for (int sentinel = 1; sentinel <= 3; sentinel++) {
            assertEquals(1, count(cluster, sentinel, "+switch-master"));
            leaders += count(cluster, sentinel, "+promoted-slave");
        }
        assertEquals(1, leaders);
    }

    private static long count(Cluster cluster, int sentinel, String event) {
        return cluster.said("sentinel" + sentinel, 0).stream()
                .filter(line -> line.startsWith(event))
                .count();
    }

    // ------------------------------------------------------------------ a master that comes back empty

    private static Cluster holdingData() {
        Cluster cluster = Cluster.of(3, 2, 1, 5000).start();
        cluster.world.nodes.forEach(node -> node.refusesEmptyMaster = true);
        return cluster;
    }

    private static void comesBackEmpty(Cluster cluster, long afterMs) {
        cluster.node(6379).crash();
        cluster.run(afterMs);
        cluster.node(6379).restart(true);
    }

    private static void assertNothingWasMissed(Cluster cluster) {
        assertFalse(cluster.world.transcript().contains("+lost-data"));
        assertFalse(cluster.world.transcript().contains("+sdown"));
        assertEquals(0, cluster.world.invariants.promotions);
        assertEquals(0, cluster.sentinel(1).state.currentEpoch());
    }

    @Test
    void aMasterThatComesBackEmptyWithinDownAfterDoesNotWipeTheFamily() {
        for (long awayMs : List.of(10L, 50L, 400L, 3000L)) {
            Cluster cluster = holdingData();
            long data = cluster.node(6379).data;
            comesBackEmpty(cluster, awayMs);
            long backMs = cluster.world.now();
            cluster.run(10_000);
            assertEquals(6380, cluster.master(1).node().address().port());
            assertTrue(when(cluster, "+switch-master") - backMs < 1000);
            for (SimNode node : cluster.world.nodes) {
                assertEquals(data, node.data, node.name());
            }
            assertEquals(cluster.node(6380).address, cluster.node(6379).master);
            assertEquals(1, cluster.sentinel(2).state.currentEpoch(), "one failover");
            long seen = 0;
            for (int sentinel = 1; sentinel <= 3; sentinel++) {
                seen += count(cluster, sentinel, "+lost-data master host6379 127.0.0.1 6379 #");
            }
            assertTrue(seen >= 2, "a quorum has seen it");
        }
    }

    @Test
    void aMasterThatComesBackEmptyAndIsWrittenToAtOnceIsReplacedAllTheSame() {
        Cluster cluster = holdingData();
        long data = cluster.node(6379).data;
        cluster.node(6379).quietMs = 0;
        comesBackEmpty(cluster, 300);
        cluster.run(10_000);
        cluster.world.nodes.forEach(node -> assertEquals(data, node.data, node.name()));
    }

    @Test
    void aMasterThatComesBackEmptyAfterDownAfterIsNotTakenBack() {
        Cluster cluster = holdingData();
        cluster.sentinel(2).crash();
        cluster.sentinel(3).crash();
        comesBackEmpty(cluster, 8000);
        cluster.run(20_000);
        assertTrue(cluster.master(1).node().health().down());
        assertEquals(0, count(cluster, 1, "-sdown master"));
    }

    @Test
    void aReplicaThatWasWipedIsNotPreferredToOneThatHoldsTheData() {
        Cluster cluster = holdingData();
        SimNode wiped = cluster.node(6380);
        wiped.refusesEmptyMaster = false;
        wiped.priority = 1;
        long data = cluster.node(6379).data;
        cluster.run(11_000);
        cluster.world.sentinels.forEach(SimSentinel::pause);
        comesBackEmpty(cluster, 100);
        cluster.run(3000);
        assertEquals(0, wiped.data);
        cluster.world.sentinels.forEach(SimSentinel::resume);
        cluster.run(10_000);
        assertEquals(6381, cluster.master(2).node().address().port());
        cluster.world.nodes.forEach(node -> assertEquals(data, node.data, node.name()));
    }

    @Test
    void whenNoReplicaHoldsTheDataAnyMoreNothingIsFailedOverAndThatIsSaid() {
        Cluster cluster = holdingData();
        cluster.world.nodes.forEach(node -> node.refusesEmptyMaster = false);
        cluster.world.sentinels.forEach(SimSentinel::pause);
        comesBackEmpty(cluster, 100);
        cluster.run(3000);
        cluster.world.sentinels.forEach(SimSentinel::resume);
        cluster.run(20_000);
        assertNothingWasMissed(cluster);
        for (int sentinel = 1; sentinel <= 3; sentinel++) {
            assertEquals(
                    1,
                    count(
                            cluster,
                            sentinel,
                            "The master master host6379 127.0.0.1 6379 was restarted without its data, and no replica"));
        }
    }

    @Test
    void aReplicaThatMayNotBePromotedIsNoReasonToReplaceAnEmptyMaster() {
        Cluster cluster = holdingData();
        cluster.node(6380).priority = 0;
        cluster.node(6381).priority = 0;
        cluster.run(11_000);
        comesBackEmpty(cluster, 300);
        cluster.run(20_000);
        assertNothingWasMissed(cluster);
    }

    @Test
    void aNewFamilyThatIsEmptyIsLeftInPeaceWhenItsMasterRestarts() {
        Cluster cluster = holdingData();
        cluster.world.nodes.forEach(node -> node.data = 0);
        cluster.run(11_000);
        comesBackEmpty(cluster, 300);
        cluster.run(20_000);
        assertNothingWasMissed(cluster);
        assertEquals(0, count(cluster, 1, "The master"));
    }

    @Test
    void aFamilyWhoseKeysWereDeletedIsLeftInPeace() {
        for (long agoMs : List.of(200L, 11_000L)) {
            Cluster cluster = holdingData();
            cluster.node(6379).flushAll();
            cluster.run(agoMs);
            assertNothingWasMissed(cluster);
            comesBackEmpty(cluster, 300);
            cluster.run(20_000);
            assertNothingWasMissed(cluster);
        }
    }

    @Test
    void aReplicaThatDoesNotKnowThatTheKeysWereDeletedIsNoReasonToReplaceTheMaster() {
        Cluster cluster = holdingData();
        cluster.world.block(cluster.node(6379).host, cluster.node(6381).host);
        cluster.run(5000);
        cluster.node(6379).flushAll();
        cluster.run(500);
        assertNotEquals(0, cluster.node(6381).data);
        comesBackEmpty(cluster, 300);
        cluster.run(20_000);
        assertNothingWasMissed(cluster);
    }

    @Test
    void aMasterThatLoadsItsDataIsWaitedFor() {
        Cluster cluster = holdingData();
        SimNode master = cluster.node(6379);
        master.crash();
        cluster.run(300);
        master.restart(false);
        master.loading = true;
        cluster.run(5000);
        assertNothingWasMissed(cluster);
        assertNotEquals(null, cluster.master(1).comeback());
        master.loading = false;
        cluster.run(20_000);
        assertNothingWasMissed(cluster);
        assertNull(cluster.master(1).comeback());
    }

    @Test
    void anEmptyMasterIsKeptWhereTheOperatorWantsIt() {
        Cluster cluster = holdingData();
        for (SimSentinel sentinel : cluster.world.sentinels) {
            sentinel.feed(m -> new Event.SetOptions(m, 1, GROUP, List.of(new Setting.FailoverEmptied(false))));
        }
        comesBackEmpty(cluster, 300);
        cluster.run(20_000);
        assertNothingWasMissed(cluster);
    }

    // ------------------------------------------------------------------ signs that a node is gone

    private static Cluster takingHints() {
        Cluster cluster = Cluster.of(3, 2, 1, 5000).start();
        for (SimSentinel sentinel : cluster.world.sentinels) {
            sentinel.feed(m -> new Event.SetOptions(m, 1, GROUP, List.of(new Setting.DownAfterHint(200))));
        }
        return cluster;
    }

    @Test
    void aPortThatRefusesIsSuspectedAfterTheHint() {
        for (long phase = 0; phase < 1000; phase += 37) {
            Cluster cluster = takingHints().run(phase);
            long deathMs = cluster.world.now();
            cluster.node(6379).crash();
            cluster.run(2000);
            long suspectedMs = when(cluster, "+sdown master");
            assertTrue(suspectedMs - deathMs >= 200, "suspected after " + (suspectedMs - deathMs) + " ms");
            assertTrue(suspectedMs - deathMs < 350, "suspected after " + (suspectedMs - deathMs) + " ms");
            assertTrue(when(cluster, "+switch-master") - suspectedMs < 300);
        }
    }

    @Test
    void whatDoesNotRefuseIsSuspectedAfterDownAfterInSpiteOfTheHint() {
        Cluster cluster = takingHints();
        cluster.node(6379).pause();
        cluster.run(4900);
        assertFalse(cluster.world.transcript().contains("+sdown"));
        cluster.run(2000);
        assertEquals(6380, cluster.master(1).node().address().port());
    }

    @Test
    void aRestartThatIsQuickerThanTheHintIsNoDeath() {
        for (long phase = 0; phase < 1000; phase += 37) {
            Cluster cluster = takingHints().run(phase);
            cluster.node(6379).crash();
            cluster.run(80);
            cluster.node(6379).restart(false);
            cluster.run(20_000);
            assertFalse(cluster.world.transcript().contains("+sdown"));
        }
    }

    @Test
    void aMemberThatLeftTheClusterIsSuspectedAfterTheHintUnlessItAnswers() {
        Cluster cluster = takingHints();
        for (SimSentinel sentinel : cluster.world.sentinels) {
            sentinel.feed(m -> new Event.MemberLeft(m, master()));
        }
        cluster.run(3000);
        assertFalse(cluster.world.transcript().contains("+sdown"));
        cluster.node(6379).pause();
        long goneMs = cluster.world.now();
        for (SimSentinel sentinel : cluster.world.sentinels) {
            sentinel.feed(m -> new Event.MemberLeft(m, master()));
        }
        cluster.run(1000);
        assertTrue(when(cluster, "+sdown master") - goneMs < 350);
        assertEquals(6380, cluster.master(1).currentAddress().port());
    }

    @Test
    void withoutTheHintASignIsNoReasonToSuspect() {
        Cluster cluster = Cluster.of(3, 2, 1, 5000).start();
        cluster.node(6379).crash();
        for (SimSentinel sentinel : cluster.world.sentinels) {
            sentinel.feed(m -> new Event.MemberLeft(m, master()));
        }
        cluster.run(4900);
        assertFalse(cluster.world.transcript().contains("+sdown"));
    }

    // ------------------------------------------------------------------ how long silence is

    /** When that line was first said, in simulated milliseconds; an error when it never was. */
    private static long when(Cluster cluster, String line) {
        return cluster.world
                .transcript()
                .lines()
                .filter(said -> said.substring(22).startsWith(line))
                .findFirst()
                .map(said -> Math.round(Double.parseDouble(said.substring(0, 11).trim()) * 1000))
                .orElseThrow(() -> new AssertionError("nobody said " + line));
    }

    @Test
    void theNewMasterIsNotSuspectedBeforeItHasBeenAsked() {
        // A down-after no longer than the PING period: the suspicion must not be over before the first PING is out.
        Cluster cluster = Cluster.of(1, 1, 1, 1000).start();
        cluster.node(6379).crash();
        cluster.run(3000);
        assertEquals(6380, cluster.master(1).node().address().port());
        cluster.run(20_000);
        assertFalse(cluster.world.transcript().contains("+sdown master host6379 127.0.0.1 6380"));
        assertEquals(1, cluster.sentinel(1).state.currentEpoch(), "one failover, not two");
    }

    @Test
    void downAfterIsCountedFromTheDeathAndNotFromTheLastAnswer() {
        for (long phase = 0; phase < 1000; phase += 37) {
            Cluster cluster = Cluster.of(3, 2, 1, 3000).start().run(phase);
            long deathMs = cluster.world.now();
            cluster.node(6379).crash();
            cluster.run(4000);
            long suspectedMs = when(cluster, "+sdown master");
            assertTrue(suspectedMs - deathMs >= 3000, "suspected after " + (suspectedMs - deathMs) + " ms");
            assertTrue(suspectedMs - deathMs < 3020, "suspected after " + (suspectedMs - deathMs) + " ms");
            assertTrue(when(cluster, "+switch-master") - suspectedMs < 250);
        }
    }

    @Test
    void aStoppedMasterIsSuspectedAsSoonAsADeadOne() {
        for (long phase = 0; phase < 1000; phase += 37) {
            Cluster cluster = Cluster.of(3, 2, 1, 1000).start().run(phase);
            long stopMs = cluster.world.now();
            cluster.node(6379).pause();
            cluster.run(2000);
            long suspectedMs = when(cluster, "+sdown master");
            // The question that first remained without an answer may have been on its way.
            assertTrue(suspectedMs - stopMs >= 990, "suspected after " + (suspectedMs - stopMs) + " ms");
            assertTrue(when(cluster, "+switch-master") - stopMs < 1400);
        }
    }

    @Test
    void aPauseOfTheSentinelIsNotTheSilenceOfTheMaster() {
        // Each pause is shorter than what TILT is for, and longer than down-after.
        Cluster cluster = Cluster.of(1, 1, 1, 1000).start();
        for (int i = 0; i < 20; i++) {
            cluster.sentinel(1).pause();
            cluster.run(1700);
            cluster.sentinel(1).resume();
            cluster.run(331);
        }
        assertFalse(cluster.world.transcript().contains("+sdown"));
        assertEquals(0, cluster.world.invariants.promotions);
    }

    @Test
    void theVotesAreNotSplitWhenAllSeeTheDeathAtOnce() {
        Cluster cluster = Cluster.of(5, 3, 1, 1000).start();
        cluster.node(6379).crash();
        cluster.run(3000);
        assertEquals(1, cluster.master(1).configEpoch());
        assertFalse(cluster.world.transcript().contains("-failover-abort-not-elected"));
    }

    @Test
    void theFirstInLineIsDeadAndTheNextStandsInItsPlace() {
        Cluster cluster = Cluster.of(3, 2, 1, 1000).start();
        cluster.sentinel(1).crash();
        cluster.node(6379).crash();
        long deathMs = cluster.world.now();
        cluster.run(3000);
        assertTrue(when(cluster, "+switch-master") - deathMs < 1400);
    }

    @Test
    void theLeaderSaysTheSwitchWhenTheOthersDoAndNotWhenAllReplicasHaveMoved() {
        Cluster cluster = Cluster.of(3, 2, 1, 1000).start();
        cluster.node(6381).pause(); // It will not come along for long.
        cluster.node(6379).crash();
        cluster.run(1500);
        for (int sentinel = 1; sentinel <= 3; sentinel++) {
            assertEquals(
                    1,
                    cluster.said("sentinel" + sentinel, 0).stream()
                            .filter(line -> line.equals("+switch-master host6379 127.0.0.1 6379 127.0.0.1 6380"))
                            .count(),
                    "sentinel " + sentinel);
        }
        cluster.run(30_000);
        assertEquals(
                1,
                cluster.said("sentinel1", 0).stream()
                        .filter(line -> line.startsWith("+switch-master"))
                        .count(),
                "and only once");
    }

    // ------------------------------------------------------------------ TILT, clocks, restarts

    @Test
    void afterAPauseOfAllSentinelsADeadMasterIsReplacedInItsUsualTime() {
        Cluster cluster = Cluster.of(3, 2, 1, 1000).start();
        for (SimSentinel sentinel : cluster.world.sentinels) {
            sentinel.pause();
        }
        cluster.run(3000);
        for (SimSentinel sentinel : cluster.world.sentinels) {
            sentinel.resume();
        }
        cluster.node(6379).crash();
        long deathMs = cluster.world.now();
        cluster.run(3000);
        assertTrue(when(cluster, "+switch-master") - deathMs < 2000);
    }

    @Test
    void aMasterThatDiesWhileAllSentinelsAreStoppedIsReplacedSoonAfter() {
        Cluster cluster = Cluster.of(3, 2, 1, 1000).start();
        for (SimSentinel sentinel : cluster.world.sentinels) {
            sentinel.pause();
        }
        cluster.node(6379).crash();
        cluster.run(120_000);
        long awakeMs = cluster.world.now();
        for (SimSentinel sentinel : cluster.world.sentinels) {
            sentinel.resume();
        }
        cluster.run(4000);
        assertTrue(when(cluster, "+switch-master") - awakeMs < 2000);
    }

    @Test
    void inTiltNothingIsDownButVotesAreGiven() {
        Cluster cluster = Cluster.of(3, 2, 1, 5000).start();
        SimSentinel dizzy = cluster.sentinel(1);
        dizzy.pause();
        cluster.node(6379).crash();
        cluster.run(6000);
        dizzy.resume();
        assertTrue(dizzy.state.tilt());
        Address watched = cluster.master(1).node().address();
        long epoch = dizzy.state.currentEpoch() + 1;
        dizzy.feed(m -> new Event.MasterDownAsked(m, 1, watched, epoch, cluster.sentinel(2).id));
        Effect.AnswerMasterDown answer =
                effects(dizzy, Effect.AnswerMasterDown.class).getFirst();
        assertFalse(answer.down());
        assertEquals(cluster.sentinel(2).id, answer.leader());
    }

    @Test
    void aJumpOfTheWallClockIsNoTilt() {
        Cluster cluster = Cluster.of(1, 1).start();
        cluster.sentinel(1).jumpWallClock(-86_400_000);
        cluster.run(1000);
        cluster.sentinel(1).jumpWallClock(172_800_000);
        cluster.run(1000);
        assertFalse(cluster.sentinel(1).state.tilt());
    }

    @Test
    void aRebootIsReportedAndCanCountAsDown() {
        Cluster cluster = Cluster.of(1, 1).start();
        cluster.sentinel(1).feed(m -> new Event.SetOptions(m, 1, GROUP, List.of(new Setting.RebootDownAfter(3000))));
        LinkId.ToNode link = new LinkId.ToNode(GROUP, master());
        cluster.node(6379).crash();
        cluster.node(6379).restart(false);
        var info = cluster.node(6379).info();
        cluster.sentinel(1).feed(m -> new Event.InfoArrived(m, link, info));
        assertTrue(reports(cluster.sentinel(1)).contains("+reboot master host6379 127.0.0.1 6379"));
        cluster.node(6379).pause();
        cluster.run(3500);
        assertTrue(cluster.master(1).node().health().down(), "after 3 s, not after 30 s");
    }

    // ------------------------------------------------------------------ sentinels

    @Test
    void aSentinelThatMovesIsNotCountedTwice() {
        Cluster cluster = Cluster.of(3, 2).start();
        SimSentinel other = cluster.sentinel(2);
        Hello moved = new Hello(Address.of("127.0.0.1", 5555), other.id, 0, GROUP, master(), 0);
        cluster.sentinel(1).feed(m -> new Event.HelloReceived(m, null, moved));
        assertEquals(
                List.of("+sentinel-address-switch master host6379 127.0.0.1 6379 ip 127.0.0.1 port 5555 for "
                        + other.id),
                reports(cluster.sentinel(1)));
        assertEquals(2, cluster.master(1).sentinels().size());
    }

    @Test
    void aSentinelWithANewIdAtAnOldAddressReplacesTheOldOne() {
        Cluster cluster = Cluster.of(3, 2).start();
        SimSentinel other = cluster.sentinel(2);
        Hello reborn = new Hello(other.address, "f".repeat(40), 0, GROUP, master(), 0);
        cluster.sentinel(1).feed(m -> new Event.HelloReceived(m, null, reborn));
        Master master = cluster.master(1);
        assertEquals(2, master.sentinels().size());
        assertFalse(master.sentinels().has(other.id));
        assertFalse(cluster.sentinel(1).state.peers().has(other.id));
        assertEquals(
                List.of(
                        "+sentinel-invalid-addr sentinel " + other.id + " 127.0.0.1 26380 @ host6379 127.0.0.1 6379",
                        "+sentinel sentinel " + "f".repeat(40) + " 127.0.0.1 26380 @ host6379 127.0.0.1 6379"),
                reports(cluster.sentinel(1)));
    }

    // ------------------------------------------------------------------ commands

    private static Effect.Outcome answer(SimSentinel sentinel) {
        return effects(sentinel, Effect.Reply.class).getFirst().outcome();
    }

    @Test
    void aPlannedFailoverIsRefusedWhileOneIsUnderWayAndWithoutReplicas() {
        Cluster cluster = Cluster.of(3, 2).start();
        SimSentinel sentinel = cluster.sentinel(1);
        sentinel.feed(m -> new Event.FailoverRequested(m, 1, "nobody"));
        assertEquals(new Effect.Outcome.Failed("ERR No such master with that name"), answer(sentinel));
        sentinel.feed(m -> new Event.FailoverRequested(m, 2, GROUP));
        assertEquals(new Effect.Outcome.Ok(), answer(sentinel));
        sentinel.feed(m -> new Event.FailoverRequested(m, 3, GROUP));
        assertEquals(new Effect.Outcome.Failed("INPROG Failover already in progress"), answer(sentinel));
        cluster.run(5000);
        cluster.node(6379).crash();
        cluster.node(6381).crash();
        cluster.run(31_000);
        sentinel.feed(m -> new Event.FailoverRequested(m, 4, GROUP));
        assertEquals(new Effect.Outcome.Failed("NOGOODSLAVE No suitable replica to promote"), answer(sentinel));
    }

    @Test
    void aPlannedFailoverHasTheMasterHandOverItsWrites() {
        Cluster cluster = Cluster.of(3, 2, 1, 5000).start();
        cluster.sentinel(1).feed(m -> new Event.FailoverRequested(m, 1, GROUP));
        cluster.run(1000);
        SimNode old = cluster.node(6379);
        assertTrue(cluster.world.transcript().contains("node1     changes places with node2"));
        assertEquals(6380, cluster.master(2).node().address().port());
        assertEquals(cluster.node(6380).address, old.master);
        assertTrue(old.linkUp, "without a resync");
        cluster.run(3000);
        assertEquals(cluster.node(6380).address, cluster.node(6381).master);
        assertFalse(cluster.master(1).failover().inProgress());
        assertFalse(cluster.world.transcript().contains("+convert-to-slave"));
        cluster.node(6380).crash();
        cluster.node(6380).restart(false);
        assertNull(cluster.node(6380).master, "and it is in the configuration files");
        old.crash();
        old.restart(false);
        assertEquals(cluster.node(6380).address, old.master);
    }

    @Test
    void aHostThatChangesItsAddressIsTheSameNodeThere() {
        Cluster cluster = Cluster.of(3, 2, 1, 5000).start();
        Address named = new Address("redis.example", "10.9.9.9", 6379);
        LinkId.ToNode masterLink = new LinkId.ToNode(GROUP, master());
        SimSentinel sentinel = cluster.sentinel(1);
        sentinel.feed(m -> new Event.HostMoved(m, masterLink, named));
        assertEquals(named, cluster.master(1).node().address());
        assertEquals(named, sentinel.disk().masters().getFirst().address());
        assertEquals(2, cluster.master(1).replicas().size(), "and its old address is no replica");
        assertEquals(2, effects(sentinel, Effect.Disconnect.class).size());
        Address replicaNamed = new Address("other.example", "10.9.9.8", 6380);
        LinkId.ToNode replicaLink = new LinkId.ToNode(GROUP, Address.of("127.0.0.1", 6380));
        sentinel.feed(m -> new Event.HostMoved(m, replicaLink, replicaNamed));
        assertTrue(cluster.master(1).replicas().has(replicaNamed));
        assertEquals(2, cluster.master(1).replicas().size());
        // Another sentinel still names the old address of the same name: that is no other configuration.
        Address stale = new Address("redis.example", "10.9.9.7", 6379);
        long epoch = cluster.master(1).configEpoch();
        sentinel.feed(m -> new Event.HelloReceived(
                m, null, new Hello(cluster.sentinel(2).address, cluster.sentinel(2).id, 0, GROUP, stale, epoch)));
        assertEquals(named, cluster.master(1).node().address());
    }

    @Test
    void aFailoverOrderedAtTheNodeItselfIsFollowedAndNotFought() {
        Cluster cluster = Cluster.of(3, 2, 1, 5000).start();
        assertNull(cluster.node(6379).handOver(cluster.node(6381).address, 1000));
        long orderMs = cluster.world.now();
        cluster.run(5000);
        assertEquals(6381, cluster.master(1).node().address().port());
        assertTrue(when(cluster, "+switch-master host6379 127.0.0.1 6379 127.0.0.1 6381") - orderMs < 1000);
        assertNull(cluster.node(6381).master);
        assertEquals(cluster.node(6381).address, cluster.node(6379).master);
        assertEquals(cluster.node(6381).address, cluster.node(6380).master);
        assertEquals(1, cluster.master(1).configEpoch());
        cluster.run(60_000);
        assertFalse(cluster.world.transcript().contains("+sdown"));
        assertFalse(cluster.world.transcript().contains("+convert-to-slave"));
    }

    @Test
    void aReplicaThatIsGoneForEverIsShownAsDownAndHoldsNothingUp() {
        Cluster cluster = Cluster.of(3, 2, 1, 1000).start();
        cluster.node(6380).crash();
        cluster.run(3_600_000);
        assertTrue(cluster.replica(1, 6380).node().health().down());
        cluster.node(6379).crash();
        cluster.run(3000);
        assertEquals(6381, cluster.master(1).node().address().port());
        assertFalse(cluster.master(1).failover().inProgress());
    }

    @Test
    void aMasterThatDoesNotKnowHowToHandOverIsReplacedAllTheSame() {
        Cluster cluster = Cluster.of(3, 2, 1, 5000).start();
        cluster.node(6379).handsOver = false;
        cluster.sentinel(1).feed(m -> new Event.FailoverRequested(m, 1, GROUP));
        cluster.run(5000);
        assertEquals(6380, cluster.master(2).node().address().port());
        assertEquals(cluster.node(6380).address, cluster.node(6379).master);
    }

    @Test
    void aReplicaThatDoesNotCatchUpLeavesAPlannedFailoverUndone() {
        Cluster cluster = Cluster.of(3, 2, 1, 30_000).start();
        cluster.world.block(cluster.node(6379).host, cluster.node(6380).host);
        cluster.world.block(cluster.node(6379).host, cluster.node(6381).host);
        cluster.sentinel(1).feed(m -> new Event.FailoverRequested(m, 1, GROUP));
        cluster.run(8000);
        assertTrue(cluster.world.transcript().contains("-failover-abort-slave-timeout master host6379"));
        assertEquals(6379, cluster.master(1).node().address().port());
        assertEquals(0, cluster.node(6379).master == null ? 0 : 1, "the master is what it was");
    }

    @Test
    void aPlannedFailoverGoesOnWithoutAMajority() {
        Cluster cluster = Cluster.of(3, 2).start();
        cluster.sentinel(2).crash();
        cluster.sentinel(3).crash();
        cluster.sentinel(1).feed(m -> new Event.FailoverRequested(m, 1, GROUP));
        cluster.run(10_000);
        assertEquals(6380, cluster.master(1).node().address().port());
    }

    @Test
    void monitorRemoveAndReset() {
        Cluster cluster = Cluster.of(3, 2).start();
        SimSentinel sentinel = cluster.sentinel(1);
        sentinel.feed(m -> new Event.Monitor(m, 1, GROUP, master(), 1));
        assertEquals(new Effect.Outcome.Failed("ERR Duplicate master name."), answer(sentinel));
        sentinel.feed(m -> new Event.Monitor(m, 2, "second", Address.of("127.0.0.1", 7777), 4));
        assertEquals(List.of("+monitor master second 127.0.0.1 7777 quorum 4"), reports(sentinel));
        sentinel.feed(m -> new Event.Remove(m, 3, "second"));
        assertEquals(List.of("-monitor master second 127.0.0.1 7777"), reports(sentinel));
        assertInstanceOf(Effect.Persist.class, sentinel.lastEffects.getFirst());
        sentinel.feed(m -> new Event.Reset(m, 4, List.of(GROUP)));
        assertEquals(new Effect.Outcome.Count(1), answer(sentinel));
        assertEquals(0, cluster.master(1).replicas().size());
        assertEquals(0, cluster.master(1).sentinels().size());
        cluster.run(15_000);
        assertEquals(2, cluster.master(1).replicas().size());
        assertEquals(2, cluster.master(1).sentinels().size());
    }

    @Test
    void aPasswordIsNotPrintedAndDropsTheConnections() {
        Cluster cluster = Cluster.of(1, 1).start();
        SimSentinel sentinel = cluster.sentinel(1);
        sentinel.feed(
                m -> new Event.SetOptions(m, 1, GROUP, List.of(new Setting.AuthPass("secret"), new Setting.Quorum(3))));
        assertEquals(
                List.of(
                        "+set master host6379 127.0.0.1 6379 auth-pass ******",
                        "+set master host6379 127.0.0.1 6379 quorum 3"),
                reports(sentinel));
        assertEquals(6, effects(sentinel, Effect.Disconnect.class).size());
        assertEquals("secret", cluster.master(1).settings().authPass());
        cluster.run(2000);
        assertTrue(cluster.master(1).node().link().connected());
    }

    @Test
    void aBusyScriptIsKilledOnceWhenItsServerIsDown() {
        Cluster cluster = Cluster.of(1, 2, 1, 5000).start();
        cluster.node(6379).pause();
        cluster.run(8000);
        LinkId link = new LinkId.ToNode(GROUP, master());
        SimSentinel sentinel = cluster.sentinel(1);
        sentinel.feed(m -> new Event.Ponged(m, link, Event.Pong.BUSY));
        assertEquals(1, effects(sentinel, Effect.ScriptKill.class).size());
        sentinel.feed(m -> new Event.Ponged(m, link, Event.Pong.BUSY));
        assertEquals(0, effects(sentinel, Effect.ScriptKill.class).size());
    }

    @Test
    void aMasterThatCallsItselfAReplicaGoesDownInTheEnd() {
        Cluster cluster = Cluster.of(1, 1, 1, 5000).start();
        SimNode old = cluster.node(6379);
        old.slaveOf(Address.of("127.0.0.1", 6381), cluster.sentinel(1));
        cluster.run(20_000);
        assertFalse(cluster.master(1).node().health().down());
        cluster.run(20_000);
        assertTrue(cluster.world.transcript().contains("+sdown master host6379 127.0.0.1 6379"));
    }

    @Test
    void scriptsLearnOfWarningsAndOfTheSwitch() {
        Cluster cluster = Cluster.of(1, 1, 1, 5000).start();
        cluster.sentinel(1)
                .feed(m -> new Event.SetOptions(
                        m,
                        1,
                        GROUP,
                        List.of(
                                new Setting.NotificationScript("notify.sh"),
                                new Setting.ClientReconfigScript("re.sh"))));
        cluster.node(6379).crash();
        cluster.run(10_000);
        String transcript = cluster.world.transcript();
        assertTrue(transcript.contains("runs notify.sh +sdown master host6379 127.0.0.1 6379"));
        assertTrue(transcript.contains("runs re.sh host6379 leader start 127.0.0.1 6379 127.0.0.1 6380"));
        assertFalse(transcript.contains("runs notify.sh +slave "), "a notice is no warning");
    }

    @Test
    void simulatedFailuresCrashTheLeaderAndAnotherTakesOver() {
        for (State.SimulatedFailure failure : State.SimulatedFailure.values()) {
            Cluster cluster = Cluster.of(3, 2, 1, 5000).start();
            cluster.sentinel(1).feed(m -> new Event.SimulateFailure(m, 1, Set.of(failure)));
            cluster.sentinel(1).feed(m -> new Event.FailoverRequested(m, 2, GROUP));
            cluster.run(2000);
            assertFalse(cluster.sentinel(1).up, failure.name());
            cluster.node(6379).crash();
            cluster.run(60_000);
            assertNotEquals(6379, cluster.master(2).node().address().port(), failure.name());
            assertEquals(
                    1,
                    cluster.world.nodes.stream()
                            .filter(n -> n.up && n.master == null)
                            .count(),
                    failure.name());
        }
    }

    @Test
    void whatIsSavedIsWhatIsRestored() {
        Cluster cluster = Cluster.of(3, 2, 1, 5000).start();
        cluster.node(6379).crash();
        cluster.run(10_000);
        Persisted saved = Persisted.of(cluster.sentinel(1).state);
        assertEquals(saved, Persisted.of(saved.restore()));
        assertEquals(saved, cluster.sentinel(1).disk());
    }
}
