package dev.vedette.store.keyspace.value;

import dev.vedette.store.keyspace.KeyHash;
import dev.vedette.store.keyspace.Value;
import dev.vedette.store.keyspace.ValueType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A sorted set: members with scores, in ascending order of (score, member), members compared as unsigned bytes. Scores
 * are never NaN; 0 and -0 are equal.
 *
 * <p>Small sets are packed into one array ({@code listpack}). Larger ones, or with a long member, are a hash table by
 * member and a counted tree by order over the same elements ({@code skiplist}, as Redis names its own structure for
 * that). A set never goes back to the packed form by itself.
 */
public final class SortedSetValue extends Value {

    /** Options of {@link #put}, bits: add only members that are not there. */
    public static final int NX = 1;
    /** Change only members that are there. */
    public static final int XX = 2;
    /** Change a member that is there only to a greater score. */
    public static final int GT = 4;
    /** Change a member that is there only to a lower score. */
    public static final int LT = 8;
    /** Add the score to the member's present one. */
    public static final int INCR = 16;

    /** What {@link #put} did. */
    public enum Outcome {
        /** The member is new. */
        ADDED,
        /** The member's score changed. */
        UPDATED,
        /** The member had that score already. */
        SAME,
        /** The options forbade it. */
        REFUSED,
        /** The sum would not be a number; nothing was changed. */
        NOT_A_NUMBER
    }

    private @Nullable PackedScores packed;
    private @Nullable MemberTable table;
    private @Nullable ScoreTree tree;
    private double resultScore;

    SortedSetValue(@Nullable PackedScores packed, @Nullable MemberTable table, @Nullable ScoreTree tree) {
        this.packed = packed;
        this.table = table;
        this.tree = tree;
    }

    /**
     * An empty sorted set in the form that suits its first member.
     *
     * @param entriesMax how many members may stay packed (zset-max-listpack-entries)
     * @param memberBytesMax how long a member of a packed set may be (zset-max-listpack-value)
     */
    public static SortedSetValue forMember(int length, int entriesMax, int memberBytesMax) {
        return entriesMax == 0 || length > memberBytesMax
                ? new SortedSetValue(null, new MemberTable(ScoreTree.HEADER, 1), new ScoreTree())
                : new SortedSetValue(new PackedScores(), null, null);
    }

    @Override
    public int warmSlot(long hash) {
        MemberTable large = table;
        return large == null ? 0 : large.warmSlot(hash);
    }

    @Override
    public int warmElement(long hash) {
        MemberTable large = table;
        return large == null ? 0 : large.warmEntry(hash);
    }

    /** A sorted set of its own with the same members in the same form. */
    @Override
    public SortedSetValue copy() {
        PackedScores small = packed;
        if (small != null) {
            return new SortedSetValue(small.copy(), null, null);
        }
        MemberTable members = new MemberTable(ScoreTree.HEADER, table().size());
        ScoreTree order = new ScoreTree();
        Ranked all = ranked(0, false);
        while (all.next()) {
            byte[] element = ScoreTree.element(all.score, all.array, all.offset, all.length);
            members.insert(MemberTable.hashOf(element, ScoreTree.HEADER), element);
            order.insert(element);
        }
        return new SortedSetValue(null, members, order);
    }

    private MemberTable table() {
        MemberTable members = table;
        if (members == null) {
            throw new IllegalStateException("a packed sorted set has no table");
        }
        return members;
    }

    private ScoreTree tree() {
        ScoreTree order = tree;
        if (order == null) {
            throw new IllegalStateException("a packed sorted set has no tree");
        }
        return order;
    }

    // ------------------------------------------------------------------ by member

    /** The member's score, or NaN when it is not there. */
    public double score(byte[] array, int offset, int length) {
        PackedScores small = packed;
        if (small != null) {
            int at = small.find(array, offset, length);
            return at < 0 ? Double.NaN : small.score(at);
        }
        byte[] element = table().find(KeyHash.of(array, offset, length), array, offset, length);
        return element == null ? Double.NaN : ScoreTree.score(element);
    }

