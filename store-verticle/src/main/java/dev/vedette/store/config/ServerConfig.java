package dev.vedette.store.config;

import dev.vedette.store.config.Directive.Trait;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The values of one node's directives, and what its configuration file said besides.
 *
 * <p>Read with the typed getters, by primary name or alias. A getter costs a hash lookup: code on a hot path keeps the
 * value in a field and refreshes it from a {@link Listener}. Asking for a directive that does not exist, or for the
 * wrong type, is a bug and throws.
 *
 * <p>Not thread safe: owned by the node's event loop once the node has started.
 */
public final class ServerConfig {

    /** Told of a change by CONFIG SET, on the thread that made it. */
    @FunctionalInterface
    public interface Listener {
        /**
         * Puts the new value into effect.
         *
         * @return null, or the reason why that cannot be; everything that the CONFIG SET changed is then put back, and
         *     the listeners that had been told are told again
         */
        @Nullable
        String changed(ServerConfig config);
    }

    private final Map<Directive, Object> values = new HashMap<>(512);
    private final Map<Directive, List<Listener>> listeners = new HashMap<>();
    private final List<ConfigLine> userLines = new ArrayList<>();
    private final List<ConfigLine> renameLines = new ArrayList<>();
    private final List<ConfigLine> moduleLines = new ArrayList<>();
    private final List<ConfigLine> sentinelLines = new ArrayList<>();
    private @Nullable Path file;
    private boolean sentinel;
    private boolean savePointsRead;

    private ServerConfig(Path workingDirectory) {
        for (Directive directive : Directives.ALL) {
            values.put(directive, directive.defaultValue());
        }
        values.put(directive("dir"), workingDirectory.toAbsolutePath().normalize());
    }

    /** The configuration of a node that was given none, with {@code workingDirectory} as its {@code dir}. */
    public static ServerConfig defaults(Path workingDirectory) {
        return new ServerConfig(workingDirectory);
    }

    /** A configuration given as the lines of a file, for tests and for nodes that are embedded. */
    public static ServerConfig of(Path workingDirectory, String... lines) throws FatalConfigException {
        return parse(null, String.join("\n", lines), workingDirectory, false);
    }

