package dev.vedette.launcher.log;

import io.netty.util.internal.logging.AbstractInternalLogger;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** Netty's warnings and errors. What it says below that is about Netty, not about the node, and is dropped. */
final class NettyLogger extends AbstractInternalLogger {

    private static final long serialVersionUID = 1L;

    static final InternalLoggerFactory FACTORY = new InternalLoggerFactory() {
        @Override
        protected InternalLogger newInstance(String name) {
            return new NettyLogger(name);
        }
    };

    private NettyLogger(String name) {
        super(name);
    }

    private void log(Object message, @Nullable Throwable thrown) {
        ProcessLog.target().log(Level.WARNING, ProcessLog.named(name(), message), thrown);
    }

    private static String filled(String format, Object... arguments) {
        StringBuilder text = new StringBuilder();
        int from = 0;
        for (Object argument : arguments) {
            int hole = format.indexOf("{}", from);
            if (hole < 0) {
                break;
            }
            text.append(format, from, hole).append(argument);
            from = hole + 2;
        }
        return text.append(format, from, format.length()).toString();
    }

    private static @Nullable Throwable thrownIn(Object... arguments) {
        return arguments.length > 0 && arguments[arguments.length - 1] instanceof Throwable thrown ? thrown : null;
    }

    @Override
    public boolean isTraceEnabled() {
        return false;
    }

    @Override
    public void trace(String message) {}

    @Override
    public void trace(String format, Object argument) {}

    @Override
    public void trace(String format, Object first, Object second) {}

    @Override
    public void trace(String format, Object... arguments) {}

    @Override
    public void trace(String message, Throwable thrown) {}

    @Override
    public boolean isDebugEnabled() {
        return false;
    }

    @Override
    public void debug(String message) {}

    @Override
    public void debug(String format, Object argument) {}

    @Override
    public void debug(String format, Object first, Object second) {}

    @Override
    public void debug(String format, Object... arguments) {}

    @Override
    public void debug(String message, Throwable thrown) {}

    @Override
    public boolean isInfoEnabled() {
        return false;
    }

    @Override
    public void info(String message) {}

    @Override
    public void info(String format, Object argument) {}

    @Override
    public void info(String format, Object first, Object second) {}

    @Override
    public void info(String format, Object... arguments) {}

    @Override
    public void info(String message, Throwable thrown) {}

    @Override
    public boolean isWarnEnabled() {
        return true;
    }

    @Override
    public void warn(String message) {
        log(message, null);
    }

    @Override
    public void warn(String format, Object argument) {
        log(filled(format, argument), thrownIn(argument));
    }

    @Override
    public void warn(String format, Object first, Object second) {
        log(filled(format, first, second), thrownIn(second));
    }

    @Override
    public void warn(String format, Object... arguments) {
        log(filled(format, arguments), thrownIn(arguments));
    }

    @Override
    public void warn(String message, Throwable thrown) {
        log(message, thrown);
    }

    @Override
    public boolean isErrorEnabled() {
        return true;
    }

    @Override
    public void error(String message) {
        log(message, null);
    }

    @Override
    public void error(String format, Object argument) {
        log(filled(format, argument), thrownIn(argument));
    }

    @Override
    public void error(String format, Object first, Object second) {
        log(filled(format, first, second), thrownIn(second));
    }

    @Override
    public void error(String format, Object... arguments) {
        log(filled(format, arguments), thrownIn(arguments));
    }

    @Override
    public void error(String message, Throwable thrown) {
        log(message, thrown);
    }
}
