package dev.vedette.launcher.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.launcher.nodes.Servers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Five servers, replicas of each other in a tree, while links are cut, servers end and start, follow others, stand still
 * and change places. In the end all hold the same, and every write that the history which survived has ever held. Seeds
 * that are even let some of the servers be Redis's.
 *
 * <p>{@code -Dvedette.tree.seeds=17,18} chooses the seeds.
 */
class TreeIT {

    private static final String SEEDS = "vedette.tree.seeds";

    @AutoClose
    private final Servers servers;

    TreeIT(@TempDir Path folder) {
        servers = new Servers(folder);
    }

    static LongStream seeds() {
        return Arrays.stream(System.getProperty(SEEDS, "1,2").split(",", -1)).mapToLong(Long::parseLong);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void allAreTheSameInTheEnd(long seed) throws Exception {
        TreePlan plan = TreePlan.of(seed);
        try (Tree tree = new Tree(servers, plan.makers(), seed)) {
            for (TreePlan.Step step : plan.steps()) {
                tree.take(step);
            }
            tree.settle();
        } catch (Exception | AssertionError e) {
            throw new AssertionError("-D" + SEEDS + "=" + seed + " " + plan + "\n" + e.getMessage(), e);
        }
    }

    @Test
    void aSeedIsAPlan() {
        for (long seed = 0; seed < 100; seed++) {
            assertEquals(TreePlan.of(seed), TreePlan.of(seed));
        }
    }

    @Test
    void noServerIsAskedWhileItStandsStill() {
        for (long seed = 0; seed < 1000; seed++) {
            TreePlan plan = TreePlan.of(seed);
            int[] masters = new int[TreePlan.SERVERS];
            int master = 0;
            int frozen = -1;
            for (TreePlan.Step step : plan.steps()) {
                int asked = -1;
                switch (step instanceof TreePlan.Step.Quietly quietly ? quietly.step() : step) {
                    case TreePlan.Step.Cut cut -> asked = cut.atMaster() ? masters[cut.replica()] : cut.replica();
                    case TreePlan.Step.Move move -> {
                        asked = move.replica();
                        masters[move.replica()] = move.master();
                    }
                    case TreePlan.Step.Promote promote -> {
                        asked = promote.replica();
                        masters[master] = promote.replica();
                        master = promote.replica();
                    }
                    case TreePlan.Step.Restart restart -> asked = restart.server();
                    case TreePlan.Step.Kill kill -> asked = kill.replica();
                    case TreePlan.Step.Freeze freeze -> frozen = freeze.replica();
                    case TreePlan.Step.Thaw thaw -> frozen = -1;
                    default -> {}
                }
                assertTrue(asked < 0 || asked != frozen, "seed " + seed);
            }
        }
    }
}
