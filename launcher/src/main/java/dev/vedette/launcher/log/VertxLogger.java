package dev.vedette.launcher.log;

import io.vertx.core.spi.logging.LogDelegate;
import io.vertx.core.spi.logging.LogDelegateFactory;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** Vert.x's messages: its info is Redis's verbose, because a start of the server says nothing about Vert.x. */
final class VertxLogger implements LogDelegate {

    /** Named in a system property and made by Vert.x. */
    public static final class Factory implements LogDelegateFactory {
        /** Called by reflection. */
        public Factory() {}

        @Override
        public boolean isAvailable() {
            return true;
        }

        @Override
        public LogDelegate createDelegate(String name) {
            return new VertxLogger(name);
        }
    }

    private final String name;

    private VertxLogger(String name) {
        this.name = name;
    }

    @Override
    public String implementation() {
        return "vedette";
    }

    @Override
    public boolean isWarnEnabled() {
        return ProcessLog.target().isLoggable(Level.WARNING);
    }

    @Override
    public boolean isInfoEnabled() {
        return ProcessLog.target().isLoggable(Level.DEBUG);
    }

    @Override
    public boolean isDebugEnabled() {
        return false;
    }

    @Override
    public boolean isTraceEnabled() {
        return false;
    }

    @Override
    public void error(Object message) {
        log(Level.WARNING, message, null);
    }

    @Override
    public void error(Object message, Throwable thrown) {
        log(Level.WARNING, message, thrown);
    }

    @Override
    public void warn(Object message) {
        log(Level.WARNING, message, null);
    }

    @Override
    public void warn(Object message, Throwable thrown) {
        log(Level.WARNING, message, thrown);
    }

    @Override
    public void info(Object message) {
        log(Level.DEBUG, message, null);
    }

    @Override
    public void info(Object message, Throwable thrown) {
        log(Level.DEBUG, message, thrown);
    }

    @Override
    public void debug(Object message) {
        // Far below what an operator asks for with loglevel debug.
    }

    @Override
    public void debug(Object message, Throwable thrown) {
        debug(message);
    }

    @Override
    public void trace(Object message) {
        debug(message);
    }

    @Override
    public void trace(Object message, Throwable thrown) {
        debug(message);
    }

    private void log(Level level, Object message, @Nullable Throwable thrown) {
        ProcessLog.target().log(level, ProcessLog.named(name, message), thrown);
    }
}
