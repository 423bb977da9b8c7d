package dev.vedette.store.keyspace.value;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The order of a large sorted set: a counted B+-tree.
 *
 * <p>An element is one array, shared with the member table: eight bytes of score, then the member. Leaves hold up to
 * {@link #LEAF_MAX} of them in ascending order of (score, member), with the scores beside them once more so that a search
 * rarely touches the elements themselves, and are linked both ways. Inner nodes hold up to {@link #FANOUT_MAX} children
 * with the number of elements below each, which makes rank and selection by rank a walk from the root to a leaf; and a
 * lower bound of each child but the first. A bound may outlive the element that it was taken from:
 *
 * <pre>
 *   everything in child i-1  &lt;  bound i  &lt;=  everything in child i
 * </pre>
 *
 * <p>Half-full nodes are not refilled from their neighbours; a node that falls below a quarter merges with a neighbour
 * when both fit comfortably into one, and an empty one is taken out.
 *
 * <p>Elements that come in ascending order fill the leaves completely.
 */
final class ScoreTree {

    static final int LEAF_MAX = 64;
    static final int FANOUT_MAX = 32;

    /** Bytes of an element before its member. */
    static final int HEADER = 8;

    private static final VarHandle DOUBLES =
            MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

    private Node root = new Leaf();
    private @Nullable Node split;
    private double splitScore;
    private byte[] splitElement = new byte[HEADER];

    /** Says which elements lie before a place in the order: true up to it, false from there on. */
    @FunctionalInterface
    interface Bound {
        boolean isAfter(double score, byte[] array, int offset, int length);
    }

    private abstract static sealed class Node permits Leaf, Inner {
        int count;

        abstract int size();
    }

    /** Elements in order. */
    static final class Leaf extends Node {
        final double[] scores = new double[LEAF_MAX];
        final byte[] @Nullable [] elements = new byte[LEAF_MAX] @Nullable [];

        @Nullable
        Leaf previous;

        @Nullable
        Leaf next;

        @Override
        int size() {
            return count;
        }

        int count() {
            return count;
        }

        byte[] element(int index) {
            byte[] element = elements[index];
            if (element == null) {
                throw new IllegalStateException("a leaf ends at " + count + ", asked for " + index);
            }
            return element;
        }
    }

    private static final class Inner extends Node {
        final Node[] children = new Node[FANOUT_MAX];
        final int[] sizes = new int[FANOUT_MAX];
        final double[] boundScores = new double[FANOUT_MAX];
        final byte[][] bounds = new byte[FANOUT_MAX][];

        @Override
        int size() {
            int size = 0;
            for (int i = 0; i < count; i++) {
                size += sizes[i];
            }
            return size;
        }

        void insertChild(int at, Node child, double boundScore, byte[] bound) {
            open(children, at);
            System.arraycopy(sizes, at, sizes, at + 1, count - at);
            System.arraycopy(boundScores, at, boundScores, at + 1, count - at);
            open(bounds, at);
            count++;
            children[at] = child;
            sizes[at] = child.size();
            boundScores[at] = boundScore;
            bounds[at] = bound;
        }

        private void open(Object[] array, int at) {
            System.arraycopy(array, at, array, at + 1, count - at);
        }

        void removeChild(int at) {
            int tail = count - at - 1;
            System.arraycopy(children, at + 1, children, at, tail);
            System.arraycopy(sizes, at + 1, sizes, at, tail);
            System.arraycopy(boundScores, at + 1, boundScores, at, tail);
            System.arraycopy(bounds, at + 1, bounds, at, tail);
            count--;
            forget(count);
        }

        /** Moves the children from {@code from} on to the end of another node. */
        void moveTail(int from, Inner to) {
            int moved = count - from;
            System.arraycopy(children, from, to.children, to.count, moved);
            System.arraycopy(sizes, from, to.sizes, to.count, moved);
            System.arraycopy(boundScores, from, to.boundScores, to.count, moved);
            System.arraycopy(bounds, from, to.bounds, to.count, moved);
            to.count += moved;
            for (int i = from; i < count; i++) {
                forget(i);
            }
            count = from;
        }

        @SuppressWarnings("NullAway") // beyond the count there is nothing, and nothing is read there
        private void forget(int at) {
            children[at] = null;
            bounds[at] = null;
        }
    }

    // ------------------------------------------------------------------ elements

    static byte[] element(double score, byte[] array, int offset, int length) {
        byte[] element = new byte[HEADER + length];
        DOUBLES.set(element, 0, score);
        System.arraycopy(array, offset, element, HEADER, length);
        return element;
    }

    static double score(byte[] element) {
        return (double) DOUBLES.get(element, 0);
    }

    static void setScore(byte[] element, double score) {
        DOUBLES.set(element, 0, score);
    }

    static int compareMembers(byte[] a, byte[] b) {
        return Arrays.compareUnsigned(a, HEADER, a.length, b, HEADER, b.length);
    }

    private static boolean less(double scoreA, byte[] a, double scoreB, byte[] b) {
        return scoreA < scoreB || scoreA == scoreB && compareMembers(a, b) < 0;
    }

    // ------------------------------------------------------------------ finding

    /** The first index in the leaf whose element is not less. */
    private static int indexIn(Leaf leaf, double score, byte[] element) {
        double[] scores = leaf.scores;
        int low = 0;
        int high = leaf.count;
        while (low < high) {
            int middle = low + high >>> 1;
            double at = scores[middle];
            if (at < score || at == score && compareMembers(leaf.element(middle), element) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The child in which an element is or would be. */
    private static int childIn(Inner inner, double score, byte[] element) {
        double[] scores = inner.boundScores;
        int low = 1;
        int high = inner.count;
        while (low < high) {
            int middle = low + high >>> 1;
            double at = scores[middle];
            if (at < score || at == score && compareMembers(inner.bounds[middle], element) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /** How many elements come before that one, which is in the tree. */
    int rank(byte[] element) {
        double score = score(element);
        int rank = 0;
        Node node = root;
        while (node instanceof Inner inner) {
            int child = childIn(inner, score, element);
            for (int i = 0; i < child; i++) {
                rank += inner.sizes[i];
            }
            node = inner.children[child];
        }
        return rank + indexIn((Leaf) node, score, element);
    }

    /** How many elements the bound lies after. */
    int countBefore(Bound bound) {
        int before = 0;
        Node node = root;
        while (node instanceof Inner inner) {
            int low = 1;
            int high = inner.count;
            while (low < high) {
                int middle = low + high >>> 1;
                byte[] at = inner.bounds[middle];
                if (bound.isAfter(inner.boundScores[middle], at, HEADER, at.length - HEADER)) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            for (int i = 0; i < low - 1; i++) {
                before += inner.sizes[i];
            }
            node = inner.children[low - 1];
        }
        Leaf leaf = (Leaf) node;
        int low = 0;
        int high = leaf.count;
        while (low < high) {
            int middle = low + high >>> 1;
            byte[] at = leaf.element(middle);
            if (bound.isAfter(leaf.scores[middle], at, HEADER, at.length - HEADER)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return before + low;
    }

    /** A place in the order. */
    static final class Place {
        Leaf leaf;
        int index;

        private Place(Leaf leaf, int index) {
            this.leaf = leaf;
            this.index = index;
        }
    }

    /** Where the element of that rank is; the rank is within the size. */
    Place select(int rank) {
        int left = rank;
        Node node = root;
        while (node instanceof Inner inner) {
            int child = 0;
            while (left >= inner.sizes[child]) {
                left -= inner.sizes[child++];
            }
            node = inner.children[child];
        }
        return new Place((Leaf) node, left);
    }

    /** The element of that rank. */
    byte[] at(int rank) {
        Place place = select(rank);
        return place.leaf.element(place.index);
    }

    // ------------------------------------------------------------------ inserting

    /** Puts in an element that is not there, by the score in its header. */
    void insert(byte[] element) {
        insert(root, score(element), element);
        Node right = split;
        if (right != null) {
            split = null;
            Inner top = new Inner();
            top.insertChild(0, root, splitScore, splitElement);
            top.insertChild(1, right, splitScore, splitElement);
            root = top;
        }
    }

    /** Leaves in {@link #split} what the node was split off, if it was. */
    private void insert(Node node, double score, byte[] element) {
        if (node instanceof Leaf leaf) {
            insertIntoLeaf(leaf, score, element);
            return;
        }
        Inner inner = (Inner) node;
        int child = childIn(inner, score, element);
        insert(inner.children[child], score, element);
        Node right = split;
        if (right == null) {
            inner.sizes[child]++;
            return;
        }
        split = null;
        inner.sizes[child] = inner.children[child].size();
        int at = child + 1;
        if (inner.count < FANOUT_MAX) {
            inner.insertChild(at, right, splitScore, splitElement);
            return;
        }
        double childScore = splitScore;
        byte[] childBound = splitElement;
        Inner other = new Inner();
        // Growth at the end leaves full nodes behind.
        int keep = at == FANOUT_MAX ? FANOUT_MAX : FANOUT_MAX / 2;
        inner.moveTail(keep, other);
        if (at <= keep && at < FANOUT_MAX) {
            inner.insertChild(at, right, childScore, childBound);
        } else {
            other.insertChild(at - keep, right, childScore, childBound);
        }
        splitScore = other.boundScores[0];
        splitElement = other.bounds[0];
        split = other;
    }

    private void insertIntoLeaf(Leaf leaf, double score, byte[] element) {
        int at = indexIn(leaf, score, element);
        if (leaf.count < LEAF_MAX) {
            insertAt(leaf, at, score, element);
            return;
        }
        Leaf other = new Leaf();
        int keep = at == LEAF_MAX && leaf.next == null ? LEAF_MAX : LEAF_MAX / 2;
        moveTail(leaf, keep, other);
        if (at <= keep && at < LEAF_MAX) {
            insertAt(leaf, at, score, element);
        } else {
            insertAt(other, at - keep, score, element);
        }
        Leaf next = leaf.next;
        other.next = next;
        other.previous = leaf;
        leaf.next = other;
        if (next != null) {
            next.previous = other;
        }
        splitScore = other.scores[0];
        splitElement = other.element(0);
        split = other;
    }

    private static void insertAt(Leaf leaf, int at, double score, byte[] element) {
        System.arraycopy(leaf.scores, at, leaf.scores, at + 1, leaf.count - at);
        System.arraycopy(leaf.elements, at, leaf.elements, at + 1, leaf.count - at);
        leaf.scores[at] = score;
        leaf.elements[at] = element;
        leaf.count++;
    }

    private static void moveTail(Leaf from, int first, Leaf to) {
        int moved = from.count - first;
        System.arraycopy(from.scores, first, to.scores, to.count, moved);
        System.arraycopy(from.elements, first, to.elements, to.count, moved);
        Arrays.fill(from.elements, first, from.count, null);
        to.count += moved;
        from.count = first;
    }

    // ------------------------------------------------------------------ removing

    /** Takes out an element that is there, found by the score in its header. */
    void remove(byte[] element) {
        remove(root, score(element), element);
        while (root instanceof Inner inner && inner.count == 1) {
            root = inner.children[0];
        }
        if (root instanceof Inner inner && inner.count == 0) {
            root = new Leaf();
        }
    }

    private void remove(Node node, double score, byte[] element) {
        if (node instanceof Leaf leaf) {
            removeAt(leaf, indexIn(leaf, score, element), element);
            return;
        }
        Inner inner = (Inner) node;
        int at = childIn(inner, score, element);
        Node child = inner.children[at];
        remove(child, score, element);
        inner.sizes[at]--;
        if (child.count == 0) {
            if (child instanceof Leaf leaf) {
                unlink(leaf);
            }
            inner.removeChild(at);
        } else if (child.count < (child instanceof Leaf ? LEAF_MAX : FANOUT_MAX) / 4) {
            if (at + 1 < inner.count) {
                merge(inner, at);
            } else if (at > 0) {
                merge(inner, at - 1);
            }
        }
    }

    private static void removeAt(Leaf leaf, int at, byte[] element) {
        if (at >= leaf.count || leaf.elements[at] != element) {
            throw new IllegalStateException("the order has lost an element");
        }
        int tail = leaf.count - at - 1;
        System.arraycopy(leaf.scores, at + 1, leaf.scores, at, tail);
        System.arraycopy(leaf.elements, at + 1, leaf.elements, at, tail);
        leaf.count--;
        leaf.elements[leaf.count] = null;
    }

    private static void unlink(Leaf leaf) {
        Leaf previous = leaf.previous;
        Leaf next = leaf.next;
        if (previous != null) {
            previous.next = next;
        }
        if (next != null) {
            next.previous = previous;
        }
    }

    /** Puts the child after {@code at} into the one at {@code at}, if there is room to spare. */
    private static void merge(Inner inner, int at) {
        Node left = inner.children[at];
        Node right = inner.children[at + 1];
        int together = left.count + right.count;
        if (left instanceof Leaf into && right instanceof Leaf from) {
            if (together > LEAF_MAX / 4 * 3) {
                return;
            }
            moveTail(from, 0, into);
            unlink(from);
        } else if (left instanceof Inner into && right instanceof Inner from) {
            if (together > FANOUT_MAX / 4 * 3) {
                return;
            }
            // The first child of a node has no bound of its own in use; the parent's bound takes that place.
            from.boundScores[0] = inner.boundScores[at + 1];
            from.bounds[0] = inner.bounds[at + 1];
            from.moveTail(0, into);
        }
        inner.sizes[at] += inner.sizes[at + 1];
        inner.removeChild(at + 1);
    }

    // ------------------------------------------------------------------ changing a score

    /** Gives an element that is there another score. */
    void move(byte[] element, double newScore) {
        double score = score(element);
        Node node = root;
        while (node instanceof Inner inner) {
            node = inner.children[childIn(inner, score, element)];
        }
        Leaf leaf = (Leaf) node;
        int at = indexIn(leaf, score, element);
        // Between the same two neighbours the place stays; they must be of this leaf, or bounds could be crossed.
        if (at > 0
                && at + 1 < leaf.count
                && less(leaf.scores[at - 1], leaf.element(at - 1), newScore, element)
                && less(newScore, element, leaf.scores[at + 1], leaf.element(at + 1))) {
            leaf.scores[at] = newScore;
            setScore(element, newScore);
            return;
        }
        remove(element);
        setScore(element, newScore);
        insert(element);
    }
}
