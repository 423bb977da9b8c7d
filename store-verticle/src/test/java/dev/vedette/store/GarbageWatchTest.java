package dev.vedette.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

/** When the collector is asked to mark. */
class GarbageWatchTest {

    private static final long MB = 1L << 20;

    private final Deque<Runnable> asked = new ArrayDeque<>();
    private int collections;
    private final GarbageWatch watch = new GarbageWatch(asked::add, () -> collections++);

    @Test
    void leavesAHeapOfDataAlone() {
        watch.look(1200 * MB, 1000 * MB, 0);
        watch.look(60 * MB, 0, 0);
        assertEquals(0, asked.size());
    }

    @Test
    void asksWhenMuchOfTheHeapIsGarbage() {
        watch.look(1400 * MB, 1000 * MB, 0);
        assertEquals(1, asked.size());
        asked.remove().run();
        assertEquals(1, collections);
    }

    @Test
    void asksAgainOnlyWhenOneIsOverAndASecondHasPassed() {
        watch.look(1400 * MB, 1000 * MB, 0);
        watch.look(1400 * MB, 1000 * MB, 5000);
        assertEquals(1, asked.size(), "one is under way");
        asked.remove().run();
        watch.look(1400 * MB, 1000 * MB, 999);
        assertEquals(0, asked.size(), "too soon");
        watch.look(1400 * MB, 1000 * MB, 1000);
        assertEquals(1, asked.size());
    }
}
