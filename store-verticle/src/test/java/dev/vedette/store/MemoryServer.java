package dev.vedette.store;

import dev.vedette.store.change.ChangeStream;
import dev.vedette.store.command.CommandTable;
import dev.vedette.store.command.Dispatcher;
import dev.vedette.store.command.Families;
import dev.vedette.store.command.NodeFacts;
import dev.vedette.store.command.ServerState;
import dev.vedette.store.command.Timers;
import dev.vedette.store.config.FatalConfigException;
import dev.vedette.store.config.ServerConfig;
import dev.vedette.store.keyspace.Keyspace;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A store without sockets, on a virtual clock that begins at a fixed instant: what tests of commands run on. */
public final class MemoryServer implements Timers {

    private record Due(long atMillis, long order, Runnable task) {}

    private final PriorityQueue<Due> timers =
            new PriorityQueue<>(Comparator.comparingLong(Due::atMillis).thenComparingLong(Due::order));
    private final ByteArrayOutputStream stream = new ByteArrayOutputStream();
    private long nowMillis = 1_700_000_000_000L;
    private long order;

    public final ServerState state;
    public final Dispatcher dispatcher;

    /** A server with those lines of configuration; its change stream is open. */
    public MemoryServer(String... configuration) {
        ServerConfig config;
        try {
            config = ServerConfig.of(Path.of("").toAbsolutePath(), configuration);
        } catch (FatalConfigException e) {
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
                new NodeFacts("7.0.15", "test", "/test/vedette-server", "memory", 1),
                this,
                () -> nowMillis,
                System.getLogger("test"));
        dispatcher = new Dispatcher(state);
    }

    /** A new client. */
    public MemoryClient client() {
        return new MemoryClient(this);
    }

    /** Lets time pass: what becomes due happens, in order, each at its instant. */
    public void advance(long millis) {
        long end = nowMillis + millis;
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
        state.changes.take((offset, bytes) -> stream.writeBytes(bytes));
        return stream.toByteArray();
    }

    @Override
    public Timer after(long delayMillis, Runnable task) {
        Due due = new Due(nowMillis + Math.max(1, delayMillis), order++, task);
        timers.add(due);
        return () -> timers.remove(due);
    }
}
