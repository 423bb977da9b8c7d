package dev.vedette.launcher.broken;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Says yes to each step of a replica's handshake up to a word, and then the same wrong thing to all who come. */
final class FalseMaster implements AutoCloseable {

    private static final int SILENCE_MILLIS_MAX = 2_000;

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicInteger served = new AtomicInteger();
    private final String word;
    private final byte[] answer;
    private final boolean hangsUp;

    /**
     * @param word what is answered so: PING or PSYNC
     * @param answer a character for each byte
     * @param hangsUp whether it closes the connection then; else it waits until the replica does
     */
    FalseMaster(String word, String answer, boolean hangsUp) throws IOException {
        this.word = word;
        this.answer = answer.getBytes(StandardCharsets.ISO_8859_1);
        this.hangsUp = hangsUp;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** How many times the wrong thing has been said. */
    int served() {
        return served.get();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setSoTimeout(SILENCE_MILLIS_MAX);
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            byte[] chunk = new byte[4096];
            for (int got = in.read(chunk); got > 0; got = in.read(chunk)) {
                String said = new String(chunk, 0, got, StandardCharsets.ISO_8859_1);
                if (said.contains(word)) {
                    break;
                }
                if (said.contains("INFO")) {
                    return; // asked what it is, it has nothing to say
                }
                long commands = said.chars().filter(c -> c == '*').count();
                out.write("+PONG\r\n".repeat((int) commands).getBytes(StandardCharsets.US_ASCII));
            }
            out.write(answer);
            served.incrementAndGet();
            while (!hangsUp && in.read(chunk) >= 0) {}
        } catch (IOException gone) {
            // The replica has hung up, as it should.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
