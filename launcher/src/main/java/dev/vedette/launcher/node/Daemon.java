package dev.vedette.launcher.node;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code daemonize yes}. A JVM cannot fork, so the process starts its like, in a session of its own and without a
 * terminal, and ends; the one started knows by an environment variable that it is the daemon.
 */
public final class Daemon {

    private static final String MARK = "VEDETTE_DAEMON";

    private Daemon() {}

    /** Whether this process is the one in the background. */
    public static boolean isRunning() {
        return System.getenv(MARK) != null;
    }

    /**
     * Starts this process's command line once more, in the background.
     *
     * @return the status with which this process should end
     */
    public static int start(System.Logger log) {
        try {
            start();
            return 0;
        } catch (IOException e) {
            log.log(System.Logger.Level.WARNING, "Can't run in the background: " + e.getMessage());
            return 1;
        }
    }

    private static void start() throws IOException {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            command.add("/usr/bin/setsid");
        }
        String[] words = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.UTF_8)
                .split("\0", -1);
        command.addAll(List.of(words).subList(0, words.length - 1));
        command.set(
                command.indexOf(words[0]),
                Path.of("/proc/self/exe").toRealPath().toString());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put(MARK, "yes");
        builder.redirectInput(new File("/dev/null"))
                .redirectOutput(new File("/dev/null"))
                .redirectError(new File("/dev/null"))
                .start();
    }
}
