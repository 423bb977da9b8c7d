package dev.vedette.launcher.log;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Brings java.util.logging, which Hazelcast writes to, into the process's log. */
public final class JulBridge extends Handler {

    /**
     * Warnings of Hazelcast about what is usual while members come and go: it retries by itself, several members on one
     * machine have ports side by side on purpose, and that a member is gone is said by MembershipManager.
     */
    private static final List<String> USUAL =
            List.of("ClusterTopologyChangedException", "Some of the ports seem occupied");

    private static final String CONNECTIONS = "com.hazelcast.internal.server.tcp.";

    private final SimpleFormatter formatter = new SimpleFormatter();

    private JulBridge() {}

    /** Takes the place of java.util.logging's own handlers; a second call does nothing. */
    public static synchronized void install() {
        Logger root = LogManager.getLogManager().getLogger("");
        for (Handler handler : root.getHandlers()) {
            if (handler instanceof JulBridge) {
                return;
            }
            root.removeHandler(handler);
        }
        root.addHandler(new JulBridge());
        root.setLevel(java.util.logging.Level.INFO);
    }

    @Override
    public void publish(LogRecord record) {
        Level level = level(record.getLevel().intValue());
        if (!ProcessLog.target().isLoggable(level)) {
            return;
        }
        String text = formatter.formatMessage(record).strip();
        String logger = String.valueOf(record.getLoggerName());
        boolean usual = logger.startsWith(CONNECTIONS) || USUAL.stream().anyMatch(text::contains);
        if (level == Level.WARNING && usual) {
            level = Level.DEBUG;
        }
        String message = ProcessLog.named(logger, text);
        ProcessLog.target().log(level, message.replace("\n", " | "), record.getThrown());
    }

    /** What a library tells of its own accord is verbose to us; its warnings are warnings. */
    private static Level level(int value) {
        if (value >= java.util.logging.Level.WARNING.intValue()) {
            return Level.WARNING;
        }
        return value >= java.util.logging.Level.INFO.intValue() ? Level.DEBUG : Level.TRACE;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
