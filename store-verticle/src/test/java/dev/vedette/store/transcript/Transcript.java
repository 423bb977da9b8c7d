package dev.vedette.store.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.wire.resp.CommandDecoder;
import dev.vedette.wire.resp.Reply;
import dev.vedette.wire.resp.ReplyText;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One transcript: its settings and its steps. */
record Transcript(Path file, List<String> configuration, boolean resp3, boolean memoryOnly, List<Step> steps) {

    private static final Pattern COMMAND = Pattern.compile("([~?]?)((?:[a-z][a-z0-9]*)?)> (.*)");
    private static final Pattern ARRIVED = Pattern.compile("((?:[a-z][a-z0-9]*)?)<");

    /** A line that does something, with the lines that are expected of it. */
    record Step(int line, Kind kind, String client, List<byte[]> words, long millis, List<String> expected) {
        /** What the step does. */
        enum Kind {
            COMMAND,
            COMMAND_SORTED,
            COMMAND_ANY,
            ARRIVED,
            TIME,
            CHANGES
        }
    }

    /** What a transcript is played to. */
    interface Stage {
        /** Sends a command as that client; its reply, or nothing when there is none for now. */
        Optional<Reply> command(String client, List<byte[]> words) throws Exception;

        /** The next message or late reply that comes to that client. */
        Optional<Reply> arrived(String client) throws Exception;

        /** Lets time pass. */
        void pass(long millis) throws Exception;

        /** The change stream's lines since the last call; nothing where it cannot be seen. */
        Optional<List<String>> changes();
    }

    /** All transcripts of the module. */
    static Stream<Path> all() throws IOException, URISyntaxException {
        Path root = Path.of(Objects.requireNonNull(Transcript.class.getResource("/transcripts"))
                .toURI());
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".txt")).sorted().toList().stream();
        }
    }

    static Transcript read(Path file) throws IOException {
        List<String> configuration = new ArrayList<>();
        boolean resp3 = false;
        boolean memoryOnly = false;
        List<Step> steps = new ArrayList<>();
        int number = 0;
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            number++;
            Matcher command = COMMAND.matcher(line);
            Matcher arrived = ARRIVED.matcher(line);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("!config ")) {
                configuration.add(line.substring(8));
            } else if (line.equals("!resp3")) {
                resp3 = true;
            } else if (line.equals("!memory")) {
                memoryOnly = true;
            } else if (command.matches()) {
                Step.Kind kind = switch (command.group(1)) {
                    case "~" -> Step.Kind.COMMAND_SORTED;
                    case "?" -> Step.Kind.COMMAND_ANY;
                    default -> Step.Kind.COMMAND;
                };
                List<byte[]> words = CommandDecoder.words(command.group(3).getBytes(StandardCharsets.UTF_8));
                if (words == null) {
                    throw new IllegalArgumentException(file + ":" + number + ": unbalanced quotes");
                }
                steps.add(new Step(number, kind, command.group(2), words, 0, new ArrayList<>()));
            } else if (arrived.matches()) {
                steps.add(new Step(number, Step.Kind.ARRIVED, arrived.group(1), List.of(), 0, new ArrayList<>()));
            } else if (line.startsWith("+") && line.substring(1).chars().allMatch(Character::isDigit)) {
                steps.add(new Step(
                        number, Step.Kind.TIME, "", List.of(), Long.parseLong(line.substring(1)), new ArrayList<>()));
            } else if (line.startsWith("= ") || line.equals("=")) {
                if (steps.isEmpty() || steps.getLast().kind != Step.Kind.CHANGES) {
                    steps.add(new Step(number, Step.Kind.CHANGES, "", List.of(), 0, new ArrayList<>()));
                }
                if (line.length() > 2) {
                    steps.getLast().expected.add(line.substring(2));
                }
            } else if (steps.isEmpty()) {
                throw new IllegalArgumentException(file + ":" + number + ": what is this?");
            } else {
                steps.getLast().expected.add(line);
            }
        }
        return new Transcript(file, configuration, resp3, memoryOnly, steps);
    }

    /** Plays it; fails at the first step that goes otherwise. */
    void play(Stage stage) throws Exception {
        for (Step step : steps) {
            switch (step.kind) {
                case COMMAND, COMMAND_SORTED -> {
                    Optional<Reply> reply = stage.command(step.client, step.words);
                    check(step, reply, step.kind == Step.Kind.COMMAND_SORTED);
                }
                case COMMAND_ANY -> stage.command(step.client, step.words);
                case ARRIVED -> check(step, stage.arrived(step.client), false);
                case TIME -> stage.pass(step.millis);
                case CHANGES -> {
                    Optional<List<String>> changes = stage.changes();
                    if (changes.isPresent()) {
                        assertEquals(
                                String.join("\n", step.expected), String.join("\n", changes.get()), () -> place(step));
                    }
                }
            }
        }
    }

    private void check(Step step, Optional<Reply> reply, boolean sorted) {
        List<String> lines =
                reply.map(present -> ReplyText.lines(present, sorted)).orElse(List.of("(waits)"));
        assertEquals(String.join("\n", step.expected), String.join("\n", lines), () -> place(step));
    }

    private String place(Step step) {
        return file.getFileName() + ":" + step.line;
    }

    /** The family's folder and the file's own name. */
    static String name(Path file) {
        return file.subpath(file.getNameCount() - 2, file.getNameCount()).toString();
    }

    @Override
    public String toString() {
        return name(file);
    }
}
