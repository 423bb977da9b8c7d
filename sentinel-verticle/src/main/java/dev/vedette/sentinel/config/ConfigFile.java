package dev.vedette.sentinel.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * A configuration file on disk. Every method blocks; calls for one file must not overlap.
 *
 * @param path absolute
 */
public record ConfigFile(Path path) {

    /** Its text: UTF-8, or where it is not, one char per byte. */
    public String read() throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        return new String(bytes, charsetOf(bytes));
    }

    private static Charset charsetOf(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return StandardCharsets.UTF_8;
        } catch (CharacterCodingException olderThanUtf8) {
            return StandardCharsets.ISO_8859_1;
        }
    }

    /**
     * Makes the file say {@code config}. When this returns, the new contents are on the disk under the file's name;
     * whatever happens before, the old contents are: a temporary file beside it is written, forced, renamed over it,
     * and the directory is forced.
     *
     * @throws IOException when it could not be written; the old contents stand
     */
    public void rewrite(SentinelConfig config) throws IOException {
        byte[] old;
        try {
            old = Files.readAllBytes(path);
        } catch (NoSuchFileException gone) {
            old = new byte[0];
        }
        // The comments are the operator's: they stay as they are, byte for byte.
        Charset charset = charsetOf(old);
        replace(ConfigRewrite.rewrite(new String(old, charset), config).getBytes(charset));
    }

    private void replace(byte[] text) throws IOException {
        @Nullable Path directory = path.getParent();
        if (directory == null) {
            throw new IOException("not a file's path: " + path);
        }
        if (Files.isDirectory(path)) {
            // A rename over an empty directory would succeed on some systems.
            throw new IOException("Is a directory");
        }
        Path draft = directory.resolve(path.getFileName() + "-" + System.nanoTime() + "-"
                + ProcessHandle.current().pid());
        try {
            try (FileChannel channel =
                    FileChannel.open(draft, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                ByteBuffer bytes = ByteBuffer.wrap(text);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            @Nullable PosixFileAttributeView posix = Files.getFileAttributeView(draft, PosixFileAttributeView.class);
            if (posix != null) {
                posix.setPermissions(
                        Files.exists(path)
                                ? Files.getPosixFilePermissions(path)
                                : PosixFilePermissions.fromString("rw-r--r--"));
            }
            Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
        try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
            entries.force(true);
        }
    }
}
