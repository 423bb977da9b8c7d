package dev.vedette.launcher.seed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.launcher.nodes.Maker;
import dev.vedette.launcher.nodes.Node;
import dev.vedette.launcher.nodes.Talk;
import dev.vedette.wire.resp.Reply;
import dev.vedette.wire.resp.ReplyText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.opentest4j.AssertionFailedError;

/** Plays a transcript. */
final class Stage implements AutoCloseable {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long PAUSE_MILLIS = 50;
    private static final List<String> NOT_CONNECTED = List.of("not connected>");

    private final Transcript transcript;
    private final Path folder;
    /** Who makes the node that is the n-th of its kind. */
    private final BiFunction<Node.Kind, Integer, Maker> makers;

    private final Map<Integer, Node> nodes = new HashMap<>();
    private final Map<Integer, Talk> talks = new HashMap<>();
    private final Map<Integer, EventLog> logs = new HashMap<>();
    private Names names = new Names();

    /**
     * A stage for one run.
     *
     * @param folder empty; the nodes live in it
     * @param makers who makes the n-th server, the n-th sentinel
     */
    Stage(Transcript transcript, Path folder, BiFunction<Node.Kind, Integer, Maker> makers) {
        this.transcript = transcript;
        this.folder = folder;
        this.makers = makers;
    }

    /** Plays it; fails at the first step that goes otherwise. */
    void play() throws Exception {
        for (Step step : transcript.steps()) {
            try {
                play(step);
            } catch (Exception | AssertionError failure) {
                throw new AssertionError(
                        transcript.withNames(
                                transcript.place(step) + ": " + failure.getMessage() + "\n" + names + "\n" + tails()),
                        failure);
            }
        }
        for (Node node : nodes.values()) {
            assertEquals("", node.standardError(), () -> transcript.withNames(node + " writes to standard error"));
        }
    }

    private void play(Step step) throws Exception {
        switch (step) {
            case Step.Start start -> start(start);
            case Step.Command command -> check(command, names);
            case Step.Eventually eventually -> eventually(eventually);
            case Step.Log log -> log(log);
            case Step.Signal signal -> node(signal.node()).signal(signal.name());
            case Step.Ends ends -> assertEquals(0, node(ends.node()).awaitExit());
            case Step.Sleep sleep -> Thread.sleep(sleep.millis());
        }
    }

    // ------------------------------------------------------------------ nodes

    private void start(Step.Start start) throws IOException {
        for (int port : start.nodes()) {
            boolean isNew = !nodes.containsKey(port);
            Node node = nodes.computeIfAbsent(port, p -> create(start.kind(), p));
            if (isNew || !start.config().isEmpty()) {
                node.configure(start.config());
            }
            if (isNew) {
                logs.put(port, new EventLog(node));
            }
            node.start();
        }
        start.nodes().forEach(port -> node(port).awaitServing());
    }

    private Node create(Node.Kind kind, int port) {
        long earlier =
                nodes.values().stream().filter(node -> node.kind() == kind).count();
        Maker maker = makers.apply(kind, (int) earlier);
        return new Node(maker, kind, folder.resolve(transcript.withNames(Integer.toString(port))), port);
    }

    private Node node(int port) {
        return Optional.ofNullable(nodes.get(port))
                .orElseThrow(() -> new IllegalArgumentException("no node was started at " + port));
    }

    // ------------------------------------------------------------------ commands

    private void check(Step.Command command, Names known) throws Exception {
        List<String> lines = lines(command);
        if (!command.expected().fits(lines, known)) {
            throw otherwise(transcript.place(command), command.expected(), lines);
        }
    }

    private void eventually(Step.Eventually eventually) throws Exception {
        long start = System.nanoTime();
        while (true) {
            Names tried = names.copy();
            try {
                for (Step.Command command : eventually.commands()) {
                    check(command, tried);
                }
                names = tried;
                return;
            } catch (IOException | AssertionError notYet) {
                if (System.nanoTime() - start > PATIENCE_NANOS) {
                    throw notYet;
                }
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    /** What redis-cli would print; it connects again when the connection was closed in the meantime. */
    private List<String> lines(Step.Command command) throws Exception {
        boolean isShutdown = word(command).equals("shutdown");
        boolean isOld = talks.containsKey(command.node());
        try {
            return print(command, ask(command));
        } catch (IOException closed) {
            disconnect(command.node());
            if (isShutdown) {
                assertEquals(0, node(command.node()).awaitExit(), "exit status");
                return NOT_CONNECTED;
            }
            if (!isOld) {
                throw closed;
            }
        }
        return print(command, ask(command));
    }

    private Reply ask(Step.Command command) throws IOException {
        Talk talk = talks.get(command.node());
        if (talk == null) {
            talk = node(command.node()).talk();
            talks.put(command.node(), talk);
        }
        return talk.ask(command.words().toArray(byte[][]::new));
    }

    private void disconnect(int node) throws IOException {
        Talk talk = talks.remove(node);
        if (talk != null) {
            talk.close();
        }
    }

    private static List<String> print(Step.Command command, Reply reply) {
        if (word(command).equals("info") && reply instanceof Reply.Bulk) {
            return List.of(String.valueOf(reply.text()).split("\r\n"));
        }
        return ReplyText.lines(reply, false);
    }

    private static String word(Step.Command command) {
        return new String(command.words().getFirst(), StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
    }

    // ------------------------------------------------------------------ logs

    private void log(Step.Log step) throws Exception {
        EventLog log = logs.get(node(step.node()).port());
        if (log == null) {
            throw new IllegalStateException("no log");
        }
        long start = System.nanoTime();
        while (true) {
            Names tried = names.copy();
            List<String> lines = log.unread();
            int used = step.expected().used(lines, tried);
            if (used >= 0) {
                names = tried;
                log.advance(used);
                return;
            }
            if (used == Expected.IMPOSSIBLE || System.nanoTime() - start > PATIENCE_NANOS) {
                throw otherwise("log", step.expected(), lines);
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    // ------------------------------------------------------------------ texts

    private AssertionError otherwise(String where, Expected expected, List<String> lines) {
        String wanted = transcript.withNames(expected.toString());
        String got = transcript.withNames(String.join("\n", lines));
        return new AssertionFailedError(where + ": expected\n" + wanted + "\nbut got\n" + got, wanted, got);
    }

    /** The ends of all logs, for a failure's message. */
    private String tails() throws IOException {
        StringBuilder text = new StringBuilder();
        for (Node node : nodes.values()) {
            List<String> lines = node.log().lines().toList();
            text.append("--- ").append(node).append('\n');
            lines.subList(Math.max(0, lines.size() - 60), lines.size())
                    .forEach(line -> text.append(line).append('\n'));
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        for (Talk talk : talks.values()) {
            talk.close();
        }
        nodes.values().forEach(Node::close);
    }
}
