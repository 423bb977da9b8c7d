package dev.vedette.sentinel.decide;

/**
 * TILT: after a gap in our own life (stopped, swapped out, starved) everything looks timed out. For a while we then
 * observe, answer and vote, but judge and order nothing.
 *
 * <p>Unlike Redis the gap is noticed at the first event after it, not at the first tick: an answer that waited in a
 * socket cannot slip through with a stale verdict. And since no deadline is reckoned in wall-clock time, a jump of the
 * wall clock is no reason for TILT.
 */
final class Tilt {

    private Tilt() {}

    static void notice(Turn t) {
        State state = t.state;
        if (state.tickMs() == Moment.NEVER) {
            return;
        }
        long gap = t.at.since(state.tickMs());
        if (gap < 0 || gap > t.rules.tiltTriggerMs()) {
            t.state = state.tilted(true, t.now()).ticked(t.now());
            t.report("+tilt", "#tilt mode entered");
        }
    }

    static void leaveIfOver(Turn t) {
        if (t.state.tilt() && t.at.since(t.state.tiltSinceMs()) >= t.rules.tiltPeriodMs()) {
            t.state = t.state.tilted(false, Moment.NEVER);
            t.report("-tilt", "#tilt mode exited");
        }
    }
}
