package dev.vedette.sentinel.decide;

import dev.vedette.sentinel.decide.LinkId.Channel;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What happened. The shell turns sockets, timers, client commands and bus messages into these and calls {@link
 * Sentinel#step} with them, one at a time, on one event loop.
 *
 * <p>Rules for the shell: after {@link Effect.Disconnect} of a connection, or {@link LinkDown}, nothing of that
 * connection may follow (late answers are dropped). Events of a link that the state does not know (any more) are
 * ignored. Requests carry an id of the shell's choice that comes back in {@link Effect.Reply} or {@link
 * Effect.AnswerMasterDown} of the same step.
 */
public sealed interface Event {

    /** When. */
    Moment at();

    // ------------------------------------------------------------------ life

    /** The first event after {@link Persisted#restore} or {@link Persisted#fresh}: prints +monitor for each master. */
    record Started(Moment at) implements Event {}

    /** A timer fired, as asked for by {@link Effect.ScheduleTick}. */
    record Tick(Moment at) implements Event {}

    // ------------------------------------------------------------------ observations

    /** A connection asked for by {@link Effect.Connect} is usable (authenticated; PUBSUB: SUBSCRIBE was sent). */
    record LinkUp(Moment at, LinkId link, Channel channel) implements Event {}

    /**
     * A connection could not be made or was lost.
     *
     * @param reason for the log, without a leading #
     * @param refused the other machine said that nobody listens on that port
     */
    record LinkDown(Moment at, LinkId link, Channel channel, String reason, boolean refused) implements Event {}

    /**
     * The process of a data node has left the cluster that carries our votes.
     *
     * @param address where it listens
     */
    record MemberLeft(Moment at, Address address) implements Event {}

    /**
     * Instead of {@link LinkUp}: the node's name leads somewhere else by now, so no connection was tried.
     *
     * @param moved the same name with its new IP
     */
    record HostMoved(Moment at, LinkId.ToNode link, Address moved) implements Event {}

    /** An answer to {@link Effect.SendPing}. */
    record Ponged(Moment at, LinkId link, Pong answer) implements Event {}

    /** What an answer to PING began with. */
    enum Pong {
        /** PONG. */
        PONG,
        /** LOADING or MASTERDOWN: alive, though not serving. */
        ALIVE,
        /** BUSY: a script runs for too long. */
        BUSY,
        /** Anything else, for example NOAUTH: an answer, but not an acceptable one. */
        OTHER
    }

    /** An answer to {@link Effect.SendInfo}. An error answer is no event. */
    record InfoArrived(Moment at, LinkId.ToNode link, Info info) implements Event {}

    /**
     * The answer to {@link Effect.PublishHello}.
     *
     * @param accepted false when it was an error
     */
    record HelloPublished(Moment at, LinkId link, String master, boolean accepted) implements Event {}

    /**
     * A hello came on a subscription, our own included, or by a sentinel's PUBLISH. Any other message on the
     * subscription (the answer to SUBSCRIBE too) is {@link PubsubHeard}.
     *
     * @param via the data node on whose subscription it came, null for PUBLISH
     */
    record HelloReceived(Moment at, LinkId.@Nullable ToNode via, Hello hello) implements Event {}

    /** Something that is no valid hello came on a subscription: a sign of life of the connection. */
    record PubsubHeard(Moment at, LinkId.ToNode link) implements Event {}

    // ------------------------------------------------------------------ agreement

    /**
     * The answer to {@link Effect.AskMasterDown}. An error answer is no event.
     *
     * @param sentinel run id of the one that answered
     * @param leader whom it voted for, null for {@code *}
     */
    record MasterDownAnswered(
            Moment at,
            String master,
            String sentinel,
            boolean down,
            @Nullable String leader,
            long leaderEpoch) implements Event {}

