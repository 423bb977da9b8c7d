package dev.vedette.store.command.sortedset;

import dev.vedette.store.command.Call;
import dev.vedette.store.keyspace.value.SortedSetValue;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Doubles;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A part of a sorted set that is next to each other in its order, whatever the set: told by ranks, scores or names. */
sealed interface Range {

    /** The rank of the first member in the range. */
    int from(SortedSetValue set);

    /** The rank after the last member in the range; not above {@link #from} when the range is empty. */
    int to(SortedSetValue set);

    /** How many members are in the range. */
    default int count(SortedSetValue set) {
        return Math.max(0, to(set) - from(set));
    }

    // ------------------------------------------------------------------ ranks

    /** From one rank to another, both inclusive, negative ones counted from the end. */
    record ByRank(long first, long last) implements Range {

        /** Reads it from two arguments; answers the error when they are no integers. */
        static ByRank arg(Call call, int first) {
            long from = call.integerArg(first);
            return new ByRank(from, call.failed() ? 0 : call.integerArg(first + 1));
        }

        @Override
        public int from(SortedSetValue set) {
            long size = set.size();
            long from = first < 0 ? first + size : first;
            return (int) Math.clamp(from, 0, size);
        }

        @Override
        public int to(SortedSetValue set) {
            long size = set.size();
            long to = last < 0 ? last + size : last;
            return (int) Math.clamp(to, -1, size - 1) + 1;
        }
    }

    // ------------------------------------------------------------------ scores

    /** From one score to another, each of them included or not. */
    record ByScore(double min, boolean minOpen, double max, boolean maxOpen) implements Range {

        /** Reads it from two arguments; null with the error answered. */
        static @Nullable ByScore arg(Call call, int min, int max) {
            Args args = call.args();
            double low = bound(args, min);
            double high = bound(args, max);
            if (Double.isNaN(low) || Double.isNaN(high)) {
                call.fail("ERR min or max is not a float");
                return null;
            }
            return new ByScore(low, isOpen(args, min), high, isOpen(args, max));
        }

        private static boolean isOpen(Args args, int arg) {
            return args.length(arg) > 0 && args.array(arg)[args.offset(arg)] == '(';
        }

        private static double bound(Args args, int arg) {
            int skip = isOpen(args, arg) ? 1 : 0;
            return Doubles.parseBound(args.array(arg), args.offset(arg) + skip, args.length(arg) - skip);
        }

        @Override
        public int from(SortedSetValue set) {
            return set.countBelow(min, minOpen);
        }

        @Override
        public int to(SortedSetValue set) {
            return set.countBelow(max, !maxOpen);
        }
    }

    // ------------------------------------------------------------------ names

    /** From one name to another, each of them included or not, in a set whose scores are all the same. */
    record ByName(Bound min, Bound max) implements Range {

        /** One end: a name, or what lies before or after all names. */
        static final class Bound {
            private final byte @Nullable [] name;
            private final boolean open;
            private final boolean afterAll;

            private Bound(byte @Nullable [] name, boolean open, boolean afterAll) {
                this.name = name;
                this.open = open;
                this.afterAll = afterAll;
            }

            static @Nullable Bound arg(Args args, int arg) {
                int length = args.length(arg);
                byte sign = length == 0 ? 0 : args.array(arg)[args.offset(arg)];
                return switch (sign) {
                    case '(', '[' -> {
                        int from = args.offset(arg) + 1;
                        byte[] name = Arrays.copyOfRange(args.array(arg), from, from + length - 1);
                        yield new Bound(name, sign == '(', false);
                    }
                    case '+', '-' -> length == 1 ? new Bound(null, false, sign == '+') : null;
                    default -> null;
                };
            }

            /** How many members come before it; those that are it count when {@code orEqual}. */
            int countBefore(SortedSetValue set, boolean orEqual) {
                if (name == null) {
                    return afterAll ? (int) set.size() : 0;
                }
                return set.countBelow(name, orEqual);
            }
        }

        /** Reads it from two arguments; null with the error answered. */
        static @Nullable ByName arg(Call call, int min, int max) {
            Bound low = Bound.arg(call.args(), min);
            Bound high = Bound.arg(call.args(), max);
            if (low == null || high == null) {
                call.fail("ERR min or max not valid string range item");
                return null;
            }
            return new ByName(low, high);
        }

        @Override
        public int from(SortedSetValue set) {
            return min.countBefore(set, min.open);
        }

        @Override
        public int to(SortedSetValue set) {
            return max.countBefore(set, !max.open);
        }
    }
}
