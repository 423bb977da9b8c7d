package dev.vedette.sentinel.decide;

import static dev.vedette.sentinel.decide.Moment.NEVER;

import org.jspecify.annotations.Nullable;

/**
 * Who is down: subjectively (it does not answer us), objectively (enough sentinels say so), and the question by which
 * we learn what the others think.
 */
final class Suspicion {

    /** An opinion older than so many ask periods does not count. */
    private static final int OPINION_PERIODS = 5;

    private Suspicion() {}

    // ------------------------------------------------------------------ subjectively down

    /** Judges the replicas and sentinels of a master. */
    static Master members(Turn t, Master before) {
        Master master = before;
        long downAfterMs = master.settings().downAfterMs();
        for (int i = 0; i < master.replicas().size(); i++) {
            Replica replica = master.replicas().at(i);
            DataNode node = replica.node();
            Health health = judged(t, node.health(), isSilent(t, master, node.link()));
            if (!Turn.unchanged(health, node.health())) {
                t.warn(health.down() ? "+sdown" : "-sdown", master, replica);
                node = node.with(health);
                master = master.with(replica.with(health.down() ? node : node.scriptKilled(false)));
            }
        }
        for (int i = 0; i < master.sentinels().size(); i++) {
            KnownSentinel sentinel = master.sentinels().at(i);
            Peer peer = t.state.peers().get(sentinel.runId());
            boolean silent = peer != null && peer.link().silentMs(t.now()) > downAfterMs;
            Health health = judged(t, sentinel.health(), silent);
            if (!Turn.unchanged(health, sentinel.health())) {
                t.report(Effect.Level.WARNING, health.down() ? "+sdown" : "-sdown", master, t.name(master, sentinel));
                master = master.with(sentinel.with(health));
            }
        }
        return master;
    }

    /** Judges the master itself. */
    static Master master(Turn t, Master before) {
        Master master = LostData.judge(t, before);
        DataNode node = master.node();
        long downAfterMs = master.settings().downAfterMs();
        boolean silent = isSilent(t, master, node.link());
        boolean turnedReplica = node.role() == Info.Role.REPLICA
                && t.at.since(node.roleSinceMs()) > downAfterMs + 2 * t.rules.infoPeriodMs();
        boolean rebooting = master.rebootSinceMs() != NEVER
                && t.at.since(master.rebootSinceMs()) > master.settings().rebootDownAfterMs();
        boolean withoutData = LostData.isCertain(master) || (node.health().down() && LostData.isBeingAsked(t, master));
        Health health = judged(t, node.health(), silent || turnedReplica || rebooting || withoutData);
        if (!Turn.unchanged(health, node.health())) {
            t.warn(health.down() ? "+sdown" : "-sdown", master);
            node = node.with(health);
            master = master.with(health.down() ? node : node.scriptKilled(false));
            if (health.down()) {
                // Whoever may have to be promoted: know it freshly before the others agree.
                master = Probing.askReplicas(t, master);
            }
        }
        return objectively(t, master);
    }

    /** Whether a node has not answered for too long, or for long enough when there is a sign that it is gone. */
    private static boolean isSilent(Turn t, Master master, Link link) {
        Settings settings = master.settings();
        return link.silentMs(t.now()) > settings.downAfterMs()
                || (settings.hintMs() > 0 && link.goneForMs(t.now()) > settings.hintMs());
    }

    /** How long until a master that is silent now will have been so for too long; at least 1. */
    static long nextVerdictMs(Turn t) {
        long nextMs = Long.MAX_VALUE;
        for (int i = 0; i < t.state.masters().size(); i++) {
            Master master = t.state.masters().at(i);
            Settings settings = master.settings();
            Link link = master.node().link();
            if (master.node().health().down()) {
                continue;
            }
            long silentMs = link.silentMs(t.now());
            if (silentMs > 0) {
                nextMs = Math.min(nextMs, settings.downAfterMs() - silentMs + 1);
            }
            long goneForMs = link.goneForMs(t.now());
            if (goneForMs > 0 && settings.hintMs() > 0) {
                nextMs = Math.min(nextMs, settings.hintMs() - goneForMs + 1);
            }
        }
        return Math.max(1, nextMs);
    }

    private static Health judged(Turn t, Health before, boolean down) {
        if (down == before.down()) {
            return before;
        }
        return down ? before.goneDown(t.now()) : before.back();
    }

    // ------------------------------------------------------------------ objectively down

