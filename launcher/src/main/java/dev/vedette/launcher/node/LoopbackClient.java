package dev.vedette.launcher.node;

import dev.vedette.wire.resp.Reply;
import dev.vedette.wire.resp.RespDecoder;
import dev.vedette.wire.resp.RespEncoder;
import dev.vedette.wire.resp.RespFormatException;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;

/** A connection to a node on this machine which blocks until the node answers. For one thread. */
public final class LoopbackClient implements AutoCloseable {

    private final Socket socket = new Socket();
    private final RespDecoder decoder = new RespDecoder();

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
        send(bytes.getBytes());
    }

    /** Sends bytes as they are. */
    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** The next answer, an error included. */
    public Reply answer() throws IOException {
        try {
            return decoder.next(socket.getInputStream());
        } catch (RespFormatException foreign) {
            throw new IOException("no Redis protocol", foreign);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
