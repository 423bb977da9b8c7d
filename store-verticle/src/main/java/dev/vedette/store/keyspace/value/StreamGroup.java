package dev.vedette.store.keyspace.value;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A consumer group of a stream: how far it has read, its consumers, and its pending entries, that is, those that were
 * delivered to a consumer and not acknowledged.
 *
 * <p>Pending entries are named by places, -1 for none, valid until one is added or removed. All belong to a consumer, but
 * for one that was added a moment ago.
 */
public final class StreamGroup {

    /** {@link #entriesRead} when that is not known. */
    public static final long UNKNOWN = -1;

    private static final int DELIVERED_AT = 0;
    private static final int DELIVERIES = 1;
    private static final int CONSUMER = 2;
    private static final int NOBODY = -1;
    private static final int CONSUMER_BYTES = 160;

    private final byte[] name;
    private StreamId lastId;
    private long entriesRead;
    private final StreamIds pending;
    /** By name. */
    private final List<StreamConsumer> consumers = new ArrayList<>();

    private @Nullable StreamConsumer[] byNumber = new StreamConsumer[2];
    private long nameBytes;

    StreamGroup(byte[] name, StreamId lastId, long entriesRead) {
        this(name, lastId, entriesRead, new StreamIds(3));
    }

    private StreamGroup(byte[] name, StreamId lastId, long entriesRead, StreamIds pending) {
        this.name = name;
        this.lastId = lastId;
        this.entriesRead = entriesRead;
        this.pending = pending;
    }

    /** The same in objects of its own; costs a step for each consumer, and one for some hundred pending entries. */
    StreamGroup copy() {
        StreamGroup copy = new StreamGroup(name, lastId, entriesRead, pending.copy());
        copy.byNumber = new StreamConsumer[byNumber.length];
        for (StreamConsumer consumer : consumers) {
            StreamConsumer own = consumer.copy();
            copy.consumers.add(own);
            copy.byNumber[own.number] = own;
        }
        copy.nameBytes = nameBytes;
        return copy;
    }

    long memoryBytes() {
        // Each pending entry stands in its consumer's ids once more.
        return 96 + name.length + pending.memoryBytes() * 7 / 5 + (long) CONSUMER_BYTES * consumers.size() + nameBytes;
    }

    /** Its name; not to be changed. */
    public byte[] name() {
        return name;
    }

    /** The greatest id that was delivered to anyone. */
    public StreamId lastId() {
        return lastId;
    }

    /** How many entries of the stream, from its first ever, come up to {@link #lastId}; or {@link #UNKNOWN}. */
    public long entriesRead() {
        return entriesRead;
    }

    /** Sets how far the group has read. */
    public void setLast(StreamId id, long read) {
        lastId = id;
        entriesRead = read;
    }

    // ------------------------------------------------------------------ consumers

    /** All consumers, by name. */
    public List<StreamConsumer> consumers() {
        return Collections.unmodifiableList(consumers);
    }

    /** The consumer of that name, or null. */
    public @Nullable StreamConsumer consumer(byte[] consumerName) {
        int at = position(consumerName);
        return at < 0 ? null : consumers.get(at);
    }

    /** A new consumer; null when there is one of that name. */
    public @Nullable StreamConsumer createConsumer(byte[] consumerName, long nowMillis) {
        int at = position(consumerName);
        if (at >= 0) {
            return null;
        }
        int number = freeNumber();
        StreamConsumer consumer = new StreamConsumer(consumerName, number, nowMillis);
        byNumber[number] = consumer;
        consumers.add(-at - 1, consumer);
        nameBytes += consumerName.length;
        return consumer;
    }

    /** Removes a consumer with all pending entries that are its own. */
    public void deleteConsumer(StreamConsumer consumer) {
        StreamIds owned = consumer.owned();
        for (long place = owned.first(); place >= 0; place = owned.next(place)) {
            pending.remove(pending.find(owned.millis(place), owned.sequence(place)));
        }
        consumers.remove(position(consumer.name()));
        byNumber[consumer.number] = null;
        nameBytes -= consumer.name().length;
    }

