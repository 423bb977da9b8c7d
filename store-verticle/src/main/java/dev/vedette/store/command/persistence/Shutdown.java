package dev.vedette.store.command.persistence;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Dispatcher;
import dev.vedette.store.command.Pauses;
import dev.vedette.store.command.ServerState;
import dev.vedette.store.session.Session;
import dev.vedette.store.snapshot.Saving;
import dev.vedette.wire.bus.ToStore.ReplicaProgress;
import dev.vedette.wire.bus.ToStore.ReplicaStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ends the server in good order: lets replicas catch up, saves, and gives the word.
 *
 * <pre>
 *   running --begin--> waiting for replicas (writes are paused) --all caught up, or shutdown-timeout--> saving --> ended
 *      ^                     |                                                                             |
 *      +-------abort---------+-----------------------------a save failed-----------------------------------+
 * </pre>
 *
 * <p>Thread: the event loop.
 */
public final class Shutdown {

    /** How it shall be done. */
    public enum Option {
        /** Save even without save points. */
        SAVE,
        /** Do not save even with save points. */
        NOSAVE,
        /** Do not wait for replicas. */
        NOW,
        /** End even if a save fails. */
        FORCE;

        /** The argument of SHUTDOWN, in lower case. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final long CHECK_MILLIS = 100;
    private static final String FAILED = "ERR Errors trying to SHUTDOWN. Check logs.";

    private final ServerState server;
    private ShutdownPort port = () -> {};
    private @Nullable Dispatcher dispatcher;
    private Set<Option> options = Set.of();
    /** Wall-clock milliseconds until which replicas are waited for; 0 while nothing is going on. */
    private long deadlineMillis;

    private boolean over;
    /** DEBUG PAUSE-CRON: a signal is not acted upon for now. */
    private boolean paused;

    private @Nullable Set<Option> postponed;

    /** Nothing is going on. */
    public Shutdown(ServerState server) {
        this.server = server;
    }

    /** Sets what happens at the end, and who wakes clients that wait for a shutdown that fails. */
    public void connect(ShutdownPort newPort, Dispatcher newDispatcher) {
        port = newPort;
        dispatcher = newDispatcher;
    }

    private void log(System.Logger.Level level, String text) {
        server.log.log(level, text);
    }

    /** SHUTDOWN: the client waits, and gets no answer but when it comes to nothing. */
    void ask(Call call, Set<Option> wanted) {
        start(wanted);
        if (isBegun()) {
            call.waitFor(new Waiting());
        } else {
            call.fail(FAILED);
        }
    }

    private static final class Waiting implements Session.Wait {
        @Override
        public long deadlineMillis() {
            return Long.MAX_VALUE;
        }

        @Override
        public void timedOut(Session session) {}

        @Override
        public void cancel(Session session) {}
    }

    /** Begins to shut down, for a signal; does nothing when that is going on already. */
    public void begin(Set<Option> wanted) {
        if (paused) {
            postponed = wanted;
        } else {
            start(wanted);
        }
    }

    /** DEBUG PAUSE-CRON: until it is called off, signals are remembered and not acted upon. */
    public void pauseSignals(Call call) {
        paused = !call.args().is(2, "0");
        Set<Option> wanted = postponed;
        call.out().ok();
        if (!paused && wanted != null) {
            postponed = null;
            start(wanted);
        }
    }

    private void start(Set<Option> wanted) {
        if (isBegun()) {
            return;
        }
        options = wanted;
        log(WARNING, "User requested shutdown...");
        long timeoutMillis = server.config.getLong("shutdown-timeout") * 1000;
        if (wanted.contains(Option.NOW)
                || timeoutMillis == 0
                || laggingReplicas().isEmpty()) {
            finish();
            return;
        }
        deadlineMillis = server.nowMillis() + timeoutMillis;
        if (server.pauseUntilMillis == 0) {
            server.roles.askForAcks();
        }
        server.pauses.begin(Pauses.Purpose.SHUTDOWN, Long.MAX_VALUE, false);
        log(INFO, "Waiting for replicas before shutting down.");
        server.timers.after(CHECK_MILLIS, this::check);
    }

