package dev.vedette.store.command.transaction;

import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.CommandFlag.ALLOW_BUSY;
import static dev.vedette.store.command.CommandFlag.FAST;
import static dev.vedette.store.command.CommandFlag.LOADING;
import static dev.vedette.store.command.CommandFlag.NOSCRIPT;
import static dev.vedette.store.command.CommandFlag.SKIP_SLOWLOG;
import static dev.vedette.store.command.CommandFlag.STALE;
import static dev.vedette.store.command.KeySpec.PROBE;
import static dev.vedette.store.command.KeySpec.range;

import dev.vedette.store.command.AclCategory;
import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.Errors;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Session;
import java.util.ArrayList;
import java.util.List;

/** MULTI, EXEC, DISCARD, WATCH, UNWATCH. */
public final class TransactionCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            command("discard", "Forgets the commands queued since MULTI.")
                    .since("2.0.0")
                    .complexity("O(N), when N is the number of queued commands")
                    .group("transactions")
                    .arity(1)
                    .flags(NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY)
                    .acl(AclCategory.TRANSACTION)
                    .runs(TransactionCommands::discard),
            command("exec", "Runs the commands queued since MULTI, with none of other clients in between.")
                    .since("1.2.0")
                    .complexity("Depends on commands in the transaction")
                    .group("transactions")
                    .arity(1)
                    .flags(NOSCRIPT, LOADING, STALE, SKIP_SLOWLOG)
                    .acl(AclCategory.TRANSACTION)
                    .runs(TransactionCommands::exec),
            command("multi", "Queues what follows until EXEC.")
                    .since("1.2.0")
                    .complexity("O(1)")
                    .group("transactions")
                    .arity(1)
                    .flags(NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY)
                    .acl(AclCategory.TRANSACTION)
                    .runs(TransactionCommands::multi),
            command("unwatch", "Forgets all watched keys.")
                    .since("2.2.0")
                    .complexity("O(1)")
                    .group("transactions")
                    .arity(1)
                    .flags(NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY)
                    .acl(AclCategory.TRANSACTION)
                    .runs(TransactionCommands::unwatch),
            command("watch", "Lets the next EXEC run nothing if one of the keys changes before it.")
                    .since("2.2.0")
                    .complexity("O(1) for every key.")
                    .group("transactions")
                    .arity(-2)
                    .flags(NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY)
                    .acl(AclCategory.TRANSACTION)
                    .keys(range(1, -1, 1, PROBE))
                    .runs(TransactionCommands::watch));

    private TransactionCommands() {}

    private static void multi(Call call) {
        Session session = call.session();
        if (session.inTransaction()) {
            call.fail("ERR MULTI calls can not be nested");
            return;
        }
        session.transaction = new ArrayList<>();
        session.transactionAnyFlags = 0;
        session.transactionCommonFlags = -1;
        call.out().ok();
    }

    private static void discard(Call call) {
        if (!call.session().inTransaction()) {
            call.fail("ERR DISCARD without MULTI");
            return;
        }
        call.dispatcher().discard(call.session());
        call.out().ok();
    }

    private static void exec(Call call) {
        Session session = call.session();
        List<Args> queued = session.transaction;
        if (queued == null) {
            call.fail("ERR EXEC without MULTI");
            return;
        }
        boolean broken = session.transactionBroken;
        if (broken || session.watchBroken || watchedKeyExpired(call)) {
            call.dispatcher().discard(session);
            if (broken) {
                call.fail(Errors.EXECABORT);
            } else {
                call.out().nilArray();
            }
            return;
        }
        call.server.watches.unwatch(session);
        call.out().array(queued.size());
        for (Args args : queued) {
            call.dispatcher().executeQueued(session, args);
        }
        call.dispatcher().discard(session);
    }

    private static boolean watchedKeyExpired(Call call) {
        return call.server.watches.expiredSince(call.session(), call.server.keyspace::database);
    }

    private static void watch(Call call) {
        Session session = call.session();
        if (session.inTransaction()) {
            call.fail("ERR WATCH inside MULTI is not allowed");
            return;
        }
        if (!session.watchBroken) {
            for (int i = 1; i < call.argc(); i++) {
                call.server.watches.watch(session, call.db(), call.bytes(i));
            }
        }
        call.out().ok();
    }

    private static void unwatch(Call call) {
        call.server.watches.unwatch(call.session());
        call.out().ok();
    }
}
