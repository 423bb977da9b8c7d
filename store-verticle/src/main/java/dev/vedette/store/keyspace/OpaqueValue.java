package dev.vedette.store.keyspace;

/**
 * A value of a type that this server does not implement (those of modules), kept as its RDB payload so that loading,
 * saving and replicating lose nothing. Commands answer WRONGTYPE.
 */
public final class OpaqueValue extends Value {

    private final int rdbType;
    private final byte[] payload;

    /** Keeps {@code payload}, the bytes that follow the key in an RDB file, under that RDB type. */
    public OpaqueValue(int rdbType, byte[] payload) {
        this.rdbType = rdbType;
        this.payload = payload;
    }

    /** The RDB type byte. */
    public int rdbType() {
        return rdbType;
    }

    /** The RDB payload; not to be changed. */
    public byte[] payload() {
        return payload;
    }

    @Override
    public ValueType type() {
        return ValueType.MODULE;
    }

    @Override
    public String encoding() {
        return "unknown";
    }

    @Override
    public long size() {
        return 1;
    }

    @Override
    public long memoryBytes() {
        return 32L + payload.length;
    }

    @Override
    public OpaqueValue copy() {
        return this;
    }
}