    private static Master objectively(Turn t, Master master) {
        int agreeing = 0;
        if (master.node().health().down()) {
            agreeing = 1;
            for (KnownSentinel sentinel : master.sentinels()) {
                if (sentinel.masterDown() && t.at.since(sentinel.answeredMs()) <= opinionMs(t)) {
                    agreeing++;
                }
            }
        }
        int quorum = master.settings().quorum();
        boolean down = agreeing > 0 && agreeing >= quorum;
        if (down == master.down().down()) {
            return master;
        }
        if (down) {
            t.report(Effect.Level.WARNING, "+odown", master, t.name(master) + " #quorum " + agreeing + "/" + quorum);
            return master.with(master.down().goneDown(t.now()));
        }
        t.warn("-odown", master);
        return master.with(master.down().back());
    }

    private static long opinionMs(Turn t) {
        return OPINION_PERIODS * t.rules.askPeriodMs();
    }

    // ------------------------------------------------------------------ asking the others

    /**
     * Asks the sentinels whose answer is not fresh whether the master is down, and as a candidate or leader for their
     * vote.
     *
     * @param all ask everyone, however fresh the answer
     */
    static Master ask(Turn t, Master before, boolean all) {
        Master master = before;
        boolean seekingVotes = seekingVotes(master.failover());
        boolean asking = master.node().health().down() || seekingVotes;
        for (int i = 0; i < master.sentinels().size(); i++) {
            KnownSentinel sentinel = master.sentinels().at(i);
            if (sentinel.masterDown() && t.at.since(sentinel.answeredMs()) > opinionMs(t)) {
                sentinel = sentinel.silenced(sentinel.askedMs());
                master = master.with(sentinel);
            }
            Peer peer = t.state.peers().get(sentinel.runId());
            if (!asking || peer == null || !peer.link().connected()) {
                continue;
            }
            long lastMs = Math.max(sentinel.answeredMs(), sentinel.askedMs());
            if (all || t.at.since(lastMs) >= t.rules.askPeriodMs()) {
                t.act(new Effect.AskMasterDown(
                        peer.linkId(),
                        master.name(),
                        master.node().address(),
                        seekingVotes ? master.failover().epoch() : t.state.currentEpoch(),
                        seekingVotes ? t.state.myId() : null));
                master = master.with(sentinel.asked(t.now()));
            }
        }
        return master;
    }

    private static boolean seekingVotes(Failover failover) {
        return switch (failover.state()) {
            case WAIT_START, SELECT_SLAVE, SEND_SLAVEOF_NOONE, WAIT_PROMOTION -> true;
            case NONE, RECONF_SLAVES, UPDATE_CONFIG -> false;
        };
    }

    /** What another sentinel answered. */
    static void answered(Turn t, Event.MasterDownAnswered event) {
        Master master = t.master(event.master());
        KnownSentinel sentinel = master == null ? null : master.sentinels().get(event.sentinel());
        if (master == null || sentinel == null || sentinel.askedMs() == NEVER) {
            return; // Not asked since the last switch: the answer is about the master before.
        }
        sentinel = sentinel.answered(event.down(), t.now());
        String leader = event.leader();
        if (leader != null) {
            if (sentinel.votedEpoch() != event.leaderEpoch()) {
                t.log(sentinel.runId() + " voted for " + leader + " " + event.leaderEpoch());
            }
            if (event.leaderEpoch() >= sentinel.votedEpoch()) {
                sentinel = sentinel.voted(leader, event.leaderEpoch(), t.now());
            }
        }
        master = master.with(sentinel);
        if (event.leaderEpoch() > t.state.currentEpoch()) {
            Election.newEpoch(t, master, event.leaderEpoch());
        }
        t.put(master);
    }

    /** Another sentinel asks. In TILT nothing is down for us; our vote it gets all the same. */
    static void answer(Turn t, Event.MasterDownAsked event) {
        Master master = null;
        for (Master candidate : t.state.masters()) {
            if (candidate.node().address().equals(event.address())) {
                master = candidate;
                break;
            }
        }
        boolean down =
                master != null && !t.state.tilt() && master.node().health().down();
        String leader = null;
        long leaderEpoch = 0;
        String candidate = event.candidate();
        if (master != null && candidate != null) {
            master = Election.vote(t, master, event.epoch(), candidate);
            t.put(master);
            leader = master.vote().leader();
            leaderEpoch = master.vote().epoch();
        }
        t.act(new Effect.AnswerMasterDown(event.requestId(), down, leader, leaderEpoch));
    }

    /** Whether the configured master can be relied upon when we put others right after it. */
    static boolean looksSane(Turn t, Master master) {
        DataNode node = master.node();
        return node.role() == Info.Role.MASTER
                && !node.health().down()
                && !master.down().down()
                && t.at.since(node.infoMs()) < 2 * t.rules.infoPeriodMs();
    }

    /** Whether the sentinel with that id does not answer us; false for one that we do not know. */
    static boolean isDown(Master master, @Nullable String runId) {
        KnownSentinel sentinel = runId == null ? null : master.sentinels().get(runId);
        return sentinel != null && sentinel.health().down();
    }
}
