package dev.vedette.launcher.family;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Asks a node on this machine one thing, blocking, on a connection of its own. */
final class RespProbe {

    private static final int TIMEOUT_MILLIS = 2000;

    private RespProbe() {}

    /** The raw answer to an inline command up to the moment when the node closes or pauses; empty without an answer. */
    static Optional<String> ask(int port, String command) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write((command + "\r\nPING\r\n").getBytes(StandardCharsets.UTF_8));
            StringBuilder answer = new StringBuilder();
            byte[] buffer = new byte[8192];
            while (!answer.toString().endsWith("+PONG\r\n") || command.equals("PING") && answer.length() < 14) {
                int length = socket.getInputStream().read(buffer);
                if (length < 0) {
                    return Optional.empty();
                }
                answer.append(new String(buffer, 0, length, StandardCharsets.UTF_8));
            }
            return Optional.of(answer.toString());
        } catch (IOException noAnswer) {
            return Optional.empty();
        }
    }
}
