package dev.vedette.store.command.key;

import static dev.vedette.store.command.AclCategory.KEYSPACE;
import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.CommandFlag.DENYOOM;
import static dev.vedette.store.command.CommandFlag.FAST;
import static dev.vedette.store.command.CommandFlag.READONLY;
import static dev.vedette.store.command.CommandFlag.WRITE;
import static dev.vedette.store.command.KeySpec.ACCESS_DELETE;
import static dev.vedette.store.command.KeySpec.ACCESS_UPDATE;
import static dev.vedette.store.command.KeySpec.OVERWRITE;
import static dev.vedette.store.command.KeySpec.OVERWRITE_INSERT;
import static dev.vedette.store.command.KeySpec.PROBE;
import static dev.vedette.store.command.KeySpec.READ;
import static dev.vedette.store.command.KeySpec.REMOVE;
import static dev.vedette.store.command.KeySpec.at;
import static dev.vedette.store.command.KeySpec.range;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.Help;
import dev.vedette.store.command.NotifyClass;
import dev.vedette.store.keyspace.Access;
import dev.vedette.store.keyspace.Database;
import dev.vedette.store.keyspace.Entries;
import dev.vedette.store.keyspace.Value;
import dev.vedette.store.session.Args;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Keys whatever they hold: DEL, EXISTS, TYPE, RENAME, COPY, OBJECT and their kin. */
public final class KeyCommands {

