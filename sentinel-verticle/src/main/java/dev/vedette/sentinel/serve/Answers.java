package dev.vedette.sentinel.serve;

import dev.vedette.wire.resp.Reply;
import java.util.ArrayList;
import java.util.List;

/** The replies that many commands give, and a way to build maps. */
final class Answers {

    /** {@code +OK}. */
    static final Reply OK = new Reply.Simple("OK");

    /** Nothing in place of a string. */
    static final Reply NULL = new Reply.Null(false);

    /** Nothing in place of a list. */
    static final Reply NULL_LIST = new Reply.Null(true);

    private Answers() {}

    /** An error with the general code. */
    static Reply error(String text) {
        return new Reply.Error("ERR " + text);
    }

    /** A list of strings. */
    static Reply texts(List<String> texts) {
        return new Reply.Array(asReplies(texts));
    }

    /** These strings as replies. */
    static List<Reply> asReplies(List<String> texts) {
        List<Reply> replies = new ArrayList<>();
        texts.forEach(text -> replies.add(Reply.Bulk.of(text)));
        return replies;
    }

    /** A map under construction. */
    static final class Fields {
        private final List<Reply> keysAndValues = new ArrayList<>();

        /** Adds a string. */
        Fields put(String key, String value) {
            return put(key, Reply.Bulk.of(value));
        }

        /** Adds a number, as a string: that is how Sentinel's replies have them. */
        Fields put(String key, long value) {
            return put(key, Reply.Bulk.of(String.valueOf(value)));
        }

        /** Adds any value. */
        Fields put(String key, Reply value) {
            keysAndValues.add(Reply.Bulk.of(key));
            keysAndValues.add(value);
            return this;
        }

        /** The map. */
        Reply.Map build() {
            return new Reply.Map(keysAndValues);
        }
    }
}
