package dev.vedette.store;

import dev.vedette.store.command.Timers;
import io.vertx.core.Vertx;

/** Timers on the event loop of the verticle that makes them. */
final class VertxTimers implements Timers {

    private final Vertx vertx;

    VertxTimers(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public Timer after(long delayMillis, Runnable task) {
        long id = vertx.setTimer(Math.max(1, delayMillis), fired -> task.run());
        return () -> vertx.cancelTimer(id);
    }
}
