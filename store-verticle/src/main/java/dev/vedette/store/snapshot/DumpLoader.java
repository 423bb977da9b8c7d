package dev.vedette.store.snapshot;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import dev.vedette.store.config.ConfigRewriter;
import dev.vedette.store.config.ServerConfig;
import dev.vedette.store.keyspace.Keyspace;
import dev.vedette.store.thread.Scheduling;
import dev.vedette.wire.rdb.RdbFormatException;
import dev.vedette.wire.rdb.RdbReader;
import dev.vedette.wire.rdb.RdbSource;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads dumps into keyspaces of their own, on threads of their own, while the event loop goes on; progress shows in {@link
 * PersistenceState}. What was read is handed back on the event loop; whoever asked puts it into force, or not. A load that
 * fails leaves nothing behind.
 *
 * <p>Logs what Redis logs while it reads.
 */
public final class DumpLoader {

    /** What a dump is loaded for. */
    public enum Purpose {
        /** To begin with, as a master: keys whose time has come are left out. */
        START_AS_MASTER(true),
        /** To begin with, as a replica: the master decides what expires. */
        START_AS_REPLICA(false),
        /** To have it anew on a master (DEBUG RELOAD). */
        RELOAD_AS_MASTER(true),
        /** To have it anew on a replica. */
        RELOAD_AS_REPLICA(false),
        /** It came from the master, and replaces what is there: commands are refused meanwhile. */
        FULL_SYNC(false),
        /** It came from the master, of the same history as what is there, which is served meanwhile. */
        FULL_SYNC_ASIDE(false);

        private final boolean dropsExpired;

        Purpose(boolean dropsExpired) {
            this.dropsExpired = dropsExpired;
        }

        private boolean comesFromMaster() {
            return this == FULL_SYNC || this == FULL_SYNC_ASIDE;
        }

        private boolean isStart() {
            return this == START_AS_MASTER || this == START_AS_REPLICA;
        }
    }

    /** How a load ended. */
    public sealed interface Outcome {
        /** All was read. */
        record Loaded(LoadedDump dump) implements Outcome {}

        /** There is no such file. */
        record NoFile() implements Outcome {}

        /** It could not be read; what went wrong is logged already. */
        record Failed(String reason) implements Outcome {}

        /** It was given up by {@link Load#cancel}. */
        record Cancelled() implements Outcome {}
    }

    /** A load in progress. */
    public interface Load {
        /** Gives it up as soon as possible; the outcome is told nevertheless. From the event loop. */
        void cancel();
    }

    /** A cancelled load is noticed that soon, however long key-load-delay is. */
    private static final long DELAY_STEP_MICROS = 20_000;
    /** Entries that are read in one call. */
    private static final int SOME = 16;

    private final ServerConfig config;
    private final PersistenceState state;
    private final Workplace workplace;
    private @Nullable Ahead ahead;

    /** Loads with the limits and settings of that configuration. */
    public DumpLoader(ServerConfig config, PersistenceState state, Workplace workplace) {
        this.config = config;
        this.state = state;
        this.workplace = workplace;
    }

    /** From now on clients are told that data is being loaded; the load itself is to follow. On the event loop. */
    public void announce() {
        state.loadStartMillis = workplace.wallMillis().getAsLong();
        state.loading = true;
    }

    /** Begins to load a file. On the event loop, on which {@code done} will be told. */
    public Load file(Path file, Purpose purpose, Consumer<Outcome> done) {
        return begin(new Reading(file, null, purpose, null, workplace.log(), done));
    }

    /**
     * Begins to load a file that replaces all data. When its checksum says that it is as it was written, {@code sound} is
     * told before anything is read, so that the old data can make room, and answers where the file is from then on; when
     * it does not, the old data is still there if the load fails. A file that is read already ({@link #ahead}) goes on to
     * be read, and {@code sound} is not asked. On the event loop, on which {@code sound} and {@code done} will be told.
     */
    public Load file(Path file, Purpose purpose, Supplier<Path> sound, Consumer<Outcome> done) {
        Ahead begun = ahead;
        if (begun != null && begun.file.equals(file)) {
            ahead = null;
            begun.isWanted(done);
            return begun;
        }
        dropAhead();
        return begin(new Reading(file, null, purpose, sound, workplace.log(), done));
    }

    /**
     * Reads a dump of the master's while it arrives, so that most of it is loaded when all of it is there and {@link
     * #file(Path, Purpose, Supplier, Consumer)} asks for it. Nothing is to be seen of it before. What is read so takes
     * memory beside the old data, so there should be none. On the event loop.
     *
     * @param file where the dump arrives
     * @param arriving ends when all has come and {@code file} will be asked for; throws when it will not come
     */
    public void ahead(Path file, RdbSource arriving) {
        dropAhead();
        if (config.getInt("key-load-delay") == 0) { // which is there to see a load last
            ahead = new Ahead(file, arriving);
        }
    }

    /** Nobody will ask for what is read ahead. On the event loop. */
    public void dropAhead() {
        Ahead begun = ahead;
        ahead = null;
        if (begun != null) {
            begun.cancel();
        }
    }

