package dev.vedette.sentinel.decide;

import java.util.Set;

/**
 * Everything that a sentinel knows. Immutable; {@link Sentinel#step} makes the next one.
 *
 * @param myId this sentinel's 40-character id
 * @param currentEpoch highest epoch ever seen; never falls, persisted
 * @param masters by name
 * @param peers other sentinels by id, over all masters
 * @param tilt in TILT: observing, not acting
 * @param tiltSinceMs since when
 * @param tickMs last tick, NEVER before {@link Event.Started}
 * @param simulatedFailures what SENTINEL SIMULATE-FAILURE asked for
 */
public record State(
        String myId,
        long currentEpoch,
        Roster<String, Master> masters,
        Roster<String, Peer> peers,
        boolean tilt,
        long tiltSinceMs,
        long tickMs,
        Set<SimulatedFailure> simulatedFailures) {

    /** SENTINEL SIMULATE-FAILURE. */
    public enum SimulatedFailure {
        /** Crash right after +elected-leader. */
        CRASH_AFTER_ELECTION,
        /** Crash right after +promoted-slave. */
        CRASH_AFTER_PROMOTION
    }

    State at(long epoch) {
        return new State(myId, epoch, masters, peers, tilt, tiltSinceMs, tickMs, simulatedFailures);
    }

    State with(Master master) {
        return new State(myId, currentEpoch, masters.with(master), peers, tilt, tiltSinceMs, tickMs, simulatedFailures);
    }

    State without(Master master) {
        return new State(
                myId,
                currentEpoch,
                masters.without(master.name()),
                peers,
                tilt,
                tiltSinceMs,
                tickMs,
                simulatedFailures);
    }

    State with(Peer peer) {
        return new State(myId, currentEpoch, masters, peers.with(peer), tilt, tiltSinceMs, tickMs, simulatedFailures);
    }

    State without(Peer peer) {
        return new State(
                myId, currentEpoch, masters, peers.without(peer.runId()), tilt, tiltSinceMs, tickMs, simulatedFailures);
    }

    State tilted(boolean now, long sinceMs) {
        return new State(myId, currentEpoch, masters, peers, now, sinceMs, tickMs, simulatedFailures);
    }

    State ticked(long nowMs) {
        return new State(myId, currentEpoch, masters, peers, tilt, tiltSinceMs, nowMs, simulatedFailures);
    }

    State failing(Set<SimulatedFailure> failures) {
        return new State(myId, currentEpoch, masters, peers, tilt, tiltSinceMs, tickMs, failures);
    }
}
