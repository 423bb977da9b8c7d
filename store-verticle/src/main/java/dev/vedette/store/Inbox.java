package dev.vedette.store;

import dev.vedette.store.command.ServerState;
import dev.vedette.store.connection.MasterConnection;
import dev.vedette.store.snapshot.DumpLoader;
import dev.vedette.store.snapshot.DumpLoader.Outcome;
import dev.vedette.store.snapshot.DumpLoader.Purpose;
import dev.vedette.store.snapshot.LoadedDump;
import dev.vedette.store.snapshot.ReplicationPoint;
import dev.vedette.store.snapshot.Snapshots;
import dev.vedette.wire.bus.LocalCodec;
import dev.vedette.wire.bus.StreamFeed;
import dev.vedette.wire.bus.ToStore;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.internal.ContextInternal;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes in what the replication verticle says and asks. Event loop of the store. */
final class Inbox {

    private final ServerState server;
    private final MasterConnection master;
    private final Snapshots snapshots;
    private final DumpLoader loader;
    private final Runnable garbage;
    private final ContextInternal context;

    /**
     * @param garbage told when much data has become garbage at once
     * @param context of the store's verticle
     */
    Inbox(
            ServerState server,
            MasterConnection master,
            Snapshots snapshots,
            DumpLoader loader,
            Runnable garbage,
            Context context) {
        this.server = server;
        this.master = master;
        this.snapshots = snapshots;
        this.loader = loader;
        this.garbage = garbage;
        this.context = (ContextInternal) context;
    }

    void take(Message<ToStore> message) {
        if (server.scripting.isPaused() && touchesData(message.body())) {
            server.scripting.afterwards(() -> take(message));
            return;
        }
        server.tick();
        switch (message.body()) {
            case ToStore.ApplyStream apply -> {
                if (isPresent(apply.term())) {
                    master.apply(apply.bytes());
                }
            }
            case ToStore.ApplyMark mark -> reply(message, "");
            case ToStore.OpenFeed open -> reply(message, new Feed(open.term()));
            case ToStore.StopApplying stop ->
                reply(message, isPresent(stop.term()) ? master.stop() : server.roles.identity());
            case ToStore.OpenStream open -> reply(message, server.roles.open(open.freshReplid()));
            case ToStore.SnapshotRequest request ->
                snapshots.request(request, this::cut, identity -> reply(message, identity));
            case ToStore.SnapshotCredit credit -> snapshots.credit(credit);
            case ToStore.SnapshotCancel cancel -> snapshots.cancel(cancel);
            case ToStore.SnapshotArrives arrives -> arrives(arrives);
            case ToStore.LoadSnapshot load -> load(load, message);
            case ToStore.CountKeys count -> reply(message, server.keyspace.size());
            case ToStore report -> server.roles.reported(report);
        }
    }

    /** A master's stream that comes without messages. */
    private final class Feed implements StreamFeed {
        private final long term;
        private final Handler<Buffer> taking = this::apply;

        Feed(long term) {
            this.term = term;
        }

        @Override
        public boolean isReady() {
            return context.nettyEventLoop().inEventLoop() && !server.scripting.isPaused();
        }

        @Override
        public void take(Buffer bytes) {
            context.dispatch(bytes, taking); // what commands begin belongs to the store
        }

        private void apply(Buffer bytes) {
            server.tick();
            if (isPresent(term)) {
                master.apply(bytes);
            }
        }
    }

    /** Whether a message is for when no script is in the midst of its work. */
    private static boolean touchesData(ToStore message) {
        return switch (message) {
            case ToStore.ApplyStream apply -> true;
            case ToStore.ApplyMark mark -> true;
            case ToStore.StopApplying stop -> true;
            case ToStore.OpenStream open -> true;
            case ToStore.SnapshotRequest request -> true;
            case ToStore.LoadSnapshot load -> true;
            case ToStore other -> false;
        };
    }

    private static void reply(Message<ToStore> message, Object answer) {
        message.reply(answer, LocalCodec.OPTIONS);
    }

    private boolean isPresent(long term) {
        return term == server.replication.term() && server.replication.isReplica();
    }

