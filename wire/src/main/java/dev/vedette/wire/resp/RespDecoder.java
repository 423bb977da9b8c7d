package dev.vedette.wire.resp;

import io.vertx.core.buffer.Buffer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the replies of a server, RESP2 and RESP3, from chunks split anywhere: {@link #feed}, then {@link #next()}
 * until it gives null. Bare line ends between replies are skipped, since a master sends them to show that it lives.
 * Bytes beyond the reply that {@link #next()} gave are not looked at, so that a replica can {@link #takeRest()} when a
 * snapshot follows.
 */
public final class RespDecoder {

    /** Longest bulk unless said otherwise: proto-max-bulk-len of Redis. */
    public static final int DEFAULT_BULK_BYTES_MAX = 512 * 1024 * 1024;

    /** Most parts of all aggregates of one reply unless said otherwise. */
    public static final int DEFAULT_PARTS_MAX = 64 * 1024 * 1024;

    /** Deepest nesting. */
    public static final int NESTING_MAX = 64;

    /** Longest line: a simple string, an error, a number. */
    public static final int LINE_BYTES_MAX = 64 * 1024;

    private static final int PRESIZED_PARTS_MAX = 256;
    private static final int CHUNK_BYTES = 32 * 1024;

    /** An aggregate of which some parts are still to come. */
    private static final class Open {
        final char sign;
        final List<Reply> parts;
        long missing;

        Open(char sign, long missing) {
            this.sign = sign;
            this.missing = missing;
            this.parts = new ArrayList<>((int) Math.min(missing, PRESIZED_PARTS_MAX));
        }
    }

    private final int bulkBytesMax;
    private final int partsMax;
    private final Unread unread = new Unread();
    private final Deque<Open> open = new ArrayDeque<>();
    private long partsAnnounced;
    // Of the bulk whose head was decoded and whose bytes have not all come; -1 when none.
    private int bulkBytes = -1;
    private char bulkSign;
    // How much of an incomplete line was searched for its end.
    private int searched;
    // Whether the last step stopped for want of bytes, not because it opened an aggregate or a bulk.
    private boolean needsBytes;
    /** What {@link #next(InputStream)} reads through, once it has been called. */
    private byte @Nullable [] chunk;

    /** A decoder with the usual limits. */
    public RespDecoder() {
        this(DEFAULT_BULK_BYTES_MAX, DEFAULT_PARTS_MAX);
    }

    /**
     * A decoder.
     *
     * @param bulkBytesMax longest bulk that is accepted
     * @param partsMax most parts that the aggregates of one reply may have together
     */
    public RespDecoder(int bulkBytesMax, int partsMax) {
        this.bulkBytesMax = bulkBytesMax;
        this.partsMax = partsMax;
    }

    /** Takes the next bytes of the connection; the chunk is copied. */
    public void feed(Buffer chunk) {
        unread.add(chunk);
    }

    /**
     * The next whole reply, read from a blocking stream as far as it has not been fed yet. Never on an event loop.
     *
     * @throws EOFException when the stream ends before
     */
    public Reply next(InputStream in) throws IOException, RespFormatException {
        Reply reply = next();
        while (reply == null) {
            if (chunk == null) {
                chunk = new byte[CHUNK_BYTES];
            }
            int length = in.read(chunk);
            if (length < 0) {
                throw new EOFException("the server has closed the connection");
            }
            feed(Buffer.buffer(Arrays.copyOf(chunk, length)));
            reply = next();
        }
        return reply;
    }

    /** What was fed and belongs to no reply given so far. After this the decoder starts anew. */
    public Buffer takeRest() {
        open.clear();
        partsAnnounced = 0;
        bulkBytes = -1;
        searched = 0;
        return unread.take();
    }

    /** The next whole reply, or null when more bytes are needed. */
    public @Nullable Reply next() throws RespFormatException {
        while (true) {
            Reply part = bulkBytes >= 0 ? bulk() : line();
            if (part == null) {
                if (needsBytes) {
                    return null;
                }
                continue;
            }
            Reply whole = place(part);
            if (whole != null) {
                partsAnnounced = 0;
                unread.release();
                return whole;
            }
        }
    }

    /** Puts a part where it belongs and closes every aggregate that it completes; the outermost one is the reply. */
    private @Nullable Reply place(Reply part) {
        Reply whole = part;
        while (!open.isEmpty()) {
            Open innermost = open.getLast();
            innermost.parts.add(whole);
            if (--innermost.missing > 0) {
                return null;
            }
            open.removeLast();
            if (innermost.sign == '|') {
                // An attribute is complete; what it describes comes next, and takes its place.
                return null;
            }
            whole = closed(innermost.sign, innermost.parts);
        }
        return whole;
    }

    private static Reply closed(char sign, List<Reply> parts) {
        return switch (sign) {
            case '%' -> new Reply.Map(parts);
            case '~' -> new Reply.Set(parts);
            case '>' -> new Reply.Push(parts);
            default -> new Reply.Array(parts);
        };
    }

    private @Nullable Reply bulk() throws RespFormatException {
        needsBytes = unread.available() < bulkBytes + 2L;
        if (needsBytes) {
            return null;
        }
        int start = unread.from;
        int end = start + bulkBytes;
        if (unread.data[end] != '\r' || unread.data[end + 1] != '\n') {
            throw new RespFormatException("Protocol error: a bulk of " + bulkBytes + " bytes does not end in CRLF");
        }
        byte[] bytes = Arrays.copyOfRange(unread.data, start, end);
        unread.from = end + 2;
        bulkBytes = -1;
        if (bulkSign == '!') {
            return new Reply.Error(new String(bytes, StandardCharsets.UTF_8));
        } else if (bulkSign == '=') {
            if (bytes.length < 4 || bytes[3] != ':') {
                throw new RespFormatException("Protocol error: verbatim text without its format");
            }
            return new Reply.Verbatim(
                    new String(bytes, 0, 3, StandardCharsets.UTF_8),
                    new String(bytes, 4, bytes.length - 4, StandardCharsets.UTF_8));
        }
        return new Reply.Bulk(bytes);
    }

    private @Nullable Reply line() throws RespFormatException {
        if (open.isEmpty() && searched == 0) {
            while (unread.available() > 0 && unread.data[unread.from] == '\n') {
                unread.from++;
            }
        }
        int end = unread.indexOf((byte) '\n', unread.from + searched);
        int length = end < 0 ? unread.available() : end - unread.from;
        if (length > LINE_BYTES_MAX) {
            throw new RespFormatException("Protocol error: a line of more than " + LINE_BYTES_MAX + " bytes");
        }
        needsBytes = end < 0;
        if (needsBytes) {
            searched = length;
            return null;
        }
        if (length < 2 || unread.data[end - 1] != '\r') {
            throw new RespFormatException("Protocol error: a line that does not end in CRLF");
        }
        int start = unread.from + 1;
        char sign = (char) (unread.data[unread.from] & 0xff);
        unread.from = end + 1;
        searched = 0;
        return headed(sign, start, end - 1);
    }

    private @Nullable Reply headed(char sign, int start, int end) throws RespFormatException {
        String text = new String(unread.data, start, end - start, StandardCharsets.UTF_8);
        return switch (sign) {
            case '+' -> new Reply.Simple(text);
            case '-' -> new Reply.Error(text);
            case ':' -> new Reply.Int(integer(text));
            case '_' -> new Reply.Null(false);
            case '#' -> bool(text);
            case ',' -> new Reply.Double(number(text));
            case '(' -> bigNumber(text);
            case '$', '!', '=' -> bulkHead(sign, text);
            case '*', '%', '~', '>', '|' -> aggregateHead(sign, text);
            default -> throw new RespFormatException("Protocol error: a reply cannot begin with byte " + (int) sign);
        };
    }

    private static Reply bool(String text) throws RespFormatException {
        if (!text.equals("t") && !text.equals("f")) {
            throw unexpected("a boolean", text);
        }
        return new Reply.Bool(text.equals("t"));
    }

    private static Reply bigNumber(String text) throws RespFormatException {
        if (!text.matches("[+-]?[0-9]+")) {
            throw unexpected("a big number", text);
        }
        return new Reply.BigNumber(text);
    }

    private @Nullable Reply bulkHead(char sign, String text) throws RespFormatException {
        long length = integer(text);
        if (length == -1 && sign == '$') {
            return new Reply.Null(false);
        }
        if (length < 0 || length > bulkBytesMax) {
            throw unexpected("a bulk of at most " + bulkBytesMax + " bytes", text);
        }
        bulkBytes = (int) length;
        bulkSign = sign;
        return null;
    }

    private @Nullable Reply aggregateHead(char sign, String text) throws RespFormatException {
        long count = integer(text);
        if (count == -1 && sign == '*') {
            return new Reply.Null(true);
        }
        if (count < 0 || count > partsMax) {
            throw unexpected("at most " + partsMax + " parts", text);
        }
        long parts = sign == '%' || sign == '|' ? 2 * count : count;
        partsAnnounced += parts;
        if (partsAnnounced > partsMax) {
            throw unexpected("at most " + partsMax + " parts", text);
        }
        if (parts == 0) {
            return sign == '|' ? null : closed(sign, List.of());
        }
        if (open.size() == NESTING_MAX) {
            throw new RespFormatException("Protocol error: replies nested deeper than " + NESTING_MAX);
        }
        open.addLast(new Open(sign, parts));
        return null;
    }

    private static long integer(String text) throws RespFormatException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException notANumber) {
            throw unexpected("an integer", text);
        }
    }

    private static double number(String text) throws RespFormatException {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "inf", "+inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            case "nan", "-nan" -> Double.NaN;
            default -> {
                if (!text.matches("[0-9+.eE-]+")) {
                    throw unexpected("a double", text);
                }
                try {
                    yield Double.parseDouble(text);
                } catch (NumberFormatException notANumber) {
                    throw unexpected("a double", text);
                }
            }
        };
    }

    private static RespFormatException unexpected(String wanted, String got) {
        String shown = got.length() > 64 ? got.substring(0, 64) + "..." : got;
        return new RespFormatException("Protocol error: expected " + wanted + ", got '" + shown + "'");
    }
}
