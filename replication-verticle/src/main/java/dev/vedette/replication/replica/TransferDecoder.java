package dev.vedette.replication.replica;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes the snapshot out of what the master sends after +FULLRESYNC:
 *
 * <pre>
 *   \n ...            signs of life while the master prepares
 *   $123\r\n          the size, then so many bytes; or
 *   $EOF:mark\r\n     bytes until the mark (40 characters) comes
 * </pre>
 *
 * The bytes may come in any pieces, the mark split anywhere. What may be the beginning of the mark is held back until it
 * is known, so no byte of the mark ever becomes a part of the snapshot.
 */
final class TransferDecoder {

    /** Length of the mark. */
    static final int MARK_LENGTH = 40;

    /** Gets the snapshot as it comes. */
    interface Sink {
        /** The header is read; {@code sizeBytes} is the snapshot's size, or -1 when a mark ends it. */
        void begin(long sizeBytes);

        /** Next bytes of the snapshot. */
        void data(Buffer bytes);
    }

    private final LineReader lines = new LineReader();
    private final Sink sink;

    private boolean begun;
    private boolean complete;
    private @Nullable String error;
    private long sizeBytes;
    private long readBytes;

    private byte[] mark = new byte[0];
    /** Where to go on in the mark after a mismatch (Knuth-Morris-Pratt). */
    private int[] fallback = new int[0];

    private int matched;
    /** By the last byte of a stretch as long as the mark: how much farther the mark can end at the earliest (Horspool). */
    private final byte[] skips = new byte[256];

    TransferDecoder(Sink sink) {
        this.sink = sink;
    }

    /**
     * Takes the next bytes.
     *
     * @return index of the first byte that is not a part of the transfer; the buffer's length while there is none
     */
    int feed(Buffer bytes) {
        int at = 0;
        int length = bytes.length();
        while (!begun && error == null) {
            String line = lines.next(bytes, at);
            at = lines.consumed();
            if (line == null) {
                if (lines.overflown()) {
                    error = "Bad protocol from MASTER: no end of the bulk count line";
                }
                return length;
            }
            header(line);
        }
        if (error != null || complete) {
            return at;
        }
        return mark.length > 0 ? untilMark(bytes, at) : counted(bytes, at);
    }

    private void header(String line) {
        if (line.isEmpty()) {
            return;
        }
        if (line.startsWith("-")) {
            error = "MASTER aborted replication with an error: " + line.substring(1);
        } else if (!line.startsWith("$")) {
            error = "Bad protocol from MASTER, the first byte is not '$' (we received '" + line
                    + "'), are you sure the host and port are right?";
        } else if (line.startsWith("$EOF:") && line.length() >= 5 + MARK_LENGTH) {
            mark = line.substring(5, 5 + MARK_LENGTH).getBytes(StandardCharsets.ISO_8859_1);
            fallback = fallbacks(mark);
            Arrays.fill(skips, (byte) MARK_LENGTH);
            for (int i = 0; i < MARK_LENGTH - 1; i++) {
                skips[mark[i] & 0xff] = (byte) (MARK_LENGTH - 1 - i);
            }
            begun = true;
            sink.begin(-1);
        } else {
            try {
                sizeBytes = Long.parseLong(line.substring(1));
            } catch (NumberFormatException e) {
                sizeBytes = -1;
            }
            if (sizeBytes < 0) {
                error = "Bad protocol from MASTER, '" + line + "' is no bulk count";
                return;
            }
            begun = true;
            sink.begin(sizeBytes);
            complete = sizeBytes == 0;
        }
    }

    private static int[] fallbacks(byte[] mark) {
        int[] next = new int[mark.length];
        int k = 0;
        for (int i = 1; i < mark.length; i++) {
            while (k > 0 && mark[i] != mark[k]) {
                k = next[k - 1];
            }
            if (mark[i] == mark[k]) {
                k++;
            }
            next[i] = k;
        }
        return next;
    }

    private int counted(Buffer bytes, int from) {
        int count = (int) Math.min(sizeBytes - readBytes, bytes.length() - from);
        if (count > 0) {
            readBytes += count;
            sink.data(bytes.slice(from, from + count));
        }
        complete = readBytes == sizeBytes;
        return from + count;
    }

    private int untilMark(Buffer bytes, int from) {
        int heldBefore = matched;
        int length = bytes.length();
        int i = matched > 0 ? from : skipUnmarked(bytes, from);
        while (i < length && matched < mark.length) {
            byte b = bytes.getByte(i++);
            while (matched > 0 && b != mark[matched]) {
                matched = fallback[matched - 1];
            }
            if (b == mark[matched]) {
                matched++;
            } else {
                i = skipUnmarked(bytes, i);
            }
        }
        complete = matched == mark.length;
        // Of what was held back and what came, all but the last `matched` bytes is snapshot.
        int given = heldBefore + (i - from) - matched;
        int ofHeld = Math.min(given, heldBefore);
        if (ofHeld > 0) {
            give(Buffer.buffer(ofHeld).appendBytes(mark, 0, ofHeld));
        }
        if (given > ofHeld) {
            give(bytes.slice(from, from + given - ofHeld));
        }
        return i;
    }

    /** Index from which on the mark may begin, when it does not begin before {@code from}. */
    private int skipUnmarked(Buffer bytes, int from) {
        byte last = mark[MARK_LENGTH - 1];
        int end = from + MARK_LENGTH - 1;
        int length = bytes.length();
        while (end < length) {
            byte b = bytes.getByte(end);
            if (b == last) {
                break; // to be looked at closely
            }
            end += skips[b & 0xff];
        }
        return Math.min(end - MARK_LENGTH + 1, length);
    }

    private void give(Buffer bytes) {
        readBytes += bytes.length();
        sink.data(bytes);
    }

    /** Whether all of it has come. */
    boolean complete() {
        return complete;
    }

    /** What is wrong with it, or null. */
    @Nullable
    String error() {
        return error;
    }

    /** Size of the snapshot in bytes, 0 when it is not known. */
    long sizeBytes() {
        return sizeBytes;
    }

    /** How much of it has come. */
    long readBytes() {
        return readBytes;
    }

    /** Whether a mark ends it. */
    boolean marked() {
        return mark.length > 0;
    }
}
