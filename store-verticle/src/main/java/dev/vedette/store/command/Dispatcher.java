package dev.vedette.store.command;

import dev.vedette.store.keyspace.Entries;
import dev.vedette.store.keyspace.ExpiryMode;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Session;
import dev.vedette.store.session.Session.WatchedKey;
import dev.vedette.wire.bus.ToStore.LinkState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Runs one command for one client: look-up, checks in Redis's order, queueing or execution, and what follows (the change
 * stream, waiting clients, counters).
 *
 * <p>An exception from a handler is a bug: it is logged with the command and the client, that client is closed, the
 * others go on.
 */
public final class Dispatcher {

    /** Hears of every execution: SLOWLOG, LATENCY, MONITOR. */
    public interface Observer {
        /** About to run. */
        default void before(Session session, Command command, Args args) {}

        /** Has run. */
        default void after(Session session, Command command, Args args, long nanos) {}

        /** A client that waited since {@link #after} has been served; {@code nanos} without the wait. */
        default void served(Session session, Command command, Args args, long nanos) {}
    }

    /** Refuses what a user may not do. */
    @FunctionalInterface
    public interface AccessControl {
        /**
         * Judges a command before it runs or is queued, and a queued one again when EXEC comes to it.
         *
         * @param queued whether EXEC runs it
         * @return the error reply without its sign, or null when it is allowed
         */
        @Nullable
        String refusal(Session session, Command command, Args args, boolean queued);

        /** Whether the client's user may read every key by that command, those that no argument names included. */
        default boolean readsAllKeys(Session session, Command command, Args args) {
            return true;
        }

        /**
         * Judges a command that a script of the client wants to run.
         *
         * @return the end of a sentence that begins with the user who runs the script, or null when it is allowed
         */
        default @Nullable String scriptRefusal(Session session, Command command, Args args) {
            return refusal(session, command, args, true) == null ? null : "can't run this command or subcommand";
        }

        /** As {@link #scriptRefusal}, when nothing is to be run: a refusal leaves no trace. */
        default boolean permits(Session session, Command command, Args args) {
            return refusal(session, command, args, true) == null;
        }
    }

    private static final long ATTACK_LOG_MILLIS = 60_000;

    private final ServerState server;
    private long attackLoggedMillis;
    private final List<Observer> observers = new ArrayList<>();
    private AccessControl accessControl;
    private boolean outOfMemory;
    private final List<Call> calls = new ArrayList<>();
    private int depth;
    /** Error replies that commands run by others have accounted for. */
    private long errorsCounted;

    private boolean inRun;
    private long lastEndNanos;

    private boolean serving;
    private boolean resuming;
    /** Clients that wait no more, whose further commands run once the command that unblocked them is over. */
    private final ArrayDeque<Session> unblocked = new ArrayDeque<>();

    private final IdentityHashMap<Session.Wait, Timers.Timer> deadlines = new IdentityHashMap<>();

    /** A dispatcher for that state. */
    public Dispatcher(ServerState server) {
        this.server = server;
        this.accessControl = server.users;
        server.roles.serveBy(this);
    }

    /** Adds one who hears of every execution. */
    public void addObserver(Observer observer) {
        observers.add(observer);
    }

    /** Sets who refuses what a user may not do, in place of the server's users. */
    public void setAccessControl(AccessControl accessControl) {
        this.accessControl = accessControl;
    }

    /** See {@link AccessControl#readsAllKeys}; a master's stream is obeyed whatever it asks. */
    boolean readsAllKeys(Session session, Command command, Args args) {
        return session.kind == Session.Kind.MASTER || accessControl.readsAllKeys(session, command, args);
    }

    /** Commands that a client sent come one right after the other until {@link #endRun}: the clock is read less often. */
    public void beginRun() {
        inRun = true;
        lastEndNanos = 0;
    }

    /** See {@link #beginRun}. */
    public void endRun() {
        inRun = false;
        lastEndNanos = 0;
    }

    /** When the command about to run begins: in a run, when the one before ended. */
    private long startNanos() {
        long known = lastEndNanos;
        lastEndNanos = 0;
        return known == 0 ? System.nanoTime() : known;
    }

