package dev.vedette.sentinel.decide;

import static dev.vedette.sentinel.decide.Moment.NEVER;

import dev.vedette.sentinel.decide.LinkId.Channel;

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
 * @param unansweredPingMs since when an acceptable answer is missing: the oldest PING without one was sent then, or the
 *     connection was lost, or (at creation) it was to be made; NEVER if nothing is missing. Not the last answer: of the
 *     time between that and the next question nothing is known, so nothing is held against the instance. Time in which
 *     this process itself stood still is taken out, see {@link #excused}
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

    boolean anyClosed(boolean wantsPubsub) {
        return command == Wire.CLOSED || (wantsPubsub && pubsub == Wire.CLOSED);
    }

    Wire wire(Channel channel) {
        return channel == Channel.COMMAND ? command : pubsub;
    }

    Link with(Channel channel, Wire wire, long nowMs) {
        return channel == Channel.COMMAND
                ? new Link(
                        wire,
                        nowMs,
                        pubsub,
                        pubsubSinceMs,
                        pubsubHeardMs,
                        reconnectMs,
                        wire == Wire.CLOSED && unansweredPingMs == NEVER ? nowMs : unansweredPingMs,
                        pingMs,
                        pongMs,
                        availableMs)
                : new Link(
                        command,
                        commandSinceMs,
                        wire,
                        nowMs,
                        nowMs,
                        reconnectMs,
                        unansweredPingMs,
                        pingMs,
                        pongMs,
                        availableMs);
    }

    Link reconnecting(long nowMs) {
        return new Link(
                command,
                commandSinceMs,
                pubsub,
                pubsubSinceMs,
                pubsubHeardMs,
                nowMs,
                unansweredPingMs,
                pingMs,
                pongMs,
                availableMs);
    }

    Link heard(long nowMs) {
        return new Link(
                command,
                commandSinceMs,
                pubsub,
                pubsubSinceMs,
                nowMs,
                reconnectMs,
                unansweredPingMs,
                pingMs,
                pongMs,
                availableMs);
    }

    private Link pings(long unanswered, long ping, long pong, long available) {
        return new Link(
                command,
                commandSinceMs,
                pubsub,
                pubsubSinceMs,
                pubsubHeardMs,
                reconnectMs,
                unanswered,
                ping,
                pong,
                available);
    }

    Link pinged(long nowMs) {
        return pings(unansweredPingMs == NEVER ? nowMs : unansweredPingMs, nowMs, pongMs, availableMs);
    }

    Link answered(boolean acceptable, long nowMs) {
        return acceptable ? pings(NEVER, pingMs, nowMs, nowMs) : pings(unansweredPingMs, pingMs, nowMs, availableMs);
    }

    /**
     * The connections stay, the suspicion starts anew. Over an open connection nothing is missing until the next PING,
     * which is due at once.
     */
    Link pardoned(long nowMs) {
        return pings(connected() ? NEVER : nowMs, NEVER, NEVER, nowMs);
    }

    /** The same, after this process stood still for so long: of that time nothing is held against the instance. */
    Link excused(long gapMs, long nowMs) {
        return unansweredPingMs == NEVER
                ? this
                : pings(Math.min(nowMs, unansweredPingMs + gapMs), pingMs, pongMs, availableMs);
    }

    /** How long an acceptable answer has been missing, 0 when all is well. */
    long silentMs(long nowMs) {
        return unansweredPingMs == NEVER ? 0 : nowMs - unansweredPingMs;
    }
}
