package dev.vedette.launcher;

import dev.vedette.launcher.node.Signals;
import io.vertx.core.Future;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * SIGTERM and SIGINT: the first one begins an orderly shutdown, a SIGINT while that goes on ends the process at once
 * with status 1, other signals then are ignored.
 */
final class ShutdownSignals {

    private final System.Logger log;
    private final Function<String, Future<Void>> shutdown;
    private final AtomicInteger received = new AtomicInteger();

    private ShutdownSignals(System.Logger log, Function<String, Future<Void>> shutdown) {
        this.log = log;
        this.shutdown = shutdown;
    }

    /**
     * Reacts from now on.
     *
     * @param shutdown called with the signal's name on a thread of the JVM's; the process ends with status 0 when its
     *     future succeeds, and goes on when it fails
     */
    static void handle(System.Logger log, Function<String, Future<Void>> shutdown) {
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
        shutdown.apply(signal).onSuccess(done -> ProcessEnd.exit(0)).onFailure(refused -> {
            received.set(0);
            log.log(Level.WARNING, "SIG" + signal + " received but " + refused.getMessage());
        });
    }
}
