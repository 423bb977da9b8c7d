package dev.vedette.store.command.persistence;

import static java.lang.System.Logger.Level.WARNING;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Dispatcher;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.Pauses;
import dev.vedette.store.command.ServerState;
import dev.vedette.store.keyspace.Database;
import dev.vedette.store.keyspace.Entries;
import dev.vedette.store.keyspace.Keyspace;
import dev.vedette.store.session.Session;
import dev.vedette.store.snapshot.DumpLoader;
import dev.vedette.store.snapshot.DumpLoader.Outcome;
import dev.vedette.store.snapshot.DumpLoader.Purpose;
import dev.vedette.store.snapshot.LoadedDump;
import dev.vedette.store.snapshot.Saving;

/**
 * DEBUG RELOAD: saves the data and loads it anew, so that tests see whether a dump holds all of it. The client waits, the
 * others get LOADING, and what a master writes waits, too. Data that cannot be loaded leaves what is there.
 */
public final class Reload {

    private static final String FAILED = "ERR Error trying to load the RDB dump";

    private final Saving saving;
    private final DumpLoader loader;

    /** Reloads what that one saves by this one. */
    public Reload(Saving saving, DumpLoader loader) {
        this.saving = saving;
        this.loader = loader;
    }

    /** Runs the subcommand. */
    public void run(Call call) {
        boolean merge = false;
        boolean flush = true;
        boolean save = true;
        for (int i = 2; i < call.argc(); i++) {
            if (call.args().is(i, "merge")) {
                merge = true;
            } else if (call.args().is(i, "noflush")) {
                flush = false;
            } else if (call.args().is(i, "nosave")) {
                save = false;
            } else {
                call.fail("ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.");
                return;
            }
        }
        if (!call.mayBlock()) {
            call.fail("ERR DEBUG RELOAD is not possible within a transaction");
        } else if (call.server.persistence.isLoading()) {
            call.fail(Errors.LOADING);
        } else if (save && !saving.save()) {
            call.fail("ERR");
        } else {
            load(call, flush, merge);
        }
    }

    private void load(Call call, boolean flush, boolean merge) {
        ServerState server = call.server;
        Session session = call.session();
        Dispatcher dispatcher = call.dispatcher();
        Waiting waiting = new Waiting();
        call.waitFor(waiting);
        String history = server.replication.replid();
        server.pauses.begin(Pauses.Purpose.RELOAD, Long.MAX_VALUE, false);
        loader.file(
                server.config.getPath("dbfilename"),
                server.replication.isReplica() ? Purpose.RELOAD_AS_REPLICA : Purpose.RELOAD_AS_MASTER,
                outcome -> {
                    boolean done = outcome instanceof Outcome.Loaded(LoadedDump dump)
                            && putInForce(server, dump, history, flush, merge);
                    server.pauses.end(Pauses.Purpose.RELOAD);
                    if (done) {
                        server.log.log(WARNING, "DB reloaded by DEBUG RELOAD");
                    }
                    if (session.waiting != waiting) {
                        return; // the client has gone
                    }
                    if (done) {
                        session.replies().ok();
                    } else {
                        session.replies().error(FAILED);
                    }
                    dispatcher.endWait(session);
                });
    }

    /** Replaces or adds to the data, unless another data set has taken its place meanwhile. */
    private boolean putInForce(ServerState server, LoadedDump dump, String history, boolean flush, boolean merge) {
        boolean isOther = !server.replication.replid().equals(history);
        if (flush && !isOther) {
            loader.adopt(dump, server.keyspace);
            return true;
        }
        if (isOther || (!merge && overlaps(server.keyspace, dump.keyspace()))) {
            dump.keyspace().release();
            return false;
        }
        for (int i = 0; i < server.keyspace.databaseCount(); i++) {
            Database into = server.keyspace.database(i);
            dump.keyspace()
                    .database(i)
                    .forEach(entry -> into.putEntry(
                            Entries.keyArray(entry),
                            Entries.keyOffset(entry),
                            Entries.keyLength(entry),
                            entry,
                            Entries.expireAt(entry)));
        }
        dump.keyspace().release();
        return true;
    }

    private static boolean overlaps(Keyspace there, Keyspace loaded) {
        boolean[] found = new boolean[1];
        for (int i = 0; i < there.databaseCount(); i++) {
            Database database = there.database(i);
            loaded.database(i)
                    .forEach(entry -> found[0] |= database.peekRaw(
                                    Entries.keyArray(entry), Entries.keyOffset(entry), Entries.keyLength(entry))
                            != null);
        }
        return found[0];
    }

    private static final class Waiting implements Session.Wait {
        @Override
        public long deadlineMillis() {
            return Long.MAX_VALUE;
        }

        @Override
        public void timedOut(Session session) {}

        @Override
        public void cancel(Session session) {}
    }
}
