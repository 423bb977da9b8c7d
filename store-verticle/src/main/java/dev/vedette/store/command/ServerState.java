package dev.vedette.store.command;

import dev.vedette.store.change.ChangeStream;
import dev.vedette.store.change.ReplicationState;
import dev.vedette.store.command.acl.Users;
import dev.vedette.store.command.persistence.Reload;
import dev.vedette.store.command.persistence.Shutdown;
import dev.vedette.store.command.replication.Roles;
import dev.vedette.store.command.scripting.Scripting;
import dev.vedette.store.config.ServerConfig;
import dev.vedette.store.keyspace.Database;
import dev.vedette.store.keyspace.Entries;
import dev.vedette.store.keyspace.Keyspace;
import dev.vedette.store.keyspace.KeyspaceListener;
import dev.vedette.store.keyspace.ValueType;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Session;
import dev.vedette.store.snapshot.DumpLoader;
import dev.vedette.store.snapshot.PersistenceState;
import dev.vedette.store.snapshot.Saving;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything that commands work on, for one node: the keyspace, the clients, what they watch, wait for and subscribe to,
 * the change stream, the replication state, counters, settings.
 *
 * <p>Made by the store verticle, or by a test with a virtual clock. Thread: the event loop.
 */
public final class ServerState implements KeyspaceListener {

