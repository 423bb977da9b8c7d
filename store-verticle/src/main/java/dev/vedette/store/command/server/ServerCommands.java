package dev.vedette.store.command.server;

import static dev.vedette.store.command.AclCategory.DANGEROUS;
import static dev.vedette.store.command.AclCategory.KEYSPACE;
import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.CommandFlag.FAST;
import static dev.vedette.store.command.CommandFlag.LOADING;
import static dev.vedette.store.command.CommandFlag.READONLY;
import static dev.vedette.store.command.CommandFlag.STALE;
import static dev.vedette.store.command.CommandFlag.WRITE;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.Errors;
import dev.vedette.store.keyspace.Database;
import dev.vedette.wire.resp.RedisVersion;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** The data set as a whole and the clock: DBSIZE, FLUSHALL, SWAPDB, TIME and their kin. */
public final class ServerCommands {

    private static final String GROUP = "server";

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            command("dbsize", "Counts the keys of the selected database.")
                    .since("1.0.0")
                    .group(GROUP)
                    .arity(1)
                    .flags(READONLY, FAST)
                    .acl(KEYSPACE)
                    .tips("request_policy:all_shards", "response_policy:agg_sum")
                    .runs(call -> call.out().integer(call.db().size())),
            command("flushdb", "Empties the selected database.")
                    .since("1.0.0")
                    .complexity("O(N) where N is the number of keys in the selected database")
                    .group(GROUP)
                    .arity(-1)
                    .flags(WRITE)
                    .acl(KEYSPACE, DANGEROUS)
                    .tips("request_policy:all_shards", "response_policy:all_succeeded")
                    .runs(ServerCommands::flushDb),
            command("flushall", "Empties every database.")
                    .since("1.0.0")
                    .complexity("O(N) where N is the total number of keys in all databases")
                    .group(GROUP)
                    .arity(-1)
                    .flags(WRITE)
                    .acl(KEYSPACE, DANGEROUS)
                    .tips("request_policy:all_shards", "response_policy:all_succeeded")
                    .runs(ServerCommands::flushAll),
            command("swapdb", "Exchanges the contents of two databases.")
                    .since("4.0.0")
                    .complexity(
                            "O(N) where N is the count of clients watching or blocking on keys from both databases.")
                    .group(GROUP)
                    .arity(3)
                    .flags(WRITE, FAST)
                    .acl(KEYSPACE, DANGEROUS)
                    .runs(ServerCommands::swapDb),
            command("time", "Tells the server's wall clock.")
                    .since("2.6.0")
                    .group(GROUP)
                    .arity(1)
                    .flags(LOADING, STALE, FAST)
                    .tips("nondeterministic_output")
                    .runs(ServerCommands::time),
            command("lolwut", "Draws a picture and tells the version.")
                    .since("5.0.0")
                    .complexity("")
                    .group(GROUP)
                    .arity(-1)
                    .flags(READONLY, FAST)
                    .runs(ServerCommands::lolwut));

    private ServerCommands() {}

    // ------------------------------------------------------------------ emptying

    private static void flushDb(Call call) {
        if (flushModeIsWrong(call)) {
            return;
        }
        call.addChanges(empty(call, call.db()));
        call.propagateAlways();
        call.out().ok();
    }

    private static void flushAll(Call call) {
        if (flushModeIsWrong(call)) {
            return;
        }
        for (int i = 0; i < call.server.keyspace.databaseCount(); i++) {
            call.server.persistence.dirty += empty(call, call.db(i)); // already now: the save that follows holds them
        }
        call.propagateAlways();
        call.server.afterFlushAll.run();
        call.out().ok();
    }

    /** Nothing is walked or freed piece by piece here: both modes, and none, cost the same. */
    private static boolean flushModeIsWrong(Call call) {
        boolean right = call.argc() == 1
                || call.argc() == 2 && (call.args().is(1, "sync") || call.args().is(1, "async"));
        if (!right) {
            call.fail(Errors.SYNTAX);
        }
        return !right;
    }

    private static long empty(Call call, Database database) {
        long removed = database.size();
        call.server.databaseEmptied(database);
        database.clear();
        return removed;
    }

    private static void swapDb(Call call) {
        int a = databaseArg(call, 1, "ERR invalid first DB index");
        int b = call.failed() ? 0 : databaseArg(call, 2, "ERR invalid second DB index");
        if (call.failed()) {
            return;
        }
        int count = call.server.keyspace.databaseCount();
        if (a < 0 || b < 0 || a >= count || b >= count) {
            call.fail("ERR DB index is out of range");
            return;
        }
        if (a != b) {
            call.server.watches.databaseChanged(call.db(a), call.db(b));
            call.server.watches.databaseChanged(call.db(b), call.db(a));
            call.server.keyspace.swap(a, b);
            call.server.keyWaits.databaseChanged(a);
            call.server.keyWaits.databaseChanged(b);
        }
        call.addChanges(1);
        call.out().ok();
    }

    private static int databaseArg(Call call, int arg, String error) {
        return (int) call.integerArg(arg, Integer.MIN_VALUE, Integer.MAX_VALUE, error);
    }

    // ------------------------------------------------------------------ clock and picture

    private static void time(Call call) {
        Instant now = Instant.now();
        call.out().array(2);
        call.out().bulkInteger(now.getEpochSecond());
        call.out().bulkInteger(now.getNano() / 1000);
    }

    private static void lolwut(Call call) {
        String text = Vedette.PICTURE + "\nRedis ver. " + RedisVersion.TEXT + "\n";
        call.out().verbatim("txt", text.getBytes(StandardCharsets.UTF_8));
    }

    /** The sentry on horseback that gives the program its name. */
    private static final class Vedette {
        static final String PICTURE = """
                                 |>
                                 |
                          ___    |
                         (o_o)   |
                     ,   /|_|\\__/|
                  __/ \\__/ |  \\  |
                 /  `      | _/--'---.
                (_,--.     |/         )~~
                      \\              /
                       |  |-----|  |
                       |  |     |  |
                _______|__|_____|__|_______
                """;
    }
}
