package dev.vedette.store.command.sortedset;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Errors;
import dev.vedette.store.keyspace.Entries;
import dev.vedette.store.keyspace.Value;
import dev.vedette.store.keyspace.value.SetValue;
import dev.vedette.store.keyspace.value.SortedSetValue;
import org.jspecify.annotations.Nullable;

/** One of the sets that ZUNION and its family put together: a sorted set, a set (all scores 1), or nothing. */
final class ScoreSource {

    private final @Nullable SetValue set;
    private final @Nullable SortedSetValue sorted;
    /** By what each score is multiplied. */
    double weight = 1;

    private ScoreSource(@Nullable SetValue set, @Nullable SortedSetValue sorted) {
        this.set = set;
        this.sorted = sorted;
    }

    /** The source at a key argument; answers WRONGTYPE when it is none. */
    static ScoreSource arg(Call call, int arg) {
        Object entry = call.lookup(arg);
        Value value = entry == null ? null : Entries.value(entry);
        if (value instanceof SetValue members) {
            return new ScoreSource(members, null);
        } else if (value instanceof SortedSetValue members) {
            return new ScoreSource(null, members);
        } else if (entry != null) {
            call.fail(Errors.WRONGTYPE);
        }
        return new ScoreSource(null, null);
    }

    int size() {
        if (sorted != null) {
            return (int) sorted.size();
        }
        return set == null ? 0 : (int) set.size();
    }

    /** Whether both are the same set. */
    boolean isSame(ScoreSource other) {
        return set == other.set && sorted == other.sorted;
    }

    /** The member's score, or NaN when it is not there. */
    double score(byte[] array, int offset, int length) {
        if (sorted != null) {
            return sorted.score(array, offset, length);
        }
        return set != null && set.contains(array, offset, length) ? 1 : Double.NaN;
    }

    /** Whether it has that member. */
    boolean contains(byte[] array, int offset, int length) {
        return !Double.isNaN(score(array, offset, length));
    }

    /** Shows the members one by one. Ends with the set's next change. */
    final class Walk {
        private final SetValue.@Nullable Members members = set == null ? null : set.members();
        private final SortedSetValue.@Nullable Ranked ranked = sorted == null ? null : sorted.ranked(0, false);
        private byte[] array = new byte[0];
        private int offset;
        private int length;
        private double score = 1;

        /** Goes to the next member; false at the end. */
        boolean next() {
            if (ranked != null) {
                if (!ranked.next()) {
                    return false;
                }
                array = ranked.array();
                offset = ranked.offset();
                length = ranked.length();
                score = ranked.score();
                return true;
            }
            if (members == null || !members.next()) {
                return false;
            }
            array = members.array();
            length = members.length();
            return true;
        }

        /** The array in which the member stands, not to be changed. */
        byte[] array() {
            return array;
        }

        /** Where the member begins. */
        int offset() {
            return offset;
        }

        /** Length of the member in bytes. */
        int length() {
            return length;
        }

        /** The member's score, without the weight. */
        double score() {
            return score;
        }
    }
}
