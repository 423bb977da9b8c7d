package dev.vedette.sentinel.decide;

import static dev.vedette.sentinel.decide.Moment.NEVER;

/**
 * What is known of the connections to one instance and of its answers to PING. All times are monotonic milliseconds or
 * {@link Moment#NEVER}.
 *
 * @param command state of the command connection
 * @param commandSinceMs when {@link #command} last changed
 * @param pubsub state of the subscription; {@link Wire#CLOSED} for ever towards a sentinel
 * @param pubsubSinceMs when {@link #pubsub} last changed
 * @param pubsubHeardMs last message on the subscription; our own hellos come back on it and count
 * @param reconnectMs last attempt to connect either
 * @param unansweredPingMs when the oldest PING without an acceptable answer was sent, NEVER if none waits; set at
 *     creation too, so that an instance that cannot be reached at all goes down as well
 * @param pingMs last PING sent
 * @param pongMs last answer to PING, whatever it said
 * @param availableMs last acceptable answer (PONG, LOADING, MASTERDOWN)
 */
public record Link(
        Wire command,
        long commandSinceMs,
        Wire pubsub,
        long pubsubSinceMs,
        long pubsubHeardMs,
        long reconnectMs,
        long unansweredPingMs,
        long pingMs,
        long pongMs,
        long availableMs) {

    /** State of one connection. */
    public enum Wire {
        /** Not there. */
        CLOSED,
        /** Asked for by {@link Effect.Connect}, not yet answered. */
        OPENING,
        /** {@link Event.LinkUp} came. */
        OPEN
    }

    /** The link of an instance that has just been learnt of. */
    public static Link created(long nowMs) {
        return new Link(Wire.CLOSED, NEVER, Wire.CLOSED, NEVER, NEVER, NEVER, nowMs, NEVER, nowMs, nowMs);
    }

    /** Whether commands can be sent. */
    public boolean connected() {
        return command == Wire.OPEN;
    }
}
