package dev.vedette.store.snapshot;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import dev.vedette.store.config.SavePoint;
import dev.vedette.store.config.ServerConfig;
import dev.vedette.store.keyspace.Database;
import dev.vedette.store.keyspace.Keyspace;
import dev.vedette.wire.rdb.RdbWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the node's dump file: at once (SAVE), beside the commands (BGSAVE), by itself (save points).
 *
 * <p>At most one background save writes the file at a time; a save for replicas that comes meanwhile waits for its end,
 * so that a file never replaces a newer one. Dumps that are streamed to replicas do not get in the way.
 *
 * <p>Thread: the event loop. {@link PersistenceState} tells how things stand.
 */
public final class Saving {

    /** Why whatever needs an append-only file fails. */
    public static final String NO_APPEND_ONLY_FILE =
            "this server keeps no append-only file; data is saved by SAVE, BGSAVE and save points";

    /** After a failed background save, the next one that nobody asked for waits this long. */
    private static final long RETRY_MILLIS = 5_000;

    private final Keyspace keyspace;
    private final ServerConfig config;
    private final PersistenceState state;
    private final Workplace workplace;
    private final Supplier<@Nullable ReplicationPoint> point;

    private @Nullable Snapshot running;
    private long lastTryMillis;
    private long dirtyAtCut;
    private long temporaryFiles;
    private final Deque<ForReplicas> waiting = new ArrayDeque<>();

    /** Saves that keyspace; {@code point} tells at a cut where in the change stream it is, if that is to be told. */
    public Saving(
            Keyspace keyspace,
            ServerConfig config,
            PersistenceState state,
            Workplace workplace,
            Supplier<@Nullable ReplicationPoint> point) {
        this.keyspace = keyspace;
        this.config = config;
        this.state = state;
        this.workplace = workplace;
        this.point = point;
        config.onChange(
                changed -> {
                    savePointsChanged();
                    return null;
                },
                "save");
        config.onChange(changed -> changed.getBool("appendonly") ? NO_APPEND_ONLY_FILE : null, "appendonly");
        savePointsChanged();
    }

    private void savePointsChanged() {
        state.hasSavePoints = !config.savePoints().isEmpty();
    }

    private long now() {
        return workplace.wallMillis().getAsLong();
    }

    private void log(System.Logger.Level level, String text) {
        workplace.log().log(level, text);
    }

    // ------------------------------------------------------------------ at once

    /** Whether a background save is writing the file. */
    public boolean isRunning() {
        return running != null;
    }

    /** Writes the file before it returns; nothing else happens meanwhile. Answers whether that went well. */
    public boolean save() {
        state.saves++;
        DumpFile file = file("");
        try {
            file.open();
            write(file, style(point.get()));
            file.complete();
        } catch (IOException logged) {
            file.discard();
            return false;
        }
        state.dirty = 0;
        state.lastSaveMillis = now();
        state.lastBgsaveFailed = false;
        return true;
    }

    /** The file to be written; {@code distinction} keeps apart what is written at the same time. */
    private DumpFile file(String distinction) {
        Path file = config.getPath("dbfilename");
        String name = "temp-" + workplace.pid() + distinction + ".rdb";
        return new DumpFile(
                file, file.resolveSibling(name), config.getBool("rdb-save-incremental-fsync"), workplace.log());
    }

    private DumpStyle style(@Nullable ReplicationPoint at) {
        return DumpStyle.now(config, state, workplace, at, false);
    }

    private void write(SnapshotSink sink, DumpStyle style) throws IOException {
        RdbWriter out = style.writer(sink);
        style.begin(out);
        EntryWriter entries = style.entries(out);
        for (int i = 0; i < keyspace.databaseCount(); i++) {
            Database database = keyspace.database(i);
            if (database.size() > 0) {
                out.selectDb(i);
                out.resizeDb(database.size(), database.ttlCount());
                writeAll(database, entries, style);
            }
        }
        out.end();
    }

