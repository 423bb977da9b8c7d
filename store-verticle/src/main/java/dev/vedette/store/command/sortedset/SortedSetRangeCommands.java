package dev.vedette.store.command.sortedset;

import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.KeySpec.DELETE;
import static dev.vedette.store.command.KeySpec.OVERWRITE;
import static dev.vedette.store.command.KeySpec.READ;
import static dev.vedette.store.command.KeySpec.at;

import dev.vedette.store.command.AclCategory;
import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.CommandFlag;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.NotifyClass;
import dev.vedette.store.command.Settings;
import dev.vedette.store.keyspace.value.ScoredMembers;
import dev.vedette.store.keyspace.value.SortedSetValue;
import dev.vedette.store.session.Args;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ranges of sorted sets, by rank, score or name: answered, stored or removed. */
public final class SortedSetRangeCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            command("zrange", "Answers a range of members by rank, score or name, up or down.")
                    .since("1.2.0")
                    .complexity("O(log(N)+M) with N being the number of elements in the sorted set and M the "
                            + "number of elements returned.")
                    .group("sorted-set")
                    .arity(-4)
                    .flags(CommandFlag.READONLY)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, READ))
                    .runs(SortedSetRangeCommands::zrange),
            command("zrevrange", "Answers a range of members by rank, from the highest score.")
                    .since("1.2.0")
                    .complexity("O(log(N)+M) with N being the number of elements in the sorted set and M the "
                            + "number of elements returned.")
                    .group("sorted-set")
                    .arity(-4)
                    .flags(CommandFlag.READONLY)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, READ))
                    .runs(SortedSetRangeCommands::zrevrange),
            command("zrangebyscore", "Answers the members whose scores lie in a range, from the lowest.")
                    .since("1.0.5")
                    .complexity("O(log(N)+M) with N being the number of elements in the sorted set and M the "
                            + "number of elements being returned. If M is constant (e.g. always asking for "
                            + "the first 10 elements with LIMIT), you can consider it O(log(N)).")
                    .group("sorted-set")
                    .arity(-4)
                    .flags(CommandFlag.READONLY)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, READ))
                    .runs(SortedSetRangeCommands::zrangebyscore),
            command("zrevrangebyscore", "Answers the members whose scores lie in a range, from the highest.")
                    .since("2.2.0")
                    .complexity("O(log(N)+M) with N being the number of elements in the sorted set and M the "
                            + "number of elements being returned. If M is constant (e.g. always asking for "
                            + "the first 10 elements with LIMIT), you can consider it O(log(N)).")
                    .group("sorted-set")
                    .arity(-4)
                    .flags(CommandFlag.READONLY)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, READ))
                    .runs(SortedSetRangeCommands::zrevrangebyscore),
            command(
                            "zrangebylex",
                            "Answers a range of members by name, in a sorted set whose scores are all " + "the same.")
                    .since("2.8.9")
                    .complexity("O(log(N)+M) with N being the number of elements in the sorted set and M the "
                            + "number of elements being returned. If M is constant (e.g. always asking for "
                            + "the first 10 elements with LIMIT), you can consider it O(log(N)).")
                    .group("sorted-set")
                    .arity(-4)
                    .flags(CommandFlag.READONLY)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, READ))
                    .runs(SortedSetRangeCommands::zrangebylex),
            command(
                            "zrevrangebylex",
                            "Answers a range of members by name, from the last, in a sorted set whose "
                                    + "scores are all the same.")
                    .since("2.8.9")
                    .complexity("O(log(N)+M) with N being the number of elements in the sorted set and M the "
                            + "number of elements being returned. If M is constant (e.g. always asking for "
                            + "the first 10 elements with LIMIT), you can consider it O(log(N)).")
                    .group("sorted-set")
                    .arity(-4)
                    .flags(CommandFlag.READONLY)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, READ))
                    .runs(SortedSetRangeCommands::zrevrangebylex),
            command("zrangestore", "Stores a range of members by rank, score or name.")
                    .since("6.2.0")
                    .complexity("O(log(N)+M) with N being the number of elements in the sorted set and M the "
                            + "number of elements stored into the destination key.")
                    .group("sorted-set")
                    .arity(-5)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, OVERWRITE), at(2, READ))
                    .runs(SortedSetRangeCommands::zrangestore),
            command("zremrangebyrank", "Removes a range of members by rank.")
                    .since("2.0.0")
                    .complexity("O(log(N)+M) with N being the number of elements in the sorted set and M the "
                            + "number of elements removed by the operation.")
                    .group("sorted-set")
                    .arity(4)
                    .flags(CommandFlag.WRITE)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, DELETE))
                    .runs(SortedSetRangeCommands::zremrangebyrank),
            command("zremrangebyscore", "Removes the members whose scores lie in a range.")
                    .since("1.2.0")
                    .complexity("O(log(N)+M) with N being the number of elements in the sorted set and M the "
                            + "number of elements removed by the operation.")
                    .group("sorted-set")
                    .arity(4)
                    .flags(CommandFlag.WRITE)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, DELETE))
                    .runs(SortedSetRangeCommands::zremrangebyscore),
            command(
                            "zremrangebylex",
                            "Removes a range of members by name, in a sorted set whose scores are all " + "the same.")
                    .since("2.8.9")
                    .complexity("O(log(N)+M) with N being the number of elements in the sorted set and M the "
                            + "number of elements removed by the operation.")
                    .group("sorted-set")
                    .arity(4)
                    .flags(CommandFlag.WRITE)
                    .acl(AclCategory.SORTEDSET)
                    .keys(at(1, DELETE))
                    .runs(SortedSetRangeCommands::zremrangebylex));

    private SortedSetRangeCommands() {}

    /** What a range is told by. */
    private enum By {
        /** ZRANGE takes words for that; ranks unless there are any. */
        OPTION,
        RANK,
        SCORE,
        NAME
    }

    // ------------------------------------------------------------------ answered and stored

    private static void zrange(Call call) {
        reply(call, new Selection(call, 1, By.OPTION, true, false, false));
    }

    private static void zrevrange(Call call) {
        reply(call, new Selection(call, 1, By.RANK, false, true, false));
    }

    private static void zrangebyscore(Call call) {
        reply(call, new Selection(call, 1, By.SCORE, false, false, false));
    }

    private static void zrevrangebyscore(Call call) {
        reply(call, new Selection(call, 1, By.SCORE, false, true, false));
    }

    private static void zrangebylex(Call call) {
        reply(call, new Selection(call, 1, By.NAME, false, false, false));
    }

    private static void zrevrangebylex(Call call) {
        reply(call, new Selection(call, 1, By.NAME, false, true, false));
    }

    /** Which members of a set, in which direction, with or without scores: the arguments from the key on. */
    private static final class Selection {
        private By by;
        private boolean down;
        private boolean withScores;
        private long offset;
        private long limit = -1;
        private @Nullable Range range;
        /** Where the selected members lie in the order, once {@link #locate} has been asked. */
        private int from;

        private int to;

        /** Reads it; the error is answered if there is one. */
        Selection(Call call, int keyArg, By by, boolean mayTurn, boolean down, boolean stores) {
            this.by = by;
            this.down = down;
            readOptions(call, keyArg + 3, mayTurn, stores);
            if (this.by == By.OPTION) {
                this.by = By.RANK;
            }
            if (!call.failed()) {
                checkOptions(call);
            }
            if (!call.failed()) {
                range = readRange(call, keyArg + 1);
            }
        }

        private void readOptions(Call call, int first, boolean mayTurn, boolean stores) {
            Args args = call.args();
            for (int i = first; i < args.count() && !call.failed(); i++) {
                if (!stores && args.is(i, "withscores")) {
                    withScores = true;
                } else if (args.is(i, "limit") && i + 2 < args.count()) {
                    offset = call.integerArg(i + 1);
                    if (!call.failed()) {
                        limit = call.integerArg(i + 2);
                    }
                    i += 2;
                } else if (mayTurn && !down && args.is(i, "rev")) {
                    down = true;
                } else if (by == By.OPTION && args.is(i, "bylex")) {
                    by = By.NAME;
                } else if (by == By.OPTION && args.is(i, "byscore")) {
                    by = By.SCORE;
                } else {
                    call.fail(Errors.SYNTAX);
                }
            }
        }

        private void checkOptions(Call call) {
            if (limit != -1 && by == By.RANK) {
                call.fail("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
            } else if (withScores && by == By.NAME) {
                call.fail("ERR syntax error, WITHSCORES not supported in combination with BYLEX");
            }
        }

        private @Nullable Range readRange(Call call, int first) {
            int min = down ? first + 1 : first;
            int max = down ? first : first + 1;
            return switch (by) {
                case SCORE -> Range.ByScore.arg(call, min, max);
                case NAME -> Range.ByName.arg(call, min, max);
                case RANK, OPTION -> Range.ByRank.arg(call, first);
            };
        }

        /** Finds out where the members lie; answers how many there are. */
        int locate(SortedSetValue set) {
            Range wanted = range;
            if (wanted == null) {
                throw new IllegalStateException("the arguments were wrong");
            }
            from = wanted.from(set);
            to = Math.max(from, wanted.to(set));
            if (by == By.RANK) {
                if (down) {
                    // The ranks were counted from the highest.
                    int size = (int) set.size();
                    int lowest = size - to;
                    to = size - from;
                    from = lowest;
                }
                return to - from;
            }
            int count = to - from;
            int skipped = offset < 0 ? count : (int) Math.min(offset, count);
            int shown = limit < 0 ? count - skipped : (int) Math.min(limit, count - skipped);
            if (down) {
                to -= skipped;
                from = to - shown;
            } else {
                from += skipped;
                to = from + shown;
            }
            return shown;
        }

        /** The members, as many as {@link #locate} said, in their direction. */
        SortedSetValue.Ranked members(SortedSetValue set) {
            return set.ranked(down ? to - 1 : from, down);
        }
    }

    private static void reply(Call call, Selection selection) {
        if (call.failed()) {
            return;
        }
        SortedSetValue set = call.read(1, SortedSetValue.class);
        if (call.failed()) {
            return;
        }
        int count = set == null ? 0 : selection.locate(set);
        ScoredReply reply = ScoredReply.begin(call.out(), count, selection.withScores);
        if (set != null && count > 0) {
            SortedSetValue.Ranked members = selection.members(set);
            for (int i = 0; i < count && members.next(); i++) {
                reply.member(members);
            }
        }
    }

    private static void zrangestore(Call call) {
        Selection selection = new Selection(call, 2, By.OPTION, true, false, true);
        if (call.failed()) {
            return;
        }
        SortedSetValue set = call.read(2, SortedSetValue.class);
        if (call.failed()) {
            return;
        }
        int count = set == null ? 0 : selection.locate(set);
        ScoredMembers result = new ScoredMembers(count);
        if (set != null && count > 0) {
            SortedSetValue.Ranked members = selection.members(set);
            for (int i = 0; i < count && members.next(); i++) {
                result.add(members.array(), members.offset(), members.length(), members.score());
            }
        }
        store(call, result, "zrangestore");
    }

    /** Stores a result at the first key and answers how many members it has. */
    static void store(Call call, ScoredMembers result, String event) {
        Settings limits = call.server.settings;
        SortedSetValue value = result.toValue(limits.zsetMaxListpackEntries, limits.zsetMaxListpackValue);
        call.storeOrRemove(1, value, NotifyClass.ZSET, event);
        call.out().integer(value.size());
    }

    // ------------------------------------------------------------------ removed

    private static void zremrangebyrank(Call call) {
        Range range = Range.ByRank.arg(call, 2);
        remove(call, call.failed() ? null : range, "zremrangebyrank");
    }

    private static void zremrangebyscore(Call call) {
        remove(call, Range.ByScore.arg(call, 2, 3), "zremrangebyscore");
    }

    private static void zremrangebylex(Call call) {
        remove(call, Range.ByName.arg(call, 2, 3), "zremrangebylex");
    }

    private static void remove(Call call, @Nullable Range range, String event) {
        if (range == null) {
            return;
        }
        SortedSetValue set = call.write(1, SortedSetValue.class);
        if (call.failed()) {
            return;
        }
        int removed = 0;
        if (set != null) {
            int from = range.from(set);
            removed = Math.max(0, range.to(set) - from);
            if (removed > 0) {
                set.removeRange(from, from + removed);
                call.modified(1, NotifyClass.ZSET, event);
                call.addChanges(removed - 1);
                call.removeIfEmpty(1, set);
            }
        }
        call.out().integer(removed);
    }
}
