package dev.vedette.launcher.node;

import dev.vedette.store.config.ConfigRewriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file that holds the process id while the node runs. */
final class PidFile {

    private PidFile() {}

    /** Writes it; as in Redis a failure is only logged. */
    static void create(Path file, System.Logger log) {
        try {
            Files.writeString(file, ProcessHandle.current().pid() + "\n");
        } catch (IOException e) {
            log.log(System.Logger.Level.WARNING, "Failed to write PID file " + file + ": " + ConfigRewriter.reason(e));
        }
    }

    static void remove(Path file, System.Logger log) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.log(System.Logger.Level.WARNING, "Failed to remove PID file " + file + ": " + ConfigRewriter.reason(e));
        }
    }
}