    private static final String SUM_TIP = "response_policy:agg_sum";
    private static final String SHARDS_TIP = "request_policy:multi_shard";
    private static final int SHARED_INTEGERS = 10_000;
    private static final String SWITCHING =
            " Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.";
    private static final String NOT_LFU =
            "ERR An LFU maxmemory policy is not selected, access frequency not tracked." + SWITCHING;
    private static final String LFU = "ERR An LFU maxmemory policy is selected, idle time not tracked." + SWITCHING;

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            command("del", "Removes keys.")
                    .complexity("O(N) with N being the number of keys; the memory comes back later by itself.")
                    .arity(-2)
                    .flags(WRITE)
                    .acl(KEYSPACE)
                    .keys(range(1, -1, 1, REMOVE))
                    .tips(SHARDS_TIP, SUM_TIP)
                    .runs(KeyCommands::del),
            command("unlink", "Removes keys, like DEL; neither waits for memory to be freed.")
                    .since("4.0.0")
                    .complexity("O(N) with N being the number of keys; the memory comes back later by itself.")
                    .arity(-2)
                    .flags(WRITE, FAST)
                    .acl(KEYSPACE)
                    .keys(range(1, -1, 1, REMOVE))
                    .tips(SHARDS_TIP, SUM_TIP)
                    .runs(KeyCommands::del),
            command("exists", "Counts which of the keys are there.")
                    .complexity("O(N) with N being the number of keys.")
                    .arity(-2)
                    .flags(READONLY, FAST)
                    .acl(KEYSPACE)
                    .keys(range(1, -1, 1, PROBE))
                    .tips(SHARDS_TIP, SUM_TIP)
                    .runs(KeyCommands::exists),
            command("touch", "Counts which of the keys are there, as a use of each.")
                    .since("3.2.1")
                    .complexity("O(N) with N being the number of keys.")
                    .arity(-2)
                    .flags(READONLY, FAST)
                    .acl(KEYSPACE)
                    .keys(range(1, -1, 1, PROBE))
                    .tips(SHARDS_TIP, SUM_TIP)
                    .runs(KeyCommands::touch),
            command("type", "Names the type of what is at a key.")
                    .arity(2)
                    .flags(READONLY, FAST)
                    .acl(KEYSPACE)
                    .keys(at(1, PROBE))
                    .runs(KeyCommands::type),
            command("rename", "Gives a key another name, whose former content is lost.")
                    .arity(3)
                    .flags(WRITE)
                    .acl(KEYSPACE)
                    .keys(at(1, ACCESS_DELETE), at(2, OVERWRITE))
                    .runs(KeyCommands::rename),
            command("renamenx", "Gives a key another name unless that is taken.")
                    .arity(3)
                    .flags(WRITE, FAST)
                    .acl(KEYSPACE)
                    .keys(at(1, ACCESS_DELETE), at(2, OVERWRITE_INSERT))
                    .runs(KeyCommands::renamenx),
            command("copy", "Copies what is at a key to another, there or in another database.")
                    .since("6.2.0")
                    .complexity("O(N) with N being the number of elements of a collection, O(1) for a string.")
                    .arity(-3)
                    .flags(WRITE, DENYOOM)
                    .acl(KEYSPACE)
                    .keys(at(1, READ), at(2, OVERWRITE))
                    .runs(KeyCommands::copy),
            command("move", "Takes a key into another database unless it has one of that name.")
                    .arity(3)
                    .flags(WRITE, FAST)
                    .acl(KEYSPACE)
                    .keys(at(1, ACCESS_UPDATE))
                    .runs(KeyCommands::move),
            command("object", "Holds the commands that look at how a value is kept.")
                    .since("2.2.3")
                    .complexity("As each subcommand says.")
                    .arity(-2)
                    .sub(
                            Help.of(
                                            "object",
                                            "6.2.0",
                                            "ENCODING <key>",
                                            "    Names the form in which the value is kept in memory.",
                                            "FREQ <key>",
                                            "    Tells how often the key was used of late, on a logarithmic scale.",
                                            "IDLETIME <key>",
                                            "    Tells how many seconds the key was not used, roughly.",
                                            "REFCOUNT <key>",
                                            "    Tells how many references to the value there are; a small integer counts as shared.")
                                    .group("generic")
                                    .acl(KEYSPACE),
                            object("freq", "Tells how often a key was used of late, on a logarithmic scale.", "4.0.0")
                                    .runs(KeyCommands::objectFreq),
                            object("idletime", "Tells how many seconds a key was not used.", "2.2.3")
                                    .runs(KeyCommands::objectIdletime),
                            object("encoding", "Names the form in which a value is kept.", "2.2.3")
                                    .runs(call ->
                                            object(call, (c, entry) -> c.out().bulk(Entries.encoding(entry)))),
                            object("refcount", "Tells how many references to a value there are.", "2.2.3")
                                    .runs(call ->
                                            object(call, (c, entry) -> c.out().integer(references(c, entry))))));

    private static Command object(String name, String summary, String since) {
        return command(name, summary)
                .since(since)
                .arity(3)
                .flags(READONLY)
                .acl(KEYSPACE)
                .keys(at(2, PROBE))
                .tips("nondeterministic_output");
    }

    private KeyCommands() {}

    // ------------------------------------------------------------------ presence

    private static void del(Call call) {
        int removed = 0;
        for (int i = 1; i < call.argc(); i++) {
            call.warmKeys(i, 1);
            if (call.remove(i)) {
                call.modified(i, NotifyClass.GENERIC, "del");
                removed++;
            }
        }
        call.out().integer(removed);
    }

    private static void exists(Call call) {
        int present = 0;
        for (int i = 1; i < call.argc(); i++) {
            call.warmKeys(i, 1);
            if (call.lookupUntouched(i) != null) {
                present++;
            }
        }
        call.out().integer(present);
    }

    private static void touch(Call call) {
        int present = 0;
        for (int i = 1; i < call.argc(); i++) {
            call.warmKeys(i, 1);
            if (call.lookup(i) != null) {
                present++;
            }
        }
        call.out().integer(present);
    }

    private static void type(Call call) {
        Object entry = call.lookupUntouched(1);
        call.out().simple(entry == null ? "none" : Entries.type(entry).word());
    }

    // ------------------------------------------------------------------ names and places

    private static void rename(Call call) {
        if (moveName(call, false)) {
            call.out().ok();
        }
    }

    private static void renamenx(Call call) {
        if (moveName(call, true)) {
            call.out().integer(1);
        }
    }

    /** Whether a name was moved (or was the same, for RENAME); otherwise the reply is written. */
    private static boolean moveName(Call call, boolean onlyIfFree) {
        Object entry = call.lookupForWrite(1);
        if (entry == null) {
            call.fail(Errors.NO_SUCH_KEY);
            return false;
        }
        boolean same = call.args().same(1, 2);
        if (onlyIfFree && (same || call.lookupForWrite(2) != null)) {
            call.out().integer(0);
            return false;
        }
        if (same) {
            return true;
        }
        put(call, call.db(), 2, entry);
        call.remove(1);
        call.modified(1, NotifyClass.GENERIC, "rename_from");
        call.touched(2, NotifyClass.GENERIC, "rename_to");
        return true;
    }

    private static void put(Call call, Database database, int keyArg, Object entry) {
        Args args = call.args();
        database.putEntry(args.array(keyArg), args.offset(keyArg), args.length(keyArg), entry, Entries.expireAt(entry));
    }

    private static boolean holds(Call call, Database database, int keyArg) {
        Args args = call.args();
        return database.lookupForWrite(args.array(keyArg), args.offset(keyArg), args.length(keyArg)) != null;
    }

    private static void move(Call call) {
        Database target = databaseArg(call, 2);
        if (target == null) {
            return;
        }
        if (target == call.db()) {
            call.fail(Errors.SAME_OBJECT);
            return;
        }
        Object entry = call.lookupForWrite(1);
        if (entry == null || holds(call, target, 1)) {
            call.out().integer(0);
            return;
        }
        put(call, target, 1, entry);
        call.remove(1);
        call.modified(1, NotifyClass.GENERIC, "move_from");
        call.touched(target.number(), call.bytes(1), NotifyClass.GENERIC, "move_to");
        call.out().integer(1);
    }

    private static @Nullable Database databaseArg(Call call, int arg) {
        int number = call.intArg(arg);
        if (call.failed()) {
            return null;
        }
        if (number < 0 || number >= call.server.keyspace.databaseCount()) {
            call.fail("ERR DB index is out of range");
            return null;
        }
        return call.db(number);
    }

    private static void copy(Call call) {
        Args args = call.args();
        Database target = call.db();
        boolean replace = false;
        for (int i = 3; i < args.count(); i++) {
            if (args.is(i, "replace")) {
                replace = true;
            } else if (args.is(i, "db") && i + 1 < args.count()) {
                target = databaseArg(call, ++i);
                if (target == null) {
                    return;
                }
            } else {
                call.fail(Errors.SYNTAX);
                return;
            }
        }
        if (target == call.db() && args.same(1, 2)) {
            call.fail(Errors.SAME_OBJECT);
            return;
        }
        copyTo(call, target, replace);
    }

    private static void copyTo(Call call, Database target, boolean replace) {
        Object entry = call.lookup(1);
        if (entry == null || holds(call, target, 2) && !replace) {
            call.out().integer(0);
            return;
        }
        Args args = call.args();
        target.remove(args.array(2), args.offset(2), args.length(2));
        Value value = Entries.value(entry);
        if (value == null) {
            put(call, target, 2, entry);
        } else {
            target.put(args.array(2), args.offset(2), args.length(2), value.copy(), Entries.expireAt(entry));
        }
        call.modified(target.number(), call.bytes(2), NotifyClass.GENERIC, "copy_to");
        call.out().integer(1);
    }

    // ------------------------------------------------------------------ OBJECT

    private static void object(Call call, BiConsumer<Call, Object> answer) {
        Object entry = call.lookupUnnoticed(2);
        if (entry == null) {
            call.out().nil();
        } else {
            answer.accept(call, entry);
        }
    }

    /** Redis shares small integers while it need not know how each is used; clients that ask are told the same here. */
    private static int references(Call call, Object entry) {
        String policy = call.server.settings.maxMemoryPolicy;
        boolean ownUsage =
                call.server.settings.maxMemoryBytes > 0 && (policy.endsWith("-lru") || policy.endsWith("-lfu"));
        boolean small =
                Entries.isInteger(entry) && Entries.integer(entry) >= 0 && Entries.integer(entry) < SHARED_INTEGERS;
        return small && !ownUsage ? Integer.MAX_VALUE : 1;
    }

    private static void objectFreq(Call call) {
        object(call, (c, entry) -> {
            if (c.server.keyspace.isLfu()) {
                c.out().integer(Access.counter(Entries.access(entry), c.nowMillis()));
            } else {
                c.fail(NOT_LFU);
            }
        });
    }

    private static void objectIdletime(Call call) {
        object(call, (c, entry) -> {
            if (c.server.keyspace.isLfu()) {
                c.fail(LFU);
            } else {
                c.out().integer(Access.idleSeconds(Entries.access(entry), c.nowMillis()));
            }
        });
    }
}
