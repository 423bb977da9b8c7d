package dev.vedette.store.session;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that can be a key of a Java map: channel names, watched and waited-for keys. The array must not change. */
public final class ByteKey {

    private final byte[] bytes;
    private final int hash;

    /** Takes over the array. */
    public ByteKey(byte[] bytes) {
        this.bytes = bytes;
        this.hash = Arrays.hashCode(bytes);
    }

    /** The bytes; not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof ByteKey key && hash == key.hash && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
