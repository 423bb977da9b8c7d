package dev.vedette.store.command.server;

import dev.vedette.store.keyspace.Database;
import dev.vedette.store.keyspace.Decimals;
import dev.vedette.store.keyspace.Entries;
import dev.vedette.store.keyspace.Keyspace;
import dev.vedette.store.keyspace.OpaqueValue;
import dev.vedette.store.keyspace.Value;
import dev.vedette.store.keyspace.value.HashValue;
import dev.vedette.store.keyspace.value.ListValue;
import dev.vedette.store.keyspace.value.SetValue;
import dev.vedette.store.keyspace.value.SortedSetValue;
import dev.vedette.store.keyspace.value.StreamCursor;
import dev.vedette.store.keyspace.value.StreamId;
import dev.vedette.store.keyspace.value.StreamValue;
import dev.vedette.store.session.Doubles;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The fingerprint of data that DEBUG DIGEST answers: equal data gives the same on every node, a real redis-server
 * included, whatever its order in memory.
 *
 * <p>Built from SHA-1 in two ways. What has no order (keys, members, pairs) is <em>added</em>: its SHA-1 is xored into
 * the fingerprint. What has one (a key and its value, a field and its value, the elements of a list) is <em>mixed</em>:
 * added, and the fingerprint then replaced by its own SHA-1. Only whether a key has a time to live counts, not which, and
 * of a stream its entries, not its groups. A module's values count with their serialized bytes, unlike in Redis.
 */
final class DatasetDigest {

    private static final int BYTES = 20;
    private static final byte[] EXPIRES = "!!expire!!".getBytes(StandardCharsets.US_ASCII);

    private final MessageDigest sha1;
    private final byte[] hash = new byte[BYTES];

    private DatasetDigest() {
        try {
            sha1 = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    /** The fingerprint of all databases: 40 zeros when there is no key. */
    static String of(Keyspace keyspace) {
        DatasetDigest digest = new DatasetDigest();
        byte[] all = new byte[BYTES];
        for (int i = 0; i < keyspace.databaseCount(); i++) {
            Database database = keyspace.database(i);
            if (database.size() > 0) {
                digest.mixInt(all, i);
                database.forEach(entry -> {
                    byte[] one = new byte[BYTES];
                    digest.mix(one, Entries.keyArray(entry), Entries.keyOffset(entry), Entries.keyLength(entry));
                    digest.mixEntry(one, entry);
                    digest.add(all, one, 0, BYTES);
                });
            }
        }
        return HexFormat.of().formatHex(all);
    }

    /** The fingerprint of one value, without its key. */
    static String ofValue(Object entry) {
        byte[] one = new byte[BYTES];
        new DatasetDigest().mixEntry(one, entry);
        return HexFormat.of().formatHex(one);
    }

    /** What a key that does not exist has. */
    static String none() {
        return "0".repeat(2 * BYTES);
    }

    // ------------------------------------------------------------------ the two ways

    private void hash(byte[] array, int offset, int length) {
        sha1.update(array, offset, length);
        try {
            sha1.digest(hash, 0, BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException("a SHA-1 has 20 bytes", e);
        }
    }

    private void add(byte[] to, byte[] array, int offset, int length) {
        hash(array, offset, length);
        for (int i = 0; i < BYTES; i++) {
            to[i] ^= hash[i];
        }
    }

    private void mix(byte[] to, byte[] array, int offset, int length) {
        add(to, array, offset, length);
        hash(to, 0, BYTES);
        System.arraycopy(hash, 0, to, 0, BYTES);
    }

    private void mix(byte[] to, byte[] bytes) {
        mix(to, bytes, 0, bytes.length);
    }

    private void mixInt(byte[] to, int value) {
        mix(to, new byte[] {(byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value});
    }

    // ------------------------------------------------------------------ values

    private void mixEntry(byte[] to, Object entry) {
        Value value = Entries.value(entry);
        if (Entries.isString(entry)) {
            mixInt(to, 0);
            mixString(to, entry);
        } else if (value instanceof ListValue list) {
            mixInt(to, 1);
            ListValue.Cursor cursor = list.forward(0);
            while (cursor.next()) {
                mix(to, cursor.array(), cursor.offset(), cursor.length());
            }
        } else if (value instanceof SetValue set) {
            mixInt(to, 2);
            SetValue.Members members = set.members();
            while (members.next()) {
                add(to, members.array(), 0, members.length());
            }
        } else if (value instanceof SortedSetValue sorted) {
            mixInt(to, 3);
            mixMembers(to, sorted);
        } else if (value instanceof HashValue hashValue) {
            mixInt(to, 4);
            mixPairs(to, hashValue);
        } else if (value instanceof StreamValue stream) {
            mixInt(to, 6);
            mixEntries(to, stream);
        } else if (value instanceof OpaqueValue opaque) {
            mixInt(to, 5);
            mix(to, opaque.payload());
        } else {
            throw new IllegalStateException("no digest for " + value);
        }
        if (Entries.expireAt(entry) >= 0) {
            add(to, EXPIRES, 0, EXPIRES.length);
        }
    }

    private void mixString(byte[] to, Object entry) {
        if (Entries.isInteger(entry)) {
            mix(to, Decimals.bytes(Entries.integer(entry)));
        } else {
            mix(to, Entries.stringArray(entry), Entries.stringOffset(entry), Entries.stringLength(entry));
        }
    }

    private void mixMembers(byte[] to, SortedSetValue sorted) {
        SortedSetValue.Ranked ranked = sorted.ranked(0, false);
        byte[] one = new byte[BYTES];
        while (ranked.next()) {
            java.util.Arrays.fill(one, (byte) 0);
            mix(one, ranked.array(), ranked.offset(), ranked.length());
            mix(one, Doubles.text(ranked.score()).getBytes(StandardCharsets.US_ASCII));
            add(to, one, 0, BYTES);
        }
    }

    private void mixPairs(byte[] to, HashValue pairs) {
        byte[] one = new byte[BYTES];
        pairs.forEach((fields, fieldOffset, fieldLength, values, valueOffset, valueLength) -> {
            java.util.Arrays.fill(one, (byte) 0);
            mix(one, fields, fieldOffset, fieldLength);
            mix(one, values, valueOffset, valueLength);
            add(to, one, 0, BYTES);
        });
    }

    private void mixEntries(byte[] to, StreamValue stream) {
        StreamCursor cursor = stream.cursor(StreamId.MIN, StreamId.MAX, false);
        while (cursor.next()) {
            String id = cursor.id().toString().replace('-', '.');
            mix(to, id.getBytes(StandardCharsets.US_ASCII));
            while (cursor.nextField()) {
                mix(to, cursor.fieldArray(), cursor.fieldOffset(), cursor.fieldLength());
                mix(to, cursor.valueArray(), cursor.valueOffset(), cursor.valueLength());
            }
        }
    }
}
