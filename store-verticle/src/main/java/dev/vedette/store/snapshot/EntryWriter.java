package dev.vedette.store.snapshot;

import dev.vedette.store.keyspace.Access;
import dev.vedette.store.keyspace.Entries;
import dev.vedette.store.keyspace.OpaqueValue;
import dev.vedette.store.keyspace.StringValue;
import dev.vedette.store.keyspace.Value;
import dev.vedette.store.keyspace.value.HashValue;
import dev.vedette.store.keyspace.value.ListValue;
import dev.vedette.store.keyspace.value.SetValue;
import dev.vedette.store.keyspace.value.SortedSetValue;
import dev.vedette.store.keyspace.value.StreamConsumer;
import dev.vedette.store.keyspace.value.StreamGroup;
import dev.vedette.store.keyspace.value.StreamId;
import dev.vedette.store.keyspace.value.StreamValue;
import dev.vedette.wire.rdb.RdbStream;
import dev.vedette.wire.rdb.RdbWriter;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Writes entries of a keyspace to a dump.
 *
 * <p>Thread: whoever calls; entries that a snapshot holds may be written from any thread.
 */
public final class EntryWriter {

    /** What is written about the use of keys: it depends on maxmemory-policy. */
    enum Usage {
        NOTHING,
        /** How long it was idle (policies that end in -lru). */
        IDLE,
        /** How often it was used (policies that end in -lfu). */
        FREQUENCY;

        static Usage of(String maxMemoryPolicy) {
            if (maxMemoryPolicy.endsWith("-lru")) {
                return IDLE;
            }
            return maxMemoryPolicy.endsWith("-lfu") ? FREQUENCY : NOTHING;
        }
    }

    private final RdbWriter out;
    private final Usage usage;
    private final long nowMillis;

    EntryWriter(RdbWriter out, Usage usage, long nowMillis) {
        this.out = out;
        this.usage = usage;
        this.nowMillis = nowMillis;
    }

    /** Writes a key with its expiry, usage and value. */
    void write(Object entry) throws IOException {
        long expireAt = Entries.expireAt(entry);
        if (expireAt >= 0) {
            out.expireAtMillis(expireAt);
        }
        switch (usage) {
            case IDLE -> out.idleSeconds(Access.idleSeconds(Entries.access(entry), nowMillis));
            case FREQUENCY -> out.frequency(Access.counter(Entries.access(entry), nowMillis));
            case NOTHING -> {}
        }
        byte[] key = Entries.keyArray(entry);
        int offset = Entries.keyOffset(entry);
        int length = Entries.keyLength(entry);
        switch (Entries.value(entry)) {
            case null -> string(key, offset, length, entry);
            case StringValue string -> out.string(key, offset, length, string.array(), 0, string.length());
            case ListValue list -> {
                out.beginList(key, offset, length, list.size());
                elements(out, list);
            }
            case SetValue set -> {
                out.beginSet(key, offset, length, set.size());
                elements(out, set);
            }
            case HashValue hash -> {
                out.beginHash(key, offset, length, hash.size());
                elements(out, hash);
            }
            case SortedSetValue sorted -> {
                out.beginZset(key, offset, length, sorted.size());
                elements(out, sorted);
            }
            case StreamValue stream -> {
                out.beginStream(key, offset, length, stream.blockCount());
                parts(out, stream);
            }
            case OpaqueValue opaque ->
                out.opaque(key, offset, length, opaque.rdbType(), opaque.payload(), 0, opaque.payload().length);
            case Value other -> throw unknown(other);
        }
    }

    private void string(byte[] key, int offset, int length, Object packed) throws IOException {
        if (Entries.isInteger(packed)) {
            out.string(key, offset, length, Entries.integer(packed));
        } else {
            out.string(
                    key,
                    offset,
                    length,
                    Entries.stringArray(packed),
                    Entries.stringOffset(packed),
                    Entries.stringLength(packed));
        }
    }

