package dev.vedette.store.keyspace;

/**
 * A value that is an object of its own: every collection, and strings too large or too often changed to be packed into
 * one array with their key (see {@link Entries}).
 *
 * <p>Mutable, owned by the event loop. Whoever changes a value has first asked the database for it by {@link
 * Database#lookupForWrite}, which is where a snapshot in progress takes its copy.
 */
public abstract class Value {

    /** The number of the newest snapshot that was shown this value; see {@link Keyspace#isHeld}. */
    long heldBySnapshot;

    /**
     * The value that takes this one's place in the keyspace when a change is about to come and a snapshot in progress
     * holds this one: the same content. This object is not changed any more, and other threads may be reading it with
     * the methods that show all of its elements.
     */
    public Value successor() {
        return copy();
    }

    /** Whether others read this object although no snapshot holds it, so that a change needs a {@link #successor}. */
    boolean isLent() {
        return false;
    }

    /** What TYPE answers. */
    public abstract ValueType type();

    /** What OBJECT ENCODING answers: the name that Redis 7.0 would give at this size, for clients and tests that ask. */
    public abstract String encoding();

    /** Number of elements (bytes for a string). A collection of size zero does not stay in the keyspace. */
    public abstract long size();

    /** Rough bytes on the heap, for MEMORY USAGE and used_memory; O(1) or sampled. */
    public abstract long memoryBytes();

    /**
     * Reads where looking up an element of that hash ({@link KeyHash}) begins; see {@link Database#warmSlots}. Nothing to
     * do for values whose elements stand close together.
     */
    public int warmSlot(long hash) {
        return 0;
    }

    /** As {@link #warmSlot}, a step further: the element itself. */
    public int warmElement(long hash) {
        return 0;
    }

    /** A value of its own with the same content in the same form. */
    public abstract Value copy();
}