    /** Begins to load from a source, whose reads may wait. On the event loop, on which {@code done} will be told. */
    public Load source(RdbSource source, Purpose purpose, Consumer<Outcome> done) {
        return begin(new Reading(null, source, purpose, null, workplace.log(), done));
    }

    /** Puts a dump into force: the keyspace has its content from now on. On the event loop. */
    public void adopt(LoadedDump dump, Keyspace keyspace) {
        keyspace.adopt(dump.keyspace());
        state.setFunctionLibraries(dump.functions());
    }

    private Load begin(Reading reading) {
        show(reading);
        workplace.workers().execute(reading);
        return reading;
    }

    /** From now on this load is what INFO shows. */
    private void show(Reading reading) {
        reading.shown = true;
        state.loadStartMillis = workplace.wallMillis().getAsLong();
        state.loadTotalBytes = reading.size();
        state.loadReadBytes = 0;
        state.loadUsedMemoryBytes = 0;
        state.lastLoadKeysExpired = 0;
        state.lastLoadKeysLoaded = 0;
        if (reading.purpose == Purpose.FULL_SYNC_ASIDE) {
            state.asyncLoading = true;
        } else {
            state.loading = true;
        }
    }

    /** A dump that is read while it arrives. Event loop. */
    private final class Ahead implements Load {
        private final Path file;
        private final HeldLog log = new HeldLog(workplace.log());
        private final Reading reading;
        private @Nullable Outcome outcome;
        private @Nullable Consumer<Outcome> done;

        Ahead(Path file, RdbSource arriving) {
            this.file = file;
            this.reading = new Reading(file, arriving, Purpose.FULL_SYNC, null, log, this::ended);
            workplace.workers().execute(reading);
        }

        void isWanted(Consumer<Outcome> whoWants) {
            done = whoWants;
            log.release();
            Outcome already = outcome;
            if (already == null) {
                show(reading);
            } else {
                workplace.loop().execute(() -> whoWants.accept(already));
            }
        }

        private void ended(Outcome how) {
            outcome = how;
            if (done != null) {
                done.accept(how);
            } else if (ahead != this) {
                drop(how);
            }
        }

        private void drop(Outcome unwanted) {
            if (unwanted instanceof Outcome.Loaded(LoadedDump dump)) {
                dump.keyspace().release();
            }
        }

        @Override
        public void cancel() {
            reading.cancel();
            if (outcome != null && done == null) {
                drop(outcome);
            }
        }
    }

    private final class Reading implements Runnable, Load {
        private @Nullable Path file;
        private final @Nullable RdbSource live;
        private final Purpose purpose;
        private final @Nullable Supplier<Path> sound;
        private final System.Logger log;
        private final Consumer<Outcome> done;
        private final KeyspaceBuilder builder;
        private final int keyDelayMicros = config.getInt("key-load-delay");
        private final boolean useChecksum = config.getBool("rdbchecksum") && !state.skipChecksumValidation;
        private final long beganNanos = System.nanoTime();
        private boolean verified;
        private long keysDelayed;
        private volatile boolean shown;
        private volatile boolean cancelled;

        Reading(
                @Nullable Path file,
                @Nullable RdbSource live,
                Purpose purpose,
                @Nullable Supplier<Path> sound,
                System.Logger log,
                Consumer<Outcome> done) {
            this.file = file;
            this.live = live;
            this.purpose = purpose;
            this.sound = sound;
            this.log = log;
            this.done = done;
            this.builder = new KeyspaceBuilder(
                    config,
                    purpose.dropsExpired ? KeyspaceBuilder.Expired.DROP : KeyspaceBuilder.Expired.KEEP,
                    false,
                    workplace.wallMillis().getAsLong(),
                    log);
        }