    /** Whether a shutdown is going on. */
    public boolean isBegun() {
        return deadlineMillis != 0 || over;
    }

    /** How long replicas are still waited for at most, or -1 when nothing is going on (INFO server). */
    public long millisecondsLeft() {
        return deadlineMillis == 0 ? -1 : Math.max(0, deadlineMillis - server.nowMillis());
    }

    private void check() {
        if (deadlineMillis == 0 || over) {
            return;
        }
        if (server.tick() >= deadlineMillis || laggingReplicas().isEmpty()) {
            finish();
        } else {
            server.timers.after(CHECK_MILLIS, this::check);
        }
    }

    private List<ReplicaProgress> laggingReplicas() {
        List<ReplicaProgress> lagging = new ArrayList<>();
        for (ReplicaProgress replica : server.replication.replicas().values()) {
            if (replica.ackOffset() != server.changes.offset()) {
                lagging.add(replica);
            }
        }
        return lagging;
    }

    /** SHUTDOWN ABORT: goes on as if nothing had been asked; false when nothing was. */
    boolean abort() {
        if (!isBegun() && postponed == null) {
            return false;
        }
        postponed = null;
        cancel();
        log(INFO, "Shutdown manually aborted.");
        return true;
    }

    private void finish() {
        tellOfReplicas();
        if (!saved()) {
            log(WARNING, "Errors trying to shut down the server. Check the logs for more information.");
            cancel();
            return;
        }
        over = true;
        port.end();
    }

    private void tellOfReplicas() {
        int all = server.replication.replicas().size();
        List<ReplicaProgress> lagging = laggingReplicas();
        for (ReplicaProgress replica : lagging) {
            long lagSeconds = replica.status() == ReplicaStatus.ONLINE
                    ? server.nowMillis() / 1000 - replica.ackMillis() / 1000
                    : 0;
            log(
                    WARNING,
                    "Lagging replica " + replica.host() + ":" + replica.port() + " reported offset "
                            + (server.changes.offset() - replica.ackOffset()) + " behind master, lag=" + lagSeconds
                            + ", state=" + replica.status().name().toLowerCase(Locale.ROOT) + ".");
        }
        if (all > 0) {
            log(INFO, all - lagging.size() + " of " + all + " replicas are in sync when shutting down.");
        }
    }

    /** Saves if that is to be; whether the server may end. */
    private boolean saved() {
        Saving saving = server.saving();
        if (server.persistence.isSnapshotInProgress()) {
            log(WARNING, "There is a child saving an .rdb. Killing it!");
            saving.cancel();
        }
        boolean wanted = options.contains(Option.SAVE) || server.persistence.hasSavePoints;
        // Half a data set must not replace a whole one, nor what is on its way out a master's.
        if (!wanted || options.contains(Option.NOSAVE) || server.persistence.isLoading()) {
            return true;
        }
        log(INFO, "Saving the final RDB snapshot before exiting.");
        if (saving.save()) {
            return true;
        }
        boolean anyway = options.contains(Option.FORCE);
        log(WARNING, "Error trying to save the DB" + (anyway ? ". Exit anyway." : ", can't exit."));
        return anyway;
    }

    private void cancel() {
        deadlineMillis = 0;
        options = Set.of();
        server.pauses.end(Pauses.Purpose.SHUTDOWN);
        port.cancelled();
        Dispatcher waker = dispatcher;
        if (waker == null) {
            return;
        }
        for (Session session : new ArrayList<>(server.clients.all())) {
            if (session.waiting instanceof Waiting) {
                session.replies().error(FAILED);
                waker.endWait(session);
            }
        }
    }
}
