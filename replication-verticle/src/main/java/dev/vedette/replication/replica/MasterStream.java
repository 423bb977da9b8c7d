package dev.vedette.replication.replica;

import dev.vedette.replication.bus.StoreLine;
import dev.vedette.wire.bus.StreamFeed;
import dev.vedette.wire.bus.ToStore;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * One link's command stream on its way into the store.
 *
 * <pre>
 *   by message (ApplyStream) --openFeed--> held --all messages taken in--> straight (StreamFeed)
 *        ^                                                                      |
 *        '------------------- the store cannot be entered now ------------------'
 * </pre>
 *
 * The order of the bytes stays whatever way they go. The verticle's context only.
 */
final class MasterStream {

    /** After so many bytes by message the store is asked whether it has taken them in. */
    private static final long MARK_EVERY_BYTES = 1024 * 1024;
    /** So many bytes may be under way to the store. */
    private static final long UNTAKEN_BYTES_MAX = 8 * 1024 * 1024;

    private final StoreLine store;
    private final long term;
    private final Runnable eased;

    private long untakenBytes;
    private long sinceMarkBytes;
    private @Nullable StreamFeed feed;
    private boolean feedAsked;
    /** What comes while the last messages are on their way; null at all other times. */
    private @Nullable Buffer beforeFeed;

    private boolean ended;

    /**
     * @param term of the master
     * @param eased told when {@link #isFull} may have become false
     */
    MasterStream(StoreLine store, long term, Runnable eased) {
        this.store = store;
        this.term = term;
        this.eased = eased;
    }

    /** Brings whole or partial commands to the store. */
    void take(Buffer bytes) {
        StreamFeed straight = feed;
        if (straight != null && straight.isReady()) {
            straight.take(bytes);
        } else if (beforeFeed != null) {
            beforeFeed.appendBuffer(bytes);
        } else {
            feed = null; // to be opened again
            send(bytes);
        }
    }

    /** Whether so much is under way that the master must wait. */
    boolean isFull() {
        return untakenBytes > UNTAKEN_BYTES_MAX || (beforeFeed != null && beforeFeed.length() > UNTAKEN_BYTES_MAX);
    }

    /** Asks for the way into the store that needs no messages, if it is not there or under way. */
    void openFeed() {
        if (feedAsked || feed != null) {
            return;
        }
        feedAsked = true;
        store.<StreamFeed>ask(new ToStore.OpenFeed(term))
                .compose(opened -> {
                    beforeFeed = Buffer.buffer(); // from here on nothing goes by message
                    return store.<Object>ask(new ToStore.ApplyMark(term)).map(taken -> opened);
                })
                .onComplete(opened -> {
                    feedAsked = false;
                    Buffer early = beforeFeed;
                    beforeFeed = null;
                    if (ended) {
                        return;
                    }
                    if (opened.succeeded()) {
                        feed = opened.result();
                    }
                    if (early != null && early.length() > 0) {
                        take(early);
                    }
                    eased.run();
                });
    }

    /** The link is gone: nothing of it goes to the store any more. */
    void end() {
        ended = true;
    }

    private void send(Buffer bytes) {
        store.tell(new ToStore.ApplyStream(term, bytes));
        untakenBytes += bytes.length();
        sinceMarkBytes += bytes.length();
        if (sinceMarkBytes >= MARK_EVERY_BYTES) {
            long marked = untakenBytes;
            sinceMarkBytes = 0;
            store.<Object>ask(new ToStore.ApplyMark(term)).onComplete(taken -> {
                untakenBytes -= Math.min(untakenBytes, marked);
                eased.run();
            });
        }
    }
}
