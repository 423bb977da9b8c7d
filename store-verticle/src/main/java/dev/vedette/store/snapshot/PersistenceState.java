package dev.vedette.store.snapshot;

import java.util.ArrayList;
import java.util.List;

/**
 * How saving and loading stand, for INFO persistence and the checks that depend on it. Plain fields, written by what
 * saves and loads; owned by the event loop.
 */
public final class PersistenceState {

    /** Changes since the last successful save (INFO rdb_changes_since_last_save). */
    public long dirty;
    /** Whether the configuration has save points; kept by {@link Saving}. */
    public boolean hasSavePoints;
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
    /** Saves begun since the start, SAVE and BGSAVE (INFO rdb_saves). */
    public long saves;
    /** Keys that the background save under way has written; by the worker's thread. */
    public volatile long saveKeysProcessed;
    /** Keys that the background save under way will have written. */
    public long saveKeysTotal;

    /** How much memory changes of the data took for the last snapshot's sake (INFO rdb_last_cow_size). */
    public long lastLeftBytes;

    /** Snapshots being streamed to replicas. */
    public int streamsInProgress;
    /** Wall-clock milliseconds at which the last streamed snapshot began. */
    public long streamStartMillis;
    /** Keys that the last streamed snapshot has written; by the worker's thread. */
    volatile long streamKeysProcessed;
    /** Keys of the last streamed snapshot. */
    long streamKeysTotal;

    /** Source code of the function libraries: dumps write it and bring it. */
    public final List<byte[]> functionLibraries = new ArrayList<>();

    /** Another number each time that the libraries are others. */
    public int functionLibrariesVersion;

    /** DEBUG SET-SKIP-CHECKSUM-VALIDATION: loading and RESTORE take what its checksum says is damaged. */
    public boolean skipChecksumValidation;

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
    /** How much memory was in use where the dump under way was made, as it says; written by the loader's thread. */
    public volatile long loadUsedMemoryBytes;
    /** Keys that the last load found expired and left out. */
    public long lastLoadKeysExpired;
    /** Keys that the last load, or the one under way, has brought; written by the loader's thread. */
    public volatile long lastLoadKeysLoaded;

    /** Keys that the streamed snapshot under way has written, 0 when there is none. */
    public long streamKeysProcessed() {
        return streamsInProgress > 0 ? streamKeysProcessed : 0;
    }

    /** Keys that the streamed snapshot under way will have written, 0 when there is none. */
    public long streamKeysTotal() {
        return streamsInProgress > 0 ? streamKeysTotal : 0;
    }

    /** Wall-clock milliseconds at which the snapshot under way began. */
    public long snapshotStartMillis() {
        return bgsaveInProgress ? bgsaveStartMillis : streamStartMillis;
    }

    /** The function libraries are these from now on. */
    public void setFunctionLibraries(List<byte[]> sources) {
        functionLibraries.clear();
        functionLibraries.addAll(sources);
        functionLibrariesVersion++;
    }

    /** Whether data is being loaded, into the keyspace in use or aside. */
    public boolean isLoading() {
        return loading || asyncLoading;
    }

    /** Whether any snapshot is being written, to the file or to replicas (INFO rdb_bgsave_in_progress). */
    public boolean isSnapshotInProgress() {
        return bgsaveInProgress || streamsInProgress > 0;
    }

    /** Whether writes are to be refused because the last save failed, apart from stop-writes-on-bgsave-error. */
    public boolean isSavingBroken() {
        return lastBgsaveFailed && hasSavePoints;
    }
}