    /**
     * Runs a command that a client sent.
     *
     * @param encoded the command's RESP bytes when they are canonical (an array of bulk strings), else null
     * @return false when the client is paused: nothing was done, the same command is to be given again after {@link
     *     dev.vedette.store.session.Connection#resume}
     */
    public boolean dispatch(Session session, Args args, byte @Nullable [] encoded, int from, int length) {
        if (!session.skipNextReply) {
            return checkAndRun(session, args, encoded, from, length);
        }
        session.skipNextReply = false;
        session.replies().setMuted(true);
        boolean done = checkAndRun(session, args, encoded, from, length);
        if (session.waiting == null) {
            session.replies().setMuted(session.replyOff);
        }
        session.skipNextReply |= !done;
        return done;
    }

    private boolean checkAndRun(Session session, Args args, byte @Nullable [] encoded, int from, int length) {
        Command command = server.commands.find(args);
        if (command != null && !command.subcommands().isEmpty() && args.count() > 1) {
            Command sub = command.subcommand(args.text(1));
            if (sub != null) {
                command = sub;
            } else {
                session.lastCommand = "NULL";
                reject(session, null, unknownSubcommand(args, command));
                return true;
            }
        }
        if (command == null) {
            session.lastCommand = "NULL";
            if (args.is(0, "post") || args.is(0, "host:")) {
                sendAway(session);
            } else {
                reject(session, null, unknown(args));
            }
            return true;
        }
        session.lastCommand = command.fullName();
        if (!command.takes(args.count()) || command.handler() == null) {
            reject(session, command, Errors.arity(command.fullName()));
            return true;
        }
        if (command.has(CommandFlag.PROTECTED) && !protectedAllowed(session, command)) {
            reject(session, command, protectedRefusal(command));
            return true;
        }
        long flags = command.flagBits(server, args);
        long anyFlags = flags;
        long commonFlags = flags;
        boolean isExec = command.name().equals("exec");
        if (isExec && session.inTransaction()) {
            anyFlags |= session.transactionAnyFlags;
            commonFlags &= session.transactionCommonFlags;
        }
        if ((anyFlags & CommandFlag.BLOCKING.bit()) != 0) {
            server.tick();
        }
        boolean obey = session.kind == Session.Kind.MASTER;
        boolean write = (anyFlags & CommandFlag.WRITE.bit()) != 0;
        boolean mayReplicate = write || (anyFlags & CommandFlag.MAY_REPLICATE.bit()) != 0;

        if (!session.authenticated && !obey && !command.has(CommandFlag.NO_AUTH) && server.users.loginRequired()) {
            reject(session, command, Errors.NOAUTH);
            return true;
        }
        if (session.inTransaction() && command.has(CommandFlag.NO_MULTI)) {
            reject(session, command, "ERR Command not allowed inside a transaction");
            return true;
        }
        if (!obey) {
            String refusal = accessControl.refusal(session, command, args, false);
            if (refusal == null) {
                refusal = refusal(session, command, anyFlags, commonFlags, write, mayReplicate);
            }
            if (refusal != null) {
                reject(session, command, refusal);
                return true;
            }
        } else if (server.settings.maxMemoryBytes > 0) {
            // A master's commands run whether there is room or not: to leave one out would be to have other data.
            server.eviction.makeRoom();
        }
        if (server.pauseUntilMillis != 0 && (server.pauseAll || mayReplicate) && session.kind != Session.Kind.REPLICA) {
            session.postponed = true;
            return false;
        }
        if (session.inTransaction() && !runsInsideMulti(command)) {
            List<Args> transaction = session.transaction;
            if (transaction != null && !session.transactionBroken && !session.watchBroken) {
                transaction.add(args.copy());
            }
            session.transactionAnyFlags |= flags;
            session.transactionCommonFlags &= flags;
            session.replies().queued();
            return true;
        }
        execute(session, command, args, encoded, from, length, false);
        if (write && !obey && server.replication.isReplica()) {
            server.roles.ownKeys().written(session, command, args);
        }
        server.changes.endUnit(!command.has(CommandFlag.TOUCHES_ARBITRARY_KEYS));
        session.writeOffset = server.roles.writtenOffset();
        serveOthers();
        return true;
    }

    /** What a command made possible for other clients, unless a script that paused is to go on first. */
    private void serveOthers() {
        if (server.scripting.isPaused()) {
            return;
        }
        if (server.keyWaits.hasReady()) {
            serveReadyKeys();
        }
        resumeUnblocked();
    }

