package dev.vedette.sentinel.decide;

import static dev.vedette.sentinel.decide.Moment.NEVER;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A failover that this sentinel leads or wants to lead, and when the next may begin. The transitions are in the table
 * of the package description.
 *
 * @param state how far it is
 * @param epoch its epoch, that of the election
 * @param startedMs when the last one began, NEVER if none did
 * @param stateSinceMs since when {@link #state} holds
 * @param forced asked for by SENTINEL FAILOVER
 * @param promoted the chosen replica, from {@link State#SEND_SLAVEOF_NOONE} on
 * @param notBeforeMs no failover of our own starts before this
 * @param attempts elections lost in a row, for the spread of the retry delay
 * @param orderedMs when SLAVEOF NO ONE was last sent
 * @param handOver whether the living master is asked to change places with the replica, and how that stands
 * @param delayLogged the delay until {@link #notBeforeMs} has been logged
 */
public record Failover(
        State state,
        long epoch,
        long startedMs,
        long stateSinceMs,
        boolean forced,
        @Nullable Address promoted,
        long notBeforeMs,
        int attempts,
        long orderedMs,
        HandOver handOver,
        boolean delayLogged) {

    /** No failover, and none forbidden. */
    public static final Failover NONE =
            new Failover(State.NONE, 0, NEVER, NEVER, false, null, NEVER, 0, NEVER, HandOver.NOT_ASKED, false);

    /** How a planned failover gets the living master to lose nothing. */
    public enum HandOver {
        /** Nothing asked: there is no living master, or it is not yet time. */
        NOT_ASKED,
        /** FAILOVER was sent. */
        ASKED,
        /** The master would not: the replica is promoted without it, as in Redis. */
        REFUSED
    }

    /** States in the order in which they are passed; {@link #word()} is what SENTINEL MASTER shows. */
    public enum State {
        /** No failover. */
        NONE("none"),
        /** Candidate: waits to be elected. */
        WAIT_START("wait_start"),
        /** Elected: gathers fresh INFOs and chooses. */
        SELECT_SLAVE("select_slave"),
        /** Chosen: waits for a connection to say SLAVEOF NO ONE. */
        SEND_SLAVEOF_NOONE("send_slaveof_noone"),
        /** Said: waits for INFO to report role:master. */
        WAIT_PROMOTION("wait_promotion"),
        /** There is a new master: points the other replicas to it. */
        RECONF_SLAVES("reconf_slaves"),
        /** Done: the master's address changes within the same step. */
        UPDATE_CONFIG("update_config");

        private final String word;

        State(String word) {
            this.word = word;
        }

        /** As in SENTINEL MASTER's failover-state. */
        public String word() {
            return word;
        }
    }

    /** Whether one is under way. */
    public boolean inProgress() {
        return state != State.NONE;
    }

    static Failover start(long epoch, boolean forced, int attempts, long nowMs) {
        return new Failover(
                State.WAIT_START, epoch, nowMs, nowMs, forced, null, NEVER, attempts, NEVER, HandOver.NOT_ASKED, false);
    }

    Failover to(State next, long nowMs) {
        return but(d -> {
            d.state = next;
            d.stateSinceMs = nowMs;
        });
    }

    Failover promoting(Address chosen) {
        return but(d -> d.promoted = chosen);
    }

    Failover ordered(long nowMs) {
        return but(d -> d.orderedMs = nowMs);
    }

    Failover handingOver(HandOver how) {
        return but(d -> d.handOver = how);
    }

    Failover logged() {
        return but(d -> d.delayLogged = true);
    }

    /** Another sentinel leads: no start of our own before that time. */
    Failover notBefore(long ms) {
        return but(d -> {
            d.notBeforeMs = ms;
            d.delayLogged = false;
        });
    }

    /** Given up; the next may start at that time. */
    Failover aborted(long nextMs, int lost, long nowMs) {
        return new Failover(
                State.NONE, epoch, startedMs, nowMs, false, null, nextMs, lost, NEVER, HandOver.NOT_ASKED, false);
    }

    private Failover but(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.done();
    }

    /** See the package description for what drafts are for. */
    private static final class Draft {
        State state;
        long epoch;
        long startedMs;
        long stateSinceMs;
        boolean forced;

        @Nullable
        Address promoted;

        long notBeforeMs;
        int attempts;
        long orderedMs;
        HandOver handOver;
        boolean delayLogged;

        Draft(Failover from) {
            state = from.state;
            epoch = from.epoch;
            startedMs = from.startedMs;
            stateSinceMs = from.stateSinceMs;
            forced = from.forced;
            promoted = from.promoted;
            notBeforeMs = from.notBeforeMs;
            attempts = from.attempts;
            orderedMs = from.orderedMs;
            handOver = from.handOver;
            delayLogged = from.delayLogged;
        }

        Failover done() {
            return new Failover(
                    state,
                    epoch,
                    startedMs,
                    stateSinceMs,
                    forced,
                    promoted,
                    notBeforeMs,
                    attempts,
                    orderedMs,
                    handOver,
                    delayLogged);
        }
    }
}
