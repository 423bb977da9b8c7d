package dev.vedette.store.session;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that can be a key of a Java map: channel names, watched and waited-for keys. The array must not change. */
public record ByteKey(byte[] bytes) {

    @Override
    public boolean equals(Object other) {
        return other instanceof ByteKey key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
