package dev.vedette.sentinel.decide;

/**
 * Gaps in our own life (stopped, swapped out, starved). Whoever slept cannot say that the others were silent: time that
 * passed between two of our steps, beyond what a tick may be late, is held against nobody.
 *
 * <p>After a long gap there is TILT besides, as in Redis: for a while we observe, answer and vote, but judge and order
 * nothing. Redis stays in it for 30 s, because it does not correct its suspicions; here a second is enough, in which
 * everyone is asked anew, so that a master that dies right after the gap is replaced in its usual time.
 *
 * <p>Unlike Redis the gap is noticed at the first event after it, not at the first tick: an answer that waited in a
 * socket cannot slip through with a stale verdict. And since no deadline is reckoned in wall-clock time, a jump of the
 * wall clock is no reason for TILT.
 */
final class Tilt {

    /** A tick that is late by no more than this is no gap. */
    private static final long LATE_TICK_MS = 2 * Rules.TICK_MS;

    private Tilt() {}

    static void notice(Turn t) {
        State state = t.state;
        if (state.tickMs() == Moment.NEVER) {
            return;
        }
        long gap = t.at.since(state.tickMs());
        if (gap >= 0 && gap <= Math.min(t.rules.tiltTriggerMs(), Rules.TICK_MS + LATE_TICK_MS)) {
            return;
        }
        excuseEveryone(t, Math.max(0, gap));
        t.state = t.state.ticked(t.now());
        if (gap < 0 || gap > t.rules.tiltTriggerMs()) {
            t.state = t.state.tilted(true, t.now());
            t.report("+tilt", "#tilt mode entered");
        }
    }

    private static void excuseEveryone(Turn t, long gapMs) {
        for (int i = 0; i < t.state.masters().size(); i++) {
            Master master = t.state.masters().at(i);
            master = master.with(excused(t, master.node(), gapMs));
            for (int j = 0; j < master.replicas().size(); j++) {
                Replica replica = master.replicas().at(j);
                master = master.with(replica.with(excused(t, replica.node(), gapMs)));
            }
            t.put(master);
        }
        for (int i = 0; i < t.state.peers().size(); i++) {
            Peer peer = t.state.peers().at(i);
            t.state = t.state.with(peer.with(peer.link().excused(gapMs, t.now())));
        }
    }

    private static DataNode excused(Turn t, DataNode node, long gapMs) {
        return node.with(node.link().excused(gapMs, t.now()));
    }

    static void leaveIfOver(Turn t) {
        if (t.state.tilt() && t.at.since(t.state.tiltSinceMs()) >= t.rules.tiltPeriodMs()) {
            t.state = t.state.tilted(false, Moment.NEVER);
            t.report("-tilt", "#tilt mode exited");
        }
    }
}
