package dev.vedette.store.session;

import dev.vedette.store.keyspace.Decimals;
import dev.vedette.store.keyspace.Entries;
import dev.vedette.store.keyspace.StringValue;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one writer of replies: RESP2 or RESP3 bytes into a growing array.
 *
 * <p>Each method writes one whole reply, but for those that open an aggregate ({@link #array}, {@link #map}, ...), which
 * must be followed by that many replies (twice as many for a map). Types that RESP2 lacks are written as Redis writes
 * them there: maps and sets as arrays, doubles as bulk strings, booleans as integers.
 */
public final class Replies {

    private static final byte[] OK = "+OK\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] QUEUED = "+QUEUED\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PONG = "+PONG\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL_BULK = "$-1\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL_ARRAY = "*-1\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL = "_\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NONE = new byte[0];
    private static final int FIRST_BYTES = 1024;
    /** A string of at least that length is lent to a reply instead of copied. */
    static final int LENT_BYTES_MIN = 256 * 1024;
    /** From here on the outlet is asked, each time that more room is needed, whether the rest is wanted. */
    static final int ASKED_BYTES_MIN = 16 * 1024;
    /** About so much of a reply is given to the outlet at a time. */
    static final int PART_BYTES = 4 * 1024 * 1024;

    private static final int PART_BYTES_MIN = PART_BYTES / 2;
    /** From here on a double's text has an exponent. */
    private static final long MAX_PLAIN_INTEGER = 100_000_000_000_000_000L;

    private byte[] buffer = NONE;
    private int length;
    private int protocol = 2;
    private long errors;
    private String lastError = "";
    private boolean lastErrorCounted;
    private boolean borrowing;
    private boolean muted;
    private boolean replying;
    private int replyStart;
    private byte[] messages = NONE;
    private int messagesLength;
    private @Nullable Outlet outlet;
    /** Where the outermost aggregate of unknown length begins; -1 while there is none. */
    private int openAt = -1;
    /** Nobody wants these replies any more. */
    private boolean dropped;

    private List<Lent> lent = List.of();

    /**
     * A part of a stored string that belongs into the replies without being copied there.
     *
     * @param at in front of the byte of {@link #buffer} with that position
     */
    @SuppressWarnings("ArrayRecordComponent") // Large: shared by rule, never copied.
    public record Lent(int at, byte[] array, int offset, int count) {}

    /** Where replies go; takes a long one in parts while it is still being written. */
    public interface Outlet {
        /** So much of a reply is here, and more is coming: false when nobody wants any of it. */
        boolean wants(long bytes);

        /** Takes what was written so far; the array is the taker's from now on. */
        void take(byte[] array, int length, List<Lent> lent);
    }

    /** For one whose owner takes parts of replies: long strings are lent, not copied. */
    public void leaveBy(Outlet newOutlet) {
        outlet = newOutlet;
    }

    /** Sets the protocol of what follows: 2 or 3 (HELLO). */
    public void setProtocol(int protocol) {
        this.protocol = protocol;
    }

    /** The protocol, 2 or 3. */
    public int protocol() {
        return protocol;
    }

    /** While muted, replies are counted as errors where they are errors, and otherwise dropped (CLIENT REPLY OFF). */
    public void setMuted(boolean muted) {
        this.muted = muted || dropped;
    }

    /** Whether replies are dropped; what makes a long one need not go on. */
    public boolean isMuted() {
        return muted;
    }

    /** How many error replies were written since the start. */
    public long errors() {
        return errors;
    }

    /** The text of the last error reply, without the sign. */
    public String lastError() {
        return lastError;
    }

    /** Whether the statistics of errors have the last error reply already. */
    public boolean isLastErrorCounted() {
        return lastErrorCounted;
    }

    // ------------------------------------------------------------------ the bytes

    /** The array that holds the replies, from 0 to {@link #length()}. */
    public byte[] buffer() {
        return buffer;
    }

    /** Bytes written and not yet taken. */
    public int length() {
        return dropped ? 0 : length; // where it was dropped, the end of what was being written still came
    }

    /** The parts that are not in {@link #buffer}, in order. */
    public List<Lent> lent() {
        return lent;
    }

    /** Forgets what was written; keeps the array unless it grew large and is no other's. */
    public void clear() {
        length = 0;
        lent = List.of();
        if (buffer.length > 64 * 1024 && !borrowing) {
            buffer = NONE;
        }
    }

    /** Forgets what was written and gives up the array, as an idle client should. */
    public void release() {
        length = 0;
        lent = List.of();
        buffer = NONE;
        borrowing = false;
    }

    /** Lends an array to write into until {@link #giveBack}; must not be called while there are replies here. */
    public void borrow(byte[] array) {
        if (length != 0) {
            throw new IllegalStateException("replies are in another array");
        }
        buffer = array;
        borrowing = true;
    }

    /** Whether {@link #borrow} has not ended. */
    public boolean isBorrowing() {
        return borrowing;
    }

    /**
     * Ends {@link #borrow}.
     *
     * @return the array, or a larger one that took its place; null when it was given away ({@link #release}) or there are
     *     replies in it still
     */
    public byte @Nullable [] giveBack() {
        if (!borrowing || length != 0) {
            borrowing = false;
            return null;
        }
        byte[] lent = buffer;
        release();
        return lent;
    }

    /** Takes back everything from {@code position} on. */
    public void truncate(int position) {
        length = Math.min(position, length);
        if (!lent.isEmpty()) {
            lent.removeIf(part -> part.at > position);
        }
    }

    /** The replies as an array of their own. */
    public byte[] toBytes() {
        return Arrays.copyOf(buffer, length);
    }

    /** Makes room for so many bytes at the end, where a reply goes on; what is there may leave meanwhile. */
    private void ensure(int more) {
        if (buffer.length - length < more) {
            makeWay();
            grow(more);
        }
    }

    /** Gives away what is there if it is much, or drops it if it is not wanted. */
    private void makeWay() {
        Outlet to = outlet;
        if (to == null || length < ASKED_BYTES_MIN || dropped) {
            length = dropped ? 0 : length;
        } else if (!to.wants(length)) {
            dropped = true;
            muted = true;
            length = 0;
            lent = List.of();
        } else if (length >= PART_BYTES_MIN && openAt < 0) {
            to.take(buffer, length, lent);
            release();
            buffer = new byte[PART_BYTES];
            replyStart = Integer.MAX_VALUE; // it has left: what is to go before it goes behind it
        }
    }

    /** Makes room for so many bytes; everything stays where it is. */
    private void grow(int more) {
        if (buffer.length - length < more) {
            long wanted = Math.max(Math.max(FIRST_BYTES, (long) buffer.length * 2), (long) length + more);
            if ((long) length + more > Integer.MAX_VALUE - 16) {
                throw new OutOfMemoryError("a reply of more than 2 GiB");
            }
            buffer = Arrays.copyOf(buffer, (int) Math.min(wanted, Integer.MAX_VALUE - 16));
        }
    }

    private void put(byte[] bytes) {
        if (muted) {
            return;
        }
        ensure(bytes.length);
        System.arraycopy(bytes, 0, buffer, length, bytes.length);
        length += bytes.length;
    }

    private void header(char type, long number) {
        if (muted) {
            return;
        }
        ensure(3 + Decimals.LENGTH_MAX);
        byte[] to = buffer;
        int at = length;
        to[at++] = (byte) type;
        if (number >= 0 && number < 10) {
            to[at++] = (byte) ('0' + number);
        } else {
            at = Decimals.write(number, to, at);
        }
        to[at++] = '\r';
        to[at++] = '\n';
        length = at;
    }

    /** Appends bytes that are RESP already. */
    public void raw(byte[] resp, int offset, int count) {
        if (muted) {
            return;
        }
        ensure(count);
        System.arraycopy(resp, offset, buffer, length, count);
        length += count;
    }

    // ------------------------------------------------------------------ messages

    /** A command begins its reply: messages that come meanwhile must not fall into the midst of it. */
    public void beginReply() {
        replying = true;
        openAt = -1;
        replyStart = length;
    }

    /** The command's reply is whole: messages that came meanwhile go before it. */
    public void endReply() {
        replying = false;
        if (messagesLength > 0) {
            int at = Math.min(replyStart, length);
            grow(messagesLength);
            System.arraycopy(buffer, at, buffer, at + messagesLength, length - at);
            System.arraycopy(messages, 0, buffer, at, messagesLength);
            length += messagesLength;
            if (!lent.isEmpty()) {
                int shift = messagesLength;
                lent.replaceAll(
                        part -> part.at <= at ? part : new Lent(part.at + shift, part.array, part.offset, part.count));
            }
            messagesLength = 0;
            messages = NONE;
        }
    }

    /**
     * Appends a message (pub/sub and the like), given as a RESP2 array; becomes a push in RESP3. It is written even while
     * muted.
     */
    public void message(byte[] array, int offset, int count) {
        place(array, offset, count, protocol == 3);
    }

    /** Appends a message that is the same in both protocols (MONITOR's lines). */
    public void notice(byte[] resp) {
        place(resp, 0, resp.length, false);
    }

    private void place(byte[] array, int offset, int count, boolean asPush) {
        if (dropped) {
            return;
        }
        int at;
        byte[] to;
        if (replying) {
            at = messagesLength;
            messages = messages.length - at < count ? Arrays.copyOf(messages, (at + count) * 2) : messages;
            messagesLength += count;
            to = messages;
        } else {
            ensure(count);
            at = length;
            length += count;
            to = buffer;
        }
        System.arraycopy(array, offset, to, at, count);
        if (asPush) {
            to[at] = '>';
        }
    }

    // ------------------------------------------------------------------ simple replies

    /** {@code +OK}. */
    public void ok() {
        put(OK);
    }

    /** {@code +QUEUED}. */
    public void queued() {
        put(QUEUED);
    }

    /** {@code +PONG}. */
    public void pong() {
        put(PONG);
    }

    /** A simple string; must hold no line break. */
    public void simple(String text) {
        if (muted) {
            return;
        }
        int count = text.length();
        ensure(count + 3);
        int at = length;
        buffer[at++] = '+';
        for (int i = 0; i < count; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                put(("+" + text + "\r\n").getBytes(StandardCharsets.UTF_8));
                return;
            }
            buffer[at++] = (byte) c;
        }
        buffer[at++] = '\r';
        buffer[at++] = '\n';
        length = at;
    }

    /**
     * An error, with its code, as in {@code ERR no such key}. Line breaks become spaces, as a RESP error is one line.
     */
    public void error(String text) {
        error(text, false);
    }

    /**
     * As {@link #error(String)}.
     *
     * @param counted whether the statistics of errors have it already, since another command gave it first
     */
    public void error(String text, boolean counted) {
        errors++;
        lastError = text;
        lastErrorCounted = counted;
        byte[] bytes =
                ("-" + text.replace('\r', ' ').replace('\n', ' ') + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        put(bytes);
    }

    /** A 64-bit integer. */
    public void integer(long value) {
        header(':', value);
    }

    /** A truth value: #t or #f in RESP3, 1 or 0 in RESP2. */
    public void bool(boolean value) {
        if (protocol == 3) {
            put(value ? new byte[] {'#', 't', '\r', '\n'} : new byte[] {'#', 'f', '\r', '\n'});
        } else {
            integer(value ? 1 : 0);
        }
    }

    /** A missing value: the RESP3 null, or RESP2's null bulk string. */
    public void nil() {
        put(protocol == 3 ? NULL : NULL_BULK);
    }

    /** A missing aggregate: the RESP3 null, or RESP2's null array. */
    public void nilArray() {
        put(protocol == 3 ? NULL : NULL_ARRAY);
    }

    // ------------------------------------------------------------------ strings

    /** A bulk string. */
    public void bulk(byte[] bytes) {
        bulk(bytes, 0, bytes.length);
    }

    /** A bulk string. */
    public void bulk(byte[] array, int offset, int count) {
        if (muted) {
            return;
        }
        header('$', count);
        ensure(count + 2);
        System.arraycopy(array, offset, buffer, length, count);
        length += count;
        buffer[length++] = '\r';
        buffer[length++] = '\n';
    }

    /** The bytes of a string entry that is no integer, as a bulk string. */
    public void bulkOf(Object entry) {
        bulkOf(entry, 0, Entries.stringLength(entry));
    }

    /** A part of a string entry that is no integer, as a bulk string. */
    public void bulkOf(Object entry, int from, int count) {
        if (muted) {
            return;
        }
        header('$', count);
        if (outlet != null && count >= LENT_BYTES_MIN && Entries.value(entry) instanceof StringValue string) {
            lent = lent.isEmpty() ? new ArrayList<>() : lent;
            lent.add(new Lent(length, string.lend(), from, count));
            ensure(2);
        } else {
            ensure(count + 2);
            Entries.copyString(entry, from, buffer, length, count);
            length += count;
        }
        buffer[length++] = '\r';
        buffer[length++] = '\n';
    }

    /** A bulk string of text, UTF-8. */
    public void bulk(String text) {
        bulk(text.getBytes(StandardCharsets.UTF_8));
    }

    /** An integer as a bulk string of its decimal text. */
    public void bulkInteger(long value) {
        if (muted) {
            return;
        }
        header('$', Decimals.length(value));
        ensure(Decimals.LENGTH_MAX + 2);
        length = Decimals.write(value, buffer, length);
        buffer[length++] = '\r';
        buffer[length++] = '\n';
    }

    /** Two numbers without a sign, joined by a hyphen, as a bulk string: the id of a stream's entry. */
    public void bulkPair(long first, long second) {
        if (first < 0 || second < 0) {
            bulk(Long.toUnsignedString(first) + "-" + Long.toUnsignedString(second));
            return;
        }
        if (muted) {
            return;
        }
        header('$', Decimals.length(first) + 1 + Decimals.length(second));
        ensure(2 * Decimals.LENGTH_MAX + 3);
        length = Decimals.write(first, buffer, length);
        buffer[length++] = '-';
        length = Decimals.write(second, buffer, length);
        buffer[length++] = '\r';
        buffer[length++] = '\n';
    }

    /** A double: {@code ,3.5} in RESP3, a bulk string in RESP2, in Redis's shortest text. */
    public void dbl(double value) {
        long integer = (long) value;
        // Most scores are integers: these make no garbage. Minus zero is none, since its text has a sign.
        if (protocol == 2 && integer == value && integer != 0 && Math.abs(integer) < MAX_PLAIN_INTEGER) {
            bulkInteger(integer);
            return;
        }
        String text = Doubles.text(value);
        if (protocol == 3) {
            put(("," + text + "\r\n").getBytes(StandardCharsets.US_ASCII));
        } else {
            bulk(text);
        }
    }

    /** A double as {@link #dbl}, in a text without exponent and with up to 17 decimals. */
    public void plainDouble(double value) {
        byte[] text = LongDoubles.text(new BigDecimal(value));
        if (protocol == 3) {
            put(new byte[] {','});
            put(text);
            put(new byte[] {'\r', '\n'});
        } else {
            bulk(text);
        }
    }

    /** A number too large for 64 bits, in decimal. */
    public void bigNumber(String digits) {
        if (protocol == 3) {
            put(("(" + digits + "\r\n").getBytes(StandardCharsets.US_ASCII));
        } else {
            bulk(digits);
        }
    }

    /** Text for people, with its three-letter format (txt, mkd); a bulk string in RESP2. */
    public void verbatim(String format, byte[] text) {
        if (protocol == 3) {
            byte[] whole = new byte[text.length + 4];
            for (int i = 0; i < 3; i++) {
                whole[i] = (byte) format.charAt(i);
            }
            whole[3] = ':';
            System.arraycopy(text, 0, whole, 4, text.length);
            if (muted) {
                return;
            }
            header('=', whole.length);
            put(whole);
            put(new byte[] {'\r', '\n'});
        } else {
            bulk(text);
        }
    }

    // ------------------------------------------------------------------ aggregates

    /** Opens an array of that many replies. */
    public void array(long count) {
        header('*', count);
    }

    /** Opens a map of that many pairs. */
    public void map(int pairs) {
        if (protocol == 3) {
            header('%', pairs);
        } else {
            header('*', 2L * pairs);
        }
    }

    /** Opens a set of that many replies. */
    public void set(int count) {
        header(protocol == 3 ? '~' : '*', count);
    }

    /** Opens a push message of that many replies: an array in RESP2. */
    public void push(int count) {
        header(protocol == 3 ? '>' : '*', count);
    }

    /** Where an aggregate begins whose length is not known yet; pass it to a {@code close} method. */
    public int open() {
        openAt = openAt < 0 ? length : openAt;
        return length;
    }

    /** Puts the header of an array of that many replies at {@code mark}, before what was written since. */
    public void closeArray(int mark, int count) {
        close(mark, '*', count);
    }

    /** As {@link #closeArray} for a map. */
    public void closeMap(int mark, int pairs) {
        if (protocol == 3) {
            close(mark, '%', pairs);
        } else {
            close(mark, '*', 2L * pairs);
        }
    }

    /** As {@link #closeArray} for a set. */
    public void closeSet(int mark, int count) {
        close(mark, protocol == 3 ? '~' : '*', count);
    }

    /** Puts a bulk string at {@code mark}, before what was written since. */
    public void insertBulk(int mark, byte[] bytes) {
        if (muted) {
            return;
        }
        int more = 5 + Decimals.length(bytes.length) + bytes.length;
        grow(more);
        System.arraycopy(buffer, mark, buffer, mark + more, length - mark);
        int end = length + more;
        length = mark;
        bulk(bytes);
        length = end;
    }

    private void close(int mark, char type, long count) {
        if (mark == openAt) {
            openAt = -1;
        }
        if (muted) {
            return;
        }
        int headerLength = 3 + Decimals.length(count);
        grow(headerLength);
        System.arraycopy(buffer, mark, buffer, mark + headerLength, length - mark);
        int end = length + headerLength;
        length = mark;
        header(type, count);
        length = end;
    }
}