    /** Where the stream is at this instant; whoever joins it here is told the database first. */
    private Snapshots.Cut cut() {
        server.roles.sendChanges();
        boolean replica = server.replication.isReplica();
        server.changes.forgetSelected();
        return new Snapshots.Cut(server.roles.identity(), replica ? master.database() : 0);
    }

    // ------------------------------------------------------------------ a master's data set

    /** With nothing to be kept, what comes may be loaded at once: it takes no memory beside old data. */
    private void arrives(ToStore.SnapshotArrives arriving) {
        if (isPresent(arriving.term()) && server.keyspace.size() == 0) {
            loader.ahead(Path.of(arriving.path()), arriving.source());
        }
    }

    private void load(ToStore.LoadSnapshot request, Message<ToStore> message) {
        if (!isPresent(request.term())) {
            loader.dropAhead();
            message.fail(1, "the role has changed");
            return;
        }
        boolean sameHistory = request.replid().equals(server.replication.replid());
        boolean aside =
                sameHistory && server.config.getString("repl-diskless-load").equals("swapdb");
        Purpose purpose = aside ? Purpose.FULL_SYNC_ASIDE : Purpose.FULL_SYNC;
        stopSaving(request.path() != null);
        ReceivedDump file = request.path() == null ? null : new ReceivedDump(server, Path.of(request.path()));
        Consumer<Outcome> done = outcome -> server.scripting.afterwards(() -> loaded(request, file, outcome, message));
        DumpLoader.Load load;
        if (file == null) {
            load = loader.source(java.util.Objects.requireNonNull(request.source()), purpose, done);
        } else {
            load = loader.file(file.path(), purpose, () -> aside ? file.path() : makeRoom(request.term(), file), done);
        }
        server.roles.loading(load::cancel);
    }

    /** What is being saved is of the past; it must not replace what the master has sent. */
    private void stopSaving(boolean forFile) {
        if (!server.saving().isRunning()) {
            return;
        }
        if (forFile) {
            server.log.log(
                    Level.INFO,
                    "Replica is about to load the RDB file received from the master, but there is a pending RDB child"
                            + " running. Killing process "
                            + ProcessHandle.current().pid() + " and removing its temp file to avoid any race");
        }
        server.saving().cancel();
    }

    /**
     * A sound dump is about to be read: what it replaces goes, and with it the history that it belongs to. Answers where
     * the dump is from then on.
     */
    private Path makeRoom(long term, ReceivedDump file) {
        if (!isPresent(term)) {
            return file.path();
        }
        file.keep();
        if (server.keyspace.size() > 0) {
            for (int i = 0; i < server.keyspace.databaseCount(); i++) {
                server.databaseEmptied(server.keyspace.database(i));
                server.keyspace.database(i).clear();
                server.keyWaits.databaseChanged(i);
            }
            server.roles.emptied();
            garbage.run();
        }
        return file.path();
    }

    private void loaded(
            ToStore.LoadSnapshot request, @Nullable ReceivedDump file, Outcome outcome, Message<ToStore> message) {
        server.tick();
        server.roles.loading(() -> {});
        boolean wanted = isPresent(request.term());
        if (outcome instanceof Outcome.Loaded(LoadedDump dump) && wanted) {
            if (file == null) {
                server.persistence.dirty++; // no dump on the disk holds what is here now
            } else {
                file.loaded();
            }
            loader.adopt(dump, server.keyspace);
            for (int i = 0; i < server.keyspace.databaseCount(); i++) {
                server.databaseEmptied(server.keyspace.database(i));
                server.keyWaits.databaseChanged(i);
            }
            ReplicationPoint point = dump.point();
            master.select(point == null ? 0 : Math.max(0, point.database()));
            reply(message, server.roles.loaded(request.replid(), request.offset()));
            return;
        }
        if (outcome instanceof Outcome.Loaded(LoadedDump unwanted)) {
            unwanted.keyspace().release();
        }
        if (file != null) {
            file.discard();
        }
        message.fail(
                1,
                switch (outcome) {
                    case Outcome.Failed(String reason) -> reason;
                    case Outcome.NoFile none -> "the file is gone";
                    case Outcome.Cancelled cancelled -> "given up: the role has changed";
                    case Outcome.Loaded unwanted -> "the role has changed";
                });
    }
}
