package dev.vedette.store.keyspace.value;

/**
 * The id of a stream's entry: two numbers of 64 bits without a sign.
 *
 * @param millis the first part, by custom the Unix time in milliseconds
 * @param sequence the second part
 */
public record StreamId(long millis, long sequence) implements Comparable<StreamId> {

    /** The least id; no entry has it. */
    public static final StreamId MIN = new StreamId(0, 0);

    /** The greatest id. */
    public static final StreamId MAX = new StreamId(-1, -1);

    /** Compares two ids given by their parts. */
    public static int compare(long millis, long sequence, long otherMillis, long otherSequence) {
        return millis == otherMillis
                ? Long.compareUnsigned(sequence, otherSequence)
                : Long.compareUnsigned(millis, otherMillis);
    }

    @Override
    public int compareTo(StreamId other) {
        return compare(millis, sequence, other.millis, other.sequence);
    }

    /** Whether this is 0-0. */
    public boolean isZero() {
        return millis == 0 && sequence == 0;
    }

    /** The id right after this one; after {@link #MAX} comes {@link #MIN}. */
    public StreamId next() {
        return sequence == -1 ? new StreamId(millis + 1, 0) : new StreamId(millis, sequence + 1);
    }

    /** The id right before this one; before {@link #MIN} comes {@link #MAX}. */
    public StreamId previous() {
        return sequence == 0 ? new StreamId(millis - 1, -1) : new StreamId(millis, sequence - 1);
    }

    /** As commands write it: {@code 1526919030474-55}. */
    @Override
    public String toString() {
        return Long.toUnsignedString(millis) + '-' + Long.toUnsignedString(sequence);
    }
}
