package dev.vedette.launcher;

import dev.vedette.launcher.node.RehearsalFolder;
import dev.vedette.store.snapshot.UnfinishedFiles;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** How a program ends, and the only thing that ever writes to standard error. */
final class ProcessEnd {

    private ProcessEnd() {}

    /**
     * Ends the process at once, without the JVM's own shutdown work. Never returns; declared to, so that a caller can
     * say {@code throw exit(1)}.
     */
    static IllegalStateException exit(int status) {
        RehearsalFolder.removeAll();
        if (Boolean.getBoolean("vedette.training")) {
            System.exit(status); // The JVM writes its AOT cache on an orderly exit only.
        }
        UnfinishedFiles.removeAll();
        Runtime.getRuntime().halt(status);
        return new IllegalStateException("halted");
    }

    /**
     * Writes to standard error.
     *
     * @param text one byte per char
     */
    static void standardError(String text) {
        try (FileOutputStream out = new FileOutputStream(FileDescriptor.err)) {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException lost) {
            // Closed by the caller: the exit status still tells.
        }
    }
}
