package dev.vedette.store.command.stream;

import dev.vedette.store.command.Call;
import dev.vedette.store.keyspace.value.StreamConsumer;
import dev.vedette.store.keyspace.value.StreamGroup;
import dev.vedette.store.keyspace.value.StreamId;
import java.nio.charset.StandardCharsets;

/**
 * What a replica is told of entries that consumers of a group were given: for each entry whose it is, since when, and how
 * often it was given; with that, how far the group has read.
 */
final class ClaimStream {

    private static final byte[] XCLAIM = word("XCLAIM");
    private static final byte[] XGROUP = word("XGROUP");
    private static final byte[] SETID = word("SETID");
    private static final byte[] CREATECONSUMER = word("CREATECONSUMER");
    private static final byte[] ENTRIESREAD = word("ENTRIESREAD");
    private static final byte[] TIME = word("TIME");
    private static final byte[] RETRYCOUNT = word("RETRYCOUNT");
    private static final byte[] FORCE = word("FORCE");
    private static final byte[] JUSTID = word("JUSTID");
    private static final byte[] LASTID = word("LASTID");
    private static final int CLAIM_WORDS = 14;
    private static final int SETID_WORDS = 7;
    private static final int CREATE_WORDS = 5;

    private final Call call;
    private final byte[] key;
    private final StreamGroup group;

    ClaimStream(Call call, byte[] key, StreamGroup group) {
        this.call = call;
        this.key = key;
        this.group = group;
    }

    private static byte[] word(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The pending entry of that id, at that place, is as it is. */
    void claim(StreamId id, long place) {
        StreamConsumer owner = group.owner(place);
        if (owner == null) {
            throw new IllegalStateException("a pending entry of nobody");
        }
        call.propagateWords(CLAIM_WORDS);
        call.word(XCLAIM);
        call.word(key);
        call.word(group.name());
        call.word(owner.name());
        call.wordInteger(0);
        call.word(EntryReplies.word(id));
        call.word(TIME);
        call.wordInteger(group.deliveredAtMillis(place));
        call.word(RETRYCOUNT);
        call.wordInteger(group.deliveries(place));
        call.word(FORCE);
        call.word(JUSTID);
        call.word(LASTID);
        call.word(EntryReplies.word(group.lastId()));
    }

    /** The group has read so far, and nothing is pending of it. */
    void lastId() {
        call.propagateWords(SETID_WORDS);
        call.word(XGROUP);
        call.word(SETID);
        call.word(key);
        call.word(group.name());
        call.word(EntryReplies.word(group.lastId()));
        call.word(ENTRIESREAD);
        call.wordInteger(group.entriesRead());
    }

    /** There is a new consumer, for which nothing is pending. */
    void consumer(byte[] name) {
        call.propagateWords(CREATE_WORDS);
        call.word(XGROUP);
        call.word(CREATECONSUMER);
        call.word(key);
        call.word(group.name());
        call.word(name);
    }
}
