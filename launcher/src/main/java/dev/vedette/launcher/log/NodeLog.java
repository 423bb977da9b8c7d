package dev.vedette.launcher.log;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.text.MessageFormat;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * The log of one node: {@code pid:role dd Mon yyyy HH:MM:SS.mmm level message}, a line per call, to standard output or
 * appended to a file that is opened for each line (so that a rotated file is left alone).
 *
 * <p>The levels are Redis's: TRACE is debug {@code .}, DEBUG is verbose {@code -}, INFO is notice {@code *}, WARNING
 * and ERROR are warning {@code #}. The role is {@code C} until the node knows what it is, then {@code M} for a master,
 * {@code S} for a replica, {@code X} for a sentinel, {@code W} for the web console.
 *
 * <p>Thread safe. A line that cannot be written is lost: the log must not stop the node.
 */
public final class NodeLog implements System.Logger {

    private static final String[] MONTHS = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    };

    private final String name;
    private final long pid = ProcessHandle.current().pid();
    private final Object writing = new Object();
    private volatile Level threshold = Level.INFO;
    private volatile char role = 'C';
    private volatile @Nullable Path file;

    /**
     * A log that writes to standard output.
     *
     * @param node names the logger, {@code vedette.<node>}
     */
    public NodeLog(String node) {
        this.name = "vedette." + node;
    }

    /** Writes to this file from now on; null is standard output. */
    public void writeTo(@Nullable Path logFile) {
        file = logFile;
    }

    /** Sets what is written, as the directive {@code loglevel} says it. */
    public void setLevel(String loglevel) {
        threshold = switch (loglevel) {
            case "debug" -> Level.TRACE;
            case "verbose" -> Level.DEBUG;
            case "notice" -> Level.INFO;
            default -> Level.WARNING;
        };
    }

    /** Sets the letter after the process id: {@code M}, {@code S}, {@code X}, {@code W} or {@code C}. */
    public void setRole(char letter) {
        role = letter;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean isLoggable(Level level) {
        return level != Level.OFF && level.getSeverity() >= threshold.getSeverity();
    }

    @Override
    public void log(
            Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable thrown) {
        if (!isLoggable(level)) {
            return;
        }
        write(line(level, String.valueOf(message)));
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            write(line(level, cause.toString()));
            for (StackTraceElement frame : cause.getStackTrace()) {
                write(line(level, "    at " + frame));
            }
        }
    }

    @Override
    public void log(
            Level level,
            @Nullable ResourceBundle bundle,
            @Nullable String format,
            @Nullable Object @Nullable ... arguments) {
        if (isLoggable(level)) {
            boolean plain = arguments == null || arguments.length == 0 || format == null;
            write(line(level, plain ? String.valueOf(format) : MessageFormat.format(format, arguments)));
        }
    }

    /** Writes text as it is, without time and level, whatever the threshold. */
    public void raw(String text) {
        write(text);
    }

    private String line(Level level, String message) {
        ZonedDateTime now = Instant.now().atZone(ZoneId.systemDefault());
        StringBuilder line = new StringBuilder(48 + message.length());
        line.append(pid).append(':').append(role).append(' ');
        two(line, now.getDayOfMonth())
                .append(' ')
                .append(MONTHS[now.getMonthValue() - 1])
                .append(' ');
        line.append(now.getYear()).append(' ');
        two(line, now.getHour()).append(':');
        two(line, now.getMinute()).append(':');
        two(line, now.getSecond()).append('.');
        int millis = now.getNano() / 1_000_000;
        line.append((char) ('0' + millis / 100));
        two(line, millis % 100).append(' ').append(sign(level)).append(' ');
        return line.append(message).append('\n').toString();
    }

    private static StringBuilder two(StringBuilder line, int number) {
        return line.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }

    private static char sign(Level level) {
        return switch (level) {
            case ALL, TRACE -> '.';
            case DEBUG -> '-';
            case INFO -> '*';
            case WARNING, ERROR, OFF -> '#';
        };
    }

    private void write(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Path target = file;
        synchronized (writing) {
            try {
                if (target == null) {
                    StandardOutput.STREAM.write(bytes);
                } else {
                    try (OutputStream out =
                            Files.newOutputStream(target, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                        out.write(bytes);
                    }
                }
            } catch (IOException lost) {
                // Disk full or a closed pipe: there is nowhere left to say so.
            }
        }
    }

    /** File descriptor 1, unbuffered: one system call per line. */
    private static final class StandardOutput {
        static final FileOutputStream STREAM = new FileOutputStream(java.io.FileDescriptor.out);
    }
}
