package dev.vedette.store.command.stream;

import dev.vedette.store.keyspace.value.StreamCursor;
import dev.vedette.store.keyspace.value.StreamId;
import dev.vedette.store.session.Replies;
import java.nio.charset.StandardCharsets;

/** How ids and entries are replied. */
final class EntryReplies {

    private EntryReplies() {}

    static void id(Replies out, StreamId id) {
        out.bulkPair(id.millis(), id.sequence());
    }

    /** An id as the change stream takes it. */
    static byte[] word(StreamId id) {
        return id.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** The entry at which the cursor stands: its id, and an array of its fields and values in turn. */
    static void entry(Replies out, StreamCursor cursor) {
        out.array(2);
        out.bulkPair(cursor.millis(), cursor.sequence());
        out.array(2L * cursor.fields());
        while (cursor.nextField()) {
            out.bulk(cursor.fieldArray(), cursor.fieldOffset(), cursor.fieldLength());
            out.bulk(cursor.valueArray(), cursor.valueOffset(), cursor.valueLength());
        }
    }

    /** An array of all entries of the walk, of {@code count} at the most unless that is 0. */
    static void entries(Replies out, StreamCursor cursor, long count) {
        int mark = out.open();
        int written = 0;
        while ((count == 0 || written < count) && !out.isMuted() && cursor.next()) {
            entry(out, cursor);
            written++;
        }
        out.closeArray(mark, written);
    }
}
