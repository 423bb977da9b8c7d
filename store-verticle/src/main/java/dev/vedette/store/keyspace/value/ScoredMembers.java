package dev.vedette.store.keyspace.value;

import dev.vedette.store.keyspace.KeyHash;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Members with scores that are still being added up, out of which a sorted set or a sorted reply is made: what ZUNION and
 * its family compute.
 *
 * <p>A member stands as one array, an <em>element</em>, opaque but for {@link #score}, {@link #setScore}, {@link
 * #MEMBER_OFFSET}; a sorted set made of this takes the elements over.
 */
public final class ScoredMembers {

    /** Where the member begins in an element. */
    public static final int MEMBER_OFFSET = ScoreTree.HEADER;

    private final MemberTable table;

    /** Nothing, with room for so many members. */
    public ScoredMembers(int sizeHint) {
        table = new MemberTable(ScoreTree.HEADER, sizeHint);
    }

    /** The score of an element. */
    public static double score(byte[] element) {
        return ScoreTree.score(element);
    }

    /** Changes the score of an element. */
    public static void setScore(byte[] element, double score) {
        ScoreTree.setScore(element, score);
    }

    /** Number of members. */
    public int size() {
        return table.size();
    }

    /** The element of that member, or null. */
    public byte @Nullable [] find(byte[] array, int offset, int length) {
        return table.find(KeyHash.of(array, offset, length), array, offset, length);
    }

    /** Adds a member that is not there. */
    public void add(byte[] array, int offset, int length, double score) {
        table.insert(KeyHash.of(array, offset, length), ScoreTree.element(score, array, offset, length));
    }

    /** Removes that member, if it is there. */
    public void remove(byte[] array, int offset, int length) {
        table.remove(KeyHash.of(array, offset, length), array, offset, length);
    }

    /** The elements in ascending order of (score, member). */
    public byte[][] sorted() {
        byte[][] all = new byte[table.size()][];
        MemberTable.Walk walk = table.walk();
        for (int i = 0; i < all.length; i++) {
            byte[] element = walk.next();
            if (element == null) {
                throw new IllegalStateException("the table has lost a member");
            }
            all[i] = element;
        }
        Arrays.sort(all, ScoredMembers::compare);
        return all;
    }

    private static int compare(byte[] a, byte[] b) {
        double scoreA = ScoreTree.score(a);
        double scoreB = ScoreTree.score(b);
        // Not Double.compare: 0 and -0 are the same score.
        if (scoreA < scoreB) {
            return -1;
        }
        return scoreA > scoreB ? 1 : ScoreTree.compareMembers(a, b);
    }

    /**
     * A sorted set of those members, in the form that its size asks for; this object must not be used again.
     *
     * @param entriesMax how many members may stay packed (zset-max-listpack-entries)
     * @param memberBytesMax how long a member of a packed set may be (zset-max-listpack-value)
     */
    public SortedSetValue toValue(int entriesMax, int memberBytesMax) {
        byte[][] sorted = sorted();
        boolean packed = sorted.length <= entriesMax;
        for (int i = 0; packed && i < sorted.length; i++) {
            packed = sorted[i].length - MEMBER_OFFSET <= memberBytesMax;
        }
        if (packed) {
            PackedScores scores = new PackedScores();
            for (byte[] element : sorted) {
                scores.append(ScoreTree.score(element), element, MEMBER_OFFSET, element.length - MEMBER_OFFSET);
            }
            return new SortedSetValue(scores, null, null);
        }
        ScoreTree tree = new ScoreTree();
        for (byte[] element : sorted) {
            tree.insert(element);
        }
        return new SortedSetValue(null, table, tree);
    }
}
