package dev.vedette.sentinel;

import dev.vedette.sentinel.config.ConfigReader;
import dev.vedette.sentinel.config.SentinelConfig;
import io.vertx.core.Vertx;
import java.io.PrintStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.text.MessageFormat;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * One sentinel as a process of its own, without the launcher: {@code SentinelProcess CONF [--sentinel]}. Lets the
 * suites of other Sentinels run against this module alone.
 */
public final class SentinelProcess {

    private SentinelProcess() {}

    /** Runs until somebody asks for SHUTDOWN. */
    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[0]).toAbsolutePath();
        ConfigReader.Outcome outcome = ConfigReader.read(Files.readString(file), "", Path.of(""));
        if (outcome instanceof ConfigReader.Outcome.Refused refused) {
            System.err.print(refused.error().message());
            System.exit(1);
            return;
        }
        SentinelConfig config = ((ConfigReader.Outcome.Read) outcome).config();
        Log log = new Log(config.directory(), config.logfile());
        Vertx vertx = Vertx.vertx();
        SentinelOptions options = new SentinelOptions(
                config, file, "SentinelProcess", status -> Runtime.getRuntime().halt(status));
        vertx.deployVerticle(new SentinelVerticle(options, log, null)).onFailure(failure -> {
            log.log(Level.WARNING, String.valueOf(failure.getMessage()));
            System.exit(1);
        });
    }

    /** Lines as redis-sentinel writes them, without the date. */
    record Log(Path directory, String file) implements Logger {

        @Override
        public String getName() {
            return "sentinel";
        }

        @Override
        public boolean isLoggable(Level level) {
            return level.getSeverity() >= Level.INFO.getSeverity();
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable thrown) {
            write(level, message + (thrown == null ? "" : " " + thrown));
            if (thrown != null) {
                thrown.printStackTrace(System.out);
            }
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, @Nullable String format, @Nullable Object... values) {
            String pattern = String.valueOf(format);
            write(level, values == null || values.length == 0 ? pattern : MessageFormat.format(pattern, values));
        }

        private void write(Level level, String text) {
            if (!isLoggable(level)) {
                return;
            }
            String line = ProcessHandle.current().pid() + ":X " + java.time.LocalTime.now(java.time.ZoneOffset.UTC)
                    + " " + (level == Level.INFO ? "*" : "#") + " " + text + "\n";
            try {
                if (file.isEmpty()) {
                    PrintStream out = System.out;
                    out.print(line);
                    out.flush();
                } else {
                    Files.writeString(
                            directory.resolve(file), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                }
            } catch (java.io.IOException lost) {
                // A line less in a test's log.
            }
        }
    }
}
