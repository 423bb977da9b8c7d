package dev.vedette.sentinel.decide;

import static dev.vedette.sentinel.decide.Moment.NEVER;

import dev.vedette.sentinel.decide.LinkId.Channel;
import java.util.function.Consumer;

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
 * @param goneMs since when there is a sign that the process is gone (its port refuses, its member has left the cluster);
 *     NEVER when there is none, or when it has answered since
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
        long availableMs,
        long goneMs) {

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
        return new Link(Wire.CLOSED, NEVER, Wire.CLOSED, NEVER, NEVER, NEVER, nowMs, NEVER, nowMs, nowMs, NEVER);
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
        return but(d -> {
            if (channel == Channel.PUBSUB) {
                d.pubsub = wire;
                d.pubsubSinceMs = nowMs;
                d.pubsubHeardMs = nowMs;
                return;
            }
            d.command = wire;
            d.commandSinceMs = nowMs;
            d.goneMs = wire == Wire.OPEN ? NEVER : goneMs;
            if (wire == Wire.CLOSED && unansweredPingMs == NEVER) {
                d.unansweredPingMs = nowMs;
            }
        });
    }

    Link reconnecting(long nowMs) {
        return but(d -> d.reconnectMs = nowMs);
    }

    Link heard(long nowMs) {
        return but(d -> d.pubsubHeardMs = nowMs);
    }

    Link pinged(long nowMs) {
        return but(d -> {
            d.pingMs = nowMs;
            d.unansweredPingMs = unansweredPingMs == NEVER ? nowMs : unansweredPingMs;
        });
    }

    Link answered(boolean acceptable, long nowMs) {
        return but(d -> {
            d.pongMs = nowMs;
            d.goneMs = NEVER;
            if (acceptable) {
                d.unansweredPingMs = NEVER;
                d.availableMs = nowMs;
            }
        });
    }

    /** There is a sign that the process is gone; the first one counts. */
    Link gone(long nowMs) {
        return goneMs == NEVER ? but(d -> d.goneMs = nowMs) : this;
    }

    /**
     * The connections stay, the suspicion starts anew. Over an open connection nothing is missing until the next PING,
     * which is due at once.
     */
    Link pardoned(long nowMs) {
        return but(d -> {
            d.unansweredPingMs = connected() ? NEVER : nowMs;
            d.pingMs = NEVER;
            d.pongMs = NEVER;
            d.availableMs = nowMs;
            d.goneMs = NEVER;
        });
    }

    /** The same, after this process stood still for so long: of that time nothing is held against the instance. */
    Link excused(long gapMs, long nowMs) {
        return unansweredPingMs == NEVER
                ? this
                : but(d -> {
                    d.unansweredPingMs = Math.min(nowMs, unansweredPingMs + gapMs);
                    d.goneMs = goneMs == NEVER ? NEVER : Math.min(nowMs, goneMs + gapMs);
                });
    }

    /** How long an acceptable answer has been missing, 0 when all is well. */
    long silentMs(long nowMs) {
        return unansweredPingMs == NEVER ? 0 : nowMs - unansweredPingMs;
    }

    /** How long there has been a sign that the process is gone and no answer, 0 when all is well. */
    long goneForMs(long nowMs) {
        return goneMs == NEVER || unansweredPingMs == NEVER ? 0 : nowMs - goneMs;
    }

    private Link but(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.done();
    }

    /** See the package description for what drafts are for. */
    private static final class Draft {
        Wire command;
        long commandSinceMs;
        Wire pubsub;
        long pubsubSinceMs;
        long pubsubHeardMs;
        long reconnectMs;
        long unansweredPingMs;
        long pingMs;
        long pongMs;
        long availableMs;
        long goneMs;

        Draft(Link from) {
            command = from.command;
            commandSinceMs = from.commandSinceMs;
            pubsub = from.pubsub;
            pubsubSinceMs = from.pubsubSinceMs;
            pubsubHeardMs = from.pubsubHeardMs;
            reconnectMs = from.reconnectMs;
            unansweredPingMs = from.unansweredPingMs;
            pingMs = from.pingMs;
            pongMs = from.pongMs;
            availableMs = from.availableMs;
            goneMs = from.goneMs;
        }

        Link done() {
            return new Link(
                    command,
                    commandSinceMs,
                    pubsub,
                    pubsubSinceMs,
                    pubsubHeardMs,
                    reconnectMs,
                    unansweredPingMs,
                    pingMs,
                    pongMs,
                    availableMs,
                    goneMs);
        }
    }
}
