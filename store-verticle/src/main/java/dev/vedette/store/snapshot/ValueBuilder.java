package dev.vedette.store.snapshot;

import dev.vedette.store.config.ServerConfig;
import dev.vedette.store.keyspace.OpaqueValue;
import dev.vedette.store.keyspace.Value;
import dev.vedette.store.keyspace.value.HashValue;
import dev.vedette.store.keyspace.value.ListValue;
import dev.vedette.store.keyspace.value.SetValue;
import dev.vedette.store.keyspace.value.SortedSetValue;
import dev.vedette.wire.rdb.RdbFormatException;
import dev.vedette.wire.rdb.RdbMeta;
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
}
