package dev.vedette.store.snapshot;

import dev.vedette.store.keyspace.Database;
import dev.vedette.store.keyspace.Entries;
import dev.vedette.store.keyspace.Keyspace;
import dev.vedette.store.keyspace.OpaqueValue;
import dev.vedette.store.keyspace.Value;
import dev.vedette.store.keyspace.value.HashValue;
import dev.vedette.store.keyspace.value.ListValue;
import dev.vedette.store.keyspace.value.SetValue;
import dev.vedette.store.keyspace.value.SortedSetValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is in a keyspace, as text that two keyspaces share exactly if they hold the same data. */
final class Contents {

    private Contents() {}

    /** Database and key to type, expiry and value. */
    static Map<String, String> of(Keyspace keyspace) {
        Map<String, String> contents = new TreeMap<>();
        for (int i = 0; i < keyspace.databaseCount(); i++) {
            Database database = keyspace.database(i);
            database.forEach(entry -> contents.put(
                    database.number() + ":" + text(Entries.key(entry)),
                    Entries.type(entry) + " " + Entries.expireAt(entry) + " " + value(entry)));
        }
        return contents;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String text(byte[] array, int offset, int length) {
        return text(Arrays.copyOfRange(array, offset, offset + length));
    }

    private static String value(Object entry) {
        List<String> parts = new ArrayList<>();
        switch (Entries.value(entry)) {
            case ListValue list -> {
                ListValue.Cursor cursor = list.forward(0);
                while (cursor.next()) {
                    parts.add(text(cursor.array(), cursor.offset(), cursor.length()));
                }
                return parts.toString();
            }
            case SetValue set -> {
                SetValue.Members members = set.members();
                while (members.next()) {
                    parts.add(text(members.array(), 0, members.length()));
                }
            }
            case HashValue hash ->
                hash.forEach((f, fo, fl, v, vo, vl) -> parts.add(text(f, fo, fl) + "=" + text(v, vo, vl)));
            case SortedSetValue sorted -> {
                SortedSetValue.Ranked ranked = sorted.ranked(0, false);
                while (ranked.next()) {
                    parts.add(text(ranked.member()) + "@" + ranked.score());
                }
                return parts.toString();
            }
            case OpaqueValue opaque -> {
                return opaque.rdbType() + text(opaque.payload());
            }
            case null -> {
                return text(Entries.stringBytes(entry));
            }
            case Value string -> {
                return text(Entries.stringBytes(entry));
            }
        }
        Collections.sort(parts);
        return parts.toString();
    }
}
