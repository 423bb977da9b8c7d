package dev.vedette.sentinel.decide;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A small immutable map that keeps the order of insertion and whose values know their own key. Look-up walks an array:
 * a sentinel watches tens of instances, and copying one array per change costs less than any tree.
 *
 * @param <K> key type, compared with {@code equals}
 * @param <V> value type
 */
public final class Roster<K, V> implements Iterable<V> {

    private final Function<V, K> key;
    private final Object[] values;

    private Roster(Function<V, K> key, Object[] values) {
        this.key = key;
        this.values = values;
    }

    /** An empty roster whose values are found under {@code key}. */
    public static <K, V> Roster<K, V> by(Function<V, K> key) {
        return new Roster<>(key, new Object[0]);
    }

    /** Number of values. */
    public int size() {
        return values.length;
    }

    /** The value at a position, 0 to size - 1. */
    @SuppressWarnings("unchecked")
    public V at(int index) {
        return (V) values[index];
    }

    /** The value with that key, or null. */
    public @Nullable V get(K wanted) {
        int index = indexOf(wanted);
        return index < 0 ? null : at(index);
    }

    /** Whether there is a value with that key. */
    public boolean has(K wanted) {
        return indexOf(wanted) >= 0;
    }

    /** This roster with the value put in the place of the one with the same key, else at the end. */
    public Roster<K, V> with(V value) {
        int index = indexOf(key.apply(value));
        if (index >= 0 && values[index] == value) {
            return this;
        }
        Object[] copy = index < 0 ? Arrays.copyOf(values, values.length + 1) : values.clone();
        copy[index < 0 ? values.length : index] = value;
        return new Roster<>(key, copy);
    }

    /** This roster without the value of that key. */
    public Roster<K, V> without(K gone) {
        int index = indexOf(gone);
        if (index < 0) {
            return this;
        }
        Object[] copy = new Object[values.length - 1];
        System.arraycopy(values, 0, copy, 0, index);
        System.arraycopy(values, index + 1, copy, index, copy.length - index);
        return new Roster<>(key, copy);
    }

    /** An empty roster of the same kind. */
    public Roster<K, V> cleared() {
        return new Roster<>(key, new Object[0]);
    }

    private int indexOf(K wanted) {
        for (int i = 0; i < values.length; i++) {
            if (key.apply(at(i)).equals(wanted)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public Iterator<V> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < values.length;
            }

            @Override
            public V next() {
                if (next >= values.length) {
                    throw new NoSuchElementException();
                }
                return at(next++);
            }
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Roster<?, ?> that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return Arrays.toString(values);
    }
}
