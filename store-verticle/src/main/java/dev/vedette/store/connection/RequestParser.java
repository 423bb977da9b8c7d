package dev.vedette.store.connection;

import dev.vedette.store.keyspace.Decimals;
import dev.vedette.store.session.Args;
import dev.vedette.wire.resp.CommandDecoder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds commands in a connection's bytes, without copying them: arguments are slices of the array that was read.
 *
 * <pre>
 *   *2\r\n $3\r\n GET\r\n $1\r\n k\r\n        an array of bulk strings (RESP), or
 *   GET k\r\n                                 a line of words, quoted as in redis-cli (inline)
 * </pre>
 *
 * <p>A command of which only the beginning has come is parsed anew when more is there, unless that would mean looking at
 * much again: then its arguments so far are copied, and a large one gathers in an array of its own, which grows with what
 * really comes. Limits and errors are those of Redis's networking.c.
 */
final class RequestParser {

    /** What a step found. */
    enum Found {
        /** A command is in {@link #args()}; it ends at {@link #next()}. */
        COMMAND,
        /** Something that is no command and means nothing (an empty line) ends at {@link #next()}. */
        NOTHING,
        /** More bytes are needed; those before {@link #next()} are done with. */
        MORE,
        /** The peer does not speak the protocol; {@link #error()} tells. */
        BROKEN
    }

    /** What may be sent, which depends on who sends it. */
    interface Limits {
        /** proto-max-bulk-len, bytes. */
        long bulkBytesMax();

        /** Whether the client has not yet logged in: it gets little room. */
        boolean isStranger();
    }

    private static final int LINE_BYTES_MAX = 64 * 1024;
    private static final int STRANGER_ARGUMENTS_MAX = 10;
    private static final int STRANGER_BULK_BYTES_MAX = 16 * 1024;
    /** From this size on an argument that is not there whole gathers in an array of its own. */
    private static final int LARGE_BYTES = 32 * 1024;
    /** So much of an incomplete command may be looked at again and again. */
    private static final int AGAIN_BYTES_MAX = 64 * 1024;

    private static final int FIRST_LARGE_BYTES = 1024 * 1024;
    /** A peer that has sent so much of an argument is believed the rest. */
    private static final int TRUSTED_BYTES = 64 * 1024 * 1024;

    private final Limits limits;
    private Args args = new Args();
    private int next;
    private boolean canonical;
    private String error = "";
    private @Nullable Partial partial;

    // Results of line().
    private int lineEnd;
    private long number;

    /** A command that comes in pieces. */
    private static final class Partial {
        final Args args;
        int missing;
        /** The large argument that is being gathered, or null. */
        byte @Nullable [] large;

        int largeLength;
        int filled;

        Partial(Args args, int missing) {
            this.args = args;
            this.missing = missing;
        }
    }

    RequestParser(Limits limits) {
        this.limits = limits;
    }

    /**
     * The command found: what {@link #parse} was given, or, for a command that came in pieces, arguments of its own.
     * Slices are valid while the array parsed is unchanged.
     */
    Args args() {
        return args;
    }

    /** Position up to which bytes have been used. */
    int next() {
        return next;
    }

    /** Whether the bytes of the command are exactly what an encoder would write, so that they can be passed on. */
    boolean isCanonical() {
        return canonical;
    }

    /** The reply's text, without sign, after {@link Found#BROKEN}. */
    String error() {
        return error;
    }

    /** Whether part of a command is held here. */
    boolean holdsPart() {
        return partial != null;
    }

    /** Bytes held here of a command that is not complete. */
    long heldBytes() {
        Partial held = partial;
        return held == null ? 0 : held.filled;
    }

    /** Bytes that are to come of an argument that is large and believed. */
    long missingBytes() {
        Partial held = partial;
        return held == null || held.large == null ? 0 : (long) held.large.length - held.filled;
    }

    /** Forgets what it has of an incomplete command. */
    void reset() {
        partial = null;
    }

    /** Looks for the next command in those bytes; its arguments go to {@code into}. */
    Found parse(byte[] in, int from, int end, Args into) {
        next = from;
        if (partial != null) {
            return resume(partial, in, from, end);
        }
        if (from == end) {
            return Found.MORE;
        }
        args = into;
        args.clear();
        return in[from] == '*' ? array(in, from, end) : inline(in, from, end);
    }

    private Found broken(String text) {
        error = "ERR Protocol error: " + text;
        return Found.BROKEN;
    }

    // ------------------------------------------------------------------ arrays of bulk strings

