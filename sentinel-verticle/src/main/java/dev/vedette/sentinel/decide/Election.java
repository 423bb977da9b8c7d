package dev.vedette.sentinel.decide;

import dev.vedette.sentinel.decide.Failover.State;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Who may fail a master over. Each sentinel votes at most once per master and epoch; a leader needs max(quorum,
 * majority of all known sentinels), so no epoch has two.
 *
 * <p>Votes come and go through two doors, ballots on the Hazelcast bus and is-master-down-by-addr, and both end in the
 * one {@link Vote}. The step that casts a vote begins with {@link Effect.Persist}.
 *
 * <p>Differences from Redis: a candidate that can no longer win gives up at once and tries again after a short random
 * delay, not after twice the failover-timeout; a voter that sees its choice go down need not wait; a sentinel that
 * knows of a candidature in the current epoch joins it instead of starting another; and the sentinels stand in the order
 * of their ids, so that votes are hardly ever split.
 */
final class Election {

    /** Each sentinel leaves those before it so long to ask for its vote. */
    private static final long TURN_MS = 100;

    private Election() {}

    // ------------------------------------------------------------------ voting

    static void newEpoch(Turn t, Master master, long epoch) {
        t.state = t.state.at(epoch);
        t.save();
        t.report(Effect.Level.WARNING, "+new-epoch", master, String.valueOf(epoch));
    }

    /**
     * Votes for the candidate unless we have voted for this master in that epoch or a later one, or know a
     * configuration as new. {@link Master#vote()} of the result says for whom we did vote.
     *
     * <p>Redis also refuses when the epoch is below its current one. That one is shared by all masters, so that two
     * failovers at once would hinder each other; what safety needs is only that the master's own epochs rise.
     */
    static Master vote(Turn t, Master before, long epoch, String candidate) {
        Master master = before;
        if (epoch > t.state.currentEpoch()) {
            newEpoch(t, master, epoch);
        }
        if (master.vote().epoch() >= epoch || master.configEpoch() >= epoch) {
            return master;
        }
        master = master.with(new Vote(candidate, epoch));
        t.save();
        t.report(Effect.Level.WARNING, "+vote-for-leader", master, candidate + " " + epoch);
        t.act(new Effect.CastBallot(master.name(), epoch, t.state.myId(), candidate));
        return candidate.equals(t.state.myId()) ? master : standBack(t, master, before.vote());
    }

    /**
     * We voted for another: it gets its time, and a candidature of our own in an older epoch is over. The time is
     * longer than {@link FailoverSteps#mandateMs}, so that a leader's first order never overlaps our attempt. A
     * candidate that asks again and again without ever winning does not prolong it.
     */
    private static Master standBack(Turn t, Master before, Vote lastVote) {
        Master master = before;
        Failover failover = master.failover();
        if (failover.state() == State.WAIT_START
                || failover.state() == State.SELECT_SLAVE
                || failover.state() == State.SEND_SLAVEOF_NOONE) {
            t.warn("-failover-abort-not-elected", master);
            master = FailoverSteps.abort(t, master, 0, 0);
            failover = master.failover();
        }
        boolean ownRetry = lastVote.leader() == null || t.state.myId().equals(lastVote.leader());
        if (failover.notBeforeMs() <= t.now() || ownRetry) {
            failover = failover.notBefore(t.now() + 2 * electionMs(t, master) + t.at.random(Rules.MAX_DESYNC_MS));
        }
        return master.with(failover);
    }

    /** How long a candidate waits for votes. */
    static long electionMs(Turn t, Master master) {
        return Math.min(t.rules.electionTimeoutMs(), master.settings().failoverTimeoutMs());
    }

    /** A ballot from the Hazelcast map. A sentinel's vote for itself is its candidature. */
    static void ballot(Turn t, Event.BallotSeen event) {
        Master master = t.master(event.master());
        KnownSentinel voter = master == null ? null : master.sentinels().get(event.voter());
        if (master == null || voter == null) {
            return; // Our own, or of one that does not count among the known.
        }
        if (event.epoch() > t.state.currentEpoch()) {
            newEpoch(t, master, event.epoch());
        }
        if (event.epoch() > voter.votedEpoch()) {
            master = master.with(voter.voted(event.leader(), event.epoch(), t.now()));
        }
        // The ballot does not say which address is to be failed over; only if we miss the same master is it ours. In
        // all other cases the candidate asks by is-master-down-by-addr too, with the address.
        boolean candidature = event.voter().equals(event.leader());
        if (candidature && master.node().health().down() && !t.state.tilt()) {
            master = vote(t, master, event.epoch(), event.leader());
        }
        t.put(master);
    }

