package dev.vedette.store.command.set;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.NotifyClass;
import dev.vedette.store.keyspace.value.SetValue;
import dev.vedette.store.session.Replies;
import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Several sets at once: what they have in common, what they are together, what the first has alone. */
final class SetAlgebra {

    private static final Comparator<@Nullable SetValue> BY_SIZE = Comparator.comparingLong(SetAlgebra::size);

    private SetAlgebra() {}

    private static long size(@Nullable SetValue set) {
        return set == null ? 0 : set.size();
    }

    /** The sets at the arguments {@code from} to {@code to} (exclusive), null where there is none. */
    private static @Nullable SetValue[] readSets(Call call, int from, int to) {
        @Nullable SetValue[] sets = new @Nullable SetValue[to - from];
        for (int i = from; i < to && !call.failed(); i++) {
            sets[i - from] = call.read(i, SetValue.class);
        }
        return sets;
    }

    // ------------------------------------------------------------------ intersection

    /** Takes the members of an intersection; answers whether it wants more. */
    @FunctionalInterface
    private interface Common {
        boolean member(SetValue.Members member);
    }

    static void sinter(Call call) {
        @Nullable SetValue[] sets = readSets(call, 1, call.argc());
        if (call.failed()) {
            return;
        }
        Replies out = call.out();
        int mark = out.open();
        int[] count = {0};
        intersect(sets, member -> {
            out.bulk(member.array(), 0, member.length());
            count[0]++;
            return true;
        });
        out.closeSet(mark, count[0]);
    }

    static void sinterstore(Call call) {
        @Nullable SetValue[] sets = readSets(call, 2, call.argc());
        if (call.failed()) {
            return;
        }
        int intsetEntriesMax = call.server.settings.setMaxIntsetEntries;
        SetValue result = new SetValue();
        intersect(sets, member -> result.add(member.array(), 0, member.length(), intsetEntriesMax));
        store(call, result, "sinterstore");
    }

    static void sintercard(Call call) {
        long keys = call.integerArg(1, 1, Long.MAX_VALUE, "ERR numkeys should be greater than 0");
        if (call.failed()) {
            return;
        }
        if (keys > call.argc() - 2) {
            call.fail("ERR Number of keys can't be greater than number of args");
            return;
        }
        int end = (int) keys + 2;
        long limit = limitOption(call, end);
        if (call.failed()) {
            return;
        }
        @Nullable SetValue[] sets = readSets(call, 2, end);
        if (call.failed()) {
            return;
        }
        long[] count = {0};
        intersect(sets, member -> ++count[0] != limit);
        call.out().integer(count[0]);
    }

    /** {@code LIMIT count} from that argument on; 0 for no limit. */
    private static long limitOption(Call call, int from) {
        long limit = 0;
        for (int i = from; i < call.argc() && !call.failed(); i += 2) {
            if (call.args().is(i, "limit") && i + 1 < call.argc()) {
                limit = call.integerArg(i + 1, 0, Long.MAX_VALUE, "ERR LIMIT can't be negative");
            } else {
                call.fail(Errors.SYNTAX);
            }
        }
        return limit;
    }

    /** Walks through the smallest set and shows what the others contain, too. Puts the sets into another order. */
    private static void intersect(@Nullable SetValue[] sets, Common common) {
        Arrays.sort(sets, BY_SIZE);
        SetValue smallest = sets[0];
        if (smallest == null) {
            return;
        }
        SetValue.Members members = smallest.members();
        while (members.next()) {
            if (isInAll(sets, members) && !common.member(members)) {
                return;
            }
        }
    }

    private static boolean isInAll(@Nullable SetValue[] sets, SetValue.Members member) {
        for (int i = 1; i < sets.length; i++) {
            SetValue set = sets[i];
            if (set != sets[0] && (set == null || !set.contains(member.array(), 0, member.length()))) {
                return false;
            }
        }
        return true;
    }

    // ------------------------------------------------------------------ union and difference

    static void sunion(Call call) {
        @Nullable SetValue[] sets = readSets(call, 1, call.argc());
        if (!call.failed()) {
            SetCommands.replyMembers(call.out(), union(sets, call.server.settings.setMaxIntsetEntries));
        }
    }

    static void sunionstore(Call call) {
        @Nullable SetValue[] sets = readSets(call, 2, call.argc());
        if (!call.failed()) {
            store(call, union(sets, call.server.settings.setMaxIntsetEntries), "sunionstore");
        }
    }

    static void sdiff(Call call) {
        @Nullable SetValue[] sets = readSets(call, 1, call.argc());
        if (!call.failed()) {
            SetCommands.replyMembers(call.out(), difference(sets, call.server.settings.setMaxIntsetEntries));
        }
    }

    static void sdiffstore(Call call) {
        @Nullable SetValue[] sets = readSets(call, 2, call.argc());
        if (!call.failed()) {
            store(call, difference(sets, call.server.settings.setMaxIntsetEntries), "sdiffstore");
        }
    }

    private static SetValue union(@Nullable SetValue[] sets, int intsetEntriesMax) {
        SetValue result = new SetValue();
        for (SetValue set : sets) {
            addAll(result, set, intsetEntriesMax);
        }
        return result;
    }

    private static void addAll(SetValue result, @Nullable SetValue set, int intsetEntriesMax) {
        if (set != null) {
            SetValue.Members members = set.members();
            while (members.next()) {
                result.add(members.array(), 0, members.length(), intsetEntriesMax);
            }
        }
    }

    private static SetValue difference(@Nullable SetValue[] sets, int intsetEntriesMax) {
        SetValue first = sets[0];
        SetValue result = new SetValue();
        if (first == null) {
            return result;
        }
        long lookups = 0;
        long members = 0;
        for (int i = 0; i < sets.length; i++) {
            if (sets[i] != null) {
                if (i > 0 && sets[i] == first) {
                    return result;
                }
                lookups += first.size();
                members += size(sets[i]);
            }
        }
        // A look-up costs less than an addition, and often the first of several decides.
        if (lookups / 2 <= members) {
            keepMissing(first, sets, result, intsetEntriesMax);
        } else {
            addAll(result, first, intsetEntriesMax);
            removeOthers(sets, result);
        }
        return result;
    }

    /** Adds what is in {@code first} and in no other: one look-up in each other set for each member of the first. */
    private static void keepMissing(SetValue first, @Nullable SetValue[] sets, SetValue result, int intsetEntriesMax) {
        Arrays.sort(sets, 1, sets.length, BY_SIZE.reversed());
        SetValue.Members members = first.members();
        while (members.next()) {
            if (!isInOther(sets, members)) {
                result.add(members.array(), 0, members.length(), intsetEntriesMax);
            }
        }
    }

    private static boolean isInOther(@Nullable SetValue[] sets, SetValue.Members member) {
        for (int i = 1; i < sets.length; i++) {
            SetValue set = sets[i];
            if (set != null && set.contains(member.array(), 0, member.length())) {
                return true;
            }
        }
        return false;
    }

    /** Takes out of {@code result} what any but the first set has: one look-up for each member of the others. */
    private static void removeOthers(@Nullable SetValue[] sets, SetValue result) {
        for (int i = 1; i < sets.length && result.size() > 0; i++) {
            SetValue set = sets[i];
            if (set != null) {
                SetValue.Members members = set.members();
                while (members.next()) {
                    result.remove(members.array(), 0, members.length());
                }
            }
        }
    }

    // ------------------------------------------------------------------ the result

    private static void store(Call call, SetValue result, String event) {
        call.storeOrRemove(1, result, NotifyClass.SET, event);
        call.out().integer(result.size());
    }
}