    /** How many members come before that one, or -1 when it is not there. */
    public int rank(byte[] array, int offset, int length) {
        PackedScores small = packed;
        if (small != null) {
            int at = small.find(array, offset, length);
            return at < 0 ? -1 : small.rankOf(at);
        }
        byte[] element = table().find(KeyHash.of(array, offset, length), array, offset, length);
        return element == null ? -1 : tree().rank(element);
    }

    /**
     * Adds a member or changes its score.
     *
     * @param score not NaN
     * @param options bits of {@link #NX}, {@link #XX}, {@link #GT}, {@link #LT}, {@link #INCR}
     * @param entriesMax zset-max-listpack-entries
     * @param memberBytesMax zset-max-listpack-value
     * @return what happened; the score that the member has now is {@link #resultScore}
     */
    public Outcome put(
            byte[] array, int offset, int length, double score, int options, int entriesMax, int memberBytesMax) {
        PackedScores small = packed;
        if (small != null) {
            int at = small.find(array, offset, length);
            if (at >= 0) {
                double before = small.score(at);
                Outcome outcome = decide(before, score, options);
                if (outcome == Outcome.UPDATED) {
                    small.remove(at, small.after(at), 1);
                    small.insert(resultScore, array, offset, length);
                }
                return outcome;
            }
            if ((options & XX) != 0) {
                return Outcome.REFUSED;
            }
            if (small.count() < entriesMax && length <= memberBytesMax) {
                small.insert(score, array, offset, length);
                resultScore = score;
                return Outcome.ADDED;
            }
            unpack(small);
        }
        MemberTable members = table();
        long hash = KeyHash.of(array, offset, length);
        byte[] element = members.find(hash, array, offset, length);
        if (element != null) {
            Outcome outcome = decide(ScoreTree.score(element), score, options);
            if (outcome == Outcome.UPDATED) {
                setScore(members, hash, element);
            }
            return outcome;
        }
        if ((options & XX) != 0) {
            return Outcome.REFUSED;
        }
        element = ScoreTree.element(score, array, offset, length);
        members.insert(hash, element);
        tree().insert(element);
        resultScore = score;
        return Outcome.ADDED;
    }

    private void setScore(MemberTable members, long hash, byte[] element) {
        if (members.mayWrite(hash)) {
            tree().move(element, resultScore);
            return;
        }
        byte[] replacement =
                ScoreTree.element(resultScore, element, ScoreTree.HEADER, element.length - ScoreTree.HEADER);
        members.replace(hash, replacement);
        tree().remove(element);
        tree().insert(replacement);
    }

    /** Leaves in {@link #resultScore} what a member with the score {@code before} shall have. */
    private Outcome decide(double before, double score, int options) {
        if ((options & NX) != 0) {
            return Outcome.REFUSED;
        }
        double after = (options & INCR) != 0 ? before + score : score;
        if (Double.isNaN(after)) {
            return Outcome.NOT_A_NUMBER;
        }
        if ((options & LT) != 0 && after >= before || (options & GT) != 0 && after <= before) {
            return Outcome.REFUSED;
        }
        resultScore = after;
        return after == before ? Outcome.SAME : Outcome.UPDATED;
    }

    /** The score of the member that the last {@link #put} added, changed or found to have it already. */
    public double resultScore() {
        return resultScore;
    }

    private void unpack(PackedScores small) {
        MemberTable members = new MemberTable(ScoreTree.HEADER, small.count() + 1);
        ScoreTree order = new ScoreTree();
        for (int at = 0; at < small.end(); at = small.after(at)) {
            byte[] element =
                    ScoreTree.element(small.score(at), small.data(), small.memberOffset(at), small.memberLength(at));
            members.insert(MemberTable.hashOf(element, ScoreTree.HEADER), element);
            order.insert(element);
        }
        packed = null;
        table = members;
        tree = order;
    }

