package dev.vedette.store.command;

/** Runs something later on the store's event loop; tests drive it with a virtual clock. */
public interface Timers {

    /** Runs {@code task} once after that many milliseconds (at least one). */
    Timer after(long delayMillis, Runnable task);

    /** A task that waits. */
    interface Timer {
        /** Does not run it, unless it already did. */
        void cancel();
    }
}
