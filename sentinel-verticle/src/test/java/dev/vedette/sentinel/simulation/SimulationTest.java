package dev.vedette.sentinel.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Thousands of random lives. {@code -Dvedette.sim.seeds=10000} runs more, {@code -Dvedette.sim.first=N} others, {@code
 * -Dvedette.sim.seed=N} that one alone, with its transcript on standard output.
 */
@Execution(ExecutionMode.SAME_THREAD)
class SimulationTest {

    @Test
    void everyLifeKeepsTheInvariantsAndComesToRest() {
        Long one = Long.getLong("vedette.sim.seed");
        if (one != null) {
            replay(one);
            return;
        }
        long first = Long.getLong("vedette.sim.first", 1);
        long seeds = Long.getLong("vedette.sim.seeds", 2000);
        long elections = 0;
        long promotions = 0;
        long failures = 0;
        StringBuilder report = new StringBuilder();
        for (long seed = first; seed < first + seeds; seed++) {
            Chaos chaos = new Chaos(seed, false);
            try {
                chaos.run();
            } catch (AssertionError | RuntimeException broken) {
                failures++;
                if (failures <= 20) {
                    report.append("\nseed ").append(seed).append(": ").append(broken);
                }
            }
            elections += chaos.world().invariants.elections;
            promotions += chaos.world().invariants.promotions;
        }
        assertTrue(
                failures == 0,
                failures + " of " + seeds + " lives failed; replay one with -Dvedette.sim.seed=N" + report);
        // A simulation in which nothing happens proves nothing.
        assertTrue(elections > seeds / 4, "only " + elections + " elections in " + seeds + " lives");
        assertTrue(promotions > seeds / 4, "only " + promotions + " promotions in " + seeds + " lives");
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
