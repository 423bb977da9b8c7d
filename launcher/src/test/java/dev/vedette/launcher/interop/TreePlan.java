package dev.vedette.launcher.interop;

import dev.vedette.launcher.nodes.Maker;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What is done to a tree of replicas, decided by a seed alone: the same seed, the same plan, whatever comes of it.
 *
 * @param makers whose program each server is; number 0 is the master to begin with
 * @param steps what is done, in this order
 */
record TreePlan(List<Maker> makers, List<Step> steps) {

    /** Servers of a tree. */
    static final int SERVERS = 5;

    private static final int STEPS = 20;
    private static final int COMMANDS_MAX = 600;

    /** One thing that is done; servers by number. */
    sealed interface Step {
        /** So many commands go to the master; the answers are waited for later. */
        record Write(int commands) implements Step {}

        /** A replica's link to its master is cut, at either end. */
        record Cut(int replica, boolean atMaster) implements Step {}

        /** A replica follows another one of the tree, none of those below it. */
        record Move(int replica, int master) implements Step {}

        /** A server saves its data, ends and starts again. */
        record Restart(int server) implements Step {}

        /** A replica is killed and starts again with what it saved last, or with nothing. */
        record Kill(int replica) implements Step {}

        /** A replica becomes the master, and the old master its replica. */
        record Promote(int replica) implements Step {}

        /** A replica stands still for a while. */
        record Freeze(int replica) implements Step {}

        /** It goes on. */
        record Thaw(int replica) implements Step {}

        /** Everybody is waited for; then this is done, for which nobody may need all data anew. */
        record Quietly(Step step) implements Step {}
    }

    static TreePlan of(long seed) {
        return new Planner(seed).plan();
    }

    /** Knows who follows whom while the plan is made. */
    private static final class Planner {
        private final Random random;
        private final boolean mixed;
        private final int[] masters = new int[SERVERS];
        private int master;
        private int frozen = -1;

        Planner(long seed) {
            random = new Random(seed);
            mixed = seed % 2 == 0;
        }

        TreePlan plan() {
            List<Maker> makers = new ArrayList<>();
            for (int i = 0; i < SERVERS; i++) {
                makers.add(mixed && random.nextInt(5) < 2 ? Maker.REDIS : Maker.VEDETTE);
            }
            List<Step> steps = new ArrayList<>();
            steps.add(new Step.Move(1, 0));
            for (int i = 2; i < SERVERS; i++) {
                steps.add(move(i, random.nextInt(i)));
            }
            while (steps.size() < STEPS) {
                if (random.nextInt(3) > 0) {
                    steps.add(new Step.Write(1 + random.nextInt(COMMANDS_MAX)));
                }
                steps.add(fault());
            }
            if (frozen >= 0) {
                steps.add(new Step.Thaw(frozen));
            }
            return new TreePlan(List.copyOf(makers), List.copyOf(steps));
        }

        private Step fault() {
            if (frozen >= 0 && random.nextInt(2) == 0) {
                int thawed = frozen;
                frozen = -1;
                return new Step.Thaw(thawed);
            }
            int replica = anyReplica();
            boolean quietly = frozen < 0 && random.nextInt(2) == 0;
            return switch (random.nextInt(10)) {
                case 0, 1 -> quietly(quietly, cut(replica, random.nextBoolean()));
                case 2, 3 -> quietly(quietly, move(replica, anyNotBelow(replica)));
                case 4 -> quietly(quietly && isLeaf(replica), new Step.Restart(replica));
                case 5 -> new Step.Restart(frozen < 0 ? master : replica);
                case 6 -> new Step.Kill(replica);
                case 7, 8 -> quietly(quietly, promote(replica));
                default -> frozen < 0 ? freeze(replica) : cut(replica, true);
            };
        }

        private static Step quietly(boolean yes, Step step) {
            return yes ? new Step.Quietly(step) : step;
        }

        /** A master that stands still cannot be asked to cut the link. */
        private Step cut(int replica, boolean atMaster) {
            return new Step.Cut(replica, atMaster && masters[replica] != frozen);
        }

        private Step move(int replica, int to) {
            masters[replica] = to;
            return new Step.Move(replica, to);
        }

        private Step promote(int replica) {
            masters[master] = replica;
            master = replica;
            return new Step.Promote(replica);
        }

        private Step freeze(int replica) {
            frozen = replica;
            return new Step.Freeze(replica);
        }

        private int anyReplica() {
            return any(IntStream.range(0, SERVERS).filter(i -> i != master && i != frozen));
        }

        private int anyNotBelow(int replica) {
            return any(IntStream.range(0, SERVERS).filter(i -> !isBelow(i, replica)));
        }

        private int any(IntStream those) {
            int[] all = those.toArray();
            return all[random.nextInt(all.length)];
        }

        /** Whether a server is that one, or gets the stream by way of it. */
        private boolean isBelow(int server, int above) {
            int at = server;
            while (at != above && at != master) {
                at = masters[at];
            }
            return at == above;
        }

        private boolean isLeaf(int replica) {
            return IntStream.range(0, SERVERS).noneMatch(i -> i != master && masters[i] == replica);
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(makers.toString());
        for (Step step : steps) {
            text.append("\n  ").append(step);
        }
        return text.toString();
    }
}
