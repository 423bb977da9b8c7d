package dev.vedette.store.command.sortedset;

import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.KeySpec.ACCESS_DELETE;
import static dev.vedette.store.command.KeySpec.ACCESS_UPDATE;
import static dev.vedette.store.command.KeySpec.DELETE;
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
import dev.vedette.store.command.Settings;
import dev.vedette.store.command.key.ScanOptions;
import dev.vedette.store.keyspace.value.SortedSetValue;
import dev.vedette.store.keyspace.value.SortedSetValue.Outcome;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Doubles;
import dev.vedette.store.session.Replies;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Sorted sets: their members one by one, counts, and members chosen at random. Removal from the ends is in {@link
 * SortedSetPops}.
 */
public final class SortedSetCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            command(
                            "zadd",
                            "Adds members with scores to a sorted set, or changes the scores of those "
                                    + "that are there.")
                    .since("1.2.0")
                    .complexity(
                            "O(log(N)) for each item added, where N is the number of elements in the " + "sorted set.")
                    .group("sorted-set")
                    .arity(-4)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, UPDATE))
                    .runs(SortedSetCommands::zadd),
            command("zincrby", "Adds to a member's score.")
                    .since("1.2.0")
                    .complexity("O(log(N)) where N is the number of elements in the sorted set.")
                    .group("sorted-set")
                    .arity(4)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, ACCESS_UPDATE))
                    .runs(SortedSetCommands::zincrby),
            command("zrem", "Removes members from a sorted set; the last one takes the key with it.")
                    .since("1.2.0")
                    .complexity("O(M*log(N)) with N being the number of elements in the sorted set and M the "
                            + "number of elements to be removed.")
                    .group("sorted-set")
                    .arity(-3)
                    .flags(CommandFlag.WRITE, CommandFlag.FAST)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, DELETE))
                    .runs(SortedSetCommands::zrem),
            command("zscore", "Answers a member's score.")
                    .since("1.2.0")
                    .complexity("O(1)")
                    .group("sorted-set")
                    .arity(3)
                    .flags(CommandFlag.READONLY, CommandFlag.FAST)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, READ))
                    .runs(SortedSetCommands::zscore),
            command("zmscore", "Answers the scores of several members.")
                    .since("6.2.0")
                    .complexity("O(N) where N is the number of members being requested.")
                    .group("sorted-set")
                    .arity(-3)
                    .flags(CommandFlag.READONLY, CommandFlag.FAST)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, READ))
                    .runs(SortedSetCommands::zmscore),
            command("zcard", "Answers how many members a sorted set has.")
                    .since("1.2.0")
                    .complexity("O(1)")
                    .group("sorted-set")
                    .arity(2)
                    .flags(CommandFlag.READONLY, CommandFlag.FAST)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, PROBE))
                    .runs(SortedSetCommands::zcard),
            command("zcount", "Counts the members whose scores lie in a range.")
                    .since("2.0.0")
                    .complexity("O(log(N)) with N being the number of elements in the sorted set.")
                    .group("sorted-set")
                    .arity(4)
                    .flags(CommandFlag.READONLY, CommandFlag.FAST)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, READ))
                    .runs(SortedSetCommands::zcount),
            command(
                            "zlexcount",
                            "Counts the members in a range by name, in a sorted set whose scores are all "
                                    + "the same.")
                    .since("2.8.9")
                    .complexity("O(log(N)) with N being the number of elements in the sorted set.")
                    .group("sorted-set")
                    .arity(4)
                    .flags(CommandFlag.READONLY, CommandFlag.FAST)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, READ))
                    .runs(SortedSetCommands::zlexcount),
            command("zrank", "Answers how many members come before one, from the lowest score.")
                    .since("2.0.0")
                    .complexity("O(log(N))")
                    .group("sorted-set")
                    .arity(3)
                    .flags(CommandFlag.READONLY, CommandFlag.FAST)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, READ))
                    .runs(SortedSetCommands::zrank),
            command("zrevrank", "Answers how many members come before one, from the highest score.")
                    .since("2.0.0")
                    .complexity("O(log(N))")
                    .group("sorted-set")
                    .arity(3)
                    .flags(CommandFlag.READONLY, CommandFlag.FAST)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, READ))
                    .runs(SortedSetCommands::zrevrank),
            command("zrandmember", "Answers members chosen at random; the sorted set stays as it is.")
                    .since("6.2.0")
                    .complexity("O(N) where N is the number of elements returned")
                    .group("sorted-set")
                    .arity(-2)
                    .flags(CommandFlag.READONLY)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, READ))
                    .tips("nondeterministic_output")
                    .runs(SortedSetCommands::zrandmember),
            command("zscan", "Walks through the members and scores of a sorted set in steps.")
                    .since("2.8.0")
                    .complexity("O(1) for every call. O(N) for a complete iteration, including enough "
                            + "command calls for the cursor to return back to 0. N is the number of "
                            + "elements inside the collection..")
                    .group("sorted-set")
                    .arity(-3)
                    .flags(CommandFlag.READONLY)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, READ))
                    .tips("nondeterministic_output")
                    .runs(SortedSetCommands::zscan),
            command("zpopmin", "Removes the members with the lowest scores and answers them.")
                    .since("5.0.0")
                    .complexity("O(log(N)*M) with N being the number of elements in the sorted set, and M "
                            + "being the number of elements popped.")
                    .group("sorted-set")
                    .arity(-2)
                    .flags(CommandFlag.WRITE, CommandFlag.FAST)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, ACCESS_DELETE))
                    .runs(SortedSetPops::zpopmin),
            command("zpopmax", "Removes the members with the highest scores and answers them.")
                    .since("5.0.0")
                    .complexity("O(log(N)*M) with N being the number of elements in the sorted set, and M "
                            + "being the number of elements popped.")
                    .group("sorted-set")
                    .arity(-2)
                    .flags(CommandFlag.WRITE, CommandFlag.FAST)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, ACCESS_DELETE))
                    .runs(SortedSetPops::zpopmax),
            command(
                            "bzpopmin",
                            "Removes the member with the lowest score from the first sorted set that has "
                                    + "any; waits for one if none has.")
                    .since("5.0.0")
                    .complexity("O(log(N)) with N being the number of elements in the sorted set.")
                    .group("sorted-set")
                    .arity(-3)
                    .flags(CommandFlag.WRITE, CommandFlag.NOSCRIPT, CommandFlag.BLOCKING, CommandFlag.FAST)
                    .acl(AclCategory.SORTEDSET)
                    .keys(range(1, -2, 1, ACCESS_DELETE))
                    .runs(SortedSetPops::bzpopmin),
            command(
                            "bzpopmax",
                            "Removes the member with the highest score from the first sorted set that "
                                    + "has any; waits for one if none has.")
                    .since("5.0.0")
                    .complexity("O(log(N)) with N being the number of elements in the sorted set.")
                    .group("sorted-set")
                    .arity(-3)
                    .flags(CommandFlag.WRITE, CommandFlag.NOSCRIPT, CommandFlag.BLOCKING, CommandFlag.FAST)
                    .acl(AclCategory.SORTEDSET)
                    .keys(range(1, -2, 1, ACCESS_DELETE))
                    .runs(SortedSetPops::bzpopmax),
            command("zmpop", "Removes members from one end of the first sorted set that has any.")
                    .since("7.0.0")
                    .complexity("O(K) + O(M*log(N)) where K is the number of provided keys, N being the "
                            + "number of elements in the sorted set, and M being the number of elements "
                            + "popped.")
                    .group("sorted-set")
                    .arity(-4)
                    .flags(CommandFlag.WRITE, CommandFlag.MOVABLEKEYS)
                    .acl(AclCategory.SORTEDSET)
                    .keys(counted(1, ACCESS_DELETE))
                    .runs(SortedSetPops::zmpop),
            command(
                            "bzmpop",
                            "Removes members from one end of the first sorted set that has any; waits "
                                    + "for one if none has.")
                    .since("7.0.0")
                    .complexity("O(K) + O(M*log(N)) where K is the number of provided keys, N being the "
                            + "number of elements in the sorted set, and M being the number of elements "
                            + "popped.")
                    .group("sorted-set")
                    .arity(-5)
                    .flags(CommandFlag.WRITE, CommandFlag.BLOCKING, CommandFlag.MOVABLEKEYS)
                    .acl(AclCategory.SORTEDSET)
                    .keys(counted(2, ACCESS_DELETE))
                    .runs(SortedSetPops::bzmpop));

    /** Several different members chosen at random are drawn one by one up to this part of the members. */
    private static final int DRAW_FACTOR = 3;

    private SortedSetCommands() {}

    // ------------------------------------------------------------------ ZADD and ZINCRBY

    private static void zadd(Call call) {
        Args args = call.args();
        int options = 0;
        boolean countsChanges = false;
        int first = 2;
        for (; first < args.count(); first++) {
            int option = option(args, first);
            if (option != 0) {
                options |= option;
            } else if (args.is(first, "ch")) {
                countsChanges = true;
            } else {
                break;
            }
        }
        String refusal = refusal(options, args.count() - first);
        if (refusal != null) {
            call.fail(refusal);
        } else {
            put(call, args, first, options, countsChanges);
        }
    }

    /** The option of {@link SortedSetValue#put} that an argument names, or 0. */
    static int option(Args args, int i) {
        // Only words of two or four letters are options: most scores need no further look.
        int length = args.length(i);
        if (length == 2) {
            if (args.is(i, "nx")) {
                return SortedSetValue.NX;
            } else if (args.is(i, "xx")) {
                return SortedSetValue.XX;
            } else if (args.is(i, "gt")) {
                return SortedSetValue.GT;
            } else if (args.is(i, "lt")) {
                return SortedSetValue.LT;
            }
        }
        return length == 4 && args.is(i, "incr") ? SortedSetValue.INCR : 0;
    }

    private static @Nullable String refusal(int options, int pairArguments) {
        boolean nx = (options & SortedSetValue.NX) != 0;
        boolean gt = (options & SortedSetValue.GT) != 0;
        boolean lt = (options & SortedSetValue.LT) != 0;
        if (pairArguments == 0 || pairArguments % 2 != 0) {
            return Errors.SYNTAX;
        } else if (nx && (options & SortedSetValue.XX) != 0) {
            return "ERR XX and NX options at the same time are not compatible";
        } else if (gt && nx || lt && nx || gt && lt) {
            return "ERR GT, LT, and/or NX options at the same time are not compatible";
        } else if ((options & SortedSetValue.INCR) != 0 && pairArguments > 2) {
            return "ERR INCR option supports a single increment-element pair";
        }
        return null;
    }

    private static void zincrby(Call call) {
        put(call, call.args(), 2, SortedSetValue.INCR, false);
    }

    /** Puts in the pairs of score and member from the argument {@code first} of ZADD on. */
    static void put(Call call, Args args, int first, int options, boolean countsChanges) {
        // Either all scores are numbers, or nothing is done.
        double score = 0;
        for (int i = first; i < args.count(); i += 2) {
            score = score(args, i);
            if (Double.isNaN(score)) {
                call.fail(Errors.NOT_A_FLOAT);
                return;
            }
        }
        SortedSetValue set = call.write(1, SortedSetValue.class);
        if (call.failed()) {
            return;
        }
        boolean increments = (options & SortedSetValue.INCR) != 0;
        Settings limits = call.server.settings;
        if (set == null) {
            if ((options & SortedSetValue.XX) != 0) {
                replyRefused(call.out(), increments);
                return;
            }
            set = SortedSetValue.forMember(
                    args.length(first + 1), limits.zsetMaxListpackEntries, limits.zsetMaxListpackValue);
            call.put(1, set);
        }
        int added = 0;
        int updated = 0;
        Outcome outcome = Outcome.REFUSED;
        boolean single = args.count() == first + 2;
        for (int i = first; i < args.count(); i += 2) {
            outcome = set.put(
                    args.array(i + 1),
                    args.offset(i + 1),
                    args.length(i + 1),
                    single ? score : score(args, i),
                    options,
                    limits.zsetMaxListpackEntries,
                    limits.zsetMaxListpackValue);
            if (outcome == Outcome.ADDED) {
                added++;
            } else if (outcome == Outcome.UPDATED) {
                updated++;
            }
        }
        if (added + updated > 0) {
            call.modified(1, NotifyClass.ZSET, increments ? "zincr" : "zadd");
            call.addChanges(added + updated - 1);
        }
        if (outcome == Outcome.NOT_A_NUMBER) {
            call.fail("ERR resulting score is not a number (NaN)");
        } else if (!increments) {
            call.out().integer(countsChanges ? added + updated : added);
        } else if (outcome == Outcome.REFUSED) {
            replyRefused(call.out(), true);
        } else {
            call.out().dbl(set.resultScore());
        }
    }

    private static double score(Args args, int i) {
        return Doubles.parse(args.array(i), args.offset(i), args.length(i));
    }

    private static void replyRefused(Replies out, boolean increments) {
        if (increments) {
            out.nil();
        } else {
            out.integer(0);
        }
    }

    // ------------------------------------------------------------------ members

    private static void zrem(Call call) {
        SortedSetValue set = call.write(1, SortedSetValue.class);
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
                call.modified(1, NotifyClass.ZSET, "zrem");
                call.addChanges(removed - 1);
                call.removeIfEmpty(1, set);
            }
        }
        call.out().integer(removed);
    }

    private static void zscore(Call call) {
        SortedSetValue set = call.read(1, SortedSetValue.class);
        if (!call.failed()) {
            replyScore(call, set, 2);
        }
    }

    private static void zmscore(Call call) {
        SortedSetValue set = call.read(1, SortedSetValue.class);
        if (call.failed()) {
            return;
        }
        call.out().array(call.argc() - 2);
        for (int i = 2; i < call.argc(); i++) {
            replyScore(call, set, i);
        }
    }

    private static void replyScore(Call call, @Nullable SortedSetValue set, int i) {
        Args args = call.args();
        double score = set == null ? Double.NaN : set.score(args.array(i), args.offset(i), args.length(i));
        if (Double.isNaN(score)) {
            call.out().nil();
        } else {
            call.out().dbl(score);
        }
    }

    private static void zrank(Call call) {
        replyRank(call, false);
    }

    private static void zrevrank(Call call) {
        replyRank(call, true);
    }

    private static void replyRank(Call call, boolean fromHighest) {
        SortedSetValue set = call.read(1, SortedSetValue.class);
        if (call.failed()) {
            return;
        }
        Args args = call.args();
        int rank = set == null ? -1 : set.rank(args.array(2), args.offset(2), args.length(2));
        if (set == null || rank < 0) {
            call.out().nil();
        } else {
            call.out().integer(fromHighest ? set.size() - 1 - rank : rank);
        }
    }

    // ------------------------------------------------------------------ counts

    private static void zcard(Call call) {
        SortedSetValue set = call.read(1, SortedSetValue.class);
        if (!call.failed()) {
            call.out().integer(set == null ? 0 : set.size());
        }
    }

    private static void zcount(Call call) {
        replyCount(call, Range.ByScore.arg(call, 2, 3));
    }

    private static void zlexcount(Call call) {
        replyCount(call, Range.ByName.arg(call, 2, 3));
    }

    private static void replyCount(Call call, @Nullable Range range) {
        if (range == null) {
            return;
        }
        SortedSetValue set = call.read(1, SortedSetValue.class);
        if (!call.failed()) {
            call.out().integer(set == null ? 0 : range.count(set));
        }
    }

    // ------------------------------------------------------------------ at random

    private static void zrandmember(Call call) {
        if (call.argc() > 2) {
            zrandmemberCount(call);
            return;
        }
        SortedSetValue set = call.read(1, SortedSetValue.class);
        if (call.failed()) {
            return;
        }
        if (set == null) {
            call.out().nil();
        } else {
            SortedSetValue.Ranked chosen =
                    chosen(set, ThreadLocalRandom.current().nextInt((int) set.size()));
            call.out().bulk(chosen.array(), chosen.offset(), chosen.length());
        }
    }

    private static void zrandmemberCount(Call call) {
        long count = call.randomCountArg(2);
        if (call.failed()) {
            return;
        }
        boolean withScores = call.argc() == 4 && call.args().is(3, "withscores");
        if (call.argc() > 3 && !withScores) {
            call.fail(Errors.SYNTAX);
            return;
        }
        // A reply of pairs is twice as long.
        if (withScores && Math.abs(count) > Long.MAX_VALUE / 2) {
            call.fail(Errors.OUT_OF_RANGE);
            return;
        }
        SortedSetValue set = call.read(1, SortedSetValue.class);
        if (call.failed()) {
            return;
        }
        if (set == null) {
            call.out().array(0);
        } else if (count < 0) {
            replyRepeated(call.out(), set, -count, withScores);
        } else {
            replyDistinct(call.out(), set, (int) Math.min(count, set.size()), withScores);
        }
    }

    private static void replyRepeated(Replies out, SortedSetValue set, long count, boolean withScores) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        ScoredReply reply = ScoredReply.begin(out, count, withScores);
        for (long i = 0; i < count && !out.isMuted(); i++) {
            reply.member(chosen(set, random.nextInt((int) set.size())));
        }
    }

    /** So many different members, each choice of them with the same chance. */
    private static void replyDistinct(Replies out, SortedSetValue set, int count, boolean withScores) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int size = (int) set.size();
        ScoredReply reply = ScoredReply.begin(out, count, withScores);
        if ((long) count * DRAW_FACTOR <= size) {
            Set<Integer> drawn = new HashSet<>();
            while (drawn.size() < count) {
                int rank = random.nextInt(size);
                if (drawn.add(rank)) {
                    reply.member(chosen(set, rank));
                }
            }
            return;
        }
        // In one walk: of the members left, so many are still wanted.
        SortedSetValue.Ranked all = set.ranked(0, false);
        int wanted = count;
        for (int left = size; wanted > 0 && all.next(); left--) {
            if (random.nextInt(left) < wanted) {
                reply.member(all);
                wanted--;
            }
        }
    }

    private static SortedSetValue.Ranked chosen(SortedSetValue set, int rank) {
        SortedSetValue.Ranked ranked = set.ranked(rank, false);
        ranked.next();
        return ranked;
    }

    // ------------------------------------------------------------------ in steps

    private static void zscan(Call call) {
        long cursor = ScanOptions.cursorArg(call, 2);
        if (call.failed()) {
            return;
        }
        SortedSetValue set = call.read(1, SortedSetValue.class);
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
        long next = set.scan(cursor, options.count(), (array, offset, length, score) -> {
            if (options.matches(array, offset, length)) {
                call.out().bulk(array, offset, length);
                // A string even in RESP3.
                call.out().bulk(Doubles.text(score));
                replies[0] += 2;
            }
        });
        ScanOptions.close(call, mark, next, replies[0]);
    }
}
