package dev.vedette.store.session;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/** How a client wants to hear of keys that change (CLIENT TRACKING). Plain fields, owned by the event loop. */
public final class TrackingMode {
    /** It hears of all keys with one of the prefixes, read or not. */
    public boolean broadcast;
    /** Keys count as read only after CLIENT CACHING YES. */
    public boolean optIn;
    /** Keys do not count as read after CLIENT CACHING NO. */
    public boolean optOut;
    /** It does not hear of its own changes. */
    public boolean noLoop;
    /** Id of the client that hears in its place, or 0. */
    public long redirect;
    /** CLIENT CACHING was given for the next command or transaction. */
    public boolean caching;
    /** The client that was to hear in its place is gone. */
    public boolean redirectBroken;
    /** Prefixes of keys, in the order of their bytes. */
    public final Set<ByteKey> prefixes = new TreeSet<>((a, b) -> Arrays.compareUnsigned(a.bytes(), b.bytes()));
}
