package dev.vedette.store.command.sortedset;

import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.KeySpec.OVERWRITE;
import static dev.vedette.store.command.KeySpec.READ;
import static dev.vedette.store.command.KeySpec.at;
import static dev.vedette.store.command.KeySpec.counted;

import dev.vedette.store.command.AclCategory;
import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.CommandFlag;
import dev.vedette.store.command.Errors;
import dev.vedette.store.keyspace.value.ScoredMembers;
import dev.vedette.store.session.Args;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Several sorted sets at once: their union, intersection and difference, answered, stored or counted. */
public final class SortedSetAlgebraCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            command("zunion", "Answers the members of any of the sorted sets, with their scores put " + "together.")
                    .since("6.2.0")
                    .complexity("O(N)+O(M*log(M)) with N being the sum of the sizes of the input sorted "
                            + "sets, and M being the number of elements in the resulting sorted set.")
                    .group("sorted-set")
                    .arity(-3)
                    .flags(CommandFlag.READONLY, CommandFlag.MOVABLEKEYS)
                    .acl(AclCategory.SORTEDSET)
                    .keys(counted(1, READ))
                    .runs(SortedSetAlgebraCommands::zunion),
            command("zunionstore", "Stores the members of any of the sorted sets, with their scores put " + "together.")
                    .since("2.0.0")
                    .complexity("O(N)+O(M log(M)) with N being the sum of the sizes of the input sorted "
                            + "sets, and M being the number of elements in the resulting sorted set.")
                    .group("sorted-set")
                    .arity(-4)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.MOVABLEKEYS)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, OVERWRITE), counted(2, READ))
                    .runs(SortedSetAlgebraCommands::zunionstore),
            command("zinter", "Answers the members of all of the sorted sets, with their scores put " + "together.")
                    .since("6.2.0")
                    .complexity("O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K "
                            + "being the number of input sorted sets and M being the number of elements in "
                            + "the resulting sorted set.")
                    .group("sorted-set")
                    .arity(-3)
                    .flags(CommandFlag.READONLY, CommandFlag.MOVABLEKEYS)
                    .acl(AclCategory.SORTEDSET)
                    .keys(counted(1, READ))
                    .runs(SortedSetAlgebraCommands::zinter),
            command("zinterstore", "Stores the members of all of the sorted sets, with their scores put " + "together.")
                    .since("2.0.0")
                    .complexity("O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K "
                            + "being the number of input sorted sets and M being the number of elements in "
                            + "the resulting sorted set.")
                    .group("sorted-set")
                    .arity(-4)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.MOVABLEKEYS)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, OVERWRITE), counted(2, READ))
                    .runs(SortedSetAlgebraCommands::zinterstore),
            command("zintercard", "Counts the members of all of the sorted sets, up to a limit.")
                    .since("7.0.0")
                    .complexity("O(N*K) worst case with N being the smallest input sorted set, K being the "
                            + "number of input sorted sets.")
                    .group("sorted-set")
                    .arity(-3)
                    .flags(CommandFlag.READONLY, CommandFlag.MOVABLEKEYS)
                    .acl(AclCategory.SORTEDSET)
                    .keys(counted(1, READ))
                    .runs(SortedSetAlgebraCommands::zintercard),
            command("zdiff", "Answers the members of the first sorted set that are in none of the others.")
                    .since("6.2.0")
                    .complexity("O(L + (N-K)log(N)) worst case where L is the total number of elements in "
                            + "all the sets, N is the size of the first set, and K is the size of the "
                            + "result set.")
                    .group("sorted-set")
                    .arity(-3)
                    .flags(CommandFlag.READONLY, CommandFlag.MOVABLEKEYS)
                    .acl(AclCategory.SORTEDSET)
                    .keys(counted(1, READ))
                    .runs(SortedSetAlgebraCommands::zdiff),
            command("zdiffstore", "Stores the members of the first sorted set that are in none of the others.")
                    .since("6.2.0")
                    .complexity("O(L + (N-K)log(N)) worst case where L is the total number of elements in "
                            + "all the sets, N is the size of the first set, and K is the size of the "
                            + "result set.")
                    .group("sorted-set")
                    .arity(-4)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.MOVABLEKEYS)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, OVERWRITE), counted(2, READ))
                    .runs(SortedSetAlgebraCommands::zdiffstore));

    private static final Comparator<ScoreSource> BY_SIZE = Comparator.comparingInt(ScoreSource::size);

    private SortedSetAlgebraCommands() {}

    // ------------------------------------------------------------------ what is asked for

    /** How the scores of one member in several sets become one. */
    private enum Aggregate {
        SUM {
            @Override
            double of(double score, double other) {
                double sum = score + other;
                // Infinities of both signs: they cancel each other out.
                return Double.isNaN(sum) ? 0 : sum;
            }
        },
        MIN {
            @Override
            double of(double score, double other) {
                return other < score ? other : score;
            }
        },
        MAX {
            @Override
            double of(double score, double other) {
                return other > score ? other : score;
            }
        };

        abstract double of(double score, double other);

        static @Nullable Aggregate arg(Args args, int arg) {
            if (args.is(arg, "sum")) {
                return SUM;
            } else if (args.is(arg, "min")) {
                return MIN;
            }
            return args.is(arg, "max") ? MAX : null;
        }
    }

    /** The options that a command of this family takes. */
    private enum Options {
        /** ZUNION, ZINTER. */
        WEIGHTS_AND_SCORES(true, true, false),
        /** ZUNIONSTORE, ZINTERSTORE. */
        WEIGHTS(true, false, false),
        /** ZDIFF. */
        SCORES(false, true, false),
        /** ZINTERCARD. */
        LIMIT(false, false, true),
        /** ZDIFFSTORE. */
        NONE(false, false, false);

        final boolean weights;
        final boolean scores;
        final boolean limit;

        Options(boolean weights, boolean scores, boolean limit) {
            this.weights = weights;
            this.scores = scores;
            this.limit = limit;
        }
    }

    /** The arguments: sources and options. */
    private static final class Operands {
        private ScoreSource[] sources = {};
        private Aggregate aggregate = Aggregate.SUM;
        private boolean withScores;
        private long limit;

        /** Reads them from the number of keys on; the error is answered if there is one. */
        Operands(Call call, int numkeysArg, Options allowed) {
            long numkeys = call.integerArg(numkeysArg);
            if (call.failed()) {
                return;
            }
            if (numkeys < 1) {
                call.fail("ERR at least 1 input key is needed for '"
                        + call.command().fullName() + "' command");
                return;
            }
            if (numkeys > call.argc() - numkeysArg - 1) {
                call.fail(Errors.SYNTAX);
                return;
            }
            sources = new ScoreSource[(int) numkeys];
            for (int i = 0; i < sources.length && !call.failed(); i++) {
                sources[i] = ScoreSource.arg(call, numkeysArg + 1 + i);
            }
            int arg = numkeysArg + 1 + sources.length;
            while (arg < call.argc() && !call.failed()) {
                arg += readOption(call, arg, allowed);
            }
        }

        /** Reads the option at that argument; answers how many arguments it takes. */
        private int readOption(Call call, int arg, Options allowed) {
            Args args = call.args();
            int left = args.count() - arg;
            if (allowed.weights && left > sources.length && args.is(arg, "weights")) {
                for (int i = 0; i < sources.length && !call.failed(); i++) {
                    sources[i].weight = call.doubleArg(arg + 1 + i, "ERR weight value is not a float");
                }
                return 1 + sources.length;
            } else if (allowed.weights && left >= 2 && args.is(arg, "aggregate")) {
                Aggregate named = Aggregate.arg(args, arg + 1);
                if (named == null) {
                    call.fail(Errors.SYNTAX);
                } else {
                    aggregate = named;
                }
                return 2;
            } else if (allowed.scores && args.is(arg, "withscores")) {
                withScores = true;
                return 1;
            } else if (allowed.limit && left >= 2 && args.is(arg, "limit")) {
                limit = call.integerArg(arg + 1, 0, Long.MAX_VALUE, "ERR LIMIT can't be negative");
                return 2;
            }
            call.fail(Errors.SYNTAX);
            return 1;
        }
    }

    // ------------------------------------------------------------------ union

    private static void zunion(Call call) {
        Operands operands = new Operands(call, 1, Options.WEIGHTS_AND_SCORES);
        if (!call.failed()) {
            reply(call, operands, union(operands));
        }
    }

    private static void zunionstore(Call call) {
        Operands operands = new Operands(call, 2, Options.WEIGHTS);
        if (!call.failed()) {
            SortedSetRangeCommands.store(call, union(operands), "zunionstore");
        }
    }

    private static ScoredMembers union(Operands operands) {
        ScoreSource[] sources = operands.sources;
        // Also decides in which order scores are added up.
        Arrays.sort(sources, BY_SIZE);
        ScoredMembers result = new ScoredMembers(sources[sources.length - 1].size());
        for (ScoreSource source : sources) {
            ScoreSource.Walk walk = source.new Walk();
            while (walk.next()) {
                double score = numberOrZero(source.weight * walk.score());
                byte[] element = result.find(walk.array(), walk.offset(), walk.length());
                if (element == null) {
                    result.add(walk.array(), walk.offset(), walk.length(), score);
                } else {
                    ScoredMembers.setScore(element, operands.aggregate.of(ScoredMembers.score(element), score));
                }
            }
        }
        return result;
    }

    private static double numberOrZero(double score) {
        return Double.isNaN(score) ? 0 : score;
    }

    // ------------------------------------------------------------------ intersection

    private static void zinter(Call call) {
        Operands operands = new Operands(call, 1, Options.WEIGHTS_AND_SCORES);
        if (!call.failed()) {
            reply(call, operands, intersection(operands));
        }
    }

    private static void zinterstore(Call call) {
        Operands operands = new Operands(call, 2, Options.WEIGHTS);
        if (!call.failed()) {
            SortedSetRangeCommands.store(call, intersection(operands), "zinterstore");
        }
    }

    private static void zintercard(Call call) {
        Operands operands = new Operands(call, 1, Options.LIMIT);
        if (call.failed()) {
            return;
        }
        ScoreSource[] sources = operands.sources;
        Arrays.sort(sources, BY_SIZE);
        ScoreSource.Walk walk = sources[0].new Walk();
        long count = 0;
        while ((operands.limit == 0 || count < operands.limit) && walk.next()) {
            if (isInAll(sources, walk)) {
                count++;
            }
        }
        call.out().integer(count);
    }

    private static boolean isInAll(ScoreSource[] sources, ScoreSource.Walk member) {
        for (int i = 1; i < sources.length; i++) {
            if (!sources[i].contains(member.array(), member.offset(), member.length())) {
                return false;
            }
        }
        return true;
    }

    private static ScoredMembers intersection(Operands operands) {
        ScoreSource[] sources = operands.sources;
        Arrays.sort(sources, BY_SIZE);
        ScoredMembers result = new ScoredMembers(0);
        ScoreSource.Walk walk = sources[0].new Walk();
        while (walk.next()) {
            double score = commonScore(sources, walk, operands.aggregate);
            if (!Double.isNaN(score)) {
                result.add(walk.array(), walk.offset(), walk.length(), score);
            }
        }
        return result;
    }

    /** The score of a member of the first source over all sources, or NaN when one of them has it not. */
    private static double commonScore(ScoreSource[] sources, ScoreSource.Walk member, Aggregate aggregate) {
        double score = numberOrZero(sources[0].weight * member.score());
        for (int i = 1; i < sources.length; i++) {
            double other = sources[i].score(member.array(), member.offset(), member.length());
            if (Double.isNaN(other)) {
                return Double.NaN;
            }
            score = aggregate.of(score, other * sources[i].weight);
        }
        return score;
    }

    // ------------------------------------------------------------------ difference

    private static void zdiff(Call call) {
        Operands operands = new Operands(call, 1, Options.SCORES);
        if (!call.failed()) {
            reply(call, operands, difference(operands.sources));
        }
    }

    private static void zdiffstore(Call call) {
        Operands operands = new Operands(call, 2, Options.NONE);
        if (!call.failed()) {
            SortedSetRangeCommands.store(call, difference(operands.sources), "zdiffstore");
        }
    }

    private static ScoredMembers difference(ScoreSource[] sources) {
        ScoreSource first = sources[0];
        ScoredMembers result = new ScoredMembers(0);
        if (first.size() == 0) {
            return result;
        }
        long lookups = 0;
        long members = 0;
        for (int i = 0; i < sources.length; i++) {
            if (i > 0 && first.isSame(sources[i])) {
                return result;
            }
            lookups += first.size();
            members += sources[i].size();
        }
        // A look-up costs less than an addition, and often the first of several decides.
        if (lookups / 2 <= members) {
            keepMissing(sources, result);
        } else {
            removeOthers(sources, result);
        }
        return result;
    }

    /** Adds what is in the first and in no other: one look-up in each other source for each member of the first. */
    private static void keepMissing(ScoreSource[] sources, ScoredMembers result) {
        Arrays.sort(sources, 1, sources.length, BY_SIZE.reversed());
        ScoreSource.Walk walk = sources[0].new Walk();
        while (walk.next()) {
            if (!isInOther(sources, walk)) {
                result.add(walk.array(), walk.offset(), walk.length(), walk.score());
            }
        }
    }

    private static boolean isInOther(ScoreSource[] sources, ScoreSource.Walk member) {
        for (int i = 1; i < sources.length; i++) {
            if (sources[i].contains(member.array(), member.offset(), member.length())) {
                return true;
            }
        }
        return false;
    }

    /** Adds the first and takes out what any other has: one look-up for each member of the others. */
    private static void removeOthers(ScoreSource[] sources, ScoredMembers result) {
        ScoreSource.Walk all = sources[0].new Walk();
        while (all.next()) {
            result.add(all.array(), all.offset(), all.length(), all.score());
        }
        for (int i = 1; i < sources.length && result.size() > 0; i++) {
            ScoreSource.Walk walk = sources[i].new Walk();
            while (walk.next()) {
                result.remove(walk.array(), walk.offset(), walk.length());
            }
        }
    }

    // ------------------------------------------------------------------ the reply

    private static void reply(Call call, Operands operands, ScoredMembers result) {
        ScoredReply reply = ScoredReply.begin(call.out(), result.size(), operands.withScores);
        for (byte[] element : result.sorted()) {
            reply.element(element);
        }
    }
}
