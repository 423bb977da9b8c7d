package dev.vedette.store.keyspace;

/** What a keyspace tells the layer above it. Called on the thread that owns the keyspace. */
public interface KeyspaceListener {

    /** Hears nothing: for a keyspace that a loader is filling, and for tests. */
    KeyspaceListener NONE = new KeyspaceListener() {};

    /** The key's time has come and it has just been removed. */
    default void expired(Database database, byte[] key) {}

    /**
     * A key that did not exist now holds that entry; a client may be waiting for it. A key that is written over is not
     * new, whatever it held.
     */
    default void added(Database database, Object entry) {}

    /** A key that existed now holds that entry, an object, in place of what it held. */
    default void replaced(Database database, Object entry) {}
}
