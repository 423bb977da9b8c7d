package dev.vedette.store.snapshot;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** An event loop that runs when a test says so, real workers, a clock that stands still, a log that remembers. */
final class TestWorkplace {

    private static final long PATIENCE_SECONDS = 60;

    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    final List<String> lines = new ArrayList<>();
    long nowMillis = 1_700_000_000_000L;

    final Workplace workplace = new Workplace(
            tasks::add,
            task -> Thread.ofVirtual().start(task),
            (millis, task) -> tasks.add(task),
            () -> nowMillis,
            () -> 1_000_000,
            4711,
            new System.Logger() {
                @Override
                public String getName() {
                    return "test";
                }

                @Override
                public boolean isLoggable(Level level) {
                    return true;
                }

                @Override
                public void log(Level level, ResourceBundle bundle, String text, Throwable thrown) {
                    add(level + " " + text + " " + thrown);
                }

                @Override
                public void log(Level level, ResourceBundle bundle, String text, Object... params) {
                    add(level + " " + text);
                }
            });

    private void add(String line) {
        synchronized (lines) {
            lines.add(line);
        }
    }

    /** Whether that was logged. */
    boolean logged(String part) {
        synchronized (lines) {
            return lines.stream().anyMatch(line -> line.contains(part));
        }
    }

    /** Runs one task if there is one. */
    boolean turn() {
        Runnable task = tasks.poll();
        if (task == null) {
            return false;
        }
        task.run();
        return true;
    }

    /** Runs tasks until that holds. */
    void until(BooleanSupplier done) {
        try {
            while (!done.getAsBoolean()) {
                Runnable task = tasks.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (task == null) {
                    throw new AssertionError("nothing happens any more; log: " + lines);
                }
                task.run();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stopped);
        }
    }
}
