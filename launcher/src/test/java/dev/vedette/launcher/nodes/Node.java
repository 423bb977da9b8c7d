package dev.vedette.launcher.nodes;

import dev.vedette.wire.resp.Reply;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A server or a sentinel with a home of its own: its configuration file, its data, its log. May be started, ended and
 * started again; the log goes on in the same file.
 */
public final class Node implements AutoCloseable {

    /** What a node is. */
    public enum Kind {
        SERVER,
        SENTINEL
    }

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Maker maker;
    private final Kind kind;
    private final Path home;
    private final int port;
    private @Nullable Process process;

    /** A node that is not configured and does not run yet. */
    public Node(Maker maker, Kind kind, Path home, int port) {
        this.maker = maker;
        this.kind = kind;
        this.home = home;
        this.port = port;
    }

    /** A server that runs and answers, in {@code home} on a free port. */
    public static Node server(Maker maker, Path home, String... config) throws IOException {
        Node node = new Node(maker, Kind.SERVER, home, Ports.free());
        node.configure(List.of(config));
        node.start();
        node.awaitServing();
        return node;
    }

    /** Writes the configuration file anew: port, address and home, then these lines. */
    public void configure(List<String> lines) throws IOException {
        Files.createDirectories(home);
        List<String> all = new ArrayList<>(List.of("port " + port, "bind 127.0.0.1", "dir " + home));
        all.addAll(lines);
        if (maker == Maker.VEDETTE && kind == Kind.SERVER) {
            // Tests ask what servers do, not how fast. The last line, since errors name lines by number.
            all.add("warm-up no");
        }
        Files.write(file("node.conf"), all);
    }

    /** Starts the process; it may not answer yet. */
    public void start(String... arguments) throws IOException {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException(this + " runs already");
        }
        List<String> command = new ArrayList<>(List.of(maker.program(kind), "node.conf"));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectInput(Redirect.from(new java.io.File("/dev/null")))
                .redirectOutput(Redirect.appendTo(file("log").toFile()))
                .redirectError(Redirect.appendTo(file("stderr").toFile()))
                .start();
    }

    /** Waits until the node answers PING and has loaded its data. */
    public void awaitServing() {
        Awaitility.await(this + " answers")
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .failFast("the node ended", () -> !process().isAlive())
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> {
                    try (Talk talk = talk()) {
                        Reply reply = talk.ask("PING");
                        return !String.valueOf(reply.text()).startsWith("LOADING");
                    }
                });
    }

    /** A new connection. */
    public Talk talk() throws IOException {
        return new Talk(port);
    }

    /** One field of INFO. */
    public String info(String section, String field) throws IOException {
        try (Talk talk = talk()) {
            return talk.info(section, field);
        }
    }

    /** Waits until a field of INFO has that value; not answering is not having it. */
    public void awaitInfo(String section, String field, String value) {
        Awaitility.await(this + " says " + field + ":" + value)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> info(section, field).equals(value));
    }

    /** Makes this server a replica of that one. */
    public void follow(Node master) throws IOException {
        try (Talk talk = talk()) {
            talk.text("REPLICAOF", "127.0.0.1", Integer.toString(master.port()));
        }
    }

    /** Waits until the link to the master works. */
    public void awaitUp() {
        awaitInfo("replication", "master_link_status", "up");
    }

    /** Waits until this replica has all that its master has. */
    public void awaitSynced(Node master) {
        awaitUp();
        Awaitility.await(this + " is where " + master + " is")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> master.info("replication", "master_repl_offset")
                        .equals(info("replication", "master_repl_offset")));
    }

    public int port() {
        return port;
    }

    public Maker maker() {
        return maker;
    }

    public Kind kind() {
        return kind;
    }

    /** A file in the node's home. */
    public Path file(String name) {
        return home.resolve(name);
    }

    /** What the node has logged since its first start. */
    public String log() throws IOException {
        return Files.readString(file("log"), StandardCharsets.UTF_8);
    }

    /** What the node has written to standard error since its first start. */
    public String standardError() throws IOException {
        return Files.readString(file("stderr"), StandardCharsets.UTF_8);
    }

    /** Waits until the log holds a text. */
    public void awaitLog(String text) {
        Awaitility.await(this + " logs '" + text + "'")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> log().contains(text));
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Sends a signal: KILL, STOP, CONT, TERM, INT. */
    public void signal(String name) throws IOException, InterruptedException {
        long pid = process().pid();
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                .start()
                .waitFor();
        if (status != 0) {
            throw new IllegalStateException("kill -" + name + " " + this + " gave " + status);
        }
        if (name.equals("KILL")) {
            awaitExit();
        }
    }

    /** Waits for the end of the process; its exit status. */
    public int awaitExit() throws InterruptedException {
        if (!process().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError(this + " still runs");
        }
        return process().exitValue();
    }

    private Process process() {
        return Objects.requireNonNull(process, "never started");
    }

    /** Ends the process at once, if it runs. */
    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    @Override
    public String toString() {
        return maker + " " + kind + " at " + port;
    }
}