    private static void writeAll(Database database, EntryWriter entries, DumpStyle style) throws IOException {
        try {
            long[] keys = new long[1];
            database.forEach(entry -> {
                try {
                    entries.write(entry);
                    style.delay(++keys[0]);
                } catch (InterruptedException never) {
                    Thread.currentThread().interrupt();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    // ------------------------------------------------------------------ beside the commands

    /**
     * Begins a background save now.
     *
     * @return false when one is writing the file already
     */
    public boolean saveInBackground() {
        if (running != null) {
            return false;
        }
        begin(style(point.get()), (error, file) -> {});
        return true;
    }

    /** Begins a background save as soon as none is in progress (BGSAVE SCHEDULE, BGSAVE within EXEC). */
    public void schedule() {
        state.bgsaveScheduled = true;
    }

    /** Hears of the end of a background save. */
    @FunctionalInterface
    interface Ended {
        /** The file is there, or {@code error} says why not. */
        void ended(@Nullable String error, Path file);
    }

    /**
     * Begins a background save for replicas, when the file is free.
     *
     * @param cut called at the instant of the cut, on the event loop
     * @return what gives it up, on the event loop; the end is told then, too. Where there are save points it is a save like
     *     any other once it has begun, and goes on
     */
    Runnable saveForReplicas(Supplier<@Nullable ReplicationPoint> cut, Ended ended) {
        ForReplicas save = new ForReplicas(cut, ended);
        if (running == null) {
            save.begin();
        } else {
            waiting.add(save);
        }
        return save::cancel;
    }

    /** A save for replicas that has begun or waits for the file. */
    private final class ForReplicas {
        private final Supplier<@Nullable ReplicationPoint> cut;
        private final Ended ended;
        private @Nullable Snapshot snapshot;
        private boolean cancelled;

        ForReplicas(Supplier<@Nullable ReplicationPoint> cut, Ended ended) {
            this.cut = cut;
            this.ended = ended;
        }

        void begin() {
            if (!cancelled) {
                snapshot = Saving.this.begin(style(cut.get()), ended);
            }
        }

        void cancel() {
            cancelled = true;
            Snapshot begun = snapshot;
            if (begun == null) {
                ended.ended("cancelled", config.getPath("dbfilename"));
            } else if (begun == running && !state.hasSavePoints) {
                begun.cancel();
            }
        }
    }

    private Snapshot begin(DumpStyle style, Ended ended) {
        long began = now();
        DumpFile file = file("." + ++temporaryFiles);
        state.saves++;
        state.bgsaveInProgress = true;
        state.bgsaveStartMillis = began;
        dirtyAtCut = state.dirty;
        lastTryMillis = began;
        Snapshot snapshot = new Snapshot(
                keyspace,
                style,
                file,
                workplace,
                keys -> state.saveKeysProcessed = keys,
                failure -> ended(failure, ended, file.file()));
        running = snapshot;
        state.saveKeysTotal = snapshot.keys();
        log(INFO, "Background saving started by pid " + workplace.pid());
        snapshot.start();
        return snapshot;
    }

    private void ended(@Nullable Throwable failure, Ended listener, Path file) {
        running = null;
        state.bgsaveInProgress = false;
        state.lastLeftBytes = keyspace.leftForSnapshotsBytes();
        state.lastBgsaveSeconds = (now() - state.bgsaveStartMillis) / 1000;
        state.saveKeysProcessed = 0;
        state.saveKeysTotal = 0;
        if (failure == null) {
            log(INFO, "Background saving terminated with success");
            state.dirty -= dirtyAtCut;
            state.lastSaveMillis = now();
            state.lastBgsaveFailed = false;
        } else if (failure instanceof InterruptedException) {
            log(WARNING, "Background saving terminated by signal 10");
        } else {
            if (!(failure instanceof IOException)) {
                workplace.log().log(ERROR, "Bug while saving", failure);
            }
            log(WARNING, "Background saving error");
            state.lastBgsaveFailed = true;
        }
        listener.ended(failure == null ? null : reason(failure), file);
        while (running == null && !waiting.isEmpty()) {
            waiting.remove().begin();
        }
    }

    private static String reason(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    /** Stops the background save in progress, if any, and removes what it wrote. Its end comes later. */
    public void cancel() {
        Snapshot current = running;
        if (current != null) {
            current.cancel();
        }
    }

    // ------------------------------------------------------------------ by itself

    /** To be called about ten times a second: save points, saves that were put off. */
    public void tick() {
        if (running != null || state.isLoading()) {
            return;
        }
        long now = now();
        boolean mayTry = !state.lastBgsaveFailed || now - lastTryMillis > RETRY_MILLIS;
        for (SavePoint savePoint : config.savePoints()) {
            if (mayTry
                    && state.dirty >= savePoint.changes()
                    && now / 1000 - state.lastSaveMillis / 1000 > savePoint.seconds()) {
                log(INFO, savePoint.changes() + " changes in " + savePoint.seconds() + " seconds. Saving...");
                saveInBackground();
                return;
            }
        }
        if (state.bgsaveScheduled && mayTry) {
            state.bgsaveScheduled = false;
            saveInBackground();
        }
    }

    /** Everything was removed by FLUSHALL: a save in progress is stopped, and the file says so, too, if there are save points. */
    public void afterFlushAll() {
        cancel();
        if (state.hasSavePoints) {
            save();
        }
    }
}
