package dev.vedette.console.observe;

import java.util.List;
import java.util.Map;

/**
 * One failover, from the first suspicion to its end, with all that the sentinels said about it.
 *
 * @param number counts from 1
 * @param master the name under which the sentinels guard it
 * @param oldMaster id of the master at the beginning
 * @param newMaster id of the chosen replica or new master; empty while not known
 * @param leader id of the sentinel that leads it; empty while not known
 * @param phase how far it is
 * @param milestones when each step was first seen, in the console's clock, in the order of {@link Step}
 * @param startedMillis first event
 * @param lastMillis latest event
 * @param events all events, oldest first, at most {@link FailoverLog#EVENTS_MAX}
 */
public record Failover(
        long number,
        String master,
        String oldMaster,
        String newMaster,
        String leader,
        Phase phase,
        Map<Step, Long> milestones,
        long startedMillis,
        long lastMillis,
        List<SeenEvent> events) {

    /** How far a failover is. */
    public enum Phase {
        /** At least one sentinel has no answer from the master. */
        SUSPECTED,
        /** Enough sentinels agree that it is down. */
        AGREED,
        /** The sentinels elect the one that leads the failover. */
        ELECTING,
        /** The leader chooses a replica and promotes it. */
        PROMOTING,
        /** The new master is there; the other replicas are pointed to it. */
        RECONFIGURING,
        /** The new master's address is announced and the failover is over. */
        DONE,
        /** The leader gave up. */
        ABORTED,
        /** The master answered again before anything was changed. */
        CLEARED;

        /** True while more is to come. */
        public boolean isRunning() {
            return ordinal() < DONE.ordinal();
        }
    }

    /** The steps whose times are worth knowing. */
    public enum Step {
        SDOWN,
        ODOWN,
        TRY,
        ELECTED,
        SELECTED,
        PROMOTED,
        SWITCHED,
        END
    }

    /** Milliseconds from the first sign to the announcement of the new master (or until the latest event). */
    public long durationMillis() {
        Long switched = milestones.get(Step.SWITCHED);
        return (switched == null ? lastMillis : switched) - startedMillis;
    }
}
