package dev.vedette.store.command.sortedset;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.NotifyClass;
import dev.vedette.store.keyspace.ValueType;
import dev.vedette.store.keyspace.value.SortedSetValue;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Replies;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Taking members from either end of a sorted set, at once or as soon as there are any. */
final class SortedSetPops {

    private static final byte[] ZPOPMIN = "ZPOPMIN".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ZPOPMAX = "ZPOPMAX".getBytes(StandardCharsets.US_ASCII);

    private SortedSetPops() {}

    // ------------------------------------------------------------------ ZPOPMIN and ZPOPMAX

    static void zpopmin(Call call) {
        pop(call, false);
    }

    static void zpopmax(Call call) {
        pop(call, true);
    }

    private static void pop(Call call, boolean max) {
        if (call.argc() > 3) {
            call.fail(Errors.SYNTAX);
            return;
        }
        boolean counted = call.argc() == 3;
        long count = counted ? call.integerArg(2, 0, Long.MAX_VALUE, Errors.MUST_BE_POSITIVE) : 1;
        if (call.failed()) {
            return;
        }
        SortedSetValue set = call.write(1, SortedSetValue.class);
        if (call.failed()) {
            return;
        }
        Replies out = call.out();
        if (set == null || count == 0) {
            out.array(0);
            return;
        }
        int taken = (int) Math.min(count, set.size());
        boolean nested = counted && out.protocol() == 3;
        out.array(nested ? taken : 2L * taken);
        take(call, 1, set, taken, max, nested);
    }

    /** Takes so many members from an end and writes them, each an array of two if {@code nested}. */
    private static void take(Call call, int keyArg, SortedSetValue set, int count, boolean max, boolean nested) {
        Replies out = call.out();
        int size = (int) set.size();
        SortedSetValue.Ranked members = set.ranked(max ? size - 1 : 0, max);
        for (int i = 0; i < count && members.next(); i++) {
            if (nested) {
                out.array(2);
            }
            out.bulk(members.array(), members.offset(), members.length());
            out.dbl(members.score());
        }
        if (max) {
            set.removeRange(size - count, size);
        } else {
            set.removeRange(0, count);
        }
        call.modified(keyArg, NotifyClass.ZSET, max ? "zpopmax" : "zpopmin");
        call.addChanges(count - 1);
        call.removeIfEmpty(keyArg, set);
    }

    // ------------------------------------------------------------------ the first of several keys

    /**
     * What BZPOPMIN, ZMPOP and their like ask for.
     *
     * @param firstKey argument of the first key
     * @param endKey argument after the last key
     * @param count how many members at most; 0 for one, replied without an array around it and its score
     */
    private record Demand(int firstKey, int endKey, boolean max, long count) {

        /** Takes from the first key that holds a sorted set; false when there is none, or a wrong type was answered. */
        boolean take(Call call) {
            for (int key = firstKey; key < endKey; key++) {
                SortedSetValue set = call.write(key, SortedSetValue.class);
                if (call.failed()) {
                    return false;
                }
                if (set != null) {
                    take(call, key, set);
                    return true;
                }
            }
            return false;
        }

        /** Takes from that key alone, which became ready. */
        boolean take(Call call, byte[] ready) {
            Args args = call.args();
            for (int key = firstKey; key < endKey; key++) {
                int from = args.offset(key);
                if (Arrays.equals(args.array(key), from, from + args.length(key), ready, 0, ready.length)) {
                    SortedSetValue set = call.write(key, SortedSetValue.class);
                    if (set != null) {
                        take(call, key, set);
                    }
                    return set != null;
                }
            }
            return false;
        }

        private void take(Call call, int key, SortedSetValue set) {
            Args args = call.args();
            Replies out = call.out();
            int taken = (int) Math.min(Math.max(1, count), set.size());
            out.array(count == 0 ? 3 : 2);
            out.bulk(args.array(key), args.offset(key), args.length(key));
            if (count > 0) {
                out.array(taken);
            }
            SortedSetPops.take(call, key, set, taken, max, count > 0);
            call.propagateWords(count == 0 ? 2 : 3);
            call.word(max ? ZPOPMAX : ZPOPMIN);
            call.wordArg(key);
            if (count > 0) {
                call.wordInteger(taken);
            }
        }

        /** Takes at once, or makes the client wait until that is possible or the time is over. */
        void takeOrWait(Call call, int timeoutArg) {
            long deadline = call.deadlineArg(timeoutArg);
            if (call.failed() || take(call) || call.failed()) {
                return;
            }
            if (!call.mayBlock()) {
                call.out().nilArray();
                return;
            }
            List<byte[]> keys = new ArrayList<>();
            for (int key = firstKey; key < endKey; key++) {
                keys.add(call.bytes(key));
            }
            call.waitForKeys(
                    keys,
                    ValueType.ZSET,
                    deadline,
                    this::take,
                    session -> session.replies().nilArray());
        }
    }

    static void bzpopmin(Call call) {
        new Demand(1, call.argc() - 1, false, 0).takeOrWait(call, call.argc() - 1);
    }

    static void bzpopmax(Call call) {
        new Demand(1, call.argc() - 1, true, 0).takeOrWait(call, call.argc() - 1);
    }

    static void zmpop(Call call) {
        Demand demand = demand(call, 1);
        if (demand != null && !demand.take(call) && !call.failed()) {
            call.out().nilArray();
        }
    }

    static void bzmpop(Call call) {
        Demand demand = demand(call, 2);
        if (demand != null) {
            demand.takeOrWait(call, 1);
        }
    }

    /** Reads {@code numkeys key ... MIN|MAX [COUNT count]}; null with the error answered. */
    private static @Nullable Demand demand(Call call, int numkeysArg) {
        Args args = call.args();
        long numkeys = call.integerArg(numkeysArg, 1, Long.MAX_VALUE, "ERR numkeys should be greater than 0");
        if (call.failed()) {
            return null;
        }
        if (numkeys > args.count() - numkeysArg - 2) {
            call.fail(Errors.SYNTAX);
            return null;
        }
        int where = numkeysArg + 1 + (int) numkeys;
        boolean max = args.is(where, "max");
        if (!max && !args.is(where, "min")) {
            call.fail(Errors.SYNTAX);
            return null;
        }
        long count = 1;
        if (args.count() > where + 1) {
            if (args.count() == where + 2 || !args.is(where + 1, "count")) {
                call.fail(Errors.SYNTAX);
                return null;
            }
            count = call.integerArg(where + 2, 1, Long.MAX_VALUE, "ERR count should be greater than 0");
            if (!call.failed() && args.count() > where + 3) {
                call.fail(Errors.SYNTAX);
            }
        }
        return call.failed() ? null : new Demand(numkeysArg + 1, where, max, count);
    }
}
