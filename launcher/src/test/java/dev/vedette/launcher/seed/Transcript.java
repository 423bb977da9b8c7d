package dev.vedette.launcher.seed;

import dev.vedette.launcher.nodes.Node;
import dev.vedette.launcher.nodes.Ports;
import dev.vedette.wire.resp.CommandDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A transcript, read for one run: its steps, with the ports that the nodes have in this run. */
final class Transcript {

    private static final Pattern START = Pattern.compile("(start|sentinel)((?: \\d+)+)");
    private static final Pattern COMMAND = Pattern.compile("127\\.0\\.0\\.1:(\\d+)> (.+)");
    private static final Pattern LOG = Pattern.compile("log (\\d+)");
    private static final Pattern SIGNAL = Pattern.compile("kill -([A-Z]+) (\\d+)");
    private static final Pattern ENDS = Pattern.compile("ends (\\d+)");
    private static final Pattern SLEEP = Pattern.compile("sleep (\\d+)");

    private final Path file;
    private final Map<Integer, Integer> ports = new LinkedHashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<String> lines;
    private int at;

    private Transcript(Path file) throws IOException {
        this.file = file;
        lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        for (String line : lines) {
            Matcher start = START.matcher(line);
            if (start.matches()) {
                numbers(start.group(2)).forEach(name -> ports.computeIfAbsent(name, n -> Ports.free()));
            }
        }
        lines.replaceAll(this::withPorts);
        while (at < lines.size()) {
            String line = lines.get(at);
            if (line.isBlank() || line.startsWith("> ")) {
                at++;
            } else if (line.equals("eventually")) {
                steps.add(eventually());
            } else {
                steps.add(step());
            }
        }
    }

    /** All transcripts; each is to be read anew for each run. */
    static Stream<Path> all() throws IOException, URISyntaxException {
        Path root = Path.of(Objects.requireNonNull(Transcript.class.getResource("/transcripts/seed"))
                .toURI());
        try (Stream<Path> files = Files.list(root)) {
            return files.sorted().toList().stream();
        }
    }

    static Transcript read(Path file) {
        try {
            return new Transcript(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Step> steps() {
        return steps;
    }

    /** The ports of the nodes in the order in which they are first started. */
    List<Integer> nodes() {
        return List.copyOf(ports.values());
    }

    /** A text with the file's names of nodes in place of their ports. */
    String withNames(String text) {
        String named = text;
        for (Map.Entry<Integer, Integer> port : ports.entrySet()) {
            named = named.replaceAll(
                    "\\b" + port.getValue() + "\\b", port.getKey().toString());
        }
        return named;
    }

    private String withPorts(String line) {
        return Pattern.compile("\\b\\d+\\b").matcher(line).replaceAll(number -> {
            Integer port = number.group().length() > 6 ? null : ports.get(Integer.valueOf(number.group()));
            return port == null ? number.group() : port.toString();
        });
    }

    // ------------------------------------------------------------------ reading

    private Step.Eventually eventually() {
        int number = ++at;
        List<Step.Command> commands = new ArrayList<>();
        while (at < lines.size() && !lines.get(at).isBlank()) {
            if (!(step() instanceof Step.Command command)) {
                throw bad(number, "only commands can be asked again and again");
            }
            commands.add(command);
        }
        return new Step.Eventually(number, commands);
    }

    private Step step() {
        String line = lines.get(at);
        int number = ++at;
        Matcher start = START.matcher(line);
        Matcher command = COMMAND.matcher(line);
        Matcher log = LOG.matcher(line);
        Matcher signal = SIGNAL.matcher(line);
        Matcher ends = ENDS.matcher(line);
        Matcher sleep = SLEEP.matcher(line);
        if (start.matches()) {
            Node.Kind kind = start.group(1).equals("start") ? Node.Kind.SERVER : Node.Kind.SENTINEL;
            return new Step.Start(number, kind, numbers(start.group(2)), indented());
        }
        if (command.matches()) {
            List<byte[]> words = CommandDecoder.words(command.group(2).getBytes(StandardCharsets.UTF_8));
            if (words == null) {
                throw bad(number, "unbalanced quotes");
            }
            return new Step.Command(number, Integer.parseInt(command.group(1)), words, expected(number));
        }
        if (log.matches()) {
            return new Step.Log(number, Integer.parseInt(log.group(1)), expected(number));
        }
        if (signal.matches()) {
            return new Step.Signal(number, Integer.parseInt(signal.group(2)), signal.group(1));
        }
        if (ends.matches()) {
            return new Step.Ends(number, Integer.parseInt(ends.group(1)));
        }
        if (sleep.matches()) {
            return new Step.Sleep(number, Long.parseLong(sleep.group(1)));
        }
        throw bad(number, "what is this?");
    }

    private List<String> indented() {
        List<String> found = new ArrayList<>();
        while (at < lines.size() && lines.get(at).startsWith("    ")) {
            found.add(lines.get(at++).strip());
        }
        return found;
    }

    private Expected expected(int number) {
        List<String> found = new ArrayList<>();
        while (at < lines.size() && !lines.get(at).isBlank() && !beginsStep(lines.get(at))) {
            found.add(lines.get(at++));
        }
        if (found.isEmpty()) {
            throw bad(number, "nothing is expected");
        }
        return Expected.of(found);
    }

    private static boolean beginsStep(String line) {
        return line.equals("eventually")
                || line.startsWith("> ")
                || Stream.of(START, COMMAND, LOG, SIGNAL, ENDS, SLEEP)
                        .anyMatch(form -> form.matcher(line).matches());
    }

    private static List<Integer> numbers(String text) {
        return Arrays.stream(text.strip().split(" ")).map(Integer::valueOf).toList();
    }

    private IllegalArgumentException bad(int number, String what) {
        return new IllegalArgumentException(file.getFileName() + ":" + number + ": " + what);
    }

    /** The file's name without its ending. */
    static String name(Path file) {
        return file.getFileName().toString().replace(".txt", "");
    }

    /** Where a step stands. */
    String place(Step step) {
        return file.getFileName() + ":" + step.line();
    }
}
