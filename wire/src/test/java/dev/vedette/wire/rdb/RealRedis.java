package dev.vedette.wire.rdb;

import dev.vedette.wire.resp.Reply;
import dev.vedette.wire.resp.RespDecoder;
import dev.vedette.wire.resp.RespEncoder;
import dev.vedette.wire.resp.RespFormatException;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A redis-server of its own, in a folder of its own, with one connection to it. */
public final class RealRedis implements AutoCloseable {

    private final Process process;
    private final Path folder;
    private final Socket socket;
    private final RespDecoder decoder = new RespDecoder();

    private RealRedis(Process process, Path folder, Socket socket) {
        this.process = process;
        this.folder = folder;
        this.socket = socket;
    }

    /** Starts a server on the folder's {@code dump.rdb}, if there is one, and waits until it has loaded it. */
    public static RealRedis start(Path folder, String... options) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        List<String> command = new ArrayList<>(List.of(
                "redis-server",
                "--port",
                String.valueOf(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                folder.toString(),
                "--save",
                "",
                "--enable-debug-command",
                "local"));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            if (!process.isAlive()) {
                throw new AssertionError(Files.readString(folder.resolve("log")));
            }
            return Files.exists(folder.resolve("log"))
                    && Files.readString(folder.resolve("log")).contains("Ready to accept connections");
        });
        return new RealRedis(process, folder, new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** Another connection to it, to speak by hand. */
    public Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), socket.getPort());
    }

    /** Sends a command; its reply, an error reply being a failure. */
    public Reply command(String... arguments) throws IOException, RespFormatException {
        return command(Arrays.stream(arguments)
                .map(argument -> argument.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new));
    }

    /** Sends a command; its reply, an error reply being a failure. */
    public Reply command(byte[]... arguments) throws IOException, RespFormatException {
        socket.getOutputStream().write(RespEncoder.commandBytes(arguments));
        byte[] chunk = new byte[64 * 1024];
        while (true) {
            Reply reply = decoder.next();
            if (reply != null) {
                if (reply instanceof Reply.Error(String text)) {
                    throw new AssertionError(new String(arguments[0], StandardCharsets.UTF_8) + ": " + text);
                }
                return reply;
            }
            int got = socket.getInputStream().read(chunk);
            if (got < 0) {
                throw new AssertionError("the server closed: " + Files.readString(folder.resolve("log")));
            }
            decoder.feed(Buffer.buffer(Arrays.copyOf(chunk, got)));
        }
    }

    String text(String... arguments) throws IOException, RespFormatException {
        return String.valueOf(command(arguments).text());
    }

    /** What SAVE writes. */
    byte[] save() throws IOException, RespFormatException {
        command("SAVE");
        return Files.readAllBytes(folder.resolve("dump.rdb"));
    }

    String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    @Override
    public void close() throws IOException {
        socket.close();
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
