package dev.vedette.store;

import dev.vedette.store.change.ChangeStream;
import dev.vedette.store.command.CommandTable;
import dev.vedette.store.command.Dispatcher;
import dev.vedette.store.command.Families;
import dev.vedette.store.command.NodeFacts;
import dev.vedette.store.command.ServerState;
import dev.vedette.store.command.Timers;
import dev.vedette.store.command.server.Upkeep;
import dev.vedette.store.config.FatalConfigException;
import dev.vedette.store.config.ServerConfig;
import dev.vedette.store.keyspace.Keyspace;
import dev.vedette.store.snapshot.DumpLoader;
import dev.vedette.store.snapshot.Saving;
import dev.vedette.store.snapshot.Workplace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/** A store without sockets, on a virtual clock that begins at a fixed instant: what tests of commands run on. */
public final class MemoryServer implements Timers {

    /** Where servers in memory have their files; nobody reads them again. */
    private static final Path FOLDER = Path.of("target", "memory-servers").toAbsolutePath();

    private record Due(long atMillis, long order, Runnable task) {}

    private final PriorityQueue<Due> timers =
            new PriorityQueue<>(Comparator.comparingLong(Due::atMillis).thenComparingLong(Due::order));
    private final ByteArrayOutputStream stream = new ByteArrayOutputStream();
    private long nowMillis = 1_700_000_000_000L;
    private long order;

    /** What other threads leave for the event loop. */
    private final Queue<Runnable> posted = new ConcurrentLinkedQueue<>();

    public final ServerState state;
    public final Dispatcher dispatcher;
    /** What the server was told to do when it has shut down. */
    public boolean ended;

    /** A server with those lines of configuration; its change stream is open. */
    public MemoryServer(String... configuration) {
        ServerConfig config;
        try {
            config = ServerConfig.of(Files.createDirectories(FOLDER), configuration);
        } catch (FatalConfigException | IOException e) {
            throw new IllegalArgumentException(e);
        }
        Keyspace keyspace = new Keyspace(config.getInt("databases"));
        ChangeStream changes = new ChangeStream(() -> {});
        changes.open(0);
        state = new ServerState(
                keyspace,
                changes,
                new CommandTable(Families.ALL),
                config,
                new NodeFacts("test", "/test/vedette-server", "memory", 1, () -> "off"),
                this,
                () -> nowMillis,
                System.getLogger("test"));
        try {
            state.users.load();
        } catch (FatalConfigException e) {
            throw new IllegalArgumentException(e);
        }
        dispatcher = new Dispatcher(state);
        new Upkeep(state).observe(dispatcher);
        Workplace workplace = new Workplace(
                posted::add,
                task -> Thread.ofVirtual().start(task),
                this::after,
                () -> nowMillis,
                () -> 1,
                ProcessHandle.current().pid(),
                state.log);
        state.connect(
                new Saving(keyspace, config, state.persistence, workplace, () -> null),
                new DumpLoader(config, state.persistence, workplace));
        state.shutdown.connect(() -> ended = true, dispatcher);
    }

    /** Does what other threads have left for the event loop. */
    void runPosted() {
        for (Runnable task = posted.poll(); task != null; task = posted.poll()) {
            task.run();
        }
    }

    /** Lets the event loop turn until that holds. */
    public void await(BooleanSupplier done) {
        Awaitility.await().until(() -> {
            advance(1);
            return done.getAsBoolean();
        });
    }

    /** A new client. */
    public MemoryClient client() {
        return new MemoryClient(this);
    }

    /** Lets time pass: what becomes due happens, in order, each at its instant. */
    public void advance(long millis) {
        long end = nowMillis + millis;
        runPosted();
        while (true) {
            Due next = timers.peek();
            if (next == null || next.atMillis > end) {
                break;
            }
            timers.remove();
            nowMillis = Math.max(nowMillis, next.atMillis);
            state.tick();
            next.task.run();
            state.changes.endUnit(true);
        }
        nowMillis = end;
        state.tick();
    }

    /** What the commands since the last call left in the change stream. */
    public byte[] takeChanges() {
        stream.reset();
        state.changes.take((offset, bytes, length) -> stream.write(bytes, 0, length));
        return stream.toByteArray();
    }

    @Override
    public Timer after(long delayMillis, Runnable task) {
        Due due = new Due(nowMillis + Math.max(1, delayMillis), order++, task);
        timers.add(due);
        return () -> timers.remove(due);
    }
}
