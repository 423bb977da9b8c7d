package dev.vedette.store.command.sortedset;

import java.util.Comparator;

/**
 * Brings the first few of many to the front, in order; the others are left in some order.
 *
 * <p>Which of those that compare as equal are among the few must be the same everywhere: GEOSEARCHSTORE with COUNT goes to
 * replicas as it is, and a replica or master may be a redis-server. So this is the quicksort that Redis uses there, that of
 * Bentley and McIlroy ("Engineering a Sort Function", 1993), step by step: pivots from the same places, those equal to the
 * pivot gathered at both ends and then brought to the middle. Parts in which none of the few can be are not sorted.
 */
final class FirstFew {

    /** Shorter parts are sorted by insertion. */
    private static final int SHORT = 7;
    /** In longer parts the pivot is the median of nine. */
    private static final int MIDDLING = 40;

    private FirstFew() {}

    /** Sorts so far that the first {@code count}, at least one, are in their places. */
    static <T> void sort(T[] items, int count, Comparator<? super T> order) {
        sort(items, 0, items.length, count - 1, order);
    }

    private static <T> void sort(T[] items, int from, int to, int last, Comparator<? super T> order) {
        int begin = from;
        int end = to;
        while (end - begin >= SHORT) {
            swap(items, begin, pivot(items, begin, end - begin, order));
            T pivot = items[begin];
            int equalLeft = begin + 1;
            int left = begin + 1;
            int right = end - 1;
            int equalRight = end - 1;
            while (true) {
                for (int sign; left <= right && (sign = order.compare(items[left], pivot)) <= 0; left++) {
                    if (sign == 0) {
                        swap(items, equalLeft++, left);
                    }
                }
                for (int sign; left <= right && (sign = order.compare(items[right], pivot)) >= 0; right--) {
                    if (sign == 0) {
                        swap(items, right, equalRight--);
                    }
                }
                if (left > right) {
                    break;
                }
                swap(items, left++, right--);
            }
            int smaller = left - equalLeft;
            int larger = equalRight - right;
            swapRanges(items, begin, left, Math.min(equalLeft - begin, smaller));
            swapRanges(items, left, end, Math.min(larger, end - equalRight - 1));
            int leftEnd = begin + smaller;
            int rightBegin = end - larger;
            // The longer part goes on here, the shorter one by a call: places laid out for the purpose do not fill the
            // stack.
            if (rightBegin > last) {
                end = leftEnd;
            } else if (smaller > larger) {
                sort(items, rightBegin, end, last, order);
                end = leftEnd;
            } else {
                sort(items, begin, leftEnd, last, order);
                begin = rightBegin;
            }
        }
        insert(items, begin, end, order);
    }

    private static <T> void insert(T[] items, int begin, int end, Comparator<? super T> order) {
        for (int i = begin + 1; i < end; i++) {
            for (int at = i; at > begin && order.compare(items[at - 1], items[at]) > 0; at--) {
                swap(items, at, at - 1);
            }
        }
    }

    private static <T> int pivot(T[] items, int begin, int count, Comparator<? super T> order) {
        int first = begin;
        int middle = begin + count / 2;
        int last = begin + count - 1;
        if (count > MIDDLING) {
            int step = count / 8;
            first = median(items, first, first + step, first + 2 * step, order);
            middle = median(items, middle - step, middle, middle + step, order);
            last = median(items, last - 2 * step, last - step, last, order);
        }
        return count > SHORT ? median(items, first, middle, last, order) : middle;
    }

    private static <T> int median(T[] items, int a, int b, int c, Comparator<? super T> order) {
        if (order.compare(items[a], items[b]) < 0) {
            if (order.compare(items[b], items[c]) < 0) {
                return b;
            }
            return order.compare(items[a], items[c]) < 0 ? c : a;
        }
        if (order.compare(items[b], items[c]) > 0) {
            return b;
        }
        return order.compare(items[a], items[c]) < 0 ? a : c;
    }

    private static <T> void swap(T[] items, int a, int b) {
        T item = items[a];
        items[a] = items[b];
        items[b] = item;
    }

    /** Swaps {@code count} items from {@code begin} on with as many before {@code end}. */
    private static <T> void swapRanges(T[] items, int begin, int end, int count) {
        for (int i = 0; i < count; i++) {
            swap(items, begin + i, end - count + i);
        }
    }
}
