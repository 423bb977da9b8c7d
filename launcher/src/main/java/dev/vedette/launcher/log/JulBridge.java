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
     * Who in Hazelcast warns of what is usual while members come and go: connections end, and operations that were on
     * their way to a member are tried again. That the member is gone is said by MembershipManager.
     */
    private static final List<String> USUAL_LOGGERS =
            List.of("com.hazelcast.internal.server.tcp.", "com.hazelcast.spi.impl.");

    /** Likewise; and several members on one machine have ports side by side on purpose. */
    private static final List<String> USUAL_WORDS =
            List.of("ClusterTopologyChangedException", "Some of the ports seem occupied");

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
        boolean usual = USUAL_LOGGERS.stream().anyMatch(logger::startsWith)
                || USUAL_WORDS.stream().anyMatch(text::contains);
        if (level == Level.WARNING && usual) {
            level = Level.DEBUG;
        }
        Throwable thrown = record.getThrown();
        String message = ProcessLog.named(logger, thrown == null ? text : text + ": " + thrown);
        ProcessLog.target().log(level, message.replace("\n", " | "));
        if (thrown != null) {
            ProcessLog.target().log(Level.TRACE, "Its stack", thrown);
        }
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