    /** Removes that member; false when it was not there. */
    public boolean remove(byte[] array, int offset, int length) {
        PackedScores small = packed;
        if (small != null) {
            int at = small.find(array, offset, length);
            if (at < 0) {
                return false;
            }
            small.remove(at, small.after(at), 1);
            return true;
        }
        byte[] element = table().remove(KeyHash.of(array, offset, length), array, offset, length);
        if (element == null) {
            return false;
        }
        tree().remove(element);
        return true;
    }

    // ------------------------------------------------------------------ by order

    /** How many members have a lower score ({@code orEqual}: a lower or the same). */
    public int countBelow(double score, boolean orEqual) {
        PackedScores small = packed;
        if (small != null) {
            int before = 0;
            for (int at = 0; at < small.end(); at = small.after(at)) {
                double other = small.score(at);
                if (!(other < score || orEqual && other == score)) {
                    break;
                }
                before++;
            }
            return before;
        }
        return tree().countBefore((other, array, offset, length) -> other < score || orEqual && other == score);
    }

    /**
     * How many members are less than {@code bound} ({@code orEqual}: or the same), in a set whose scores are all the same;
     * in another set the answer means nothing.
     */
    public int countBelow(byte[] bound, boolean orEqual) {
        PackedScores small = packed;
        if (small != null) {
            int before = 0;
            int at = 0;
            while (at < small.end()) {
                int next = small.after(at);
                int order = Arrays.compareUnsigned(small.data(), small.memberOffset(at), next, bound, 0, bound.length);
                if (!(order < 0 || orEqual && order == 0)) {
                    break;
                }
                before++;
                at = next;
            }
            return before;
        }
        return tree().countBefore((score, array, offset, length) -> {
            int order = Arrays.compareUnsigned(array, offset, offset + length, bound, 0, bound.length);
            return order < 0 || orEqual && order == 0;
        });
    }

    /** Removes the members of the ranks {@code from} (inclusive) to {@code to} (exclusive), both within the size. */
    public void removeRange(int from, int to) {
        PackedScores small = packed;
        if (small != null) {
            int start = small.seek(from);
            int end = start;
            for (int i = from; i < to; i++) {
                end = small.after(end);
            }
            small.remove(start, end, to - from);
            return;
        }
        for (int i = from; i < to; i++) {
            byte[] element = tree().at(from);
            tree().remove(element);
            table().remove(
                            MemberTable.hashOf(element, ScoreTree.HEADER),
                            element,
                            ScoreTree.HEADER,
                            element.length - ScoreTree.HEADER);
        }
    }

    /** Shows members in their order, up or down, from a rank on. Ends with the set's next change. */
    public final class Ranked {
        private final boolean down;
        private int left;
        private byte[] array = NONE;
        private int offset;
        private int length;
        private double score;
        // Packed: where the next pair begins, or downwards where each begins.
        private int at;
        private int @Nullable [] starts;
        // Large: where the next element is.
        private ScoreTree.@Nullable Leaf leaf;
        private int index;

        private Ranked(int rank, boolean down) {
            this.down = down;
            PackedScores small = packed;
            int size = (int) size();
            this.left = down ? rank + 1 : size - rank;
            if (left <= 0 || rank < 0) {
                left = 0;
                return;
            }
            if (small == null) {
                ScoreTree.Place place = tree().select(rank);
                leaf = place.leaf;
                index = place.index;
            } else if (down) {
                int[] offsets = new int[left];
                for (int i = 0; i < left; i++) {
                    offsets[i] = at;
                    at = small.after(at);
                }
                starts = offsets;
                array = small.data();
            } else {
                at = small.seek(rank);
                array = small.data();
            }
        }