    private boolean protectedAllowed(Session session, Command command) {
        String allowed = server.config.getString("enable-" + command.name() + "-command");
        return allowed.equals("yes") || allowed.equals("local") && session.isLocal();
    }

    private static String protectedRefusal(Command command) {
        return "ERR " + command.name().toUpperCase(Locale.ROOT) + " command not allowed. If the enable-"
                + command.name()
                + "-command option is set to \"local\", you can run it from a local connection, otherwise you need to set"
                + " this option in the configuration file, and then restart the server.";
    }

    private static boolean runsInsideMulti(Command command) {
        return switch (command.name()) {
            case "exec", "discard", "multi", "watch", "quit", "reset" -> true;
            default -> false;
        };
    }

    private @Nullable String refusal(
            Session session, Command command, long anyFlags, long commonFlags, boolean write, boolean mayReplicate) {
        outOfMemory = server.settings.maxMemoryBytes > 0 && !server.scripting.isPaused() && !server.eviction.makeRoom();
        if (outOfMemory) {
            boolean queues = session.inTransaction()
                    && (!runsInsideMulti(command) || command.name().equals("multi"));
            if (queues || (anyFlags & CommandFlag.DENYOOM.bit()) != 0) {
                return Errors.OOM;
            }
        }
        if ((write || command.name().equals("ping"))
                && server.persistence.isSavingBroken()
                && server.settings.stopWritesOnBgsaveError
                && !server.replication.isReplica()) {
            return Errors.MISCONF;
        }
        if (write && lacksReplicas()) {
            return Errors.NOREPLICAS;
        }
        if (write && server.replication.isReplica() && server.settings.replicaReadOnly) {
            return Errors.READONLY;
        }
        if (session.inPubSubMode() && !allowedInPubSub(command)) {
            return "ERR Can't execute '" + command.fullName()
                    + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context";
        }
        if (isStale() && (commonFlags & CommandFlag.STALE.bit()) == 0) {
            return Errors.MASTERDOWN;
        }
        if (server.persistence.loading && (commonFlags & CommandFlag.LOADING.bit()) == 0) {
            return Errors.LOADING;
        }
        if (server.persistence.asyncLoading && (anyFlags & CommandFlag.NO_ASYNC_LOADING.bit()) != 0) {
            return Errors.LOADING;
        }
        if (server.scripting.isPaused() && !command.has(CommandFlag.ALLOW_BUSY)) {
            return server.scripting.busyError();
        }
        if (session.kind == Session.Kind.REPLICA && (mayReplicate || (anyFlags & CommandFlag.READONLY.bit()) != 0)) {
            return "ERR Replica can't interact with the keyspace";
        }
        return null;
    }

    /** Whether memory had run out when the command under way came. */
    public boolean isOutOfMemory() {
        return outOfMemory;
    }

    /** Why nobody may write now; null when all may. */
    public @Nullable String writeRefusal() {
        if (server.replication.isReplica()) {
            return server.settings.replicaReadOnly ? Errors.READONLY : null;
        }
        if (server.persistence.isSavingBroken() && server.settings.stopWritesOnBgsaveError) {
            return Errors.MISCONF;
        }
        return lacksReplicas() ? Errors.NOREPLICAS : null;
    }

    /** Whether this replica has lost its master and is not to answer with what it has. */
    public boolean isStale() {
        return server.replication.isReplica()
                && server.replication.link != LinkState.CONNECTED
                && !server.settings.replicaServeStaleData;
    }

    private boolean lacksReplicas() {
        Settings settings = server.settings;
        return settings.minReplicasToWrite > 0
                && settings.minReplicasMaxLagMillis > 0
                && !server.replication.isReplica()
                && server.replication.goodReplicas(server.nowMillis(), settings.minReplicasMaxLagMillis)
                        < settings.minReplicasToWrite;
    }

    private static boolean allowedInPubSub(Command command) {
        return switch (command.name()) {
            case "ping",
                    "subscribe",
                    "psubscribe",
                    "ssubscribe",
                    "unsubscribe",
                    "punsubscribe",
                    "sunsubscribe",
                    "quit",
                    "reset" -> true;
            default -> false;
        };
    }

