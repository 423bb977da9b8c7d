package dev.vedette.store.snapshot;

import dev.vedette.wire.rdb.Crc64;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Looks whether a dump is as it was written, without reading what it holds. */
final class DumpChecksum {

    /** The checksum is in the last bytes. */
    private static final int CHECKSUM_BYTES = Long.BYTES;

    private static final int BUFFER_BYTES = 256 * 1024;

    private DumpChecksum() {}

    /** Whether the file has a checksum and it is the right one; false also when the file cannot be read. */
    static boolean isRight(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long left = channel.size() - CHECKSUM_BYTES;
            if (left <= 0) {
                return false;
            }
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            long crc = 0;
            while (left > 0) {
                int length = (int) Math.min(left, BUFFER_BYTES);
                fill(channel, buffer, length);
                crc = Crc64.update(crc, buffer.array(), 0, length);
                left -= length;
            }
            fill(channel, buffer, CHECKSUM_BYTES);
            long told = buffer.getLong(0);
            return told != 0 && told == crc;
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static void fill(FileChannel channel, ByteBuffer buffer, int length) throws IOException {
        buffer.clear().limit(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new IOException("the file has become shorter");
            }
        }
    }
}
