package dev.vedette.launcher.nodes;

import dev.vedette.wire.resp.Reply;
import dev.vedette.wire.resp.RespDecoder;
import dev.vedette.wire.resp.RespEncoder;
import dev.vedette.wire.resp.RespFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One connection to a node. Each answer must come within twenty seconds. Not for several threads. */
public final class Talk implements AutoCloseable {

    private static final int ANSWER_MILLIS_MAX = 20_000;

    private final Socket socket;
    private final RespDecoder decoder = new RespDecoder();
    private final byte[] chunk = new byte[64 * 1024];

    public Talk(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(ANSWER_MILLIS_MAX);
        socket.setTcpNoDelay(true);
    }

    /** The answer to a command, an error included. */
    public Reply ask(byte[]... words) throws IOException {
        send(words);
        return answer();
    }

    /** The answer to a command, an error included. */
    public Reply ask(String... words) throws IOException {
        return ask(bytes(words));
    }

    /** The text of an answer that must not be an error. */
    public String text(String... words) throws IOException {
        Reply reply = ask(words);
        if (reply.isError()) {
            throw new AssertionError(String.join(" ", words) + ": " + reply.text());
        }
        return String.valueOf(reply.text());
    }

    /** Sends a command and does not wait for its answer. */
    public void send(byte[]... words) throws IOException {
        raw(RespEncoder.commandBytes(words));
    }

    /** Sends a command and does not wait for its answer. */
    public void send(String... words) throws IOException {
        send(bytes(words));
    }

    /** Sends bytes as they are. */
    public void raw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** The next answer. */
    public Reply answer() throws IOException {
        try {
            return decoder.next(socket.getInputStream());
        } catch (RespFormatException bad) {
            throw new AssertionError(bad);
        }
    }

    /** All bytes up to the end of the connection, as text of one character a byte; an abrupt end is an end. */
    public String rest() throws IOException {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        try {
            for (int got = socket.getInputStream().read(chunk);
                    got >= 0;
                    got = socket.getInputStream().read(chunk)) {
                rest.write(chunk, 0, got);
            }
        } catch (SocketTimeoutException open) {
            throw open;
        } catch (SocketException reset) {
            // With bytes of ours unread, closing is a reset; what was sent before it may be lost with it.
        }
        return rest.toString(StandardCharsets.ISO_8859_1);
    }

    /** The fields of a section of INFO. */
    public Map<String, String> info(String section) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : text("INFO", section).split("\r\n")) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        return fields;
    }

    /** One field of INFO, which must be there. */
    public String info(String section, String field) throws IOException {
        String value = info(section).get(field);
        if (value == null) {
            throw new AssertionError("no " + field + " in INFO " + section);
        }
        return value;
    }

    private static byte[][] bytes(String... words) {
        return List.of(words).stream()
                .map(word -> word.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
    }

    /** Ends the connection by a reset: what the other side has not read yet is followed by an error, not by an end. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