    private void reject(Session session, @Nullable Command command, String error) {
        if (command != null) {
            command.stats.rejected++;
        }
        if (session.inTransaction()) {
            session.transactionBroken = true;
            if (command != null && command.name().equals("exec")) {
                discard(session);
                session.replies().error("EXECABORT Transaction discarded because of: " + Errors.withoutCode(error));
                server.stats.countError("EXECABORT");
                return;
            }
        }
        session.replies().error(error);
        server.stats.countError(error);
    }

    /** Ends the transaction that is being queued, running nothing. */
    public void discard(Session session) {
        session.transaction = null;
        session.transactionBroken = false;
        server.watches.unwatch(session);
    }

    /** A browser that was made to speak to us: what else it says may be an attacker's commands. */
    private void sendAway(Session session) {
        if (server.nowMillis() - attackLoggedMillis > ATTACK_LOG_MILLIS) {
            attackLoggedMillis = server.nowMillis();
            server.log.log(
                    System.Logger.Level.WARNING,
                    "Possible SECURITY ATTACK detected. It looks like somebody is sending POST or Host: commands to"
                            + " Redis. This is likely due to an attacker attempting to use Cross Protocol Scripting to"
                            + " compromise your Redis instance. Connection aborted.");
        }
        session.connection().closeNow();
    }

    private static String unknown(Args args) {
        StringBuilder text = new StringBuilder("ERR unknown command '")
                .append(shorten(args.latin(0), 128))
                .append("', with args beginning with: ");
        int start = text.length();
        for (int i = 1; i < args.count() && text.length() - start < 128; i++) {
            String shown = shorten(args.latin(i), 128 - (text.length() - start));
            text.append('\'').append(shown).append("' ");
        }
        return text.toString();
    }

    private static String unknownSubcommand(Args args, Command container) {
        return "ERR unknown subcommand '" + shorten(args.latin(1), 128) + "'. Try "
                + container.name().toUpperCase(Locale.ROOT) + " HELP.";
    }

    private static String shorten(String text, int max) {
        return text.length() <= max ? text : text.substring(0, max);
    }

    // ------------------------------------------------------------------ execution

    /** Runs a command without the checks: for EXEC, which has made them. */
    public void executeQueued(Session session, Args args) {
        Command command = server.commands.resolve(args);
        if (command == null || command.handler() == null) {
            String error = unknown(args);
            session.replies().error(error);
            server.stats.countError(error);
            errorsCounted++;
            return;
        }
        String refusal =
                session.kind == Session.Kind.MASTER ? null : accessControl.refusal(session, command, args, true);
        if (refusal != null) {
            session.replies().error(refusal);
            command.stats.rejected++;
            server.stats.countError(refusal);
            errorsCounted++;
            return;
        }
        execute(session, command, args, null, 0, 0, true);
    }

    /** Runs a command that a script calls and that has been judged; {@code session} is the scripts' own. */
    public void executeForScript(Session session, Command command, Args args) {
        long counted = errorsCounted;
        execute(session, command, args, null, 0, 0, true);
        // These were another client's replies.
        errorsCounted = counted;
    }

    /** Who says what users may do. */
    public AccessControl accessControl() {
        return accessControl;
    }

    /**
     * A command that paused ({@link Call#waitFor}) has come to its end.
     *
     * @param reply writes the reply
     * @param nanos how long it ran since it paused
     */
    public void completePaused(Session session, Command command, Args args, Runnable reply, long nanos) {
        Session.Wait wait = session.waiting;
        if (wait != null) {
            long errors = session.replies().errors();
            session.replies().beginReply();
            reply.run();
            session.replies().endReply();
            served(session, command, args, nanos, errors);
        }
        server.changes.endUnit(true);
        session.writeOffset = server.changes.offset();
        endWait(session);
        serveOthers();
    }

    /** A client has its reply after a wait: counts what that took, and whether it went wrong. */
    private void served(Session session, Command command, Args args, long nanos, long errorsBefore) {
        command.stats.microseconds += nanos / 1000;
        if (server.settings.latencyTracking) {
            command.stats.track(nanos);
        }
        if (session.replies().errors() != errorsBefore) {
            failed(session, command);
        }
        for (int i = 0; i < observers.size(); i++) {
            observers.get(i).served(session, command, args, nanos);
        }
    }

    private void failed(Session session, Command command) {
        command.stats.failed++;
        if (!session.replies().isLastErrorCounted()) {
            server.stats.countError(session.replies().lastError());
        }
    }

