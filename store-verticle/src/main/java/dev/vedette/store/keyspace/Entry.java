package dev.vedette.store.keyspace;

import java.util.Arrays;

/** A slot's content when the value is an object of its own; the other kind is a {@link PackedString}. */
final class Entry {
    final byte[] key;
    Value value;
    /** Wall-clock milliseconds, or -1. */
    long expireAtMillis;
    /** The 24 bits of LRU or LFU data, as Redis keeps them. */
    int access;
    /** Kept by {@link DataBytes}: what it counts for this entry; negative while the entry may have changed since. */
    int accounted;

    Entry(byte[] key, Value value, long expireAtMillis, int access) {
        this.key = key;
        this.value = value;
        this.expireAtMillis = expireAtMillis;
        this.access = access;
    }

    boolean hasKey(byte[] array, int offset, int length) {
        return key.length == length && Arrays.equals(key, 0, length, array, offset, offset + length);
    }

    long hash() {
        return KeyHash.of(key, 0, key.length);
    }

    /** What this is now, for a snapshot of that number. */
    Entry hold(long snapshot) {
        value.heldBySnapshot = snapshot;
        return new Entry(key, value, expireAtMillis, access);
    }
}
