package dev.vedette.bench;

import dev.vedette.store.keyspace.value.HashValue;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Hashes, packed (50 fields) and as a table (100,000), with the limits that are Redis's defaults.
 *
 * <p>{@code make bench-micro ONLY=HashBenchmark}
 */
@State(Scope.Thread)
public class HashBenchmark extends MicroBenchmark {

    private static final int ENTRIES_MAX = 128;
    private static final byte[] VALUE = "0123456789".getBytes(StandardCharsets.US_ASCII);

    @Param({"50", "100000"})
    public int fields;

    private final Names names = new Names("field:");
    private final HashValue.Found found = new HashValue.Found();
    private HashValue hash = new HashValue();

    /** Fills the hash. */
    @Setup(Level.Trial)
    public void fill() {
        hash = new HashValue();
        for (int i = 0; i < fields; i++) {
            set(names.of(i));
        }
    }

    private boolean set(byte[] field) {
        return hash.set(field, 0, field.length, VALUE, 0, VALUE.length, ENTRIES_MAX);
    }

    /** HGET. */
    @Benchmark
    public int get() {
        byte[] field = names.any(fields);
        return hash.get(field, 0, field.length, found) ? found.length() : -1;
    }

    /** HSET of a field that is there, with a value of the same length. */
    @Benchmark
    public boolean overwrite() {
        return set(names.any(fields));
    }

    /** HSET of a new field and HDEL of it: two operations. */
    @Benchmark
    public boolean addAndRemove() {
        byte[] field = names.of(fields + 1L);
        set(field);
        return hash.remove(field, 0, field.length);
    }
}
