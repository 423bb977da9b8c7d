package dev.vedette.store.command.key;

import dev.vedette.store.command.Call;
import dev.vedette.store.keyspace.Value;
import dev.vedette.store.keyspace.value.ListValue;
import dev.vedette.store.keyspace.value.SetValue;
import dev.vedette.store.keyspace.value.SortedSetValue;
import dev.vedette.store.session.Doubles;
import dev.vedette.store.session.Replies;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One SORT under way: its options, the elements, what comes out. */
final class Sorting {

    /** An element where it stands, and what it is sorted by. */
    private static final class Element {
        final byte[] array;
        final int offset;
        final int length;
        double score;
        byte @Nullable [] weight;

        Element(byte[] array, int offset, int length) {
            this.array = array;
            this.offset = offset;
            this.length = length;
        }
    }

    /** Takes what comes out, in order; null for a pattern that leads nowhere. */
    private interface Sink {
        void accept(byte @Nullable [] array, int offset, int length);
    }

    boolean descending;
    boolean alphabetical;
    /** BY without a star: the elements stay in the order in which they lie. */
    boolean inOwnOrder;

    long limitStart;
    long limitCount = -1;
    int storeArg;
    final List<SortPattern> gets = new ArrayList<>();

    private final Call call;
    private @Nullable SortPattern by;
    private List<Element> elements = new ArrayList<>();

    Sorting(Call call) {
        this.call = call;
    }

    /** The pattern that leads to what the elements are sorted by. */
    void by(byte[] pattern) {
        by = new SortPattern(pattern);
        inOwnOrder = by.isConstant();
    }

    /** Sorts a list, set, sorted set or nothing; false when a score is no number. */
    boolean run(@Nullable Value value) {
        if (inOwnOrder && value instanceof SetValue && storeArg != 0) {
            // A set lies in no order: what is stored must be the same on every replica.
            inOwnOrder = false;
            alphabetical = true;
            by = null;
        }
        if (value != null) {
            collect(value);
        }
        if (!inOwnOrder) {
            if (!weigh()) {
                return false;
            }
            Comparator<Element> order = alphabetical ? Sorting::compareWeights : Sorting::compareScores;
            elements.sort(descending ? order.reversed() : order);
        }
        limit();
        return true;
    }

    private void collect(Value value) {
        switch (value) {
            case ListValue list -> collect(list);
            case SetValue set -> {
                for (SetValue.Members members = set.members(); members.next(); ) {
                    elements.add(new Element(Arrays.copyOf(members.array(), members.length()), 0, members.length()));
                }
            }
            case SortedSetValue sorted -> {
                boolean down = inOwnOrder && descending;
                for (SortedSetValue.Ranked ranked = sorted.ranked(down ? (int) sorted.size() - 1 : 0, down);
                        ranked.next(); ) {
                    elements.add(new Element(ranked.array(), ranked.offset(), ranked.length()));
                }
            }
            default -> throw new IllegalArgumentException("not to be sorted: " + value.type());
        }
    }

    private void collect(ListValue list) {
        ListValue.Cursor cursor = inOwnOrder && descending ? list.backward(list.size() - 1) : list.forward(0);
        while (cursor.next()) {
            elements.add(new Element(cursor.array(), cursor.offset(), cursor.length()));
        }
    }

    /** Finds what each element is sorted by. */
    private boolean weigh() {
        for (Element element : elements) {
            SortPattern pattern = by;
            byte[] weight = pattern == null
                    ? Arrays.copyOfRange(element.array, element.offset, element.offset + element.length)
                    : pattern.value(call, element.array, element.offset, element.length);
            if (alphabetical) {
                element.weight = weight;
            } else if (weight != null) {
                element.score = score(weight);
                if (Double.isNaN(element.score)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** A weight as a number, read as leniently as C does: spaces before it, nothing at all for 0. NaN when it is none. */
    private static double score(byte[] weight) {
        int from = 0;
        while (from < weight.length && (weight[from] == ' ' || weight[from] >= '\t' && weight[from] <= '\r')) {
            from++;
        }
        int end = from;
        while (end < weight.length && weight[end] != 0) {
            end++;
        }
        if (end == 0) {
            return 0;
        }
        double score = Doubles.parse(weight, from, end - from);
        boolean outOfRange = Double.isInfinite(score) && !Character.isLetter(weight[end - 1]);
        return outOfRange ? Double.NaN : score;
    }

    private static int compareScores(Element a, Element b) {
        int order = a.score < b.score ? -1 : a.score > b.score ? 1 : 0;
        return order != 0
                ? order
                : Arrays.compareUnsigned(
                        a.array, a.offset, a.offset + a.length, b.array, b.offset, b.offset + b.length);
    }

    private static int compareWeights(Element a, Element b) {
        byte[] first = a.weight;
        byte[] second = b.weight;
        if (first == null || second == null) {
            return first == second ? 0 : first == null ? -1 : 1;
        }
        return Arrays.compareUnsigned(first, second);
    }

    private void limit() {
        int size = elements.size();
        int start = Math.clamp(limitStart, 0, size);
        int end = limitCount < 0 ? size : (int) Math.min(size, start + Math.min(limitCount, size));
        elements = elements.subList(start, end);
    }

    // ------------------------------------------------------------------ what comes out

    /** Answers the elements, or what the GET patterns lead to for each. */
    void reply(Replies out) {
        out.array((long) elements.size() * Math.max(1, gets.size()));
        forEach((array, offset, length) -> {
            if (array == null) {
                out.nil();
            } else {
                out.bulk(array, offset, length);
            }
        });
    }

    /** The same as a list; what is missing is an empty element. */
    ListValue toList(int listMaxListpackSize) {
        ListValue list = new ListValue(listMaxListpackSize);
        byte[] nothing = new byte[0];
        forEach((array, offset, length) -> list.pushLast(array == null ? nothing : array, offset, length));
        return list;
    }

    private void forEach(Sink sink) {
        for (Element element : elements) {
            if (gets.isEmpty()) {
                sink.accept(element.array, element.offset, element.length);
            }
            for (SortPattern pattern : gets) {
                byte[] value = pattern.value(call, element.array, element.offset, element.length);
                sink.accept(value, 0, value == null ? 0 : value.length);
            }
        }
    }
}
