package dev.vedette.store.command.sortedset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the few are the right ones, also of items laid out against the sort. For ties see RandomCommandsRedisIT. */
class FirstFewTest {

    private static final long SMALL_STACK_BYTES = 256 << 10;

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 7, 8, 40, 41, 1000})
    void theFirstFewAreInTheirPlaces(int size) {
        Random random = new Random(size);
        for (int round = 0; round < 50; round++) {
            Integer[] items =
                    random.ints(size, 0, 1 + random.nextInt(size)).boxed().toArray(Integer[]::new);
            Integer[] sorted = items.clone();
            Arrays.sort(sorted);
            int count = 1 + random.nextInt(size);
            FirstFew.sort(items, count, Comparator.naturalOrder());
            assertEquals(
                    Arrays.asList(sorted).subList(0, count),
                    Arrays.asList(items).subList(0, count));
            Arrays.sort(items);
            assertEquals(Arrays.asList(sorted), Arrays.asList(items), "none is lost");
        }
    }

    @Test
    void itemsLaidOutAgainstItDoNotFillTheStack() throws InterruptedException {
        int size = 20_000;
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        for (boolean ascending : new boolean[] {true, false}) {
            Adversary adversary = new Adversary(size);
            Comparator<Integer> order = ascending ? adversary : adversary.reversed();
            Integer[] items = adversary.items();
            Thread thread = new Thread(null, () -> FirstFew.sort(items, size, order), "small stack", SMALL_STACK_BYTES);
            thread.setUncaughtExceptionHandler((of, thrown) -> failure.set(thrown));
            thread.start();
            thread.join();
            assertNull(failure.get());
            for (int i = 1; i < size; i++) {
                assertEquals(-1, Integer.signum(order.compare(items[i - 1], items[i])));
            }
        }
    }

    /**
     * Decides which item is how large only when it has to, and so that each pivot is one of the smallest: what McIlroy
     * describes in "A Killer Adversary for Quicksort" (1999).
     */
    private static final class Adversary implements Comparator<Integer> {
        private final int[] decided;
        private final int undecided;
        private int next;
        private int candidate;

        Adversary(int size) {
            decided = new int[size];
            undecided = size;
            Arrays.fill(decided, undecided);
        }

        Integer[] items() {
            Integer[] items = new Integer[decided.length];
            Arrays.setAll(items, i -> i);
            return items;
        }

        @Override
        public int compare(Integer a, Integer b) {
            if (decided[a] == undecided && decided[b] == undecided) {
                decided[a.equals(candidate) ? a : b] = next++;
            }
            if (decided[a] == undecided) {
                candidate = a;
            } else if (decided[b] == undecided) {
                candidate = b;
            }
            return Integer.compare(decided[a], decided[b]);
        }
    }
}
