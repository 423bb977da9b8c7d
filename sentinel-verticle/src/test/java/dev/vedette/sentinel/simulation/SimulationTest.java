package dev.vedette.sentinel.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Thousands of random lives. {@code -Dvedette.sim.seeds=100000} runs more, {@code -Dvedette.sim.first=N} others, {@code
 * -Dvedette.sim.seed=N} (or {@code make sim SEED=N}) that one alone, with its transcript on standard output.
 */
@Execution(ExecutionMode.SAME_THREAD)
class SimulationTest {

    private static final int FAILURES_SHOWN_MAX = 20;

    /** What became of some lives. */
    private record Outcome(long elections, long promotions, long losses, List<String> failures) {}

    @Test
    void everyLifeKeepsTheInvariantsAndComesToRest() throws InterruptedException, ExecutionException {
        Long one = Long.getLong("vedette.sim.seed");
        if (one != null) {
            replay(one);
            return;
        }
        long first = Long.getLong("vedette.sim.first", 1);
        long seeds = Long.getLong("vedette.sim.seeds", 10_000);
        Outcome outcome = live(first, seeds);
        assertTrue(
                outcome.failures.isEmpty(),
                outcome.failures.size() + " of " + seeds + " lives failed; replay one with make sim SEED=N\n"
                        + String.join(
                                "\n",
                                outcome.failures.stream()
                                        .limit(FAILURES_SHOWN_MAX)
                                        .toList()));
        // A simulation in which nothing happens proves nothing.
        assertTrue(outcome.elections > seeds / 4, "only " + outcome.elections + " elections in " + seeds + " lives");
        assertTrue(outcome.promotions > seeds / 4, "only " + outcome.promotions + " promotions in " + seeds + " lives");
        assertTrue(outcome.losses > seeds / 4, "only " + outcome.losses + " losses of data in " + seeds + " lives");
    }

    /** Each processor takes the next life; they share nothing. */
    private static Outcome live(long first, long seeds) throws InterruptedException, ExecutionException {
        AtomicLong next = new AtomicLong(first);
        int threads = Runtime.getRuntime().availableProcessors();
        List<Future<Outcome>> parts = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            for (int i = 0; i < threads; i++) {
                parts.add(executor.submit(() -> liveOneAfterTheOther(next, first + seeds)));
            }
        }
        long elections = 0;
        long promotions = 0;
        long losses = 0;
        List<String> failures = new ArrayList<>();
        for (Future<Outcome> part : parts) {
            elections += part.get().elections;
            promotions += part.get().promotions;
            losses += part.get().losses;
            failures.addAll(part.get().failures);
        }
        return new Outcome(elections, promotions, losses, failures);
    }

    private static Outcome liveOneAfterTheOther(AtomicLong next, long end) {
        long elections = 0;
        long promotions = 0;
        long losses = 0;
        List<String> failures = new ArrayList<>();
        for (long seed = next.getAndIncrement(); seed < end; seed = next.getAndIncrement()) {
            Chaos chaos = new Chaos(seed, false);
            try {
                chaos.run();
            } catch (AssertionError | RuntimeException broken) {
                failures.add("seed " + seed + ": " + broken);
            }
            elections += chaos.world().invariants.elections;
            promotions += chaos.world().invariants.promotions;
            losses += chaos.world().invariants.losses;
        }
        return new Outcome(elections, promotions, losses, failures);
    }

    private static void replay(long seed) {
        Chaos chaos = new Chaos(seed, true);
        try {
            chaos.run();
        } finally {
            System.out.println(chaos.transcript());
        }
    }
}
