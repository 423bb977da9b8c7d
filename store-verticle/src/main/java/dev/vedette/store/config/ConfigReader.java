package dev.vedette.store.config;

import dev.vedette.store.config.Directive.Trait;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads configuration text line by line into a {@link ServerConfig}, following {@code include}. */
final class ConfigReader {

    private static final int MAX_INCLUDE_DEPTH = 64;

    private final ServerConfig config;
    private int depth;

    ConfigReader(ServerConfig config) {
        this.config = config;
    }

    /** Reads a file, when there is one, and then further text as if it stood at the file's end. */
    void read(@Nullable Path file, String more) throws FatalConfigException {
        String text = file == null ? "" : contentOf(file, file.toString());
        readText(text + more);
    }

    private void readText(String text) throws FatalConfigException {
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = ConfigText.trim(lines[i]);
            if (!line.isEmpty() && line.charAt(0) != '#') {
                readLine(i + 1, line);
            }
        }
        String logfile = config.getString("logfile");
        if (!logfile.isEmpty()) {
            checkLogFile(config.getPath("logfile"));
        }
        if (config.getBool("cluster-enabled") && config.master() != null) {
            throw FatalConfigException.whole("replicaof directive not allowed in cluster mode");
        }
    }

    private static void checkLogFile(Path logfile) throws FatalConfigException {
        try {
            Files.newOutputStream(logfile, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    .close();
        } catch (IOException e) {
            throw FatalConfigException.whole("Can't open the log file: " + ConfigRewriter.reason(e));
        }
    }

    private void readLine(int number, String text) throws FatalConfigException {
        List<String> words = ConfigText.split(text);
        if (words == null) {
            throw FatalConfigException.atLine(number, text, "Unbalanced quotes in configuration line");
        }
        if (words.isEmpty()) {
            return;
        }
        words.set(0, ConfigText.lower(words.getFirst()));
        Directive directive = Directives.find(words.getFirst());
        if (directive != null) {
            String refusal = readDirective(directive, words);
            if (refusal != null) {
                throw FatalConfigException.atLine(number, text, refusal);
            }
        } else if (!(Directives.OBSOLETE.contains(words.getFirst()) && words.size() == 2)) {
            readOther(new ConfigLine(number, text, words));
        }
    }

    private @Nullable String readDirective(Directive directive, List<String> words) {
        List<String> arguments = words.subList(1, words.size());
        if (!directive.is(Trait.MULTI_ARG)) {
            return arguments.size() == 1 ? config.readDirective(directive, arguments) : "wrong number of arguments";
        }
        if (arguments.size() == 1 && !arguments.getFirst().isEmpty()) {
            // So that a command line may say --save "60 1".
            List<String> inner = ConfigText.split(arguments.getFirst());
            return config.readDirective(directive, inner == null ? List.of() : inner);
        }
        return config.readDirective(directive, arguments);
    }

    private void readOther(ConfigLine line) throws FatalConfigException {
        List<String> words = line.words();
        String name = words.getFirst();
        if (name.equals("include") && words.size() == 2) {
            include(line, words.get(1));
        } else if (name.equals("rename-command") && words.size() == 3) {
            config.addRenameLine(line);
        } else if (name.equals("user") && words.size() >= 2) {
            config.addUserLine(line);
        } else if (name.equals("loadmodule") && words.size() >= 2) {
            config.addModuleLine(line);
        } else if (name.indexOf('.') >= 0) {
            if (words.size() < 2) {
                throw line.refuse("Module config specified without value");
            }
            config.addModuleLine(line);
        } else if (name.equals("sentinel")) {
            readSentinelLine(line);
        } else {
            throw line.refuse("Bad directive or wrong number of arguments");
        }
    }

    private void readSentinelLine(ConfigLine line) throws FatalConfigException {
        if (line.words().size() == 1) {
            return; // --sentinel on the command line: what it says was acted on before anything was read.
        }
        if (!config.isSentinel()) {
            throw line.refuse("sentinel directive while not in sentinel mode");
        }
        config.addSentinelLine(line);
    }

    /** Reads another file here. A pattern may match nothing; a plain name must exist. */
    private void include(ConfigLine line, String path) throws FatalConfigException {
        if (depth >= MAX_INCLUDE_DEPTH) {
            throw line.refuse("include directives nested too deeply");
        }
        depth++;
        StringBuilder text = new StringBuilder();
        if (ServerConfig.hasWildcard(path)) {
            for (Path match : matching(config.directory(), path)) {
                text.append(contentOf(match, match.toString()));
            }
        } else {
            text.append(contentOf(config.resolve(path), path));
        }
        readText(text.toString());
        depth--;
    }

    private static String contentOf(Path file, String shownName) throws FatalConfigException {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw FatalConfigException.logged(
                    "Fatal error, can't open config file '" + shownName + "': " + ConfigRewriter.reason(e));
        }
    }

    /** The files that a shell pattern names, sorted; wildcards may stand in any element of the path. */
    private static List<Path> matching(Path directory, String pattern) {
        List<Path> found = List.of(pattern.startsWith("/") ? Path.of("/") : directory);
        for (String element : pattern.split("/")) {
            if (element.isEmpty()) {
                continue;
            }
            List<Path> next = new ArrayList<>();
            for (Path base : found) {
                if (ServerConfig.hasWildcard(element)) {
                    addMatching(base, element, next);
                } else if (Files.exists(ServerConfig.resolve(base, element))) {
                    next.add(ServerConfig.resolve(base, element));
                }
            }
            Collections.sort(next);
            found = next;
        }
        return found;
    }

    private static void addMatching(Path base, String element, List<Path> into) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(base, element)) {
            for (Path entry : entries) {
                if (element.startsWith(".") || !entry.getFileName().toString().startsWith(".")) {
                    into.add(entry);
                }
            }
        } catch (IOException notADirectory) {
            // As glob(3): a directory that cannot be read has no match.
        }
    }
}
