package dev.vedette.store.keyspace;

/** What a lookup does with an entry whose time has come. */
public enum ExpiryMode {
    /** A master removes it, and tells the listener. */
    DELETE,
    /** A replica answers as if it were gone and waits for its master's DEL. */
    HIDE,
    /** It counts as alive: for the commands of a master, and while loading. */
    IGNORE
}
