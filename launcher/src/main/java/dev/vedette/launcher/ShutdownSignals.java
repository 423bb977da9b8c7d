package dev.vedette.launcher;

import dev.vedette.launcher.node.Signals;
import io.vertx.core.Future;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * SIGTERM and SIGINT: the first one begins an orderly shutdown, a SIGINT while that goes on ends the process at once
 * with status 1, other signals then are ignored.
 */
final class ShutdownSignals {

    private final System.Logger log;
    private final Supplier<Future<Void>> shutdown;
    private final AtomicInteger received = new AtomicInteger();

    private ShutdownSignals(System.Logger log, Supplier<Future<Void>> shutdown) {
        this.log = log;
        this.shutdown = shutdown;
    }

    /**
     * Reacts from now on.
     *
     * @param shutdown called at most once, on a thread of the JVM's; the process ends with status 0 when its future
     *     succeeds, with 1 when it fails
     */
    static void handle(System.Logger log, Supplier<Future<Void>> shutdown) {
        Signals.handle(new ShutdownSignals(log, shutdown)::received, "TERM", "INT");
    }

    private void received(String signal) {
        if (received.incrementAndGet() > 1) {
            if (signal.equals("INT")) {
                log.log(Level.WARNING, "You insist... exiting now.");
                ProcessEnd.exit(1);
            }
            return;
        }
        log.log(Level.WARNING, "Received SIG" + signal + " scheduling shutdown...");
        shutdown.get().onComplete(done -> ProcessEnd.exit(done.succeeded() ? 0 : 1));
    }
}
