package dev.vedette.store.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Temporary files of this process that are being written. Who writes one removes it when that fails; a process that ends
 * in the midst of it has nobody left to do so, and asks here. Any thread.
 */
public final class UnfinishedFiles {

    private static final Set<Path> FILES = ConcurrentHashMap.newKeySet();

    private UnfinishedFiles() {}

    static void add(Path file) {
        FILES.add(file);
    }

    static void remove(Path file) {
        FILES.remove(file);
    }

    /** Removes all of them: the process ends now. */
    public static void removeAll() {
        for (Path file : FILES) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException left) {
                // It does no harm: nobody ever reads it.
            }
        }
    }
}
