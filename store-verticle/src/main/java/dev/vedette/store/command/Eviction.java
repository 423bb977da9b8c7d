package dev.vedette.store.command;

import dev.vedette.store.keyspace.Database;
import dev.vedette.store.keyspace.EvictionPool;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the memory in use ({@link MemoryUse#usedBytes}) below maxmemory: before each command keys go by the policy until
 * there is room again, or a few hundred microseconds are over (maxmemory-eviction-tenacity), in which case the rest
 * follows between commands.
 *
 * <p>What goes is a change like any other: a DEL or UNLINK in the change stream, outside of the command's own unit. A
 * replica leaves it to its master unless replica-ignore-maxmemory says no. Nothing goes while data is being loaded or
 * clients are paused. Thread: the event loop.
 */
public final class Eviction {

    private static final int KEYS_BETWEEN_LOOKS_AT_CLOCK = 16;

    private final ServerState server;
    private final EvictionPool pool = new EvictionPool();
    private boolean goesOn;

    Eviction(ServerState server) {
        this.server = server;
        server.config.onChange(
                config -> {
                    limitChanged();
                    return null;
                },
                "maxmemory");
    }

    /**
     * Lets keys go if there are too many. To be called between commands, while there is a limit.
     *
     * @return false when the limit is exceeded and nothing more may go: a command that needs memory must be refused
     */
    public boolean makeRoom() {
        if (!mayEvict()) {
            return true;
        }
        long excess = server.memory.excessBytes(server.settings.maxMemoryBytes);
        boolean room = excess == 0 || server.settings.evictionPolicy.evicts() && evict(excess);
        server.stats.noteEviction(excess > 0 && (!room || goesOn), server.nowMillis());
        return room;
    }

    private boolean mayEvict() {
        return !server.persistence.isLoading()
                && server.pauseUntilMillis == 0
                && !(server.replication.isReplica() && server.settings.replicaIgnoreMaxMemory);
    }

    /** Lets keys of that many bytes go, or goes on with it later; false when there are not so many that may go. */
    private boolean evict(long excess) {
        long start = System.nanoTime();
        long nanosMax = nanosMax(server.settings.evictionTenacity);
        long freed = 0;
        int keys = 0;
        boolean found = true;
        while (freed < excess && found) {
            EvictionPool.Victim victim =
                    pool.next(server.keyspace, server.settings.evictionPolicy, server.settings.maxMemorySamples);
            found = victim != null;
            if (victim != null) {
                freed += remove(victim);
                if (++keys % KEYS_BETWEEN_LOOKS_AT_CLOCK == 0 && System.nanoTime() - start > nanosMax) {
                    goOnSoon();
                    break;
                }
            }
        }
        // Each key goes by itself: together they are no transaction.
        server.changes.endUnit(false);
        server.tracking.settleBetweenCommands();
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        server.latency.add("eviction-cycle", millis, server.nowMillis());
        return found;
    }

    private long remove(EvictionPool.Victim victim) {
        Database database = victim.database();
        byte[] key = victim.key();
        long before = database.dataBytes();
        database.remove(key, 0, key.length);
        long freed = before - database.dataBytes();
        server.evicted(database, key);
        return freed;
    }

    /** Up to 10 the tenacity stands for half a millisecond at most, above for ever longer, and 100 for no end. */
    static long nanosMax(int tenacity) {
        if (tenacity <= 10) {
            return tenacity * 50_000L;
        }
        return tenacity < 100 ? (long) (500_000 * Math.pow(1.15, tenacity - 10)) : Long.MAX_VALUE;
    }

    private void goOnSoon() {
        if (!goesOn) {
            goesOn = true;
            server.timers.after(1, this::goOn);
        }
    }

    private void goOn() {
        goesOn = false;
        if (server.settings.maxMemoryBytes > 0) {
            server.tick();
            makeRoom();
        }
    }

    private void limitChanged() {
        long limit = server.settings.maxMemoryBytes;
        if (limit == 0) {
            return;
        }
        long excess = server.memory.excessBytes(limit);
        if (excess > 0) {
            server.log.log(
                    System.Logger.Level.WARNING,
                    "WARNING: the new maxmemory value set via CONFIG SET (" + limit
                            + ") is smaller than the current memory usage (" + (limit + excess)
                            + "). This will result in key eviction and/or the inability to accept new write commands"
                            + " depending on the maxmemory-policy.");
        }
        goOnSoon();
    }
}
