package dev.vedette.store.command.key;

import static dev.vedette.store.command.AclCategory.DANGEROUS;
import static dev.vedette.store.command.AclCategory.LIST;
import static dev.vedette.store.command.AclCategory.SET;
import static dev.vedette.store.command.AclCategory.SORTEDSET;
import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.CommandFlag.DENYOOM;
import static dev.vedette.store.command.CommandFlag.MOVABLEKEYS;
import static dev.vedette.store.command.CommandFlag.READONLY;
import static dev.vedette.store.command.CommandFlag.WRITE;
import static dev.vedette.store.command.KeySpec.OVERWRITE;
import static dev.vedette.store.command.KeySpec.READ;
import static dev.vedette.store.command.KeySpec.at;
import static dev.vedette.store.command.KeySpec.unknown;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.NotifyClass;
import dev.vedette.store.keyspace.Entries;
import dev.vedette.store.keyspace.Value;
import dev.vedette.store.keyspace.value.ListValue;
import dev.vedette.store.keyspace.value.SetValue;
import dev.vedette.store.keyspace.value.SortedSetValue;
import dev.vedette.store.session.Args;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SORT and SORT_RO. */
public final class SortCommands {

    private static final String COMPLEXITY =
            "O(N+M*log(N)) with N being the number of elements and M of those answered, O(N) when nothing is sorted.";

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            command("sort", "Sorts the elements of a list, set or sorted set, and may store what comes out.")
                    .complexity(COMPLEXITY)
                    .arity(-2)
                    .flags(WRITE, DENYOOM, MOVABLEKEYS)
                    .acl(SET, SORTEDSET, LIST, DANGEROUS)
                    .keys(at(1, READ), unknown(READ), unknown(OVERWRITE))
                    .keyFinder(SortCommands::keys)
                    .runs(call -> sort(call, true)),
            command("sort_ro", "Sorts the elements of a list, set or sorted set.")
                    .since("7.0.0")
                    .complexity(COMPLEXITY)
                    .arity(-2)
                    .flags(READONLY, MOVABLEKEYS)
                    .acl(SET, SORTEDSET, LIST, DANGEROUS)
                    .keys(at(1, READ), unknown(READ))
                    .keyFinder(args -> new int[] {1})
                    .runs(call -> sort(call, false)));

    private SortCommands() {}

    /** The key sorted and the one stored at; of several STORE options the last counts. */
    private static int[] keys(Args args) {
        int storeArg = 0;
        for (int i = 2; i < args.count(); i++) {
            if (args.is(i, "limit")) {
                i += 2;
            } else if (args.is(i, "get") || args.is(i, "by")) {
                i++;
            } else if (args.is(i, "store") && i + 1 < args.count()) {
                storeArg = i + 1;
            }
        }
        return storeArg == 0 ? new int[] {1} : new int[] {1, storeArg};
    }

    private static void sort(Call call, boolean mayStore) {
        Sorting sorting = new Sorting(call);
        if (!options(call, sorting, mayStore)) {
            return;
        }
        Object entry = call.lookup(1);
        Value value = entry == null ? null : Entries.value(entry);
        if (entry != null && !isSortable(value)) {
            call.fail(Errors.WRONGTYPE);
            return;
        }
        if (!sorting.run(value)) {
            call.fail("ERR One or more scores can't be converted into double");
            return;
        }
        if (sorting.storeArg == 0) {
            sorting.reply(call.out());
        } else {
            store(call, sorting);
        }
    }

    private static boolean isSortable(@Nullable Value value) {
        return value instanceof ListValue || value instanceof SetValue || value instanceof SortedSetValue;
    }

    /** Reads the options; false with the error answered. */
    private static boolean options(Call call, Sorting sorting, boolean mayStore) {
        Args args = call.args();
        for (int i = 2; i < args.count() && !call.failed(); i++) {
            int left = args.count() - i - 1;
            if (args.is(i, "asc")) {
                sorting.descending = false;
            } else if (args.is(i, "desc")) {
                sorting.descending = true;
            } else if (args.is(i, "alpha")) {
                sorting.alphabetical = true;
            } else if (args.is(i, "limit") && left >= 2) {
                sorting.limitStart = call.integerArg(i + 1);
                if (!call.failed()) {
                    sorting.limitCount = call.integerArg(i + 2);
                }
                i += 2;
            } else if (mayStore && args.is(i, "store") && left >= 1) {
                sorting.storeArg = ++i;
            } else if (args.is(i, "by") && left >= 1) {
                sorting.by(args.bytes(++i));
                refuseHiddenKeys(call, !sorting.inOwnOrder, "BY");
            } else if (args.is(i, "get") && left >= 1) {
                sorting.gets.add(new SortPattern(args.bytes(++i)));
                refuseHiddenKeys(call, true, "GET");
            } else {
                call.fail(Errors.SYNTAX);
            }
        }
        return !call.failed();
    }

    /** The keys that a pattern leads to are not among the arguments: only who may read every key may use one. */
    private static void refuseHiddenKeys(Call call, boolean leadsToKeys, String option) {
        if (leadsToKeys && !call.mayReadAllKeys()) {
            call.fail("ERR " + option + " option of SORT denied due to insufficient ACL permissions.");
        }
    }

    private static void store(Call call, Sorting sorting) {
        int arg = sorting.storeArg;
        ListValue list = sorting.toList(call.server.settings.listMaxListpackSize);
        long size = list.size();
        if (size > 0) {
            call.put(arg, list);
            call.modified(arg, NotifyClass.LIST, "sortstore");
            call.addChanges(size - 1);
        } else if (call.remove(arg)) {
            call.modified(arg, NotifyClass.GENERIC, "del");
        }
        call.out().integer(size);
    }
}