    private void execute(
            Session session,
            Command command,
            Args args,
            byte @Nullable [] encoded,
            int from,
            int length,
            boolean inTransaction) {
        Command.Handler handler = command.handler();
        if (handler == null) {
            throw new IllegalStateException("a container cannot run: " + command);
        }
        Call call = depth < calls.size() ? calls.get(depth) : null;
        if (call == null) {
            call = new Call(server, this, session, args, command);
            calls.add(call);
        }
        depth++;
        call.begin(session, args, command, inTransaction);
        if (encoded != null) {
            call.setEncoded(encoded, from, length);
        }
        setExpiryMode(session, command);
        for (int i = 0; i < observers.size(); i++) {
            observers.get(i).before(session, command, args);
        }
        int before = session.replies().length();
        long errors = session.replies().errors() - errorsCounted;
        if (depth == 1) {
            session.replies().beginReply();
            server.tracking.begin(session);
        }
        long start = startNanos();
        try {
            handler.run(call);
            call.finish();
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError bug) {
            crashed(session, command, bug, before);
        } finally {
            depth--;
        }
        if (session.tracking != null
                && command.has(CommandFlag.READONLY)
                && !command.categories().contains(AclCategory.SCRIPTING)) {
            server.tracking.hasRead(session, command, args);
        }
        if (depth == 0) {
            session.replies().endReply();
            server.tracking.end(session, command);
        }
        long end = System.nanoTime();
        long nanos = end - start;
        lastEndNanos = inRun && depth == 0 ? end : 0;
        command.stats.calls++;
        command.stats.microseconds += nanos / 1000;
        if (server.settings.latencyTracking && session.waiting == null) {
            command.stats.track(nanos);
        }
        server.stats.commandsProcessed++;
        // A command that ran others counts its own errors only.
        if (session.replies().errors() - errorsCounted != errors) {
            failed(session, command);
            errorsCounted = session.replies().errors() - errors;
        }
        for (int i = 0; i < observers.size(); i++) {
            observers.get(i).after(session, command, args, nanos);
        }
    }

    private void setExpiryMode(Session session, Command command) {
        ExpiryMode mode = ExpiryMode.DELETE;
        if (session.kind == Session.Kind.MASTER) {
            mode = ExpiryMode.IGNORE;
        } else if (server.replication.isReplica()
                && (server.settings.replicaReadOnly || !command.has(CommandFlag.WRITE))) {
            mode = ExpiryMode.HIDE;
        } else if (server.pauseUntilMillis != 0) {
            // Nothing may change while clients are paused, but what is over is over.
            mode = ExpiryMode.HIDE;
        }
        server.keyspace.setExpiryMode(mode);
        server.keyspace.setCountingUses(!session.noTouch || command.name().equals("touch"));
    }

    private void crashed(Session session, Command command, Throwable bug, int replyStart) {
        server.log.log(
                System.Logger.Level.ERROR,
                "Bug in command '" + command.fullName() + "' of client id=" + session.id() + " addr="
                        + session.connection().remoteAddress() + ": the client is closed, nothing else is affected",
                bug);
        session.replies().truncate(Math.min(replyStart, session.replies().length()));
        session.replies().error("ERR internal error, see the server's log");
        session.closing = true;
        session.connection().closeAfterFlush();
    }

    // ------------------------------------------------------------------ waiting clients

    /** The client waits: its deadline begins to run. */
    void startWait(Session session, Session.Wait wait) {
        if (wait.deadlineMillis() != Long.MAX_VALUE) {
            long delay = Math.max(1, wait.deadlineMillis() - server.nowMillis());
            scheduleDeadline(session, wait, delay);
        }
    }

    private void scheduleDeadline(Session session, Session.Wait wait, long delay) {
        deadlines.put(wait, server.timers.after(delay, () -> {
            deadlines.remove(wait);
            if (session.waiting == wait) {
                long left = wait.deadlineMillis() - server.tick();
                if (left > 0) {
                    scheduleDeadline(session, wait, left);
                } else {
                    wait.timedOut(session);
                    endWait(session);
                }
            }
        }));
    }

    private void cancel(Session session, Session.Wait wait) {
        session.waiting = null;
        Timers.Timer deadline = deadlines.remove(wait);
        if (deadline != null) {
            deadline.cancel();
        }
        wait.cancel(session);
    }

