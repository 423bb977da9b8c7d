package dev.vedette.store.snapshot;

import dev.vedette.store.config.ServerConfig;
import dev.vedette.wire.rdb.RdbSink;
import dev.vedette.wire.rdb.RdbWriter;
import dev.vedette.wire.resp.RedisVersion;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a dump is written and what it says of itself, fixed when it is begun.
 *
 * @param point where in the change stream it was taken, or null when the node is in no replication
 * @param aofBase whether it is the base of an append-only file
 * @param functions source code of function libraries, passed on as it was loaded
 * @param keyDelayMicros how long to pause after each key (rdb-key-save-delay); negative: a microsecond after so many keys
 */
record DumpStyle(
        boolean compression,
        boolean checksum,
        EntryWriter.Usage usage,
        long nowMillis,
        long usedMemoryBytes,
        @Nullable ReplicationPoint point,
        boolean aofBase,
        List<byte[]> functions,
        int keyDelayMicros) {

    static DumpStyle now(
            ServerConfig config,
            PersistenceState state,
            Workplace workplace,
            @Nullable ReplicationPoint point,
            boolean aofBase) {
        return new DumpStyle(
                config.getBool("rdbcompression"),
                config.getBool("rdbchecksum"),
                EntryWriter.Usage.of(config.getString("maxmemory-policy")),
                workplace.wallMillis().getAsLong(),
                workplace.usedMemoryBytes().getAsLong(),
                point,
                aofBase,
                List.copyOf(state.functionLibraries),
                config.getInt("rdb-key-save-delay"));
    }

    /** The same dump without function libraries. */
    DumpStyle withoutFunctions() {
        return new DumpStyle(
                compression, checksum, usage, nowMillis, usedMemoryBytes, point, aofBase, List.of(), keyDelayMicros);
    }

    RdbWriter writer(RdbSink sink) {
        return new RdbWriter(sink, compression, checksum);
    }

    EntryWriter entries(RdbWriter out) {
        return new EntryWriter(out, usage, nowMillis);
    }

    /** Pauses after the key of that number, if that is asked for. */
    void delay(long keys) throws InterruptedException {
        if (keyDelayMicros > 0) {
            TimeUnit.MICROSECONDS.sleep(keyDelayMicros);
        } else if (keyDelayMicros < 0 && keys % -(long) keyDelayMicros == 0) {
            TimeUnit.MICROSECONDS.sleep(1);
        }
    }

    /** Writes all that comes before the first database. */
    void begin(RdbWriter out) throws IOException {
        out.header();
        out.aux("redis-ver", RedisVersion.TEXT);
        out.aux("redis-bits", 64);
        out.aux("ctime", nowMillis / 1000);
        out.aux("used-mem", usedMemoryBytes);
        if (point != null) {
            out.aux("repl-stream-db", point.database());
            out.aux("repl-id", point.replid());
            out.aux("repl-offset", point.offset());
        }
        out.aux("aof-base", aofBase ? 1 : 0);
        for (byte[] library : functions) {
            out.function(library);
        }
    }
}
