package dev.vedette.launcher.family;

import dev.vedette.launcher.family.FamilyPlan.Node;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Brings a family up: the console, which needs no server, first, so that the others find a cluster that stands, where
 * members that begin at the same moment may each begin a cluster of their own; then the servers; the sentinels when the
 * servers answer, since they would take a master that does not answer yet for dead; then waits until all know one another.
 */
final class FamilyStart {

    private static final long LOOK_EVERY_MILLIS = 50;

    /** Hears how it goes. */
    interface Listener {
        /** A stage begins. */
        void begins(String stage);

        /** It is complete. */
        void complete();
    }

    /** Tells nobody. */
    static final Listener SILENT = new Listener() {
        @Override
        public void begins(String stage) {}

        @Override
        public void complete() {}
    };

    private final Family family;
    private final FamilyPlan plan;
    private final Readiness readiness;
    private final Listener listener;
    private final long deadlineNanos;
    private final CountDownLatch stop;

    /**
     * A start that has not begun.
     *
     * @param patience for the whole start
     * @param stop counted down when nobody wants the family any more
     */
    FamilyStart(Family family, FamilyPlan plan, Listener listener, Duration patience, CountDownLatch stop) {
        this.family = family;
        this.plan = plan;
        this.readiness = new Readiness(plan);
        this.listener = listener;
        this.deadlineNanos = System.nanoTime() + patience.toNanos();
        this.stop = stop;
    }

    /**
     * Starts all nodes, and waits.
     *
     * @return false when {@code stop} was counted down
     * @throws IOException when a node could not be started or has ended; the message tells all about it
     * @throws TimeoutException when patience was not enough; the message names the stage
     */
    boolean run() throws IOException, InterruptedException, TimeoutException {
        start(plan.consoles());
        if (plan.consolePort() != 0 && !await("cluster", readiness::consoleAnswers)) {
            return false;
        }
        start(plan.servers());
        if (!await("servers", readiness::serversAnswer)) {
            return false;
        }
        start(plan.sentinelNodes());
        return await("replication", () -> readiness.master().isPresent())
                && (plan.sentinels() == 0 || await("sentinels", readiness::sentinelsAgree))
                && (plan.consolePort() == 0 || await("console", readiness::consoleHearsAll));
    }

    private void start(List<Node> nodes) throws IOException {
        for (Node node : nodes) {
            family.start(node);
        }
    }

    private boolean await(String stage, BooleanSupplier ready)
            throws IOException, InterruptedException, TimeoutException {
        listener.begins(stage);
        while (!ready.getAsBoolean()) {
            for (Node node : plan.nodes()) {
                String end = family.end(node).orElse("");
                if (!end.isEmpty()) {
                    throw new IOException(end);
                }
            }
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new TimeoutException("Not ready in time: " + stage + ". The logs are in " + plan.directory());
            }
            if (stop.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                return false;
            }
        }
        listener.complete();
        return true;
    }
}
