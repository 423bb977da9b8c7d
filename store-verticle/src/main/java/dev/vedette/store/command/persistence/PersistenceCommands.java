package dev.vedette.store.command.persistence;

import static dev.vedette.store.command.AclCategory.DANGEROUS;
import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.CommandFlag.ADMIN;
import static dev.vedette.store.command.CommandFlag.ALLOW_BUSY;
import static dev.vedette.store.command.CommandFlag.FAST;
import static dev.vedette.store.command.CommandFlag.LOADING;
import static dev.vedette.store.command.CommandFlag.NOSCRIPT;
import static dev.vedette.store.command.CommandFlag.NO_ASYNC_LOADING;
import static dev.vedette.store.command.CommandFlag.NO_MULTI;
import static dev.vedette.store.command.CommandFlag.SENTINEL;
import static dev.vedette.store.command.CommandFlag.STALE;

import dev.vedette.store.command.AclCategory;
import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.Errors;
import dev.vedette.store.snapshot.Saving;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** SAVE, BGSAVE, LASTSAVE, BGREWRITEAOF, SHUTDOWN. */
public final class PersistenceCommands {

    private static final String GROUP = "server";

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            command("save", "Writes the RDB file while everyone waits.")
                    .since("1.0.0")
                    .complexity("O(N) where N is the total number of keys in all databases")
                    .group(GROUP)
                    .arity(1)
                    .flags(ADMIN, NOSCRIPT, NO_ASYNC_LOADING, NO_MULTI)
                    .runs(PersistenceCommands::save),
            command("bgsave", "Writes the RDB file in the background.")
                    .since("1.0.0")
                    .group(GROUP)
                    .arity(-1)
                    .flags(ADMIN, NOSCRIPT, NO_ASYNC_LOADING)
                    .runs(PersistenceCommands::bgsave),
            command("lastsave", "Tells when the RDB file was last written well, in seconds of Unix time.")
                    .since("1.0.0")
                    .group(GROUP)
                    .arity(1)
                    .flags(LOADING, STALE, FAST)
                    .acl(AclCategory.ADMIN, DANGEROUS)
                    .tips("nondeterministic_output")
                    .runs(call -> call.out().integer(call.server.persistence.lastSaveMillis / 1000)),
            command("bgrewriteaof", "Would write the append-only file anew; this server keeps none.")
                    .since("1.0.0")
                    .group(GROUP)
                    .arity(1)
                    .flags(ADMIN, NOSCRIPT, NO_ASYNC_LOADING)
                    .runs(call -> call.fail("ERR " + Saving.NO_APPEND_ONLY_FILE)),
            command("shutdown", "Saves the data, if need be, and ends the server.")
                    .since("1.0.0")
                    .complexity("O(N) when saving, where N is the total number of keys in all databases when saving"
                            + " data, otherwise O(1)")
                    .group(GROUP)
                    .arity(-1)
                    .flags(ADMIN, NOSCRIPT, LOADING, STALE, NO_MULTI, SENTINEL, ALLOW_BUSY)
                    .runs(PersistenceCommands::shutdown));

    private PersistenceCommands() {}

    private static void save(Call call) {
        Saving saving = call.server.saving();
        if (saving.isRunning()) {
            call.fail("ERR Background save already in progress");
        } else if (saving.save()) {
            call.out().ok();
        } else {
            call.fail("ERR");
        }
    }

    private static void bgsave(Call call) {
        if (call.argc() > 2 || call.argc() == 2 && !call.args().is(1, "schedule")) {
            call.fail(Errors.SYNTAX);
            return;
        }
        Saving saving = call.server.saving();
        if (saving.isRunning()) {
            call.fail("ERR Background save already in progress");
        } else if (call.inTransaction()) {
            saving.schedule();
            call.out().simple("Background saving scheduled");
        } else {
            saving.saveInBackground();
            call.out().simple("Background saving started");
        }
    }

    private static void shutdown(Call call) {
        Set<Shutdown.Option> options = EnumSet.noneOf(Shutdown.Option.class);
        boolean abort = false;
        for (int i = 1; i < call.argc(); i++) {
            Shutdown.Option option = option(call, i);
            if (option != null) {
                options.add(option);
            } else if (call.args().is(i, "abort")) {
                abort = true;
            } else {
                call.fail(Errors.SYNTAX);
                return;
            }
        }
        boolean contradiction = options.contains(Shutdown.Option.SAVE) && options.contains(Shutdown.Option.NOSAVE);
        if (contradiction || abort && !options.isEmpty()) {
            call.fail(Errors.SYNTAX);
        } else if (call.server.scripting.isPaused() && !options.contains(Shutdown.Option.NOSAVE)) {
            call.fail(call.server.scripting.busyError());
        } else if (!abort) {
            call.server.shutdown.ask(call, options);
        } else if (call.server.shutdown.abort()) {
            call.out().ok();
        } else {
            call.fail("ERR No shutdown in progress.");
        }
    }

    private static Shutdown.@Nullable Option option(Call call, int arg) {
        for (Shutdown.Option option : Shutdown.Option.values()) {
            if (call.args().is(arg, option.word())) {
                return option;
            }
        }
        return null;
    }
}
