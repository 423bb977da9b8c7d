package dev.vedette.store.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(
        value = OS.LINUX,
        architectures = {"amd64", "aarch64"})
class SchedulingTest {

    @Test
    void yieldingMakesTheCallingThreadNiceAndNoOther() throws Exception {
        int before = Scheduling.nice();
        List<Integer> nice = new ArrayList<>();
        run(() -> {
            Scheduling.yieldToOthers();
            nice.add(Scheduling.nice());
        });
        nice.add(Scheduling.nice());

        assertEquals(List.of(Math.max(Scheduling.BACKGROUND_NICE, before), before), nice);
    }

    @Test
    void yieldingTwiceIsYielding() throws Exception {
        List<Integer> nice = new ArrayList<>();
        run(() -> {
            Scheduling.yieldToOthers();
            Scheduling.yieldToOthers();
            nice.add(Scheduling.nice());
        });

        assertEquals(List.of(Math.max(Scheduling.BACKGROUND_NICE, Scheduling.nice())), nice);
    }

    @Test
    void whoAnswersSoonHasAShortSliceAndSoHaveItsThreads() throws Exception {
        long before = Scheduling.sliceNanos();
        assumeTrue(before > 0, "slices are chosen by threads from Linux 6.12 on");
        List<Long> slices = new ArrayList<>();
        run(() -> {
            Scheduling.answerSoon();
            slices.add(Scheduling.sliceNanos());
            run(() -> {
                slices.add(Scheduling.sliceNanos());
                Scheduling.yieldToOthers();
                slices.add(Scheduling.sliceNanos());
            });
        });
        slices.add(Scheduling.sliceNanos());

        assertEquals(
                List.of(
                        Scheduling.SHORT_SLICE_NANOS,
                        Scheduling.SHORT_SLICE_NANOS,
                        Scheduling.LONG_SLICE_NANOS,
                        before),
                slices);
    }

    private static void run(Runnable work) {
        Thread thread = Thread.ofPlatform().start(work);
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
