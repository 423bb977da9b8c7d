package dev.vedette.store.snapshot;

/**
 * How saving and loading stand, for INFO persistence and the checks that depend on it. Plain fields, written by what
 * saves and loads; owned by the event loop.
 */
public final class PersistenceState {

    /** Changes since the last successful save (INFO rdb_changes_since_last_save). */
    public long dirty;
    /** Wall-clock milliseconds of the last successful save, or of the start. */
    public long lastSaveMillis;
    /** A background save is under way. */
    public boolean bgsaveInProgress;
    /** Wall-clock milliseconds at which the background save under way began. */
    public long bgsaveStartMillis;
    /** A background save is to begin when the one under way ends. */
    public boolean bgsaveScheduled;
    /** The last background save failed: writes may be refused (stop-writes-on-bgsave-error). */
    public boolean lastBgsaveFailed;
    /** Seconds that the last background save took, or -1. */
    public long lastBgsaveSeconds = -1;
    /** Successful saves since the start. */
    public long saves;

    /** Data is being loaded into the keyspace in use: most commands are refused. */
    public boolean loading;
    /** Data is being loaded aside while the old data is served. */
    public boolean asyncLoading;
    /** Wall-clock milliseconds at which the load under way began. */
    public long loadStartMillis;
    /** Size in bytes of what is being loaded, 0 when it is not known. */
    public long loadTotalBytes;
    /** Bytes loaded so far; written by the loader's thread. */
    public volatile long loadReadBytes;
    /** Keys that the last load found expired and left out. */
    public long lastLoadKeysExpired;
    /** Keys that the last load brought. */
    public long lastLoadKeysLoaded;
}
