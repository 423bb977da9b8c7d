package dev.vedette.replication.replica;

import dev.vedette.wire.resp.CommandDecoder;
import dev.vedette.wire.resp.RespEncoder;
import dev.vedette.wire.resp.RespFormatException;
import io.vertx.core.buffer.Buffer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes that are about to be lost, as commands that {@code redis-cli --pipe} can send to a server: the database is
 * selected first, and what is no write (PING, REPLCONF, PUBLISH) is left out.
 *
 * <p>All here reads and writes files: on a worker's thread.
 */
final class LostWritesFile {

    private static final Set<String> NO_WRITES = Set.of("ping", "replconf", "publish", "spublish");
    private static final Set<String> FRAMES = Set.of("multi", "exec");

    private final OutputStream out;
    private byte @Nullable [][] select;
    private boolean selected;
    private long writes;

    private LostWritesFile(OutputStream out) {
        this.out = out;
    }

    /** Its name: the history and the offset of the first byte that is lost. */
    static String name(String replid, long firstOffset) {
        return "lost-writes-" + replid + "-" + firstOffset + ".resp";
    }

    /**
     * Writes it, whole and safe on the disk; nothing where there is no write among what is lost.
     *
     * @param file replaced if it is there: an earlier try to synchronize has left it
     * @param before the stream before, as far as it is known: says which database is selected
     * @param lost the stream that is lost; both are whole commands
     * @return how many writes there are
     */
    static long write(Path file, List<Buffer> before, List<Buffer> lost) throws IOException {
        Path temporary = file.resolveSibling("temp-" + file.getFileName());
        long writes;
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            LostWritesFile content = new LostWritesFile(new BufferedOutputStream(Channels.newOutputStream(channel)));
            content.commands(before, false);
            content.commands(lost, true);
            content.out.flush();
            channel.force(true);
            writes = content.writes;
        } catch (IOException | RespFormatException bad) {
            Files.deleteIfExists(temporary);
            throw bad instanceof IOException disk ? disk : new IOException(bad);
        }
        if (writes == 0) {
            Files.delete(temporary);
        } else {
            Files.move(
                    temporary,
                    file,
                    java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        return writes;
    }

    private void commands(List<Buffer> stream, boolean lost) throws IOException, RespFormatException {
        CommandDecoder decoder = new CommandDecoder(Integer.MAX_VALUE - 128);
        for (Buffer slice : stream) {
            decoder.feed(slice);
            for (byte[][] command = decoder.next(); command != null; command = decoder.next()) {
                command(command, lost);
            }
        }
    }

    private void command(byte[][] command, boolean lost) throws IOException {
        String name = new String(command[0], StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        if (name.equals("select")) {
            select = command;
            selected = false;
        } else if (lost && !NO_WRITES.contains(name)) {
            byte[][] database = select;
            if (!selected && database != null) {
                out.write(RespEncoder.commandBytes(database));
                selected = true;
            }
            out.write(RespEncoder.commandBytes(command));
            writes += FRAMES.contains(name) ? 0 : 1;
        }
    }
}
