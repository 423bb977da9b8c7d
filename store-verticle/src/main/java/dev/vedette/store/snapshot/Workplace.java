package dev.vedette.store.snapshot;

import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * What saving and loading need of the process around them.
 *
 * @param loop runs a task on the store's event loop, later; may be called from any thread, keeps the order
 * @param workers runs a task on a thread of its own: tasks wait for disks and for slow receivers, up to one for each
 *     snapshot and load in progress, so they must not keep one another from running
 * @param later runs a task on the event loop after so many milliseconds; called on the event loop
 * @param wallMillis the wall clock
 * @param usedMemoryBytes what INFO calls used_memory
 * @param pid process id, for names of temporary files and log lines
 * @param log where Redis's log lines go; from any thread
 */
public record Workplace(
        Executor loop,
        Executor workers,
        Later later,
        LongSupplier wallMillis,
        LongSupplier usedMemoryBytes,
        long pid,
        System.Logger log) {

    /** A timer of the event loop. */
    @FunctionalInterface
    public interface Later {
        /** Runs the task once after that many milliseconds, at least one. */
        void after(long delayMillis, Runnable task);
    }
}
