package dev.vedette.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A program of bin/, run as a process of its own, with what it writes in files. */
public final class RunningProgram implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path out;
    private final Path err;
    private final Process process;
    private boolean startedOthers;

    private RunningProgram(Path directory, Process process) {
        this.out = directory.resolve("stdout");
        this.err = directory.resolve("stderr");
        this.process = process;
    }

    /** bin/ of this checkout. */
    public static Path bin() {
        return Path.of("..", "bin").toAbsolutePath().normalize();
    }

    /** A cluster configuration as it is shipped but for the name, in {@code directory}. */
    static Path clusterConfig(Path directory, String name) throws IOException {
        return Files.writeString(
                directory.resolve("cluster.xml"),
                Files.readString(bin().resolveSibling("cluster.xml"))
                        .replace("<cluster-name>vedette<", "<cluster-name>" + name + "<"));
    }

    /** A program of this machine. */
    public static Path installed(String name) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .map(place -> Path.of(place, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not installed; scripts/install-test-tools.sh"));
    }

    /** Starts a program in {@code directory}. */
    public static RunningProgram start(Path directory, Path program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(directory.resolve("stdout").toFile())
                .redirectError(directory.resolve("stderr").toFile())
                .start();
        return new RunningProgram(directory, process);
    }

    static RunningProgram server(Path directory, String... arguments) throws IOException {
        return start(directory, bin().resolve("vedette-server"), arguments);
    }

    static RunningProgram sentinel(Path directory, String... arguments) throws IOException {
        return start(directory, bin().resolve("vedette-sentinel"), arguments);
    }

    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Sends bytes on a new connection and returns what comes back until {@code end}. */
    static String ask(int port, String request, String end) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            InputStream in = socket.getInputStream();
            StringBuilder answer = new StringBuilder();
            while (!answer.toString().contains(end)) {
                int next = in.read();
                if (next < 0) {
                    break;
                }
                answer.append((char) next);
            }
            return answer.toString();
        }
    }

    /** Waits until the program answers PING, sent as Redis's test suites send it. */
    public void awaitPong(int port) {
        Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> ask(port, "PING\r\n\n", "\r\n").equals("+PONG\r\n"));
    }

    /** Waits until standard output holds the text. */
    public void awaitOutput(String text) {
        Awaitility.await()
                .atMost(PATIENCE)
                .failFast("ended", () -> !process.isAlive() && !out().contains(text))
                .until(() -> out().contains(text));
    }

    public int awaitExit() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("still running");
        }
        return process.exitValue();
    }

    public long pid() {
        return process.pid();
    }

    public void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
    }

    public String out() throws IOException {
        return Files.readString(out, StandardCharsets.UTF_8);
    }

    public String err() throws IOException {
        return Files.readString(err, StandardCharsets.UTF_8);
    }

    /** For one that starts others: it is given the time to end them before it is ended itself. */
    public RunningProgram startingOthers() {
        startedOthers = true;
        return this;
    }

    @Override
    public void close() {
        if (startedOthers) {
            process.destroy();
            process.onExit()
                    .completeOnTimeout(process, PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .join();
        }
        process.destroyForcibly();
        process.onExit().join();
    }
}
