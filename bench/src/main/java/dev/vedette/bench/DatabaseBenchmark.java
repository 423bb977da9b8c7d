package dev.vedette.bench;

import dev.vedette.store.keyspace.Database;
import dev.vedette.store.keyspace.Keyspace;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The table of keys: random keys among a million of 16 bytes, with values of 3 bytes. The time holds that of drawing and
 * writing the key, and the cache misses.
 *
 * <p>{@code make bench-micro ONLY=DatabaseBenchmark}
 */
@State(Scope.Thread)
public class DatabaseBenchmark extends MicroBenchmark {

    private static final int EXPIRING = 100;
    private static final byte[] VALUE = "abc".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LONGER = "abcdefgh".getBytes(StandardCharsets.US_ASCII);

    @Param("1000000")
    public int keys;

    private final Keyspace keyspace = new Keyspace(1);
    private final Database database = keyspace.database(0);
    private final Names names = new Names("key:");
    private final Names others = new Names("new:");
    private long oldest;
    private long newest;
    private long now;
    private boolean longer;

    /** Fills the table. */
    @Setup(Level.Trial)
    public void fill() {
        now = keyspace.nowMillis();
        for (int i = 0; i < keys; i++) {
            set(names.of(i), VALUE, -1);
        }
    }

    private void set(byte[] key, byte[] value, long expireAt) {
        database.setString(key, 0, key.length, value, 0, value.length, expireAt);
    }

    /** GET's look-up of a key that is there. */
    @Benchmark
    public @Nullable Object get() {
        byte[] key = names.any(keys);
        return database.lookup(key, 0, key.length);
    }

    /** GET's look-up of a key that is not there. */
    @Benchmark
    public @Nullable Object getMissing() {
        byte[] key = others.any(keys);
        return database.lookup(key, 0, key.length);
    }

    /** SET of a value of the same length. */
    @Benchmark
    public void overwrite() {
        set(names.any(keys), VALUE, -1);
    }

    /** SET of a value of another length, which makes a new entry. */
    @Benchmark
    public void overwriteOtherLength() {
        // The same pseudo-random keys come by with both lengths.
        longer = !longer;
        set(names.any(keys), longer ? LONGER : VALUE, -1);
    }

    /** SET of an integer. */
    @Benchmark
    public void overwriteInteger() {
        byte[] key = names.any(keys);
        database.setInteger(key, 0, key.length, keys, -1);
    }

    /** A new key comes and the oldest of a thousand such goes: two operations, the new entry garbage in the end. */
    @Benchmark
    public void insertAndDelete() {
        set(others.of(newest++), VALUE, -1);
        if (newest - oldest > 1000) {
            byte[] key = others.of(oldest++);
            database.remove(key, 0, key.length);
        }
    }

    /** EXPIRE of a key that has a time already, or from the second round on. */
    @Benchmark
    public boolean expire() {
        byte[] key = names.any(keys);
        return database.setExpireAt(key, 0, key.length, now + 1_000_000);
    }

    /** One key with a TTL from its coming to its removal by the cycle, in groups of 100: the walk of the table included. */
    @Benchmark
    @OperationsPerInvocation(EXPIRING)
    public boolean expireDue() {
        for (int i = 0; i < EXPIRING; i++) {
            set(others.of(newest++), VALUE, now + 1);
        }
        keyspace.setNowMillis(++now);
        return database.expireDue(System.nanoTime() + 1_000_000_000);
    }
}
