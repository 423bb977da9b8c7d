package dev.vedette.store.snapshot;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import dev.vedette.store.config.ConfigRewriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A dump that becomes a file: written beside it under another name, made permanent, then put in its place in one step,
 * so that there is always a whole file, and a crash leaves the old one. Logs what goes wrong in Redis's words.
 */
final class DumpFile implements SnapshotSink {

    /** How much may gather in the kernel before it is told to write it (rdb-save-incremental-fsync). */
    private static final long SYNC_BYTES = 4L << 20;

    private final Path file;
    private final Path temporary;
    private final boolean syncOften;
    private final System.Logger log;
    private @Nullable FileChannel channel;
    private long unsyncedBytes;

    DumpFile(Path file, Path temporary, boolean syncOften, System.Logger log) {
        this.file = file;
        this.temporary = temporary;
        this.syncOften = syncOften;
        this.log = log;
    }

    /** Where the dump will be. */
    Path file() {
        return file;
    }

    private Path directory() {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalStateException("a dump needs an absolute path, not " + file);
        }
        return parent;
    }

    @Override
    public boolean canWait() {
        return true;
    }

    @Override
    public void open() throws IOException {
        try {
            channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE);
            UnfinishedFiles.add(temporary);
        } catch (IOException e) {
            log.log(
                    WARNING,
                    "Failed opening the temp RDB file " + temporary.getFileName() + " (in server root dir "
                            + directory() + ") for saving: " + ConfigRewriter.reason(e));
            throw e;
        }
    }

    private FileChannel opened() {
        FileChannel opened = channel;
        if (opened == null) {
            throw new IllegalStateException("not opened");
        }
        return opened;
    }

    @Override
    public void write(byte[] array, int offset, int length) throws IOException {
        FileChannel to = opened();
        try {
            ByteBuffer bytes = ByteBuffer.wrap(array, offset, length);
            while (bytes.hasRemaining()) {
                to.write(bytes);
            }
            unsyncedBytes += length;
            if (syncOften && unsyncedBytes >= SYNC_BYTES) {
                unsyncedBytes = 0;
                to.force(false);
            }
        } catch (IOException e) {
            throw failed("rdbSaveRio", e);
        }
    }

    @Override
    public void complete() throws IOException {
        try (FileChannel written = opened()) {
            written.force(true);
        } catch (IOException e) {
            throw failed("fsync", e);
        }
        try {
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            log.log(
                    WARNING,
                    "Error moving temp DB file " + temporary.getFileName() + " on the final destination "
                            + file.getFileName() + " (in server root dir " + directory() + "): "
                            + ConfigRewriter.reason(e));
            throw e;
        }
        UnfinishedFiles.remove(temporary);
        // The new name is permanent once the directory is.
        try (FileChannel directory = FileChannel.open(directory(), StandardOpenOption.READ)) {
            directory.force(true);
        } catch (IOException e) {
            throw failed("fsyncFileDir", e);
        }
        log.log(INFO, "DB saved on disk");
    }

    private IOException failed(String step, IOException e) {
        if (!Thread.currentThread().isInterrupted()) {
            log.log(WARNING, "Write error saving DB on disk(" + step + "): " + ConfigRewriter.reason(e));
        }
        return e;
    }

    @Override
    public void discard() {
        FileChannel open = channel;
        if (open == null) {
            return;
        }
        try {
            open.close();
            Files.deleteIfExists(temporary);
            UnfinishedFiles.remove(temporary);
        } catch (IOException e) {
            log.log(WARNING, "Cannot remove " + temporary + ": " + ConfigRewriter.reason(e));
        }
    }
}