    private int freeNumber() {
        int used = consumers.size();
        if (used == byNumber.length) {
            byNumber = Arrays.copyOf(byNumber, 2 * used);
        }
        // All numbers below are taken unless consumers went.
        for (int i = used; i < byNumber.length; i++) {
            if (byNumber[i] == null) {
                return i;
            }
        }
        int number = 0;
        while (byNumber[number] != null) {
            number++;
        }
        return number;
    }

    private int position(byte[] consumerName) {
        return ByName.find(consumers, StreamConsumer::name, consumerName);
    }

    // ------------------------------------------------------------------ pending entries

    /** How many entries are pending. */
    public long pending() {
        return pending.size();
    }

    /** The place of the pending entry with the least id. */
    public long firstPending() {
        return pending.first();
    }

    /** The place of the pending entry with the greatest id. */
    public long lastPending() {
        return pending.last();
    }

    /** The place of the pending entry after that one. */
    public long nextPending(long place) {
        return pending.next(place);
    }

    /** The place of the pending entry of that id. */
    public long findPending(StreamId id) {
        return pending.find(id.millis(), id.sequence());
    }

    /** The place of the pending entry of that id, or of the next greater one. */
    public long pendingFrom(StreamId id) {
        return pending.ceiling(id.millis(), id.sequence());
    }

    /** As {@link #pendingFrom}, of those that are that consumer's own. */
    public long pendingFrom(StreamConsumer consumer, StreamId id) {
        StreamIds owned = consumer.owned();
        long place = owned.ceiling(id.millis(), id.sequence());
        return place < 0 ? -1 : pending.find(owned.millis(place), owned.sequence(place));
    }

    /** The place after that one, of the pending entries that are that consumer's own. */
    public long nextPending(StreamConsumer consumer, long place) {
        StreamIds owned = consumer.owned();
        long next = owned.next(owned.find(pending.millis(place), pending.sequence(place)));
        return next < 0 ? -1 : pending.find(owned.millis(next), owned.sequence(next));
    }

    /** The id of a pending entry. */
    public StreamId pendingId(long place) {
        return new StreamId(pending.millis(place), pending.sequence(place));
    }

    /** When a pending entry was delivered last. */
    public long deliveredAtMillis(long place) {
        return pending.detail(place, DELIVERED_AT);
    }

    /** How often a pending entry was delivered. */
    public long deliveries(long place) {
        return pending.detail(place, DELIVERIES);
    }

    /** Whose a pending entry is; null when it has just been added. */
    public @Nullable StreamConsumer owner(long place) {
        int number = (int) pending.detail(place, CONSUMER);
        return number == NOBODY ? null : byNumber[number];
    }

    /** Adds a pending entry that is nobody's yet; answers its place, or -1 when it is pending already. */
    public long addPending(StreamId id, long deliveredAtMillis, long deliveries) {
        long place = pending.add(id.millis(), id.sequence());
        if (place >= 0) {
            deliver(place, deliveredAtMillis, deliveries);
            pending.setDetail(place, CONSUMER, NOBODY);
        }
        return place;
    }

    /** A pending entry was delivered, for the time that is told. */
    public void deliver(long place, long deliveredAtMillis, long deliveries) {
        pending.setDetail(place, DELIVERED_AT, deliveredAtMillis);
        pending.setDetail(place, DELIVERIES, deliveries);
    }

    /** A pending entry is that consumer's from now on, and not anyone else's. */
    public void give(long place, StreamConsumer consumer) {
        StreamConsumer before = owner(place);
        if (before == consumer) {
            return;
        }
        long millis = pending.millis(place);
        long sequence = pending.sequence(place);
        if (before != null) {
            before.owned().remove(before.owned().find(millis, sequence));
        }
        consumer.owned().add(millis, sequence);
        pending.setDetail(place, CONSUMER, consumer.number);
    }

    /** The entry at that place is pending no more. */
    public void removePending(long place) {
        StreamConsumer owner = owner(place);
        if (owner != null) {
            StreamIds owned = owner.owned();
            owned.remove(owned.find(pending.millis(place), pending.sequence(place)));
        }
        pending.remove(place);
    }
}