    private static final byte[] DEL = "DEL".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] UNLINK = "UNLINK".getBytes(StandardCharsets.US_ASCII);

    public final Keyspace keyspace;
    public final ClientRegistry clients = new ClientRegistry();
    public final Watches watches = new Watches();
    public final KeyWaits keyWaits = new KeyWaits();
    public final PubSub pubSub = new PubSub();
    public final ChangeStream changes;
    public final ReplicationState replication = new ReplicationState();
    public final ServerStats stats = new ServerStats();
    public final Settings settings = new Settings();
    public final CommandTable commands;
    public final Timers timers;
    /** Whom this server follows, and who follows it. */
    public final Roles roles;

    public final System.Logger log;
    /** Clients that sent MONITOR. */
    public final Set<Session> monitors = new LinkedHashSet<>();

    private final LongSupplier wallMillis;
    /** Wall-clock milliseconds when the server started. */
    public final long startMillis;
    /** 40 hexadecimal characters that name this run (INFO run_id). */
    public final String runId = ReplicationState.newReplid();

    /** What the configuration file, the command line and CONFIG SET say. */
    public final ServerConfig config;
    /** How saving and loading stand. */
    public final PersistenceState persistence = new PersistenceState();
    /** What the process around this server is. */
    public final NodeFacts facts;
    /** The commands that took long. */
    public final SlowLog slowLog = new SlowLog();
    /** What made clients wait. */
    public final LatencyMonitor latency = new LatencyMonitor(settings);
    /** How much memory is in use. */
    public final MemoryUse memory;
    /** Keeps it below maxmemory. */
    public final Eviction eviction;
    /** Subcommands of DEBUG, in lower case, that other parts of the server provide. */
    public final Map<String, Command.Handler> debugSubcommands = new HashMap<>();
    /** Ends the process at once, for DEBUG SEGFAULT. */
    public Runnable crash = () -> Runtime.getRuntime().halt(139);
    /** What has to follow FLUSHALL: with save points, the RDB file becomes empty, too. */
    public Runnable afterFlushAll = () -> {};
    /** The {@code user} lines that describe the users now, without the word user, for CONFIG REWRITE. */
    public Supplier<List<String>> userLines = List::of;
    /** Who is to hear of keys that change. */
    public final Tracking tracking;
    /** Who may log in. */
    public final Users users;
    /** Ends the server. */
    public final Shutdown shutdown = new Shutdown(this);

    private @Nullable Saving saving;
    /** Scripts and functions. */
    public final Scripting scripting = new Scripting(this);
    /** Who paused the clients. */
    public final Pauses pauses = new Pauses(this);
    /** Clients are paused until then (wall-clock milliseconds); 0 when they are not. Set by {@link #pauses}. */
    public long pauseUntilMillis;
    /** The pause stops all commands, not just those that may replicate. Set by {@link #pauses}. */
    public boolean pauseAll;

    /** State over that keyspace; the clock in wall-clock milliseconds. */
    public ServerState(
            Keyspace keyspace,
            ChangeStream changes,
            CommandTable commands,
            ServerConfig config,
            NodeFacts facts,
            Timers timers,
            LongSupplier wallMillis,
            System.Logger log) {
        this.keyspace = keyspace;
        this.changes = changes;
        this.commands = commands;
        this.config = config;
        this.facts = facts;
        this.timers = timers;
        this.wallMillis = wallMillis;
        this.log = log;
        this.roles = new Roles(this);
        this.startMillis = wallMillis.getAsLong();
        persistence.lastSaveMillis = startMillis;
        keyspace.setNowMillis(startMillis);
        keyspace.setListener(this);
        settings.follow(config, keyspace);
        memory = new MemoryUse(this);
        eviction = new Eviction(this);
        this.tracking = new Tracking(this);
        this.users = new Users(this);
        userLines = users::describeForRewrite;
    }

    /** Sets who writes and who reads RDB files. */
    public void connect(Saving newSaving, DumpLoader loader) {
        saving = newSaving;
        afterFlushAll = newSaving::afterFlushAll;
        debugSubcommands.put("reload", new Reload(newSaving, loader)::run);
        debugSubcommands.put("loadaof", call -> call.fail("ERR " + Saving.NO_APPEND_ONLY_FILE));
    }

    /** Writes the RDB file. */
    public Saving saving() {
        return Objects.requireNonNull(saving, "nobody to save yet");
    }

    /** Reads the clock for what comes next; answers wall-clock milliseconds. */
    public long tick() {
        long now = wallMillis.getAsLong();
        keyspace.setNowMillis(now);
        roles.standstill().look(now);
        return now;
    }

    /** Wall-clock milliseconds of the batch under way. */
    public long nowMillis() {
        return keyspace.nowMillis();
    }

    /** Publishes a keyspace event, if notify-keyspace-events asks for its class. */
    public void notifyKeyspaceEvent(NotifyClass notifyClass, String event, byte[] key, int database) {
        int bits = settings.notifyBits;
        if ((bits & notifyClass.bit()) == 0) {
            return;
        }
        if ((bits & NotifyClass.KEYSPACE.bit()) != 0) {
            byte[] prefix = ("__keyspace@" + database + "__:").getBytes(StandardCharsets.US_ASCII);
            byte[] channel = java.util.Arrays.copyOf(prefix, prefix.length + key.length);
            System.arraycopy(key, 0, channel, prefix.length, key.length);
            pubSub.publish(channel, event.getBytes(StandardCharsets.US_ASCII));
        }
        if ((bits & NotifyClass.KEYEVENT.bit()) != 0) {
            pubSub.publish(("__keyevent@" + database + "__:" + event).getBytes(StandardCharsets.US_ASCII), key);
        }
    }

    /** A key changed, or is gone: for those who watch it or hold a copy of it. */
    public void touched(Database database, byte[] key) {
        watches.touched(database, key);
        if (keyWaits.mayLose()) {
            keyWaits.keyTouched(database.number(), key);
        }
        if (tracking.isActive()) {
            tracking.touched(key, true);
        }
    }

    /** The key at that argument changed; makes no garbage while nobody cares. */
    void touched(Database database, Args args, int arg) {
        if (tracking.isActive() || keyWaits.mayLose()) {
            touched(database, args.bytes(arg));
        } else {
            watches.touched(database, args, arg);
        }
    }

    /** A database is about to be emptied. */
    public void databaseEmptied(Database database) {
        watches.databaseChanged(database, database);
        if (keyWaits.mayLose()) {
            keyWaits.databaseEmptied(database.number());
        }
        if (tracking.isActive()) {
            tracking.emptied();
        }
    }

    /** Whether local changes go into the change stream: on a master only; a replica passes its master's bytes on. */
    public boolean propagates() {
        return changes.isOpen() && !replication.isReplica();
    }

    /** A key goes because memory is short. */
    void evicted(Database database, byte[] key) {
        stats.evictedKeys++;
        touched(database, key);
        notifyKeyspaceEvent(NotifyClass.EVICTED, "evicted", key, database.number());
        if (propagates()) {
            changes.add(database.number(), settings.lazyfreeLazyEviction ? UNLINK : DEL, key);
        }
    }

    @Override
    public void expired(Database database, byte[] key) {
        stats.expiredKeys++;
        if (propagates()) {
            changes.add(database.number(), settings.lazyfreeLazyExpire ? UNLINK : DEL, key);
        }
        notifyKeyspaceEvent(NotifyClass.EXPIRED, "expired", key, database.number());
        watches.touched(database, key);
        if (keyWaits.mayLose()) {
            keyWaits.keyTouched(database.number(), key);
        }
        if (tracking.isActive()) {
            tracking.touched(key, false);
        }
    }

    @Override
    public void added(Database database, Object entry) {
        if (settings.notifyBits != 0) {
            notifyKeyspaceEvent(NotifyClass.NEW, "new", Entries.key(entry), database.number());
        }
        if (!Entries.isString(entry)) {
            keyWaits.keyAdded(database.number(), Entries.key(entry));
        }
    }

    @Override
    public void replaced(Database database, Object entry) {
        // Who waits within a consumer group has to be told that the group went with the stream.
        if (keyWaits.mayLose() && Entries.type(entry) == ValueType.STREAM) {
            keyWaits.keyAdded(database.number(), Entries.key(entry));
        }
    }
}