    // ------------------------------------------------------------------ candidature

    static Master startIfNeeded(Turn t, Master before) {
        Master master = before;
        Failover failover = master.failover();
        boolean handedOver = Selection.handedOverTo(t, master) != null;
        if ((!master.down().down() && !handedOver) || failover.inProgress()) {
            return master;
        }
        String leader = master.vote().leader();
        // Not sooner, or two that hear each other only half would depose each other with every vote.
        boolean hadItsTime = t.now() >= failover.notBeforeMs() - electionMs(t, master);
        boolean leaderGone = hadItsTime && Suspicion.isDown(master, leader);
        if (t.now() < failover.notBeforeMs() && !leaderGone) {
            return logDelay(t, master);
        }
        for (KnownSentinel sentinel : master.sentinels()) {
            if (sentinel.runId().equals(sentinel.votedLeader())
                    && t.at.since(sentinel.votedMs()) < Rules.MAX_DESYNC_MS
                    && sentinel.votedEpoch() > Math.max(master.vote().epoch(), master.configEpoch())
                    && !sentinel.health().down()) {
                return vote(t, master, sentinel.votedEpoch(), sentinel.runId());
            }
        }
        long sinceMs = handedOver ? master.node().roleSinceMs() : master.down().downSinceMs();
        if (t.at.since(sinceMs) < turnMs(t, master)) {
            return master;
        }
        return start(t, master, false);
    }

    /**
     * How long we leave a thing that all sentinels see to those before us, which have a smaller id and seem to be alive.
     * All see a death in the same millisecond; if all stood at once, the votes would be split every time.
     */
    static long turnMs(Turn t, Master master) {
        int before = 0;
        for (KnownSentinel sentinel : master.sentinels()) {
            if (!sentinel.health().down() && sentinel.runId().compareTo(t.state.myId()) < 0) {
                before++;
            }
        }
        return before * TURN_MS;
    }

    /** Begins a failover: a new epoch, and for us. */
    static Master start(Turn t, Master before, boolean forced) {
        long epoch = t.state.currentEpoch() + 1;
        newEpoch(t, before, epoch);
        t.warn("+try-failover", before);
        Master master =
                before.with(Failover.start(epoch, forced, before.failover().attempts(), t.now()));
        master = vote(t, master, epoch, t.state.myId());
        return Suspicion.ask(t, master, true);
    }

    private static Master logDelay(Turn t, Master master) {
        Failover failover = master.failover();
        long delayMs = failover.notBeforeMs() - t.now();
        if (failover.delayLogged() || delayMs <= Rules.MAX_DESYNC_MS) {
            return master;
        }
        String date = DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ROOT)
                .withZone(t.rules.zone())
                .format(Instant.ofEpochMilli(t.at.wallMs() + delayMs));
        t.log("Next failover delay: I will not start a failover before " + date);
        return master.with(failover.logged());
    }

    // ------------------------------------------------------------------ counting

    /** How an election stands for us. */
    enum Tally {
        /** Enough votes. */
        WON,
        /** Not enough yet. */
        OPEN,
        /** Too many went elsewhere. */
        LOST
    }

    static Tally tally(Turn t, Master master) {
        long epoch = master.failover().epoch();
        String me = t.state.myId();
        int mine = 0;
        int undecided = 0;
        if (master.vote().epoch() == epoch && me.equals(master.vote().leader())) {
            mine++;
        }
        for (KnownSentinel sentinel : master.sentinels()) {
            if (sentinel.votedEpoch() == epoch && me.equals(sentinel.votedLeader())) {
                mine++;
            } else if (sentinel.votedEpoch() < epoch) {
                undecided++;
            }
        }
        int needed = Math.max(master.majority(), master.settings().quorum());
        if (mine >= needed) {
            return Tally.WON;
        }
        boolean superseded = master.configEpoch() >= epoch || master.vote().epoch() > epoch;
        return superseded || mine + undecided < needed ? Tally.LOST : Tally.OPEN;
    }
}