        /** Goes to the next member; false at the end. */
        public boolean next() {
            if (left == 0) {
                return false;
            }
            left--;
            PackedScores small = packed;
            if (small != null) {
                int[] offsets = starts;
                int pair = offsets == null ? at : offsets[left];
                score = small.score(pair);
                offset = small.memberOffset(pair);
                length = small.memberLength(pair);
                at = offset + length;
                return true;
            }
            ScoreTree.Leaf here = leaf;
            if (here == null) {
                throw new IllegalStateException("the order ends too early");
            }
            score = here.scores[index];
            array = here.element(index);
            offset = ScoreTree.HEADER;
            length = array.length - ScoreTree.HEADER;
            if (down) {
                if (--index < 0) {
                    leaf = here.previous;
                    index = leaf == null ? 0 : leaf.count() - 1;
                }
            } else if (++index == here.count()) {
                leaf = here.next;
                index = 0;
            }
            return true;
        }

        /** The array in which the member stands, not to be changed. */
        public byte[] array() {
            return array;
        }

        /** Where the member begins. */
        public int offset() {
            return offset;
        }

        /** Length of the member in bytes. */
        public int length() {
            return length;
        }

        /** A copy of the member. */
        public byte[] member() {
            return Arrays.copyOfRange(array, offset, offset + length);
        }

        /** The member's score. */
        public double score() {
            return score;
        }
    }

    private static final byte[] NONE = new byte[0];

    /** The members from that rank on, {@code down} towards the lowest score or up to the highest. */
    public Ranked ranked(int rank, boolean down) {
        return new Ranked(rank, down);
    }

    /** Shows every member: a packed set in descending order, a large one in no order. */
    public void forEach(ScoredMemberVisitor visitor) {
        if (packed != null) {
            Ranked all = ranked((int) size() - 1, true);
            while (all.next()) {
                visitor.member(all.array, all.offset, all.length, all.score);
            }
            return;
        }
        MemberTable.Walk walk = table().walk();
        for (byte[] element = walk.next(); element != null; element = walk.next()) {
            visitor.member(element, ScoreTree.HEADER, element.length - ScoreTree.HEADER, ScoreTree.score(element));
        }
    }

    /**
     * One step of ZSCAN: shows about {@code count} members, a packed set all at once. A member that is there from the
     * first step to the last is shown at least once.
     *
     * @param cursor 0 at first, then what the step before answered; any other value is harmless
     * @return the next cursor, 0 at the end
     */
    public long scan(long cursor, long count, ScoredMemberVisitor visitor) {
        if (packed != null) {
            Ranked all = ranked(0, false);
            while (all.next()) {
                visitor.member(all.array, all.offset, all.length, all.score);
            }
            return 0;
        }
        return table().scan(
                        cursor,
                        count,
                        element -> visitor.member(
                                element,
                                ScoreTree.HEADER,
                                element.length - ScoreTree.HEADER,
                                ScoreTree.score(element)));
    }

    // ------------------------------------------------------------------ as a value

    /**
     * The members are shared as those of {@link SetValue#copy} are, the order goes over: this one can then only be asked
     * for {@link #forEach} and {@link #size}.
     */
    @Override
    public SortedSetValue successor() {
        PackedScores small = packed;
        if (small != null) {
            return new SortedSetValue(small.copy(), null, null);
        }
        SortedSetValue successor = new SortedSetValue(null, table().copy(), tree());
        tree = null;
        return successor;
    }

    @Override
    public ValueType type() {
        return ValueType.ZSET;
    }

    @Override
    public String encoding() {
        return packed != null ? "listpack" : "skiplist";
    }

    @Override
    public long size() {
        PackedScores small = packed;
        return small != null ? small.count() : table().size();
    }

    /** How many bytes the tree takes for each element, at the usual two thirds of its leaves' places in use. */
    private static final long TREE_BYTES_PER_ELEMENT = 19;

    @Override
    public long memoryBytes() {
        PackedScores small = packed;
        return 40
                + (small != null
                        ? 24 + 16 + small.capacityBytes()
                        : table().memoryBytes() + TREE_BYTES_PER_ELEMENT * table().size());
    }
}