    /**
     * Reads a configuration.
     *
     * @param file configuration file, or null; kept for CONFIG REWRITE
     * @param more further text, taken as if it stood at the file's end: standard input, a line end, the command line
     * @param workingDirectory what relative paths are under until {@code dir} is read
     * @param sentinel true for a sentinel, which alone may have {@code sentinel} lines
     */
    public static ServerConfig parse(@Nullable Path file, String more, Path workingDirectory, boolean sentinel)
            throws FatalConfigException {
        ServerConfig config = new ServerConfig(workingDirectory);
        config.sentinel = sentinel;
        if (sentinel) {
            // As Redis: other port, and open to everyone unless the file says otherwise.
            config.values.put(directive("port"), 26379L);
            config.values.put(directive("protected-mode"), false);
        }
        config.file = file == null ? null : workingDirectory.resolve(file).toAbsolutePath();
        new ConfigReader(config).read(config.file, more);
        return config;
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    /** A yes/no directive. */
    public boolean getBool(String name) {
        return (Boolean) value(name);
    }

    /** A number; bytes for memory sizes. Percentages are negative ({@code maxmemory-clients}). */
    public long getLong(String name) {
        return (Long) value(name);
    }

    /** A number that fits an int by its declared bounds. */
    public int getInt(String name) {
        return Math.toIntExact((Long) value(name));
    }

    /** Text (one byte per char) or one of a few words; the empty string when it is not set. */
    public String getString(String name) {
        return (String) value(name);
    }

    /** As {@link #getString}, with null for the empty string. */
    public @Nullable String getStringOrNull(String name) {
        String text = getString(name);
        return text.isEmpty() ? null : text;
    }

    /** {@code dir}: absolute. */
    public Path directory() {
        return (Path) value("dir");
    }

    /** The file or directory that a directive names, under {@code dir} when it is relative. */
    public Path getPath(String name) {
        return resolve(directory(), getString(name));
    }

    /** A path as a configuration or command spells it, under {@code dir} when it is relative. */
    public Path resolve(String path) {
        return resolve(directory(), path);
    }

    /** {@code save}: in the order given; empty when the node does not save by itself. */
    public List<SavePoint> savePoints() {
        return CompoundSyntax.SavePoints.points(value("save"));
    }

    /** {@code client-output-buffer-limit}. */
    public OutputLimits outputLimits() {
        return (OutputLimits) value("client-output-buffer-limit");
    }

    /** {@code bind}: as written, with the {@code -} of optional addresses. */
    public List<String> bindAddresses() {
        List<String> addresses = new ArrayList<>();
        for (Object address : (List<?>) value("bind")) {
            addresses.add((String) address);
        }
        return addresses;
    }

    /** {@code replicaof}: null for a master. */
    public @Nullable MasterAddress master() {
        return ((CompoundSyntax.ReplicaOf.Master) value("replicaof")).address();
    }

    /** {@code latency-tracking-info-percentiles}. */
    public List<Double> latencyPercentiles() {
        List<Double> percentiles = new ArrayList<>();
        for (Object percentile : (List<?>) value("latency-tracking-info-percentiles")) {
            percentiles.add((Double) percentile);
        }
        return percentiles;
    }

    /** The configuration file, absolute, or null when there is none (CONFIG REWRITE then fails). */
    public @Nullable Path file() {
        return file;
    }

    /** Whether this is the configuration of a sentinel. */
    public boolean isSentinel() {
        return sentinel;
    }

    /** The {@code user} lines, in order; the words start with {@code user} and the name. */
    public List<ConfigLine> userLines() {
        return List.copyOf(userLines);
    }

    /** The {@code rename-command} lines, in order; the words are the directive, the old name, the new name. */
    public List<ConfigLine> renameLines() {
        return List.copyOf(renameLines);
    }

    /** The {@code loadmodule} lines, in order. */
    public List<ConfigLine> moduleLines() {
        return List.copyOf(moduleLines);
    }

    /** The {@code sentinel} lines, in order. */
    public List<ConfigLine> sentinelLines() {
        return List.copyOf(sentinelLines);
    }

    /** The value of one directive as CONFIG GET shows it, or null when there is no such directive. */
    public @Nullable String show(String name) {
        Directive directive = Directives.find(name);
        return directive == null ? null : show(directive);
    }

    private String show(Directive directive) {
        return directive.syntax().show(valueOf(directive));
    }

    /**
     * CONFIG GET: names and values of every directive that matches one of the patterns. A hidden directive is given
     * only for its exact name; an alias is a name of its own.
     */
    public Map<String, String> get(List<String> patterns) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String pattern : patterns) {
            boolean glob = pattern.indexOf('[') >= 0 || pattern.indexOf('*') >= 0 || pattern.indexOf('?') >= 0;
            if (glob) {
                collectMatching(pattern, found);
                continue;
            }
            Directive directive = Directives.find(pattern);
            if (directive != null && found.keySet().stream().noneMatch(pattern::equalsIgnoreCase)) {
                found.put(pattern, show(directive));
            }
        }
        return found;
    }

    private void collectMatching(String pattern, Map<String, String> found) {
        for (Directive directive : Directives.ALL) {
            if (directive.is(Trait.HIDDEN)) {
                continue;
            }
            if (ConfigText.globMatches(pattern, directive.name())) {
                found.putIfAbsent(directive.name(), show(directive));
            }
            String alias = directive.alias();
            if (alias != null && ConfigText.globMatches(pattern, alias)) {
                found.putIfAbsent(alias, show(directive));
            }
        }
    }

    // ---- changing --------------------------------------------------------------------------------------------------

    /** Asks to be told when CONFIG SET changes any of these directives; at most once for one CONFIG SET. */
    public void onChange(Listener listener, String... names) {
        for (String name : names) {
            listeners.computeIfAbsent(directive(name), d -> new ArrayList<>()).add(listener);
        }
    }

    /**
     * CONFIG SET: all of the pairs or none.
     *
     * @param pairs name, value, name, value...
     * @param local whether the client is on this machine, for {@code enable-protected-configs local}
     * @param loading whether a data set is being loaded
     * @return null when done, else the error reply with its code and without the leading minus
     */
    public @Nullable String set(List<String> pairs, boolean local, boolean loading) {
        if (pairs.isEmpty() || pairs.size() % 2 != 0) {
            return "ERR syntax error";
        }
        Map<Directive, String> wanted = new LinkedHashMap<>();
        String refusal = collect(pairs, local, loading, wanted);
        if (refusal != null) {
            return refusal;
        }
        Map<Directive, Object> before = new HashMap<>();
        Set<Directive> changed = new LinkedHashSet<>();
        for (int i = 0; i < pairs.size(); i += 2) {
            Directive directive = directive(pairs.get(i));
            before.put(directive, valueOf(directive));
            ParsedValue read = directive.syntax().read(wordsOfSet(directive, pairs.get(i + 1)), valueOf(directive));
            if (read instanceof ParsedValue.Refused refused) {
                values.putAll(before);
                return failed(ConfigText.lower(pairs.get(i)), refused.reason());
            }
            Object value = ((ParsedValue.Accepted) read).value();
            if (!value.equals(values.put(directive, value)) || directive.is(Trait.VOLATILE)) {
                changed.add(directive);
            }
        }
        return apply(changed, before);
    }

    private @Nullable String collect(
            List<String> pairs, boolean local, boolean loading, Map<Directive, String> wanted) {
        for (int i = 0; i < pairs.size(); i += 2) {
            String name = pairs.get(i);
            Directive directive = Directives.find(name);
            if (directive == null) {
                return "ERR Unknown option or number of arguments for CONFIG SET - '" + name + "'";
            }
            if (directive.is(Trait.IMMUTABLE)) {
                return failed(name, "can't set immutable config");
            }
            if (directive.is(Trait.PROTECTED) && !protectedAllowed(local)) {
                return failed(name, "can't set protected config");
            }
            if (loading && directive.is(Trait.DENY_LOADING)) {
                return "LOADING Redis is loading the dataset in memory";
            }
            if (wanted.put(directive, pairs.get(i + 1)) != null) {
                return failed(name, "duplicate parameter");
            }
        }
        return null;
    }

    private boolean protectedAllowed(boolean local) {
        String allowed = getString("enable-protected-configs");
        return allowed.equals("yes") || (allowed.equals("local") && local);
    }

    /** The value of a directive of several words is split at each single blank, as Redis does. */
    private static List<String> wordsOfSet(Directive directive, String value) {
        if (!directive.is(Trait.MULTI_ARG)) {
            return List.of(value);
        }
        return value.isEmpty() ? List.of() : List.of(value.split(" ", -1));
    }

    private @Nullable String apply(Set<Directive> changed, Map<Directive, Object> before) {
        Map<Listener, Directive> toTell = new LinkedHashMap<>();
        for (Directive directive : changed) {
            for (Listener listener : listeners.getOrDefault(directive, List.of())) {
                toTell.putIfAbsent(listener, directive);
            }
        }
        List<Listener> told = new ArrayList<>();
        for (Map.Entry<Listener, Directive> entry : toTell.entrySet()) {
            told.add(entry.getKey());
            String refusal = entry.getKey().changed(this);
            if (refusal != null) {
                values.putAll(before);
                for (Listener listener : told) {
                    listener.changed(this);
                }
                return failed(entry.getValue().name(), refusal);
            }
        }
        return null;
    }

    private static String failed(String name, String reason) {
        return "ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + reason;
    }

    /**
     * Changes a directive from inside the server: no check of mutability, no listener is told. For REPLICAOF, and for
     * defaults that depend on the start.
     *
     * @throws IllegalArgumentException when the words are not valid for the directive
     */
    public void assign(String name, String... words) {
        Directive directive = directive(name);
        ParsedValue read = directive.syntax().read(List.of(words), valueOf(directive));
        if (read instanceof ParsedValue.Refused refused) {
            throw new IllegalArgumentException(name + ": " + refused.reason());
        }
        values.put(directive, ((ParsedValue.Accepted) read).value());
    }

    /** What REPLICAOF decided: the master to follow, or null. CONFIG REWRITE writes it down. */
    public void setMaster(@Nullable MasterAddress master) {
        values.put(directive("replicaof"), new CompoundSyntax.ReplicaOf.Master(master));
    }

    // ---- for this package ------------------------------------------------------------------------------------------

    /** Sets a directive while a file is read; {@code save} lines add up, the first one drops the default. */
    @Nullable
    String readDirective(Directive directive, List<String> words) {
        Object current = valueOf(directive);
        // No switch over the sealed type: its bootstrap costs every start some milliseconds.
        ParsedValue read = directive.syntax().read(words, current);
        if (read instanceof ParsedValue.Refused refused) {
            return refused.reason();
        }
        Object value = ((ParsedValue.Accepted) read).value();
        values.put(directive, directive.name().equals("save") ? savePointsAfter(words, current, value) : value);
        return null;
    }

    private Object savePointsAfter(List<String> words, Object current, Object read) {
        boolean reset =
                !savePointsRead || (words.size() == 1 && words.getFirst().isEmpty());
        savePointsRead = true;
        List<SavePoint> points = new ArrayList<>(reset ? List.of() : CompoundSyntax.SavePoints.points(current));
        points.addAll(CompoundSyntax.SavePoints.points(read));
        return List.copyOf(points);
    }

    void addUserLine(ConfigLine line) {
        userLines.add(line);
    }

    void addRenameLine(ConfigLine line) {
        renameLines.add(line);
    }

    void addModuleLine(ConfigLine line) {
        moduleLines.add(line);
    }

    void addSentinelLine(ConfigLine line) {
        sentinelLines.add(line);
    }

    Object valueOf(Directive directive) {
        Object value = values.get(directive);
        if (value == null) {
            throw new IllegalArgumentException("not a declared directive: " + directive);
        }
        return value;
    }

    private Object value(String name) {
        return valueOf(directive(name));
    }

    private static Directive directive(String name) {
        Directive directive = Directives.find(name);
        if (directive == null) {
            throw new IllegalArgumentException("no such directive: " + name);
        }
        return directive;
    }

    /** A path spelled in bytes; {@code base} is what a relative one is under. */
    static Path resolve(Path base, String bytes) {
        return base.resolve(ConfigText.path(bytes)).normalize();
    }

    /** A path's text, one byte per char. */
    static String bytesOf(Path path) {
        return new String(path.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** Whether a file name holds a wildcard, as {@code include} understands it. */
    static boolean hasWildcard(String path) {
        return path.indexOf('*') >= 0 || path.indexOf('?') >= 0 || path.indexOf('[') >= 0;
    }
}
