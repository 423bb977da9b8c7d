package dev.vedette.store.snapshot;

import static java.lang.System.Logger.Level.ERROR;

import dev.vedette.store.config.ServerConfig;
import dev.vedette.store.keyspace.Keyspace;
import dev.vedette.wire.bus.SnapshotContents;
import dev.vedette.wire.bus.StreamIdentity;
import dev.vedette.wire.bus.ToReplication;
import dev.vedette.wire.bus.ToReplication.SnapshotDone;
import dev.vedette.wire.bus.ToStore.SnapshotCancel;
import dev.vedette.wire.bus.ToStore.SnapshotCredit;
import dev.vedette.wire.bus.ToStore.SnapshotRequest;
import dev.vedette.wire.bus.ToStore.SnapshotTarget;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves the snapshots that the replication verticle asks for: each method is one record of {@link
 * dev.vedette.wire.bus.ToStore}. Any number may be in progress, each with a cut of its own.
 *
 * <p>Thread: the event loop, on which the records for the replication verticle are handed over, too.
 */
public final class Snapshots {

    /** Gives a snapshot up. */
    private record Active(Runnable cancel, @Nullable StreamSink stream) {}

    private final Keyspace keyspace;
    private final ServerConfig config;
    private final PersistenceState state;
    private final Workplace workplace;
    private final Saving saving;
    private final Consumer<ToReplication> out;
    private final Map<Long, Active> active = new HashMap<>();
    /** Snapshots given up by this server, whose receivers are told so. */
    private final Set<Long> broken = new HashSet<>();

    /** Snapshots of that keyspace, whose chunks and ends go to {@code out}. */
    public Snapshots(
            Keyspace keyspace,
            ServerConfig config,
            PersistenceState state,
            Workplace workplace,
            Saving saving,
            Consumer<ToReplication> out) {
        this.keyspace = keyspace;
        this.config = config;
        this.state = state;
        this.workplace = workplace;
        this.saving = saving;
        this.out = out;
    }

    /**
     * A cut: the identity that the receiver is told, and the database that a reader of the stream has selected there.
     *
     * @param database for repl-stream-db: on a replica what its master has selected; on a master 0, since the next change
     *     will be preceded by a SELECT
     */
    public record Cut(StreamIdentity identity, int database) {
        ReplicationPoint point() {
            return new ReplicationPoint(identity.replid(), identity.offset(), database);
        }
    }

    /**
     * Starts a snapshot: at once, or for target FILE as soon as no background save is writing the file.
     *
     * @param cut called at the instant of the cut: makes sure that the next change is preceded by a SELECT, and tells
     *     where that is
     * @param begun told that, right after the cut and before any chunk
     */
    public void request(SnapshotRequest request, Supplier<Cut> cut, Consumer<StreamIdentity> begun) {
        if (active.containsKey(request.snapshotId())) {
            throw new IllegalArgumentException("snapshot " + request.snapshotId() + " was asked for before");
        }
        if (request.target() == SnapshotTarget.STREAM) {
            stream(request, cut.get(), begun);
        } else {
            file(request, cut, begun);
        }
    }

    private void stream(SnapshotRequest request, Cut cut, Consumer<StreamIdentity> begun) {
        long id = request.snapshotId();
        StreamSink sink = new StreamSink(id, request.creditBytes(), workplace.loop(), out);
        DumpStyle style = DumpStyle.now(config, state, workplace, cut.point(), false);
        SnapshotContents contents = request.contents();
        Snapshot snapshot = new Snapshot(
                contents == SnapshotContents.ALL ? keyspace : new Keyspace(1),
                contents == SnapshotContents.NOTHING ? style.withoutFunctions() : style,
                sink,
                workplace,
                keys -> state.streamKeysProcessed = keys,
                failure -> ended(id, failure));
        active.put(id, new Active(snapshot::cancel, sink));
        state.streamsInProgress++;
        state.streamStartMillis = workplace.wallMillis().getAsLong();
        state.streamKeysTotal = snapshot.keys();
        begun.accept(cut.identity());
        snapshot.start();
    }

    private void ended(long id, @Nullable Throwable failure) {
        active.remove(id);
        state.streamsInProgress--;
        state.lastLeftBytes = keyspace.leftForSnapshotsBytes();
        if (broken.remove(id)) {
            out.accept(new SnapshotDone(id, "all data was removed", null));
        } else if (failure == null) {
            out.accept(new SnapshotDone(id, null, null));
        } else if (!(failure instanceof InterruptedException)) {
            if (!(failure instanceof IOException)) {
                workplace.log().log(ERROR, "Bug while sending a snapshot", failure);
            }
            out.accept(new SnapshotDone(id, String.valueOf(failure.getMessage()), null));
        }
    }

    private void file(SnapshotRequest request, Supplier<Cut> cut, Consumer<StreamIdentity> begun) {
        long id = request.snapshotId();
        active.put(id, new Active(() -> {}, null));
        Runnable cancel = saving.saveForReplicas(
                () -> {
                    Cut at = cut.get();
                    begun.accept(at.identity());
                    return at.point();
                },
                (error, file) -> {
                    if (active.remove(id) != null) {
                        out.accept(new SnapshotDone(id, error, error == null ? file.toString() : null));
                    }
                });
        active.computeIfPresent(id, (key, mine) -> new Active(cancel, null));
    }

    /** The receiver of that snapshot can take more. */
    public void credit(SnapshotCredit credit) {
        Active one = active.get(credit.snapshotId());
        StreamSink stream = one == null ? null : one.stream;
        if (stream != null) {
            stream.grant(credit.bytes());
        }
    }

    /** Nobody wants that snapshot any more: it stops, what it wrote is removed, and its end is not told. */
    public void cancel(SnapshotCancel cancel) {
        Active one = active.get(cancel.snapshotId());
        if (one != null) {
            if (one.stream == null) {
                active.remove(cancel.snapshotId());
            }
            one.cancel.run();
        }
    }

    /**
     * Everything was removed by FLUSHALL: what is being streamed is of no use any more. Its receivers are told that it came
     * to nothing, and ask again.
     */
    public void afterFlushAll() {
        for (Map.Entry<Long, Active> one : Map.copyOf(active).entrySet()) {
            if (one.getValue().stream != null) {
                broken.add(one.getKey());
                one.getValue().cancel.run();
            }
        }
    }

    /** Whether any is in progress or waits for its turn. */
    public boolean isActive() {
        return !active.isEmpty();
    }
}
