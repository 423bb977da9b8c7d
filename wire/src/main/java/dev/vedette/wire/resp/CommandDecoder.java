package dev.vedette.wire.resp;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the commands of a client from chunks split anywhere: {@link #feed}, then {@link #next()} until it gives null.
 * Both forms are taken, arrays of bulks and inline lines with quotes, with Redis's limits and Redis's words when
 * something is wrong. Empty commands are skipped, as Redis does without an answer.
 */
public final class CommandDecoder {

    /** Longest inline command, and longest head of an array or a bulk. */
    public static final int LINE_BYTES_MAX = 64 * 1024;

    /** Longest argument unless said otherwise: proto-max-bulk-len. */
    public static final long DEFAULT_BULK_BYTES_MAX = 512L * 1024 * 1024;

    private static final int UNAUTHENTICATED_ARGUMENTS_MAX = 10;
    private static final int UNAUTHENTICATED_BULK_BYTES_MAX = 16384;

    private final long bulkBytesMax;
    private final Unread unread = new Unread();
    private final List<byte[]> arguments = new ArrayList<>();
    private boolean authenticationMissing;
    // Arguments of the array at hand that are still to come; 0 between commands.
    private int missing;
    // Of the argument whose head was decoded; -1 when none.
    private int bulkBytes = -1;

    /** A decoder with the usual limits. */
    public CommandDecoder() {
        this(DEFAULT_BULK_BYTES_MAX);
    }

    /** A decoder; {@code bulkBytesMax} is proto-max-bulk-len, at most {@link Integer#MAX_VALUE} - 128 counts. */
    public CommandDecoder(long bulkBytesMax) {
        this.bulkBytesMax = Math.min(bulkBytesMax, Integer.MAX_VALUE - 128);
    }

    /** While a client has yet to authenticate itself, Redis takes ten arguments of 16 KiB from it and no more. */
    public void authenticationMissing(boolean isMissing) {
        authenticationMissing = isMissing;
    }

    /** Takes the next bytes of the connection; the chunk is copied. */
    public void feed(Buffer chunk) {
        unread.add(chunk);
    }

    /**
     * The name and arguments of the next whole command, or null when more bytes are needed.
     *
     * @throws RespFormatException its message is the error reply; after that the connection is to be closed
     */
    public byte @Nullable [][] next() throws RespFormatException {
        while (unread.available() > 0) {
            boolean array = missing > 0 || unread.data[unread.from] == '*';
            if (!(array ? array() : inline())) {
                return null;
            }
            unread.release();
            if (!arguments.isEmpty()) {
                byte[][] command = arguments.toArray(new byte[0][]);
                arguments.clear();
                return command;
            }
        }
        return null;
    }

    /** Whether a command (or nothing, when it was empty) is complete. */
    private boolean array() throws RespFormatException {
        if (missing == 0) {
            int end = headEnd("too big mbulk count string");
            if (end < 0) {
                return false;
            }
            long count = Unread.integer(unread.data, unread.from + 1, end);
            if (count == Long.MIN_VALUE || count > Integer.MAX_VALUE) {
                throw error("invalid multibulk length");
            }
            if (authenticationMissing && count > UNAUTHENTICATED_ARGUMENTS_MAX) {
                throw error("unauthenticated multibulk length");
            }
            unread.from = end + 2;
            missing = (int) Math.max(count, 0);
        }
        while (missing > 0) {
            if (bulkBytes < 0 && !bulkHead()) {
                return false;
            }
            if (unread.available() < bulkBytes + 2L) {
                return false;
            }
            arguments.add(Arrays.copyOfRange(unread.data, unread.from, unread.from + bulkBytes));
            // Redis does not look at the two bytes after an argument either.
            unread.from += bulkBytes + 2;
            bulkBytes = -1;
            missing--;
        }
        return true;
    }

    private boolean bulkHead() throws RespFormatException {
        int end = headEnd("too big bulk count string");
        if (end < 0) {
            return false;
        }
        byte sign = unread.data[unread.from];
        if (sign != '$') {
            char shown = sign == '\r' || sign == '\n' ? ' ' : (char) (sign & 0xff);
            throw error("expected '$', got '" + shown + "'");
        }
        long length = Unread.integer(unread.data, unread.from + 1, end);
        if (length < 0 || length > bulkBytesMax) {
            throw error("invalid bulk length");
        }
        if (authenticationMissing && length > UNAUTHENTICATED_BULK_BYTES_MAX) {
            throw error("unauthenticated bulk length");
        }
        unread.from = end + 2;
        bulkBytes = (int) length;
        return true;
    }

    /** Index of the carriage return that ends the head, or -1 while it or the byte after it is missing. */
    private int headEnd(String tooLong) throws RespFormatException {
        int end = unread.indexOf((byte) '\r', unread.from);
        if (end < 0) {
            if (unread.available() > LINE_BYTES_MAX) {
                throw error(tooLong);
            }
            return -1;
        }
        return end + 1 < unread.to ? end : -1;
    }

    private boolean inline() throws RespFormatException {
        int lineFeed = unread.indexOf((byte) '\n', unread.from);
        if (lineFeed < 0) {
            if (unread.available() > LINE_BYTES_MAX) {
                throw error("too big inline request");
            }
            return false;
        }
        int end = lineFeed > unread.from && unread.data[lineFeed - 1] == '\r' ? lineFeed - 1 : lineFeed;
        byte[] line = Arrays.copyOfRange(unread.data, unread.from, end);
        List<byte[]> words = words(line);
        if (words == null) {
            throw error("unbalanced quotes in request");
        }
        arguments.addAll(words);
        unread.from = lineFeed + 1;
        return true;
    }

    private static RespFormatException error(String what) {
        return new RespFormatException("ERR Protocol error: " + what);
    }

    /**
     * Splits a line into words as an inline command (and a line of redis.conf) is split: "double quotes" know \n \r \t \b
     * \a \xhh and any other character after a backslash as itself, 'single quotes' know \' only, and a closing quote ends
     * its word.
     *
     * @return null when a quote is not closed, or something follows it without a blank
     */
    public static @Nullable List<byte[]> words(byte[] line) {
        List<byte[]> words = new ArrayList<>();
        int at = 0;
        while (true) {
            while (at < line.length && isBlank(line[at])) {
                at++;
            }
            if (at == line.length || line[at] == 0) {
                return words;
            }
            ByteArrayOutputStream word = new ByteArrayOutputStream();
            at = word(line, at, word);
            if (at < 0) {
                return null;
            }
            words.add(word.toByteArray());
        }
    }

    /** The same for text. */
    public static @Nullable List<String> words(String line) {
        List<byte[]> words = words(line.getBytes(StandardCharsets.UTF_8));
        return words == null
                ? null
                : words.stream()
                        .map(word -> new String(word, StandardCharsets.UTF_8))
                        .toList();
    }

    private static int word(byte[] line, int start, ByteArrayOutputStream word) {
        int at = start;
        while (at < line.length && !endsWord(line[at])) {
            if (line[at] == '"') {
                return doubleQuoted(line, at + 1, word);
            } else if (line[at] == '\'') {
                return singleQuoted(line, at + 1, word);
            }
            word.write(line[at++]);
        }
        return at;
    }

    private static int doubleQuoted(byte[] line, int start, ByteArrayOutputStream word) {
        for (int at = start; at < line.length; at++) {
            byte b = line[at];
            if (b == '"') {
                return closed(line, at + 1);
            } else if (b != '\\' || at + 1 == line.length) {
                word.write(b);
            } else if (line[at + 1] == 'x'
                    && at + 3 < line.length
                    && hex(line[at + 2]) >= 0
                    && hex(line[at + 3]) >= 0) {
                word.write(hex(line[at + 2]) * 16 + hex(line[at + 3]));
                at += 3;
            } else {
                at++;
                word.write(
                        switch (line[at]) {
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            case 't' -> '\t';
                            case 'b' -> '\b';
                            case 'a' -> 7;
                            default -> line[at];
                        });
            }
        }
        return -1;
    }

    private static int singleQuoted(byte[] line, int start, ByteArrayOutputStream word) {
        for (int at = start; at < line.length; at++) {
            byte b = line[at];
            if (b == '\'') {
                return closed(line, at + 1);
            } else if (b == '\\' && at + 1 < line.length && line[at + 1] == '\'') {
                at++;
            }
            word.write(line[at]);
        }
        return -1;
    }

    private static int closed(byte[] line, int after) {
        return after == line.length || isBlank(line[after]) ? after : -1;
    }

    private static int hex(byte digit) {
        return Character.digit((char) (digit & 0xff), 16);
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || (b >= '\t' && b <= '\r');
    }

    private static boolean endsWord(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t' || b == 0;
    }
}
