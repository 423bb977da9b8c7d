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
import dev.vedette.store.keyspace.value.StreamConsumer;
import dev.vedette.store.keyspace.value.StreamCursor;
import dev.vedette.store.keyspace.value.StreamGroup;
import dev.vedette.store.keyspace.value.StreamId;
import dev.vedette.store.keyspace.value.StreamValue;
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
            case StreamValue stream -> {
                return stream(stream);
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

    private static String stream(StreamValue stream) {
        StringBuilder seen = new StringBuilder();
        seen.append(stream.lastId()).append(' ').append(stream.firstId()).append(' ');
        seen.append(stream.maxDeletedId()).append(' ').append(stream.entriesAdded());
        StreamCursor cursor = stream.cursor(StreamId.MIN, StreamId.MAX, false);
        while (cursor.next()) {
            seen.append(' ').append(cursor.id());
            while (cursor.nextField()) {
                seen.append(' ').append(text(cursor.fieldArray(), cursor.fieldOffset(), cursor.fieldLength()));
                seen.append('=').append(text(cursor.valueArray(), cursor.valueOffset(), cursor.valueLength()));
            }
        }
        for (StreamGroup group : stream.groups()) {
            seen.append(" group ").append(text(group.name())).append(' ').append(group.lastId());
            seen.append(' ').append(group.entriesRead());
            for (StreamConsumer consumer : group.consumers()) {
                seen.append(" consumer ").append(text(consumer.name()));
                seen.append(' ').append(consumer.seenAtMillis());
                for (long place = group.pendingFrom(consumer, StreamId.MIN);
                        place >= 0;
                        place = group.nextPending(consumer, place)) {
                    seen.append(' ').append(group.pendingId(place));
                    seen.append('@').append(group.deliveredAtMillis(place));
                    seen.append('x').append(group.deliveries(place));
                }
            }
        }
        return seen.toString();
    }
}
