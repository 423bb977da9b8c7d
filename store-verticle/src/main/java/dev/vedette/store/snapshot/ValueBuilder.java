package dev.vedette.store.snapshot;

import dev.vedette.store.config.ServerConfig;
import dev.vedette.store.keyspace.OpaqueValue;
import dev.vedette.store.keyspace.Value;
import dev.vedette.store.keyspace.value.HashValue;
import dev.vedette.store.keyspace.value.ListValue;
import dev.vedette.store.keyspace.value.SetValue;
import dev.vedette.store.keyspace.value.SortedSetValue;
import dev.vedette.store.keyspace.value.StreamConsumer;
import dev.vedette.store.keyspace.value.StreamGroup;
import dev.vedette.store.keyspace.value.StreamId;
import dev.vedette.store.keyspace.value.StreamValue;
import dev.vedette.wire.rdb.RdbFormatException;
import dev.vedette.wire.rdb.RdbMeta;
import dev.vedette.wire.rdb.RdbStream;
import dev.vedette.wire.rdb.RdbVisitor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Builds values from what an RDB reader tells; a subclass takes them, and strings. Belongs to the thread that reads.
 *
 * <p>The limits of the packed forms are those of the configuration when it was made. An element that comes twice is a
 * {@link RdbFormatException}.
 */
public abstract class ValueBuilder implements RdbVisitor {

    private final int hashEntriesMax;
    private final int hashValueMax;
    private final int intsetMax;
    private final int zsetEntriesMax;
    private final int zsetValueMax;
    private final int listSize;

    // The collection that is being read.
    private byte[] key = new byte[0];
    private RdbMeta meta = RdbMeta.NONE;
    private @Nullable Value value;
    private int sizeHint;
    private boolean streamCounted;
    private @Nullable StreamGroup group;
    private @Nullable StreamConsumer consumer;
    private long ownerless;

    /** A builder under the limits of that configuration. */
    protected ValueBuilder(ServerConfig config) {
        this.hashEntriesMax = config.getInt("hash-max-listpack-entries");
        this.hashValueMax = config.getInt("hash-max-listpack-value");
        this.intsetMax = config.getInt("set-max-intset-entries");
        this.zsetEntriesMax = config.getInt("zset-max-listpack-entries");
        this.zsetValueMax = config.getInt("zset-max-listpack-value");
        this.listSize = config.getInt("list-max-listpack-size");
    }

    /** A value that is no string is complete. */
    protected abstract void built(byte[] name, RdbMeta about, Value value) throws IOException;

    @Override
    public void opaque(byte[] name, RdbMeta about, int type, byte[] payload) throws IOException {
        built(name, about, new OpaqueValue(type, payload));
    }

    private void begin(byte[] name, RdbMeta about, int hint) {
        key = name;
        meta = about;
        sizeHint = hint;
        value = null;
    }

    private Value begun() {
        Value now = value;
        if (now == null) {
            throw new IllegalStateException("an element of nothing");
        }
        return now;
    }

    @Override
    public void endValue() throws IOException {
        Value complete = begun();
        value = null;
        if (complete instanceof StreamValue stream) {
            endGroup();
            stream.compact();
        }
        if (complete instanceof ListValue list) {
            list.compact();
        } else if (complete instanceof HashValue hash) {
            hash.compact();
        }
        built(key, meta, complete);
    }

    @Override
    public void beginList(byte[] name, RdbMeta about, int hint) {
        begin(name, about, hint);
        value = new ListValue(listSize);
    }

    @Override
    public void element(byte[] element) {
        ((ListValue) begun()).pushLast(element, 0, element.length);
    }

    @Override
    public void beginSet(byte[] name, RdbMeta about, int hint) {
        begin(name, about, hint);
    }

    @Override
    public void member(byte[] member) throws IOException {
        SetValue set = (SetValue) value;
        if (set == null) {
            set = sizeHint > intsetMax ? SetValue.hashtable(sizeHint) : SetValue.forMember(member, 0, member.length);
            value = set;
        }
        if (!set.add(member, 0, member.length, intsetMax)) {
            throw RdbFormatException.corrupt("Duplicate set members detected");
        }
    }

    @Override
    public void beginHash(byte[] name, RdbMeta about, int hint) {
        begin(name, about, hint);
        value = new HashValue();
    }