    /**
     * Somebody sent SENTINEL is-master-down-by-addr. Answered by {@link Effect.AnswerMasterDown}.
     *
     * @param candidate the run id that asks for our vote, null for {@code *}
     */
    record MasterDownAsked(
            Moment at,
            long requestId,
            Address address,
            long epoch,
            @Nullable String candidate) implements Event {}

    /**
     * A ballot was found in the map or announced on the bus, our own included. Duplicates and old ones do no harm, so
     * the shell may replay the whole map after a merge.
     */
    record BallotSeen(Moment at, String master, long epoch, String voter, String leader) implements Event {}

    /** A master answered {@link Effect.HandOver} with an error: it will not, or does not know how. */
    record HandOverRefused(Moment at, LinkId.ToNode link, String reason) implements Event {}

    /** A leader announced its switch on the bus ({@code MasterSwitched}). */
    record SwitchAnnounced(Moment at, String master, long epoch, String sentinel, Address address) implements Event {}

    // ------------------------------------------------------------------ commands; each answered by Effect.Reply

    /** SENTINEL MONITOR, arguments already validated. */
    record Monitor(Moment at, long requestId, String name, Address address, int quorum) implements Event {}

    /** SENTINEL REMOVE. */
    record Remove(Moment at, long requestId, String name) implements Event {}

    /**
     * SENTINEL SET. The shell has validated the values (and that scripts may be set and exist); of a command with a bad
     * option it passes those before it, with {@link #NO_REPLY}, and answers the error itself.
     */
    record SetOptions(Moment at, long requestId, String name, List<Setting> settings) implements Event {
        public SetOptions {
            settings = List.copyOf(settings);
        }
    }

    /**
     * SENTINEL RESET.
     *
     * @param names the masters that match the pattern
     */
    record Reset(Moment at, long requestId, List<String> names) implements Event {
        public Reset {
            names = List.copyOf(names);
        }
    }

    /** SENTINEL FAILOVER. */
    record FailoverRequested(Moment at, long requestId, String name) implements Event {}

    /** SENTINEL SIMULATE-FAILURE: these from now on, and no others. */
    record SimulateFailure(Moment at, long requestId, Set<State.SimulatedFailure> failures) implements Event {
        public SimulateFailure {
            failures = Set.copyOf(failures);
        }
    }

    /** SENTINEL FLUSHCONFIG. */
    record FlushConfig(Moment at, long requestId) implements Event {}

    /** SENTINEL CONFIG SET sentinel-user or sentinel-pass: all links to other sentinels are made anew. */
    record PeerCredentialsChanged(Moment at) implements Event {}

    /** As {@code requestId}: nobody waits for an answer. */
    long NO_REPLY = -1;

    /** One option of SENTINEL SET, valid. */
    sealed interface Setting {

        /** down-after-milliseconds, above 0. */
        record DownAfter(long ms) implements Setting {}

        /** failover-timeout, above 0. */
        record FailoverTimeout(long ms) implements Setting {}

        /** parallel-syncs, above 0. */
        record ParallelSyncs(int count) implements Setting {}

        /** quorum, above 0. */
        record Quorum(int count) implements Setting {}

        /** master-reboot-down-after-period, 0 or more. */
        record RebootDownAfter(long ms) implements Setting {}

        /** down-after-hint-milliseconds, 0 for off. */
        record DownAfterHint(long ms) implements Setting {}

        /** failover-emptied-master. */
        record FailoverEmptied(boolean on) implements Setting {}

        /** notification-script, empty to remove. */
        record NotificationScript(String path) implements Setting {}

        /** client-reconfig-script, empty to remove. */
        record ClientReconfigScript(String path) implements Setting {}

        /** auth-user, empty to remove. */
        record AuthUser(String user) implements Setting {}

        /** auth-pass, empty to remove. */
        record AuthPass(String password) implements Setting {}

        /** rename-command, back to its own name to remove. */
        record RenameCommand(String from, String to) implements Setting {}
    }
}
