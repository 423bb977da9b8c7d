package dev.vedette.replication.replica;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Puts together lines from bytes that come in any pieces; a line ends with LF, a CR before it is dropped. */
final class LineReader {

    /** Longer than any line of a handshake. */
    static final int LINE_BYTES_MAX = 1024;

    private final ByteArrayOutputStream line = new ByteArrayOutputStream(64);
    private boolean overflown;

    /** Index of the first byte that the last {@link #next} did not use. */
    private int consumed;

    /** The line that ends in these bytes, read from {@code from} on; null when none does. */
    @Nullable
    String next(Buffer bytes, int from) {
        int length = bytes.length();
        for (int i = from; i < length; i++) {
            byte b = bytes.getByte(i);
            if (b == '\n') {
                consumed = i + 1;
                String text = line.toString(StandardCharsets.ISO_8859_1);
                line.reset();
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            if (line.size() >= LINE_BYTES_MAX) {
                overflown = true;
                break;
            }
            line.write(b);
        }
        consumed = length;
        return null;
    }

    int consumed() {
        return consumed;
    }

    /** Whether a line was too long: what comes is no Redis. */
    boolean overflown() {
        return overflown;
    }
}