        long size() {
            try {
                return file == null ? 0 : Files.size(file);
            } catch (IOException unreadable) {
                return 0;
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        // -------------------------------------------------------------- on the worker

        @Override
        public void run() {
            if (purpose.comesFromMaster()) {
                Scheduling.yieldToOthers();
            }
            Path whole = file;
            if (whole != null && sound != null && useChecksum && DumpChecksum.isRight(whole)) {
                verified = true;
                workplace.loop().execute(this::makeRoom);
            } else {
                load();
            }
        }

        private void load() {
            Outcome outcome;
            try {
                outcome = read();
            } catch (RuntimeException | Error bug) {
                log.log(ERROR, "Bug while loading a dump", bug);
                outcome = new Outcome.Failed(String.valueOf(bug));
            }
            if (!(outcome instanceof Outcome.Loaded)) {
                builder.keyspace().release();
            }
            Outcome ended = outcome;
            workplace.loop().execute(() -> end(ended));
        }

        private Outcome read() {
            RdbSource source = live;
            if (source != null) {
                try (source) {
                    return read(source);
                } catch (IOException unclosed) {
                    return fatal(ConfigRewriter.reason(unclosed));
                }
            }
            if (file == null) {
                throw new IllegalStateException("nothing to read");
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                return read(RdbSource.of(channel));
            } catch (NoSuchFileException none) {
                return new Outcome.NoFile();
            } catch (IOException unreadable) {
                return fatal(ConfigRewriter.reason(unreadable));
            }
        }

        private Outcome fatal(String reason) {
            if (purpose.isStart()) {
                log.log(WARNING, "Fatal error loading the DB: " + reason + ". Exiting.");
            }
            return new Outcome.Failed(reason);
        }

        private Outcome read(RdbSource source) {
            RdbReader reader = new RdbReader(source, useChecksum && !verified);
            try {
                boolean more = true;
                while (more) {
                    more = readSome(reader);
                    if (shown) {
                        state.loadReadBytes = reader.position();
                        state.loadUsedMemoryBytes = builder.usedMemoryBytes();
                        state.lastLoadKeysLoaded = builder.keysLoaded();
                    }
                }
                builder.settle();
                if (file != null && live != null) {
                    awaitEnd(live);
                }
            } catch (RdbFormatException bad) {
                return cancelled ? new Outcome.Cancelled() : malformed(bad);
            } catch (FatalDumpException fatal) {
                log.log(WARNING, fatal.getMessage());
                return new Outcome.Failed(String.valueOf(fatal.getMessage()));
            } catch (IOException broken) {
                return cancelled ? new Outcome.Cancelled() : brokeOff(reader, broken);
            }
            if (cancelled) {
                return new Outcome.Cancelled();
            }
            builder.logDone();
            return new Outcome.Loaded(new LoadedDump(
                    builder.keyspace(),
                    builder.keysLoaded(),
                    builder.dropped(),
                    builder.functions(),
                    builder.point(),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNanos)));
        }

        /** A method of its own, often called: it is compiled before the first large load, not while that runs. */
        private boolean readSome(RdbReader reader) throws IOException {
            for (int i = 0; i < SOME; i++) {
                if (cancelled || !reader.next(builder)) {
                    return false;
                }
                if (keyDelayMicros != 0 && builder.keys() != keysDelayed) {
                    keysDelayed = builder.keys();
                    delay(keysDelayed);
                }
            }
            return true;
        }

        /** What arrives is whole only when its source says so, although the dump has told its own end. */
        private static void awaitEnd(RdbSource arriving) throws IOException {
            byte[] behind = new byte[1024];
            while (arriving.fill(behind, 0, behind.length) >= 0) {
                // Redis does not look at what is behind a dump either.
            }
        }

        private Outcome malformed(RdbFormatException bad) {
            String text = String.valueOf(bad.getMessage());
            switch (bad.kind()) {
                case SIGNATURE, VERSION -> {
                    log.log(WARNING, text);
                    return fatal("Invalid argument");
                }
                case UNEXPECTED_EOF ->
                    log.log(WARNING, "Short read or OOM loading DB. Unrecoverable error, aborting now.");
                case CHECKSUM -> {
                    log.log(WARNING, text);
                    text = "Internal error in RDB reading offset " + bad.offset() + " -> RDB CRC error";
                }
                case CORRUPT -> {}
            }
            if (file != null) {
                log.log(WARNING, text);
                if (purpose.isStart()) {
                    log.log(WARNING, "Terminating server after rdb file reading failure.");
                }
            } else if (bad.kind() == RdbFormatException.Kind.UNEXPECTED_EOF) {
                log.log(
                        WARNING,
                        text
                                + ". Failure loading rdb format from socket, assuming connection error, resuming operation.");
            } else {
                log.log(WARNING, text + ". Failure loading rdb format");
            }
            return new Outcome.Failed(text);
        }

        private Outcome brokeOff(RdbReader reader, IOException broken) {
            String reason = ConfigRewriter.reason(broken);
            log.log(WARNING, "Short read or OOM loading DB. Unrecoverable error, aborting now.");
            log.log(
                    WARNING,
                    "Internal error in RDB reading offset " + reader.position() + " -> " + reason
                            + (file == null
                                    ? ". Failure loading rdb format from socket, assuming connection error,"
                                            + " resuming operation."
                                    : ""));
            return new Outcome.Failed(reason);
        }

        private void delay(long keys) {
            try {
                if (keyDelayMicros > 0) {
                    long left = keyDelayMicros;
                    while (left > 0 && !cancelled) {
                        TimeUnit.MICROSECONDS.sleep(Math.min(left, DELAY_STEP_MICROS));
                        left -= DELAY_STEP_MICROS;
                    }
                } else if (keys % -(long) keyDelayMicros == 0) {
                    TimeUnit.MICROSECONDS.sleep(1);
                }
            } catch (InterruptedException stopped) {
                cancelled = true;
            }
        }

        // -------------------------------------------------------------- on the event loop

        private void makeRoom() {
            if (!cancelled && sound != null) {
                file = sound.get();
            }
            workplace.workers().execute(this::load);
        }

        private void end(Outcome outcome) {
            if (shown) {
                state.loading = false;
                state.asyncLoading = false;
            }
            if (outcome instanceof Outcome.Loaded(LoadedDump dump)) {
                state.lastLoadKeysLoaded = dump.keysLoaded();
                state.lastLoadKeysExpired = dump.dropped().size();
            }
            done.accept(outcome);
        }
    }
}
