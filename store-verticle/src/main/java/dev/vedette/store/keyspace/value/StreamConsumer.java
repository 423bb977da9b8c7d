package dev.vedette.store.keyspace.value;

/** A consumer of a {@link StreamGroup}: its name, when it was seen, and which of the group's pending entries are its own. */
public final class StreamConsumer {

    private final byte[] name;

    /** What the group's pending entries call it. */
    final int number;

    private long seenAtMillis;
    private final StreamIds owned;

    StreamConsumer(byte[] name, int number, long seenAtMillis) {
        this(name, number, seenAtMillis, new StreamIds(0));
    }

    private StreamConsumer(byte[] name, int number, long seenAtMillis, StreamIds owned) {
        this.name = name;
        this.number = number;
        this.seenAtMillis = seenAtMillis;
        this.owned = owned;
    }

    StreamConsumer copy() {
        return new StreamConsumer(name, number, seenAtMillis, owned.copy());
    }

    StreamIds owned() {
        return owned;
    }

    /** Its name; not to be changed. */
    public byte[] name() {
        return name;
    }

    /** Wall-clock milliseconds of its last command. */
    public long seenAtMillis() {
        return seenAtMillis;
    }

    /** It has just sent a command. */
    public void seen(long nowMillis) {
        seenAtMillis = nowMillis;
    }

    /** How many pending entries are its own. */
    public long pending() {
        return owned.size();
    }

    /** A walk over the ids of the pending entries that are its own. */
    public Owned ownedIds() {
        return new Owned(owned);
    }

    /** A walk over ids in their order; valid until one is added or removed. */
    public static final class Owned {
        private final StreamIds ids;
        private long place = -1;
        private boolean begun;

        private Owned(StreamIds ids) {
            this.ids = ids;
        }

        /** Goes to the next id; false when there is none. */
        public boolean next() {
            place = begun ? ids.next(place) : ids.first();
            begun = true;
            return place >= 0;
        }

        /** The id's first part. */
        public long millis() {
            return ids.millis(place);
        }

        /** The id's second part. */
        public long sequence() {
            return ids.sequence(place);
        }
    }
}