    private Found array(byte[] in, int from, int end) {
        if (!line(in, from + 1, end)) {
            return end - from > LINE_BYTES_MAX ? broken("too big mbulk count string") : Found.MORE;
        }
        if (number == NOT_A_NUMBER || number > Integer.MAX_VALUE) {
            return broken("invalid multibulk length");
        }
        if (number > STRANGER_ARGUMENTS_MAX && limits.isStranger()) {
            return broken("unauthenticated multibulk length");
        }
        int at = lineEnd;
        int count = (int) number;
        if (count <= 0) {
            next = at;
            return Found.NOTHING;
        }
        canonical = true;
        for (int i = 0; i < count; i++) {
            Found header = bulkHeader(in, at, end);
            if (header == Found.BROKEN) {
                return header;
            }
            long length = number;
            boolean whole = header == Found.COMMAND && end - lineEnd >= length + 2;
            if (!whole) {
                boolean large = header == Found.COMMAND && length >= LARGE_BYTES;
                if (large || end - from > AGAIN_BYTES_MAX) {
                    partial = new Partial(args.copy(), count - i);
                    return resume(partial, in, at, end);
                }
                return Found.MORE;
            }
            args.add(in, lineEnd, (int) length);
            at = lineEnd + (int) length;
            canonical &= in[at] == '\r' && in[at + 1] == '\n';
            at += 2;
        }
        next = at;
        return Found.COMMAND;
    }

    /** Reads {@code $length}; COMMAND when it is there and right. */
    private Found bulkHeader(byte[] in, int at, int end) {
        if (at == end) {
            return Found.MORE;
        }
        if (in[at] == '\r' && end - at >= 2) {
            return broken("expected '$', got ' '");
        }
        if (!line(in, at + 1, end)) {
            return end - at > LINE_BYTES_MAX ? broken("too big bulk count string") : Found.MORE;
        }
        if (in[at] != '$') {
            return broken("expected '$', got '" + (char) (in[at] & 0xff) + "'");
        }
        if (number < 0 || number > limits.bulkBytesMax() || number > Integer.MAX_VALUE - 64) {
            return broken("invalid bulk length");
        }
        if (number > STRANGER_BULK_BYTES_MAX && limits.isStranger()) {
            return broken("unauthenticated bulk length");
        }
        return Found.COMMAND;
    }

    private Found resume(Partial part, byte[] in, int from, int end) {
        int at = from;
        while (part.missing > 0) {
            if (part.large == null) {
                Found header = bulkHeader(in, at, end);
                if (header != Found.COMMAND) {
                    next = at;
                    return header;
                }
                int length = (int) number;
                if (end - lineEnd >= length + 2) {
                    part.args.add(Arrays.copyOfRange(in, lineEnd, lineEnd + length));
                    at = lineEnd + length + 2;
                    part.missing--;
                    continue;
                }
                if (length < LARGE_BYTES) {
                    next = at;
                    return Found.MORE;
                }
                part.large = new byte[Math.min(length, FIRST_LARGE_BYTES)];
                part.largeLength = length;
                part.filled = 0;
                at = lineEnd;
            }
            at += gather(part, in, at, end);
            if (part.filled < part.largeLength || end - at < 2) {
                next = at;
                return Found.MORE;
            }
            at += 2;
            byte[] large = part.large;
            if (large != null) {
                part.args.add(large);
            }
            part.large = null;
            part.missing--;
        }
        partial = null;
        args = part.args;
        canonical = false;
        next = at;
        return Found.COMMAND;
    }

    private static int gather(Partial part, byte[] in, int from, int end) {
        byte[] large = part.large;
        if (large == null) {
            return 0;
        }
        int count = Math.min(end - from, part.largeLength - part.filled);
        if (part.filled + count > large.length) {
            int wanted = part.filled + count;
            int room = wanted >= TRUSTED_BYTES
                    ? part.largeLength
                    : (int) Math.min(part.largeLength, Math.max(4L * large.length, wanted));
            large = Arrays.copyOf(large, room);
            part.large = large;
        }
        System.arraycopy(in, from, large, part.filled, count);
        part.filled += count;
        return count;
    }

    private static final long NOT_A_NUMBER = Long.MIN_VALUE;

    /** Reads a number up to a line's end; false when the end is not there yet. */
    private boolean line(byte[] in, int from, int end) {
        // The usual case first: one or two digits.
        if (end - from >= 3 && in[from + 1] == '\r' && in[from] >= '0' && in[from] <= '9') {
            number = (long) in[from] - '0';
            lineEnd = from + 3;
            return true;
        }
        int at = from;
        while (at < end && in[at] != '\r') {
            at++;
        }
        if (end - at < 2) {
            return false;
        }
        number = Decimals.isInteger(in, from, at - from) ? Decimals.parse(in, from, at - from) : NOT_A_NUMBER;
        if (number == NOT_A_NUMBER) {
            number = Long.MIN_VALUE;
        }
        lineEnd = at + 2;
        return true;
    }

    // ------------------------------------------------------------------ inline

    private Found inline(byte[] in, int from, int end) {
        int at = from;
        while (at < end && in[at] != '\n') {
            at++;
        }
        if (at == end) {
            return end - from > LINE_BYTES_MAX ? broken("too big inline request") : Found.MORE;
        }
        next = at + 1;
        int lineLength = at - from;
        if (lineLength > 0 && in[at - 1] == '\r') {
            lineLength--;
        }
        List<byte[]> words = CommandDecoder.words(Arrays.copyOfRange(in, from, from + lineLength));
        if (words == null) {
            return broken("unbalanced quotes in request");
        }
        if (words.isEmpty()) {
            return Found.NOTHING;
        }
        for (byte[] word : words) {
            args.add(word);
        }
        canonical = false;
        return Found.COMMAND;
    }
}
