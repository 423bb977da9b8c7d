package dev.vedette.sentinel.serve;

import dev.vedette.sentinel.config.SentinelConfig;
import dev.vedette.sentinel.config.SentinelSettings;
import dev.vedette.sentinel.decide.Address;
import dev.vedette.sentinel.decide.Effect;
import dev.vedette.sentinel.decide.Event;
import dev.vedette.sentinel.decide.LinkId;
import dev.vedette.sentinel.decide.Moment;
import dev.vedette.sentinel.decide.Rules;
import dev.vedette.sentinel.decide.State;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** The sentinel as its door sees it: what can be read, and what can be asked of it. */
public interface Watch {

    /** What it knows now. */
    State state();

    /** Its timers now. */
    Rules rules();

    /** Milliseconds of the clock in which {@link #state()}'s times are. */
    long nowMs();

    /** The configuration that it was started with. */
    SentinelConfig config();

    /** The settings for all masters; its masters are those of the start. */
    SentinelSettings settings();

    /** Replaces timers (SENTINEL DEBUG). */
    void use(Rules rules);

    /** Replaces the settings for all masters (SENTINEL CONFIG SET). They are on disk after the next rewrite. */
    void use(SentinelSettings settings);

    /** An event that nobody waits for. */
    void tell(Function<Moment, Event> event);

    /** Makes an event out of its moment and the number of the request. */
    @FunctionalInterface
    interface Request {
        /** The event. */
        Event at(Moment at, long requestId);
    }

    /**
     * An event whose outcome comes back, after everything that it depends on is on disk; exactly one outcome of type
     * {@link Effect.Reply} or {@link Effect.AnswerMasterDown}, or a failure when the disk refused.
     */
    void ask(Request request, Consumer<Effect> outcome);

    /** The address of a host, resolved when {@code resolve-hostnames} allows; empty when it cannot be. */
    Future<Optional<Address>> locate(String host, int port);

    /** A hello that a sentinel published here. */
    void helloPublished(String text);

    /** Last INFO of a data node. */
    Optional<String> cachedInfo(LinkId.ToNode node);

    /** Commands sent on a link and not yet answered. */
    int pendingCommands(LinkId link);

    /** Scripts that run or wait. */
    List<Script> scripts();

    /** Whether a file can be run, relative to {@code dir}. */
    boolean isExecutable(String path);

    /** Ends the process with that status. */
    void exit(int status);

    /**
     * A script that runs or waits.
     *
     * @param argv path and arguments
     * @param running whether it runs now
     * @param pid process id; 0 when it does not run
     * @param millis run time so far, or time until it may start
     * @param attempts how often it was started
     */
    record Script(List<String> argv, boolean running, long pid, long millis, int attempts) {}
}