    @Override
    public void field(byte[] field, byte[] text) throws IOException {
        HashValue hash = (HashValue) begun();
        hash.admit(field.length, hashValueMax);
        hash.admit(text.length, hashValueMax);
        if (!hash.set(field, 0, field.length, text, 0, text.length, hashEntriesMax)) {
            throw RdbFormatException.corrupt("Duplicate hash fields detected");
        }
    }

    @Override
    public void beginZset(byte[] name, RdbMeta about, int hint) {
        begin(name, about, hint);
    }

    @Override
    public void member(byte[] member, double score) throws IOException {
        SortedSetValue sorted = (SortedSetValue) value;
        if (sorted == null) {
            boolean packed = sizeHint <= zsetEntriesMax;
            sorted = SortedSetValue.forMember(member.length, packed ? zsetEntriesMax : 0, zsetValueMax);
            value = sorted;
        }
        SortedSetValue.Outcome outcome =
                sorted.put(member, 0, member.length, score, SortedSetValue.NX, zsetEntriesMax, zsetValueMax);
        if (outcome != SortedSetValue.Outcome.ADDED) {
            throw RdbFormatException.corrupt("Duplicate zset fields detected");
        }
    }

    // ------------------------------------------------------------------ streams

    @Override
    public void beginStream(byte[] name, RdbMeta about) {
        begin(name, about, 0);
        value = new StreamValue();
        group = null;
        ownerless = 0;
    }

    @Override
    public void streamBlock(long millis, long sequence, byte[] listpack) throws IOException {
        if (!((StreamValue) begun()).load(millis, sequence, listpack)) {
            throw RdbFormatException.corrupt("Listpack re-added with existing key");
        }
    }

    @Override
    public void streamState(RdbStream state) {
        StreamValue stream = (StreamValue) begun();
        StreamId last = new StreamId(state.lastMillis(), state.lastSequence());
        streamCounted = state.isCounted();
        if (streamCounted) {
            stream.loaded(
                    last,
                    new StreamId(state.firstMillis(), state.firstSequence()),
                    new StreamId(state.deletedMillis(), state.deletedSequence()),
                    state.entriesAdded());
        } else {
            stream.loaded(last);
        }
    }

    @Override
    public void streamGroup(byte[] name, long lastMillis, long lastSequence, long entriesRead) throws IOException {
        endGroup();
        StreamValue stream = (StreamValue) begun();
        StreamId last = new StreamId(lastMillis, lastSequence);
        StreamGroup created = stream.createGroup(name, last, streamCounted ? entriesRead : stream.entriesUpTo(last));
        if (created == null) {
            throw RdbFormatException.corrupt("Duplicated consumer group name");
        }
        group = created;
    }

    @Override
    public void streamPending(long millis, long sequence, long deliveredAtMillis, long deliveries) throws IOException {
        if (begunGroup().addPending(new StreamId(millis, sequence), deliveredAtMillis, deliveries) < 0) {
            throw RdbFormatException.corrupt("Duplicated global PEL entry loading stream consumer group");
        }
        ownerless++;
    }

    @Override
    public void streamConsumer(byte[] name, long seenAtMillis) throws IOException {
        consumer = begunGroup().createConsumer(name, seenAtMillis);
        if (consumer == null) {
            throw RdbFormatException.corrupt("Duplicate stream consumer detected.");
        }
    }

    @Override
    public void streamOwned(long millis, long sequence) throws IOException {
        StreamGroup of = begunGroup();
        StreamConsumer owner = consumer;
        if (owner == null) {
            throw new IllegalStateException("an entry of no consumer");
        }
        long place = of.findPending(new StreamId(millis, sequence));
        if (place < 0) {
            throw RdbFormatException.corrupt("Consumer entry not found in group global PEL");
        }
        if (of.owner(place) != null) {
            throw RdbFormatException.corrupt("Duplicated consumer PEL entry loading a stream consumer group");
        }
        of.give(place, owner);
        ownerless--;
    }

    private StreamGroup begunGroup() {
        StreamGroup now = group;
        if (now == null) {
            throw new IllegalStateException("a part of no group");
        }
        return now;
    }

    private void endGroup() throws IOException {
        group = null;
        consumer = null;
        if (ownerless != 0) {
            throw RdbFormatException.corrupt("Stream CG PEL entry without consumer");
        }
    }
}
