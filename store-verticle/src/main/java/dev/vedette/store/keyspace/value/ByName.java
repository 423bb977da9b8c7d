package dev.vedette.store.keyspace.value;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Looks things up in a list that is sorted by their names, byte by byte. */
final class ByName {

    private ByName() {}

    /** Where the thing of that name is, or {@code -(the place where it belongs) - 1}. */
    static <T> int find(List<T> sorted, Function<T, byte[]> nameOf, byte[] name) {
        int low = 0;
        int high = sorted.size() - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            int order = Arrays.compareUnsigned(nameOf.apply(sorted.get(middle)), name);
            if (order == 0) {
                return middle;
            } else if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }
}
