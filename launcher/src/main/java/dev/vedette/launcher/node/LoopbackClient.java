package dev.vedette.launcher.node;

import dev.vedette.wire.resp.Reply;
import dev.vedette.wire.resp.RespDecoder;
import dev.vedette.wire.resp.RespEncoder;
import dev.vedette.wire.resp.RespFormatException;
import io.vertx.core.buffer.Buffer;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;

/** A connection to a node on this machine which blocks until the node answers. For one thread. */
public final class LoopbackClient implements AutoCloseable {

    private static final int CHUNK_BYTES = 16 * 1024;

    private final Socket socket = new Socket();
    private final RespDecoder decoder = new RespDecoder();
    private final byte[] chunk = new byte[CHUNK_BYTES];

    /**
     * Connects.
     *
     * @param timeoutMillis longest wait for the connection, and for each piece of an answer
     */
    public LoopbackClient(int port, int timeoutMillis) throws IOException {
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(timeoutMillis);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), timeoutMillis);
        } catch (IOException refused) {
            socket.close();
            throw refused;
        }
    }

    /**
     * The answer to a command, an error included.
     *
     * @param command words between single spaces
     */
    public Reply ask(String command) throws IOException {
        send(List.of(command));
        return answer();
    }

    /** Sends commands all at once; each will have its {@link #answer}. */
    public void send(List<String> commands) throws IOException {
        Buffer bytes = Buffer.buffer();
        for (String command : commands) {
            bytes.appendBuffer(RespEncoder.command(command.split(" ", -1)));
        }
        socket.getOutputStream().write(bytes.getBytes());
    }

    /** The next answer, an error included. */
    public Reply answer() throws IOException {
        while (true) {
            Reply reply;
            try {
                reply = decoder.next();
            } catch (RespFormatException foreign) {
                throw new IOException("no Redis protocol", foreign);
            }
            if (reply != null) {
                return reply;
            }
            int length = socket.getInputStream().read(chunk);
            if (length < 0) {
                throw new EOFException("the node has closed the connection");
            }
            decoder.feed(Buffer.buffer(Arrays.copyOf(chunk, length)));
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
