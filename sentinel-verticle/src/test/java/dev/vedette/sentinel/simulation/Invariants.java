package dev.vedette.sentinel.simulation;

import dev.vedette.sentinel.decide.Address;
import dev.vedette.sentinel.decide.Decision;
import dev.vedette.sentinel.decide.Effect;
import dev.vedette.sentinel.decide.Event;
import dev.vedette.sentinel.decide.Failover;
import dev.vedette.sentinel.decide.Hello;
import dev.vedette.sentinel.decide.KnownSentinel;
import dev.vedette.sentinel.decide.Master;
import dev.vedette.sentinel.decide.Persisted;
import dev.vedette.sentinel.decide.State;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What must hold after every step of every sentinel, whatever happens around it. */
final class Invariants {

    private static final long NEWS_MS = 5000;

    private record Election(String master, long epoch) {}

    private record Ballot(String voter, String master, long epoch) {}

    private record Said(String sentinel, String master) {}

    private final World world;
    private final Map<Ballot, String> votes = new HashMap<>();
    private final Map<Election, String> leaders = new HashMap<>();
    private final Map<Election, Address> configurations = new HashMap<>();
    private final Set<Election> decreed = new HashSet<>();
    private final Map<Said, Long> saidConfigEpoch = new HashMap<>();
    private final Map<String, Long> saidCurrentEpoch = new HashMap<>();
    int promotions;
    int losses;
    int elections;

    Invariants(World world) {
        this.world = world;
    }

    void stepped(SimSentinel sentinel, State before, Event event, Decision decision) {
        State after = decision.state();
        epochsNeverFall(sentinel, before, after, event instanceof Event.HostMoved);
        if (decision.effects().isEmpty()) {
            return;
        }
        savedFirst(sentinel, before, decision);
        for (Effect effect : decision.effects()) {
            check(sentinel, before, after, event, effect);
        }
    }

    private void epochsNeverFall(SimSentinel sentinel, State before, State after, boolean moved) {
        require(after.currentEpoch() >= before.currentEpoch(), sentinel, "its current epoch fell");
        for (Master master : after.masters()) {
            Master was = before.masters().get(master.name());
            if (was == null) {
                continue;
            }
            require(master.configEpoch() >= was.configEpoch(), sentinel, "its configuration epoch fell");
            require(master.vote().epoch() >= was.vote().epoch(), sentinel, "the epoch of its vote fell");
            if (!moved && !master.currentAddress().equals(was.currentAddress())) {
                require(
                        master.configEpoch() > was.configEpoch()
                                || (master.configEpoch() == was.configEpoch()
                                        && decreed.contains(new Election(master.name(), master.configEpoch()))),
                        sentinel,
                        "it replaced configuration " + was.configEpoch() + " (" + was.currentAddress() + ") by "
                                + master.configEpoch() + " (" + master.currentAddress() + ")");
            }
        }
    }

    private void savedFirst(SimSentinel sentinel, State before, Decision decision) {
        boolean saved = decision.effects().getFirst() instanceof Effect.Persist;
        if (!saved) {
            boolean changed = before.currentEpoch() != decision.state().currentEpoch();
            for (Master master : decision.state().masters()) {
                Master was = before.masters().get(master.name());
                changed |= was == null
                        || was.configEpoch() != master.configEpoch()
                        || was.vote().epoch() != master.vote().epoch()
                        || !was.currentAddress().equals(master.currentAddress())
                        || was.replicas().size() != master.replicas().size()
                        || was.sentinels().size() != master.sentinels().size();
            }
            require(!changed, sentinel, "it changed what must survive without saving it first");
        }
        if (saved) {
            require(
                    ((Effect.Persist) decision.effects().getFirst()).persisted().equals(Persisted.of(decision.state())),
                    sentinel,
                    "it saved something else than its state");
        }
    }

    private void check(SimSentinel sentinel, State before, State after, Event event, Effect effect) {
        if (effect instanceof Effect.CastBallot e) {
            vote(sentinel, e.master(), e.epoch(), e.leader());
        } else if (effect instanceof Effect.AnswerMasterDown e && event instanceof Event.MasterDownAsked asked) {
            String leader = e.leader();
            for (Master master : after.masters()) {
                if (leader != null && master.node().address().equals(asked.address())) {
                    vote(sentinel, master.name(), e.leaderEpoch(), leader);
                }
            }
        } else if (effect instanceof Effect.Report e && e.type().equals("+elected-leader")) {
            elected(sentinel, before, after);
        } else if (effect instanceof Effect.Report e && e.type().equals("+lost-data")) {
            lostData(sentinel, e.text().split(" ")[1]);
        } else if (effect instanceof Effect.SlaveOf e && e.master() == null) {
            promoted(sentinel, before, after, e.link().master(), e.link().address());
        } else if (effect instanceof Effect.HandOver e) {
            promoted(sentinel, before, after, e.link().master(), e.replica());
        } else if (effect instanceof Effect.PublishHello e) {
            said(sentinel, e.hello());
        } else if (effect instanceof Effect.AnnounceSwitch e) {
            configured(sentinel, e.master(), e.epoch(), e.address());
        }
    }