    /**
     * The client waits no more; the reply has been written. Its further commands run after the command that is under way,
     * and after all clients that this one lets be served.
     */
    public void endWait(Session session) {
        Session.Wait wait = session.waiting;
        if (wait != null) {
            cancel(session, wait);
            session.replies().setMuted(session.replyOff);
            session.push();
            unblocked.add(session);
            resumeUnblocked();
        }
    }

    /** As {@link #endWait}, with an error as the reply. */
    public void endWait(Session session, String error) {
        if (session.waiting != null) {
            session.replies().error(error);
            server.stats.countError(error);
            Command command = server.commands.get(session.lastCommand);
            if (command != null) {
                command.stats.failed++;
            }
            endWait(session);
        }
    }

    private void resumeUnblocked() {
        if (unblocked.isEmpty() || depth > 0 || serving || resuming) {
            return;
        }
        resuming = true;
        try {
            for (Session next = unblocked.poll(); next != null; next = unblocked.poll()) {
                next.connection().resume();
            }
        } finally {
            resuming = false;
        }
    }

    /** Serves clients that wait for keys that hold something now, oldest first, until no key is ready. */
    public void serveReadyKeys() {
        if (serving) {
            return;
        }
        serving = true;
        try {
            while (server.keyWaits.hasReady()) {
                serveFrom(server.keyWaits.nextReady());
            }
        } finally {
            serving = false;
        }
        // A key may have expired when it was looked at.
        server.changes.endUnit(true);
        resumeUnblocked();
    }

    private void serveFrom(KeyWaits.Ready ready) {
        // What made the key ready may have taken long enough for it to have expired.
        server.tick();
        WatchedKey place = ready.place();
        byte[] key = place.key().bytes();
        int passed = 0;
        while (true) {
            KeyWaits.KeyWait wait = server.keyWaits.waitFor(place, passed);
            Object entry = server.keyspace.database(place.database()).peek(key, 0, key.length);
            if (wait == null || entry == null && !server.keyWaits.mayLose()) {
                return;
            }
            if (!isServed(wait, entry, key, ready.mayServe())) {
                passed++;
            }
        }
    }

    /** Whether that client waits no more, because the key gave it something or was lost. */
    private boolean isServed(KeyWaits.KeyWait wait, @Nullable Object entry, byte[] key, boolean mayServe) {
        if (wait.session.waiting != wait) {
            return false;
        }
        if (entry != null && Entries.type(entry) == wait.type) {
            return mayServe && serve(wait, key);
        }
        if (wait.lossError != null) {
            endWait(wait.session, wait.lossError);
            return true;
        }
        return false;
    }

    private boolean serve(KeyWaits.KeyWait wait, byte[] key) {
        Session session = wait.session;
        int selected = session.database;
        session.database = wait.database;
        Call call = new Call(server, this, session, wait.args, wait.command);
        call.begin(session, call.args(), wait.command, false);
        call.propagateNothing();
        setExpiryMode(session, wait.command);
        int before = session.replies().length();
        long errors = session.replies().errors();
        boolean served;
        session.replies().beginReply();
        server.tracking.begin(session);
        long start = System.nanoTime();
        try {
            served = wait.attempt.serve(call, key);
            call.finish();
        } catch (RuntimeException bug) {
            crashed(session, wait.command, bug, before);
            served = true;
        }
        session.replies().endReply();
        server.tracking.end(session, wait.command);
        session.database = selected;
        server.changes.endUnit(true);
        if (served) {
            served(session, wait.command, wait.args, System.nanoTime() - start, errors);
            endWait(session);
        }
        return served;
    }

    /** The client whose command runs gets its reply, and no more: for everybody else it is gone already. */
    public void closeAfterReply(Session session) {
        session.closing = true;
        forget(session);
        session.connection().closeAfterFlush();
    }

    /** Closes another client's connection; what it sent and what was to be sent to it is lost. */
    public void close(Session session) {
        session.closing = true;
        if (session.kind == Session.Kind.NORMAL) {
            forget(session);
        }
        session.connection().closeNow();
    }

    /** The client is gone: nothing of it stays. */
    public void forget(Session session) {
        Session.Wait wait = session.waiting;
        if (wait != null) {
            cancel(session, wait);
        }
        server.watches.unwatch(session);
        server.pubSub.remove(session);
        server.tracking.disable(session);
        server.monitors.remove(session);
        server.clients.remove(session);
    }
}
