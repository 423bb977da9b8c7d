package dev.vedette.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A connection of the load: requests out, each with the instant when it was due, and replies in, in the same order. */
final class LoadConnection {

    /** Longest value, so that a reply fits the buffer. */
    static final int VALUE_BYTES_MAX = 16 * 1024;

    private static final int BUFFER_BYTES = 64 * 1024;
    /** Requests without reply that a connection may have, a power of two. */
    private static final int UNANSWERED_MAX = 1 << 15;

    /** Hears of replies. */
    @FunctionalInterface
    interface Answered {
        void reply(LoadConnection connection, long dueNanos, long nowNanos);
    }

    private final SocketChannel channel;
    private final SelectionKey key;
    private final Answered answered;
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final long[] dueNanos = new long[UNANSWERED_MAX];
    private final boolean[] isGet = new boolean[UNANSWERED_MAX];
    private int sent;
    private int received;
    private boolean awaitsRoom;

    LoadConnection(int port, Selector selector, Answered answered) throws IOException {
        this.answered = answered;
        channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    void close() throws IOException {
        channel.close();
    }

    /** Requests without reply. */
    int unanswered() {
        return sent - received;
    }

    /** Whether another request of that size can be taken. */
    boolean hasRoom(int bytes) {
        return unanswered() < UNANSWERED_MAX && out.remaining() >= bytes;
    }

    /** Takes a request of the mix; {@link #flush} sends it. */
    void ask(Requests requests, long due) {
        asked(requests.putAny(out), due);
    }

    /** Takes the next request that fills the keys; false when all are there. */
    boolean fill(Requests requests) {
        if (!requests.putFill(out)) {
            return false;
        }
        asked(false, 0);
        return true;
    }

    private void asked(boolean get, long due) {
        int place = sent++ & UNANSWERED_MAX - 1;
        dueNanos[place] = due;
        isGet[place] = get;
    }

    /** Gives the kernel what it takes; the rest follows when there is room again. */
    void flush() throws IOException {
        out.flip();
        channel.write(out);
        boolean rest = out.hasRemaining();
        out.compact();
        if (rest != awaitsRoom) {
            awaitsRoom = rest;
            key.interestOps(rest ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        }
    }

    /** The selector says that something is possible. */
    void ready() throws IOException {
        if (awaitsRoom && key.isWritable()) {
            flush();
        }
        if (!key.isReadable()) {
            return;
        }
        if (channel.read(in) < 0) {
            throw new EOFException("the server has closed a connection");
        }
        long now = System.nanoTime();
        in.flip();
        int end = replyEnd();
        while (end >= 0) {
            in.position(end);
            int place = received++ & UNANSWERED_MAX - 1;
            answered.reply(this, dueNanos[place], now);
            end = replyEnd();
        }
        in.compact();
    }

    /** Where the reply at the buffer's position ends, or -1 when it is not there whole; it must be of the right type. */
    private int replyEnd() throws IOException {
        int start = in.position();
        int line = start;
        while (line < in.limit() && in.get(line) != '\n') {
            line++;
        }
        if (line == in.limit()) {
            return -1;
        }
        if (unanswered() == 0) {
            throw new IOException("a reply that nobody asked for: " + text(start, line));
        }
        boolean get = isGet[received & UNANSWERED_MAX - 1];
        byte sign = in.get(start);
        if (!get && sign == '+') {
            return line + 1;
        }
        if (!get || sign != '$') {
            throw new IOException("the answer to " + (get ? "GET" : "SET") + ": " + text(start, line));
        }
        if (in.get(start + 1) == '-') {
            return line + 1;
        }
        int length = 0;
        for (int i = start + 1; in.get(i) != '\r'; i++) {
            length = length * 10 + in.get(i) - '0';
        }
        if (length > VALUE_BYTES_MAX) {
            throw new IOException("a value of " + length + " bytes, more than the load has ever set");
        }
        int end = line + 1 + length + 2;
        return end <= in.limit() ? end : -1;
    }

    private String text(int from, int to) {
        byte[] bytes = new byte[to - from];
        in.get(from, bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1).strip();
    }
}