    /** Somebody else of the group had data a moment ago, by the time that news take. */
    private void lostData(SimSentinel sentinel, String group) {
        Master watched = sentinel.state.masters().get(group);
        require(watched != null, sentinel, "it missed data in a group that it does not watch");
        Address master = watched == null ? null : watched.node().address();
        losses++;
        require(
                world.nodes.stream()
                        .anyMatch(node -> node.group.equals(group)
                                && !node.address.equals(master)
                                && ((node.up && node.data != 0) || node.heldDataMs >= world.now() - NEWS_MS)),
                sentinel,
                "it missed data in a group that has none");
    }

    private void promoted(SimSentinel sentinel, State before, State after, String name, Address replica) {
        Master was = before.masters().get(name);
        Master master = after.masters().get(name);
        require(was != null && master != null, sentinel, "it promoted in a group that it does not watch");
        if (was == null || master == null) {
            return;
        }
        // After a hand-over the new master is told once more what it is already, which may end the failover.
        boolean told = was.failover().handOver() == Failover.HandOver.ASKED
                && replica.equals(was.failover().promoted())
                && master.currentAddress().equals(replica);
        Failover failover = told ? was.failover() : master.failover();
        Election election = new Election(name, failover.epoch());
        require(
                failover.state() == Failover.State.WAIT_PROMOTION
                        && (sentinel.id.equals(leaders.get(election)) || decreed.contains(election)),
                sentinel,
                "it promoted without being the leader of epoch " + election.epoch());
        promotions += told ? 0 : 1;
    }

    private void vote(SimSentinel sentinel, String master, long epoch, String leader) {
        String earlier = votes.putIfAbsent(new Ballot(sentinel.id, master, epoch), leader);
        require(
                earlier == null || earlier.equals(leader),
                sentinel,
                "it voted twice in epoch " + epoch + ": for " + earlier + " and " + leader);
    }

    private void elected(SimSentinel sentinel, State before, State after) {
        for (Master master : after.masters()) {
            Master was = before.masters().get(master.name());
            Failover.State then =
                    was == null ? Failover.State.NONE : was.failover().state();
            boolean justNow = (then == Failover.State.NONE || then == Failover.State.WAIT_START)
                    && master.failover().state().compareTo(Failover.State.WAIT_START) > 0;
            if (!justNow) {
                continue;
            }
            Election election = new Election(master.name(), master.failover().epoch());
            int votesForIt = 1;
            for (KnownSentinel other : master.sentinels()) {
                if (other.votedEpoch() == election.epoch() && sentinel.id.equals(other.votedLeader())) {
                    votesForIt++;
                }
            }
            if (votesForIt < Math.max(master.majority(), master.settings().quorum())) {
                require(master.failover().forced(), sentinel, "it leads without a majority");
                decreed.add(election);
                continue;
            }
            String other = leaders.putIfAbsent(election, sentinel.id);
            require(
                    other == null || other.equals(sentinel.id),
                    sentinel,
                    "epoch " + election.epoch() + " has two leaders");
            elections++;
        }
    }

    private void said(SimSentinel sentinel, Hello hello) {
        long current = saidCurrentEpoch.merge(sentinel.id, hello.currentEpoch(), Math::max);
        require(hello.currentEpoch() >= current, sentinel, "it said a lower current epoch than before");
        long config = saidConfigEpoch.merge(new Said(sentinel.id, hello.master()), hello.configEpoch(), Math::max);
        require(hello.configEpoch() >= config, sentinel, "it said a lower configuration epoch than before");
        configured(sentinel, hello.master(), hello.configEpoch(), hello.masterAddress());
    }

    private void configured(SimSentinel sentinel, String master, long epoch, Address address) {
        Election election = new Election(master, epoch);
        if (epoch > 0 && !decreed.contains(election)) {
            Address earlier = configurations.putIfAbsent(election, address);
            require(
                    earlier == null || earlier.equals(address),
                    sentinel,
                    "configuration " + epoch + " is both " + earlier + " and " + address);
        }
    }

    private void require(boolean holds, SimSentinel sentinel, String otherwise) {
        if (!holds) {
            throw new AssertionError(sentinel.name() + " at " + world.now() + " ms: " + otherwise);
        }
    }
}
