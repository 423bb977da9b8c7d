package dev.vedette.launcher.config;

import dev.vedette.store.config.ConfigText;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the arguments of a server or sentinel say, read as redis-server reads them: a configuration file first (any
 * first word that does not begin with a dash), {@code -} for standard input, and {@code --directive value ...}, which
 * becomes a line of configuration. {@code --directive} and its value may be one argument; a value may begin with two
 * dashes when it directly follows its directive.
 *
 * <p>{@code --cluster-config FILE} is Vedette's own and is taken out before.
 *
 * @param file the configuration file as written, or null
 * @param fromStandardInput whether configuration is to be read from standard input too
 * @param options lines of configuration, to be read after the file and standard input
 * @param sentinel whether a sentinel was asked for by {@code --sentinel}
 * @param clusterConfig Hazelcast's configuration file, or null for a node on its own
 */
public record CommandLine(
        @Nullable String file,
        boolean fromStandardInput,
        String options,
        boolean sentinel,
        @Nullable String clusterConfig) {

    private static final String CLUSTER_CONFIG = "--cluster-config";

    /** Reads the arguments of main. */
    public static CommandLine of(String... mainArguments) {
        List<String> arguments = new ArrayList<>(bytesOf(mainArguments));
        String clusterConfig = null;
        int at = arguments.indexOf(CLUSTER_CONFIG);
        if (at >= 0 && at + 1 < arguments.size()) {
            clusterConfig = arguments.remove(at + 1);
            arguments.remove(at);
        }
        boolean sentinel = arguments.contains("--sentinel");
        boolean hasFile = !arguments.isEmpty() && !arguments.getFirst().startsWith("-");
        String file = hasFile ? arguments.getFirst() : null;
        Options options = new Options(arguments, hasFile ? 1 : 0);
        return new CommandLine(file, options.standardInput, options.text.toString(), sentinel, clusterConfig);
    }

    /**
     * All that is to be read after the file: standard input if it was asked for, then {@link #options()}.
     *
     * @return configuration text, one byte per char
     */
    public String directives(System.Logger log) throws IOException {
        if (!fromStandardInput) {
            return options;
        }
        log.log(System.Logger.Level.WARNING, "Reading config from stdin");
        try (FileInputStream in = new FileInputStream(FileDescriptor.in)) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1) + "\n" + options;
        }
    }

    /** Turns {@code --directive value} arguments into lines. */
    private static final class Options {
        final StringBuilder text = new StringBuilder();
        boolean standardInput;
        /** Whether the directive at the end of the text has its value; only then may another one begin. */
        private boolean complete = true;

        Options(List<String> arguments, int from) {
            for (int i = from; i < arguments.size(); i++) {
                String argument = arguments.get(i);
                String next = i + 1 < arguments.size() ? arguments.get(i + 1) : null;
                if (argument.equals("-") && (i == 0 || next == null)) {
                    standardInput = true;
                } else if (complete && argument.startsWith("--")) {
                    directive(argument, next);
                } else {
                    text.append(ConfigText.quote(argument)).append(' ');
                    complete = true;
                }
            }
        }

        private void directive(String argument, @Nullable String next) {
            if (!text.isEmpty()) {
                text.append('\n');
            }
            text.append(argument, 2, argument.length()).append(' ');
            List<String> words = ConfigText.split(argument);
            complete = words == null || words.size() != 1;
            if (complete) {
                return;
            }
            boolean last = next == null;
            boolean directiveFollows = next != null && next.startsWith("--");
            if (argument.equalsIgnoreCase("--save") && (last || directiveFollows)) {
                text.append("\"\"");
                complete = directiveFollows;
            } else if (argument.equalsIgnoreCase("--sentinel") && directiveFollows) {
                complete = true;
            }
        }
    }

    /**
     * The arguments one byte per char, as configuration text is. The JVM decodes arguments by the locale, which may
     * lose bytes; the kernel still has them.
     */
    private static List<String> bytesOf(String... arguments) {
        for (String argument : arguments) {
            for (int i = 0; i < argument.length(); i++) {
                if (argument.charAt(i) > 0x7e) {
                    return rawArguments(arguments);
                }
            }
        }
        return List.of(arguments);
    }

    private static List<String> rawArguments(String... arguments) {
        try {
            String all = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.ISO_8859_1);
            String[] raw = all.split("\0", -1);
            int end = raw.length - 1; // after the last terminator
            if (end >= arguments.length) {
                return List.of(raw).subList(end - arguments.length, end);
            }
        } catch (IOException noProcFileSystem) {
            // Not on Linux: the decoded text has to do.
        }
        List<String> encoded = new ArrayList<>();
        for (String argument : arguments) {
            encoded.add(new String(argument.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
        }
        return encoded;
    }
}
