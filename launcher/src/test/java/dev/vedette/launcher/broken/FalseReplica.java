package dev.vedette.launcher.broken;

import dev.vedette.launcher.nodes.Node;
import dev.vedette.wire.resp.RespEncoder;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The socket of a replica that takes a snapshot without a file and says whatever it is told to. */
final class FalseReplica implements AutoCloseable {

    private static final int ANSWER_MILLIS_MAX = 60_000;
    private static final int MARK_BYTES = 40;

    private final Socket socket;
    private final InputStream in;

    /** Asks for everything. */
    FalseReplica(Node master, int listeningPort) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), master.port());
        socket.setSoTimeout(ANSWER_MILLIS_MAX);
        in = new BufferedInputStream(socket.getInputStream());
        say("REPLCONF", "listening-port", Integer.toString(listeningPort), "capa", "eof", "capa", "psync2");
        if (!line().equals("+OK")) {
            throw new IOException("refused");
        }
        say("PSYNC", "?", "-1");
    }

    void say(String... words) throws IOException {
        byte[][] bytes = Arrays.stream(words)
                .map(word -> word.getBytes(StandardCharsets.ISO_8859_1))
                .toArray(byte[][]::new);
        raw(RespEncoder.commandBytes(bytes));
    }

    void raw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Takes the snapshot in; the offset at which it was cut. */
    long transfer() throws IOException {
        List<String> words = List.of(line().split(" "));
        if (!words.getFirst().equals("+FULLRESYNC")) {
            throw new IOException(words.toString());
        }
        byte[] mark = line().substring("$EOF:".length()).getBytes(StandardCharsets.US_ASCII);
        byte[] last = new byte[MARK_BYTES];
        while (!Arrays.equals(mark, last)) {
            System.arraycopy(last, 1, last, 0, MARK_BYTES - 1);
            last[MARK_BYTES - 1] = (byte) next();
        }
        return Long.parseLong(words.get(2));
    }

    /** The next line; those that only say that the master is alive are left out. */
    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int next = next();
            if (next != '\n') {
                line.append((char) next);
            } else if (!line.isEmpty()) {
                return line.toString().strip();
            }
        }
    }

    private int next() throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException("the master hung up");
        }
        return next;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
