package dev.vedette.store.command.set;

import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.KeySpec.ACCESS_DELETE;
import static dev.vedette.store.command.KeySpec.DELETE;
import static dev.vedette.store.command.KeySpec.INSERT;
import static dev.vedette.store.command.KeySpec.OVERWRITE;
import static dev.vedette.store.command.KeySpec.PROBE;
import static dev.vedette.store.command.KeySpec.READ;
import static dev.vedette.store.command.KeySpec.UPDATE;
import static dev.vedette.store.command.KeySpec.at;
import static dev.vedette.store.command.KeySpec.counted;
import static dev.vedette.store.command.KeySpec.range;

import dev.vedette.store.command.AclCategory;
import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.CommandFlag;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.NotifyClass;
import dev.vedette.store.command.key.ScanOptions;
import dev.vedette.store.keyspace.value.SetValue;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Replies;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Sets: their members one by one, and members chosen at random. Several sets at once are in {@link SetAlgebra}. */
public final class SetCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            command("sadd", "Adds members to a set; makes the set when there is none.")
                    .since("1.0.0")
                    .complexity("O(1) for each element added, so O(N) to add N elements when the command is "
                            + "called with multiple arguments.")
                    .group("set")
                    .arity(-3)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
                    .acl(AclCategory.SET)
                    .keys(at(1, INSERT))
                    .runs(SetCommands::sadd),
            command("srem", "Removes members from a set; the last one takes the key with it.")
                    .since("1.0.0")
                    .complexity("O(N) where N is the number of members to be removed.")
                    .group("set")
                    .arity(-3)
                    .flags(CommandFlag.WRITE, CommandFlag.FAST)
                    .acl(AclCategory.SET)
                    .keys(at(1, DELETE))
                    .runs(SetCommands::srem),
            command("sismember", "Tells whether a member is in a set.")
                    .since("1.0.0")
                    .complexity("O(1)")
                    .group("set")
                    .arity(3)
                    .flags(CommandFlag.READONLY, CommandFlag.FAST)
                    .acl(AclCategory.SET)
                    .keys(at(1, PROBE))
                    .runs(SetCommands::sismember),
            command("smismember", "Tells for each of several members whether it is in a set.")
                    .since("6.2.0")
                    .complexity("O(N) where N is the number of elements being checked for membership")
                    .group("set")
                    .arity(-3)
                    .flags(CommandFlag.READONLY, CommandFlag.FAST)
                    .acl(AclCategory.SET)
                    .keys(at(1, READ))
                    .runs(SetCommands::smismember),
            command("smembers", "Answers all members of a set.")
                    .since("1.0.0")
                    .complexity("O(N) where N is the set cardinality.")
                    .group("set")
                    .arity(2)
                    .flags(CommandFlag.READONLY)
                    .acl(AclCategory.SET)
                    .keys(at(1, READ))
                    .tips("nondeterministic_output_order")
                    .runs(SetCommands::smembers),
            command("scard", "Answers how many members a set has.")
                    .since("1.0.0")
                    .complexity("O(1)")
                    .group("set")
                    .arity(2)
                    .flags(CommandFlag.READONLY, CommandFlag.FAST)
                    .acl(AclCategory.SET)
                    .keys(at(1, PROBE))
                    .runs(SetCommands::scard),
            command("smove", "Takes a member out of one set and puts it into another.")
                    .since("1.0.0")
                    .complexity("O(1)")
                    .group("set")
                    .arity(4)
                    .flags(CommandFlag.WRITE, CommandFlag.FAST)
                    .acl(AclCategory.SET)
                    .keys(at(1, ACCESS_DELETE), at(2, INSERT))
                    .runs(SetCommands::smove),
            command("spop", "Removes members chosen at random and answers them.")
                    .since("1.0.0")
                    .complexity("Without the count argument O(1), otherwise O(N) where N is the value of the "
                            + "passed count.")
                    .group("set")
                    .arity(-2)
                    .flags(CommandFlag.WRITE, CommandFlag.FAST)
                    .acl(AclCategory.SET)
                    .keys(at(1, ACCESS_DELETE))
                    .tips("nondeterministic_output")
                    .runs(SetCommands::spop),
            command("srandmember", "Answers members chosen at random; the set stays as it is.")
                    .since("1.0.0")
                    .complexity("Without the count argument O(1), otherwise O(N) where N is the absolute "
                            + "value of the passed count.")
                    .group("set")
                    .arity(-2)
                    .flags(CommandFlag.READONLY)
                    .acl(AclCategory.SET)
                    .keys(at(1, READ))
                    .tips("nondeterministic_output")
                    .runs(SetCommands::srandmember),
            command("sinter", "Answers the members that are in all of the sets.")
                    .since("1.0.0")
                    .complexity("O(N*M) worst case where N is the cardinality of the smallest set and M is "
                            + "the number of sets.")
                    .group("set")
                    .arity(-2)
                    .flags(CommandFlag.READONLY)
                    .acl(AclCategory.SET)
                    .keys(range(1, -1, 1, READ))
                    .tips("nondeterministic_output_order")
                    .runs(SetAlgebra::sinter),
            command("sintercard", "Counts the members that are in all of the sets, up to a limit.")
                    .since("7.0.0")
                    .complexity("O(N*M) worst case where N is the cardinality of the smallest set and M is "
                            + "the number of sets.")
                    .group("set")
                    .arity(-3)
                    .flags(CommandFlag.READONLY, CommandFlag.MOVABLEKEYS)
                    .acl(AclCategory.SET)
                    .keys(counted(1, READ))
                    .runs(SetAlgebra::sintercard),
            command("sinterstore", "Stores the members that are in all of the sets.")
                    .since("1.0.0")
                    .complexity("O(N*M) worst case where N is the cardinality of the smallest set and M is "
                            + "the number of sets.")
                    .group("set")
                    .arity(-3)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
                    .acl(AclCategory.SET)
                    .keys(at(1, UPDATE), range(2, -1, 1, READ))
                    .runs(SetAlgebra::sinterstore),
            command("sunion", "Answers the members that are in any of the sets.")
                    .since("1.0.0")
                    .complexity("O(N) where N is the total number of elements in all given sets.")
                    .group("set")
                    .arity(-2)
                    .flags(CommandFlag.READONLY)
                    .acl(AclCategory.SET)
                    .keys(range(1, -1, 1, READ))
                    .tips("nondeterministic_output_order")
                    .runs(SetAlgebra::sunion),
            command("sunionstore", "Stores the members that are in any of the sets.")
                    .since("1.0.0")
                    .complexity("O(N) where N is the total number of elements in all given sets.")
                    .group("set")
                    .arity(-3)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
                    .acl(AclCategory.SET)
                    .keys(at(1, OVERWRITE), range(2, -1, 1, READ))
                    .runs(SetAlgebra::sunionstore),
            command("sdiff", "Answers the members of the first set that are in none of the others.")
                    .since("1.0.0")
                    .complexity("O(N) where N is the total number of elements in all given sets.")
                    .group("set")
                    .arity(-2)
                    .flags(CommandFlag.READONLY)
                    .acl(AclCategory.SET)
                    .keys(range(1, -1, 1, READ))
                    .tips("nondeterministic_output_order")
                    .runs(SetAlgebra::sdiff),
            command("sdiffstore", "Stores the members of the first set that are in none of the others.")
                    .since("1.0.0")
                    .complexity("O(N) where N is the total number of elements in all given sets.")
                    .group("set")
                    .arity(-3)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
                    .acl(AclCategory.SET)
                    .keys(at(1, OVERWRITE), range(2, -1, 1, READ))
                    .runs(SetAlgebra::sdiffstore),
            command("sscan", "Walks through the members of a set in steps.")
                    .since("2.8.0")
                    .complexity("O(1) for every call. O(N) for a complete iteration, including enough "
                            + "command calls for the cursor to return back to 0. N is the number of "
                            + "elements inside the collection..")
                    .group("set")
                    .arity(-3)
                    .flags(CommandFlag.READONLY)
                    .acl(AclCategory.SET)
                    .keys(at(1, READ))
                    .tips("nondeterministic_output")
                    .runs(SetCommands::sscan));

    private static final byte[] SREM = "SREM".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DEL = "DEL".getBytes(StandardCharsets.US_ASCII);

    /** SPOP that takes more than this many times what it leaves looks anew at how the rest is best kept, as Redis does. */
    private static final int REBUILD_FACTOR = 5;

    /** SRANDMEMBER draws one by one as long as it wants less than this part of the members. */
    private static final int DRAW_FACTOR = 3;

    private SetCommands() {}

    // ------------------------------------------------------------------ members

    private static void sadd(Call call) {
        SetValue set = call.write(1, SetValue.class);
        if (call.failed()) {
            return;
        }
        Args args = call.args();
        if (set == null) {
            set = SetValue.forMember(args.array(2), args.offset(2), args.length(2));
            call.put(1, set);
        }
        int intsetEntriesMax = call.server.settings.setMaxIntsetEntries;
        int added = 0;
        for (int i = 2; i < args.count(); i++) {
            if (set.add(args.array(i), args.offset(i), args.length(i), intsetEntriesMax)) {
                added++;
            }
        }
        if (added > 0) {
            call.modified(1, NotifyClass.SET, "sadd");
            call.addChanges(added - 1);
        }
        call.out().integer(added);
    }

    private static void srem(Call call) {
        SetValue set = call.write(1, SetValue.class);
        if (call.failed()) {
            return;
        }
        int removed = 0;
        if (set != null) {
            Args args = call.args();
            for (int i = 2; i < args.count() && set.size() > 0; i++) {
                if (set.remove(args.array(i), args.offset(i), args.length(i))) {
                    removed++;
                }
            }
            if (removed > 0) {
                call.modified(1, NotifyClass.SET, "srem");
                call.addChanges(removed - 1);
                call.removeIfEmpty(1, set);
            }
        }
        call.out().integer(removed);
    }

    private static void sismember(Call call) {
        SetValue set = call.read(1, SetValue.class);
        if (!call.failed()) {
            call.out().integer(set != null && contains(set, call.args(), 2) ? 1 : 0);
        }
    }

    private static void smismember(Call call) {
        SetValue set = call.read(1, SetValue.class);
        if (call.failed()) {
            return;
        }
        Args args = call.args();
        call.out().array(args.count() - 2);
        for (int i = 2; i < args.count(); i++) {
            call.out().integer(set != null && contains(set, args, i) ? 1 : 0);
        }
    }

    private static boolean contains(SetValue set, Args args, int i) {
        return set.contains(args.array(i), args.offset(i), args.length(i));
    }

    private static void smembers(Call call) {
        SetValue set = call.read(1, SetValue.class);
        if (call.failed()) {
            return;
        }
        if (set == null) {
            call.out().set(0);
        } else {
            replyMembers(call.out(), set);
        }
    }

    /** Answers all members as a set. */
    static void replyMembers(Replies out, SetValue set) {
        out.set((int) set.size());
        writeMembers(out, set);
    }

    private static void writeMembers(Replies out, SetValue set) {
        SetValue.Members members = set.members();
        while (members.next()) {
            out.bulk(members.array(), 0, members.length());
        }
    }

    private static void scard(Call call) {
        SetValue set = call.read(1, SetValue.class);
        if (!call.failed()) {
            call.out().integer(set == null ? 0 : set.size());
        }
    }

    private static void smove(Call call) {
        Object from = call.lookupForWrite(1);
        Object to = call.lookupForWrite(2);
        if (from == null) {
            call.out().integer(0);
            return;
        }
        SetValue source = call.ofType(from, SetValue.class);
        if (source == null) {
            return;
        }
        SetValue destination = call.ofType(to, SetValue.class);
        if (call.failed()) {
            return;
        }
        Args args = call.args();
        if (source == destination) {
            call.out().integer(contains(source, args, 3) ? 1 : 0);
            return;
        }
        if (!source.remove(args.array(3), args.offset(3), args.length(3))) {
            call.out().integer(0);
            return;
        }
        call.modified(1, NotifyClass.SET, "srem");
        call.removeIfEmpty(1, source);
        if (destination == null) {
            destination = SetValue.forMember(args.array(3), args.offset(3), args.length(3));
            call.put(2, destination);
        }
        if (destination.add(args.array(3), args.offset(3), args.length(3), call.server.settings.setMaxIntsetEntries)) {
            call.modified(2, NotifyClass.SET, "sadd");
        }
        call.out().integer(1);
    }

    // ------------------------------------------------------------------ at random

    private static void spop(Call call) {
        if (call.argc() > 3) {
            call.fail(Errors.SYNTAX);
            return;
        }
        if (call.argc() == 3) {
            spopCount(call);
            return;
        }
        SetValue set = call.write(1, SetValue.class);
        if (call.failed()) {
            return;
        }
        if (set == null) {
            call.out().nil();
            return;
        }
        byte[] member = set.removeRandom();
        call.modified(1, NotifyClass.SET, "spop");
        propagateRemoval(call, member);
        call.out().bulk(member);
        call.removeIfEmpty(1, set);
    }

    private static void spopCount(Call call) {
        long count = call.integerArg(2, 0, Long.MAX_VALUE, Errors.MUST_BE_POSITIVE);
        if (call.failed()) {
            return;
        }
        SetValue set = call.write(1, SetValue.class);
        if (call.failed()) {
            return;
        }
        if (set == null || count == 0) {
            call.out().set(0);
            return;
        }
        long size = set.size();
        call.modified(1, NotifyClass.SET, "spop");
        call.addChanges(Math.min(count, size) - 1);
        if (count >= size) {
            popAll(call, set);
        } else {
            popSome(call, set, (int) count);
        }
    }

    private static void propagateRemoval(Call call, byte[] member) {
        call.propagateWords(3);
        call.word(SREM);
        call.wordArg(1);
        call.word(member);
    }

    private static void popAll(Call call, SetValue set) {
        byte[] key = call.bytes(1);
        replyMembers(call.out(), set);
        call.db().remove(key, 0, key.length);
        call.notifyOnly(1, NotifyClass.GENERIC, "del");
        call.propagate(DEL, key);
    }

    private static void popSome(Call call, SetValue set, int count) {
        long remaining = set.size() - count;
        call.out().set(count);
        for (int i = 0; i < count; i++) {
            byte[] member = set.removeRandom();
            call.out().bulk(member);
            propagateRemoval(call, member);
        }
        if (remaining * REBUILD_FACTOR <= count) {
            set.rebuild(call.server.settings.setMaxIntsetEntries);
        }
    }

    private static void srandmember(Call call) {
        if (call.argc() > 3) {
            call.fail(Errors.SYNTAX);
            return;
        }
        if (call.argc() == 3) {
            srandmemberCount(call);
            return;
        }
        SetValue set = call.read(1, SetValue.class);
        if (call.failed()) {
            return;
        }
        if (set == null) {
            call.out().nil();
        } else {
            call.out().bulk(set.random());
        }
    }

    private static void srandmemberCount(Call call) {
        long count = call.randomCountArg(2);
        if (call.failed()) {
            return;
        }
        SetValue set = call.read(1, SetValue.class);
        if (call.failed()) {
            return;
        }
        Replies out = call.out();
        if (set == null || count == 0) {
            out.array(0);
        } else if (count < 0) {
            out.array(-count);
            for (long i = count; i < 0 && !out.isMuted(); i++) {
                out.bulk(set.random());
            }
        } else if (count >= set.size()) {
            out.array(set.size());
            writeMembers(out, set);
        } else {
            out.array(count);
            writeDistinct(out, set, (int) count);
        }
    }

    /** So many different members, fewer than there are, each choice of them with the same chance. */
    private static void writeDistinct(Replies out, SetValue set, int count) {
        if ((long) count * DRAW_FACTOR > set.size()) {
            writeInOneWalk(out, set, count);
            return;
        }
        SetValue drawn = SetValue.hashtable(count);
        while (drawn.size() < count) {
            byte[] member = set.random();
            if (drawn.add(member, 0, member.length, 0)) {
                out.bulk(member);
            }
        }
    }

    private static void writeInOneWalk(Replies out, SetValue set, int count) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        SetValue.Members members = set.members();
        int wanted = count;
        for (int left = (int) set.size(); wanted > 0 && members.next(); left--) {
            // Of the members left, so many are still wanted.
            if (random.nextInt(left) < wanted) {
                out.bulk(members.array(), 0, members.length());
                wanted--;
            }
        }
    }

    // ------------------------------------------------------------------ in steps

    private static void sscan(Call call) {
        long cursor = ScanOptions.cursorArg(call, 2);
        if (call.failed()) {
            return;
        }
        SetValue set = call.read(1, SetValue.class);
        if (call.failed()) {
            return;
        }
        if (set == null) {
            ScanOptions.replyEmpty(call);
            return;
        }
        ScanOptions options = ScanOptions.parse(call, 3);
        if (options == null) {
            return;
        }
        int mark = ScanOptions.open(call);
        int[] replies = {0};
        long next = set.scan(cursor, options.count(), (array, offset, length) -> {
            if (options.matches(array, offset, length)) {
                call.out().bulk(array, offset, length);
                replies[0]++;
            }
        });
        ScanOptions.close(call, mark, next, replies[0]);
    }
}
