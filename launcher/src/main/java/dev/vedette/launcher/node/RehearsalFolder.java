package dev.vedette.launcher.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The temporary folder of a {@link Rehearsal}. It goes by {@link #close}, at the latest with the process; one of a process
 * that was killed goes when another one is made.
 */
public final class RehearsalFolder implements AutoCloseable {

    private static final String NAME = "vedette-rehearsal";
    /** Much longer than any rehearsal lasts. */
    private static final Duration FORGOTTEN = Duration.ofMinutes(10);

    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path path;

    private RehearsalFolder(Path path) {
        this.path = path;
    }

    /** A new one in that folder, from which forgotten ones are removed. */
    static RehearsalFolder create(Path temporary) throws IOException {
        removeForgotten(temporary);
        Path path = Files.createTempDirectory(temporary, NAME);
        OPEN.add(path);
        return new RehearsalFolder(path);
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        delete(path);
        OPEN.remove(path);
    }

    /** Removes those of this process: it ends now. From any thread. */
    public static void removeAll() {
        OPEN.forEach(RehearsalFolder::delete);
    }

    private static void removeForgotten(Path temporary) throws IOException {
        Instant old = Instant.now().minus(FORGOTTEN);
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(temporary, NAME + "*")) {
            for (Path folder : folders) {
                if (Files.getLastModifiedTime(folder).toInstant().isBefore(old)) {
                    delete(folder);
                }
            }
        } catch (DirectoryIteratorException | NoSuchFileException others) {
            // Someone else removes them at this moment.
        }
    }

    private static void delete(Path folder) {
        try {
            Folders.delete(folder);
        } catch (IOException | UncheckedIOException goneOrKept) {
            // It is the system's folder for what is temporary.
        }
    }
}