    /** Writes type and value of an entry without its key, as DUMP needs them. */
    public static void writeValue(RdbWriter out, Object entry) throws IOException {
        switch (Entries.value(entry)) {
            case null -> {
                if (Entries.isInteger(entry)) {
                    out.string(Entries.integer(entry));
                } else {
                    out.string(Entries.stringArray(entry), Entries.stringOffset(entry), Entries.stringLength(entry));
                }
            }
            case StringValue string -> out.string(string.array(), 0, string.length());
            case ListValue list -> {
                out.beginList(list.size());
                elements(out, list);
            }
            case SetValue set -> {
                out.beginSet(set.size());
                elements(out, set);
            }
            case HashValue hash -> {
                out.beginHash(hash.size());
                elements(out, hash);
            }
            case SortedSetValue sorted -> {
                out.beginZset(sorted.size());
                elements(out, sorted);
            }
            case StreamValue stream -> {
                out.beginStream(stream.blockCount());
                parts(out, stream);
            }
            case OpaqueValue opaque -> out.opaque(opaque.rdbType(), opaque.payload(), 0, opaque.payload().length);
            case Value other -> throw unknown(other);
        }
    }

    private static IllegalStateException unknown(Value value) {
        return new IllegalStateException("no dump form for " + value.getClass());
    }

    private static void elements(RdbWriter out, ListValue list) throws IOException {
        ListValue.Cursor cursor = list.forward(0);
        while (cursor.next()) {
            out.element(cursor.array(), cursor.offset(), cursor.length());
        }
    }

    private static void elements(RdbWriter out, SetValue set) throws IOException {
        SetValue.Members members = set.members();
        while (members.next()) {
            out.element(members.array(), 0, members.length());
        }
    }

    private static void elements(RdbWriter out, HashValue hash) throws IOException {
        try {
            hash.forEach((fields, fieldOffset, fieldLength, values, valueOffset, valueLength) -> {
                try {
                    out.element(fields, fieldOffset, fieldLength);
                    out.element(values, valueOffset, valueLength);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void elements(RdbWriter out, SortedSetValue sorted) throws IOException {
        try {
            sorted.forEach((array, offset, length, score) -> {
                try {
                    out.element(array, offset, length);
                    out.score(score);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void parts(RdbWriter out, StreamValue stream) throws IOException {
        for (int i = 0; i < stream.blockCount(); i++) {
            out.streamBlock(
                    stream.blockMillis(i), stream.blockSequence(i), stream.blockArray(i), 0, stream.blockLength(i));
        }
        RdbStream state = new RdbStream(
                stream.size(),
                stream.lastId().millis(),
                stream.lastId().sequence(),
                stream.firstId().millis(),
                stream.firstId().sequence(),
                stream.maxDeletedId().millis(),
                stream.maxDeletedId().sequence(),
                stream.entriesAdded(),
                true);
        out.streamState(state, stream.groups().size());
        for (StreamGroup group : stream.groups()) {
            group(out, group);
        }
    }

    private static void group(RdbWriter out, StreamGroup group) throws IOException {
        StreamId last = group.lastId();
        out.streamGroup(group.name(), last.millis(), last.sequence(), group.entriesRead(), group.pending());
        for (long place = group.firstPending(); place >= 0; place = group.nextPending(place)) {
            StreamId id = group.pendingId(place);
            out.streamPending(id.millis(), id.sequence(), group.deliveredAtMillis(place), group.deliveries(place));
        }
        out.streamConsumers(group.consumers().size());
        for (StreamConsumer consumer : group.consumers()) {
            out.streamConsumer(consumer.name(), consumer.seenAtMillis(), consumer.pending());
            StreamConsumer.Owned owned = consumer.ownedIds();
            while (owned.next()) {
                out.streamOwned(owned.millis(), owned.sequence());
            }
        }
    }
}
