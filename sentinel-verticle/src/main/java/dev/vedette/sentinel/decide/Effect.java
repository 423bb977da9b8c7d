package dev.vedette.sentinel.decide;

import dev.vedette.sentinel.decide.LinkId.Channel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the shell has to do. Effects of a step are carried out in order; {@link Persist} blocks those after it until
 * the file is on disk. A command for a connection that is gone by then is dropped silently: the {@link
 * Event.LinkDown} that is on its way tells.
 */
public sealed interface Effect {

    // ------------------------------------------------------------------ this machine

    /**
     * Write sentinel.conf, fsynced and atomically. If the write fails the shell must carry out none of the following
     * effects of kind {@link CastBallot}, {@link AnswerMasterDown}, {@link AskMasterDown}, {@link PublishHello} or
     * {@link AnnounceSwitch}, log Redis's warning and go on.
     */
    record Persist(Persisted persisted) implements Effect {}

    /**
     * An event of the sentinel: log line {@code type text}, Pub/Sub message {@code text} on channel {@code type} and
     * bus record, unless the level is {@link Level#DEBUG} (then the log only).
     */
    record Report(Level level, String type, String text) implements Effect {}

    /** A line for the log only. */
    record LogLine(Level level, String text) implements Effect {}

    /** Levels as Redis prints them. */
    enum Level {
        /** {@code .} */
        DEBUG,
        /** {@code -} */
        VERBOSE,
        /** {@code *} */
        NOTICE,
        /** {@code #} */
        WARNING
    }

    /** Queue a script for execution. */
    record RunScript(String path, List<String> arguments) implements Effect {
        public RunScript {
            arguments = List.copyOf(arguments);
        }
    }

    /** Send a {@link Event.Tick} after so many milliseconds; replaces an earlier one that has not fired. */
    record ScheduleTick(long afterMs) implements Effect {}

    /** SENTINEL SIMULATE-FAILURE strikes: log Redis's line and exit with status 99. No further effect. */
    record Crash() implements Effect {}

    /** Answer a client's command. */
    record Reply(long requestId, Outcome outcome) implements Effect {}

    /** What to answer. */
    sealed interface Outcome {
        /** {@code +OK}. */
        record Ok() implements Outcome {}

        /** An integer. */
        record Count(long value) implements Outcome {}

        /**
         * An error.
         *
         * @param text the line without the leading dash, for example {@code INPROG Failover already in progress}
         */
        record Failed(String text) implements Outcome {}
    }

    // ------------------------------------------------------------------ connections

    /** Open a connection; {@link Event.LinkUp} or {@link Event.LinkDown} follows. */
    record Connect(LinkId link, Address address, Channel channel) implements Effect {}

    /** Close a connection; no {@link Event.LinkDown} for it. */
    record Disconnect(LinkId link, Channel channel) implements Effect {}

    // ------------------------------------------------------------------ questions

    /** PING; {@link Event.Ponged} follows. */
    record SendPing(LinkId link) implements Effect {}

    /** INFO; {@link Event.InfoArrived} follows. Pipelined behind what was sent before. */
    record SendInfo(LinkId.ToNode link) implements Effect {}

    /** PUBLISH __sentinel__:hello; {@link Event.HelloPublished} follows. */
    record PublishHello(LinkId link, Hello hello) implements Effect {}

    /**
     * SENTINEL is-master-down-by-addr; {@link Event.MasterDownAnswered} follows.
     *
     * @param candidate our run id to ask for a vote, null for {@code *}
     */
    record AskMasterDown(
            LinkId.ToPeer link,
            String master,
            Address address,
            long epoch,
            @Nullable String candidate) implements Effect {}

    // ------------------------------------------------------------------ votes and announcements

    /** Put the ballot into the Hazelcast map, then publish {@code BallotCast}. Nothing without a cluster. */
    record CastBallot(String master, long epoch, String voter, String leader) implements Effect {}

    /**
     * Answer SENTINEL is-master-down-by-addr.
     *
     * @param leader whom we voted for, null for {@code *}
     */
    record AnswerMasterDown(
            long requestId, boolean down, @Nullable String leader, long leaderEpoch) implements Effect {}

    /** Publish {@code MasterSwitched}. Nothing without a cluster. */
    record AnnounceSwitch(String master, long epoch, String sentinel, Address address) implements Effect {}

    // ------------------------------------------------------------------ orders

    /**
     * The transaction MULTI, SLAVEOF, CLIENT KILL TYPE normal, CLIENT KILL TYPE pubsub, EXEC, with the renames of the
     * master's settings; CONFIG REWRITE follows. Answers are ignored: the {@link SendInfo} that comes right behind shows
     * what came of it.
     *
     * @param master whom to follow, null for NO ONE
     */
    record SlaveOf(LinkId.ToNode link, @Nullable Address master) implements Effect {}

    /**
     * FAILOVER TO that replica, with that TIMEOUT: the master pauses its writes, waits until the replica has them all, and
     * changes places with it. {@link Event.HandOverRefused} follows when the answer is an error.
     */
    record HandOver(LinkId.ToNode link, Address replica, long timeoutMs) implements Effect {}

    /** SCRIPT KILL. */
    record ScriptKill(LinkId.ToNode link) implements Effect {}
}
