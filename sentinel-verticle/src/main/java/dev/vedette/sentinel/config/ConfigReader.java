package dev.vedette.sentinel.config;

import dev.vedette.sentinel.config.SentinelSettings.Address;
import dev.vedette.sentinel.config.SentinelSettings.KnownSentinel;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a sentinel.conf as Redis 7.0 does: ordinary directives take effect line by line; {@code sentinel} lines are
 * kept until the end and then read in three rounds, so that they may stand in any order: what concerns all masters,
 * the {@code monitor} lines, then what names a master.
 */
public final class ConfigReader {

    /** Outcome of reading. */
    public sealed interface Outcome {
        /**
         * The configuration is sound.
         *
         * @param config all that it says
         */
        record Read(SentinelConfig config) implements Outcome {}

        /**
         * The process must not start.
         *
         * @param error where and why
         */
        record Refused(ConfigError error) implements Outcome {}
    }

    private static final Set<String> BEFORE_MASTERS = Set.of(
            "announce-ip",
            "announce-port",
            "deny-scripts-reconfig",
            "sentinel-user",
            "sentinel-pass",
            "current-epoch",
            "myid",
            "resolve-hostnames",
            "announce-hostnames");

    private static final String NO_SUCH_MASTER = "No such master with specified name.";
    private static final int RUN_ID_LENGTH = 40;

    /** A line that waits for its round. */
    private record SentinelLine(List<String> words, int number, String text) {}

    /** Thrown and caught inside this class only: the way out of nested includes. */
    private static final class Refusal extends Exception {
        final transient ConfigError error;

        Refusal(ConfigError error) {
            super(error.reason());
            this.error = error;
        }
    }

    private final Map<String, List<String>> directives = new LinkedHashMap<>();
    private final List<List<String>> users = new ArrayList<>();
    private final Map<String, String> renamedCommands = new LinkedHashMap<>();
    private final List<SentinelLine> forAll = new ArrayList<>();
    private final List<SentinelLine> monitors = new ArrayList<>();
    private final List<SentinelLine> forMasters = new ArrayList<>();
    private Path directory;

    private @Nullable String myId;
    private long currentEpoch;
    private boolean denyScriptsReconfig = true;
    private boolean resolveHostnames;
    private boolean announceHostnames;
    private String announceIp = "";
    private int announcePort;
    private @Nullable String sentinelUser;
    private @Nullable String sentinelPass;
    private final Map<String, MasterDraft> masters = new LinkedHashMap<>();

    private ConfigReader(Path workingDirectory) {
        this.directory = workingDirectory.toAbsolutePath().normalize();
        directives.put("latency-tracking-info-percentiles", List.of("50", "99", "99.9"));
        directives.put("port", List.of(String.valueOf(SentinelConfig.DEFAULT_PORT)));
        directives.put("protected-mode", List.of("no"));
        directives.put("dir", List.of(directory.toString()));
    }

    /**
     * Reads a configuration. Looks at the disk for {@code include}, {@code dir}, scripts and the log file.
     *
     * @param file text of the file
     * @param overrides directives of the command line, one a line, read after the file
     * @param workingDirectory what relative paths are relative to until {@code dir} says otherwise
     */
    public static Outcome read(String file, String overrides, Path workingDirectory) {
        ConfigReader reader = new ConfigReader(workingDirectory);
        try {
            reader.readText(overrides.isEmpty() ? file : file + "\n" + overrides);
            for (List<SentinelLine> round : List.of(reader.forAll, reader.monitors, reader.forMasters)) {
                for (SentinelLine line : round) {
                    Optional<String> refused = reader.applySentinelLine(line.words);
                    if (refused.isPresent()) {
                        throw new Refusal(new ConfigError(line.number, line.text, refused.get()));
                    }
                }
            }
            return new Outcome.Read(reader.finish());
        } catch (Refusal refusal) {
            return new Outcome.Refused(refusal.error);
        }
    }

    private SentinelConfig finish() throws Refusal {
        List<SentinelSettings.Master> finished =
                masters.values().stream().map(MasterDraft::finish).toList();
        SentinelSettings settings = new SentinelSettings(
                myId,
                currentEpoch,
                denyScriptsReconfig,
                resolveHostnames,
                announceHostnames,
                announceIp,
                announcePort,
                sentinelUser,
                sentinelPass,
                finished);
        SentinelConfig config = new SentinelConfig(directives, directory, users, renamedCommands, settings);
        if (!config.logfile().isEmpty()) {
            Path log = directory.resolve(config.logfile());
            @Nullable Path parent = log.getParent();
            if (Files.isDirectory(log)) {
                throw new Refusal(new ConfigError(0, "", "Can't open the log file: Is a directory"));
            } else if (parent == null || !Files.isDirectory(parent)) {
                throw new Refusal(new ConfigError(0, "", "Can't open the log file: No such file or directory"));
            } else if (!Files.isWritable(Files.exists(log) ? log : parent)) {
                throw new Refusal(new ConfigError(0, "", "Can't open the log file: Permission denied"));
            }
        }
        return config;
    }

    private void readText(String text) throws Refusal {
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Optional<List<String>> words = ConfigWords.split(line);
            if (words.isEmpty()) {
                throw new Refusal(new ConfigError(i + 1, line, "Unbalanced quotes in configuration line"));
            }
            Optional<String> refused = applyLine(words.get(), i + 1, line);
            if (refused.isPresent()) {
                throw new Refusal(new ConfigError(i + 1, line, refused.get()));
            }
        }
    }

    private Optional<String> applyLine(List<String> words, int number, String line) throws Refusal {
        String name = words.getFirst().toLowerCase(Locale.ROOT);
        List<String> values = List.copyOf(words.subList(1, words.size()));
        Optional<Directive> directive = Directive.named(name);
        if (directive.isPresent()) {
            return applyDirective(directive.get(), values);
        }
        switch (name) {
            case "include" -> {
                if (values.size() == 1) {
                    include(values.getFirst());
                    return Optional.empty();
                }
            }
            case "rename-command" -> {
                if (values.size() == 2) {
                    renamedCommands.put(values.get(0).toLowerCase(Locale.ROOT), values.get(1));
                    return Optional.empty();
                }
            }
            case "user" -> {
                if (!values.isEmpty()) {
                    users.add(values);
                    return Optional.empty();
                }
            }
            case "loadmodule" -> {
                return Optional.of("Can't load module " + line + ": modules of the C server cannot be loaded");
            }
            case "list-max-ziplist-entries", "list-max-ziplist-value", "lua-replicate-commands" -> {
                if (values.size() == 1) {
                    return Optional.empty();
                }
            }
            case "sentinel" -> {
                if (!values.isEmpty()) {
                    queue(new SentinelLine(values, number, line));
                }
                return Optional.empty();
            }
            default -> {
                if (name.contains(".") && values.isEmpty()) {
                    return Optional.of("Module config specified without value");
                }
            }
        }
        return Optional.of("Bad directive or wrong number of arguments");
    }

    private Optional<String> applyDirective(Directive directive, List<String> given) {
        List<String> values = given;
        if (directive.kind() == Directive.Kind.LIST
                && given.size() == 1
                && !given.getFirst().isEmpty()) {
            Optional<List<String>> split = ConfigWords.split(given.getFirst());
            if (split.isEmpty()) {
                return Optional.of("Unbalanced quotes in configuration line");
            }
            values = split.get();
        }
        Optional<String> refused = directive.refuse(values);
        if (refused.isPresent()) {
            return refused;
        }
        if (directive.name().equals("dir")) {
            Path to = directory.resolve(values.getFirst()).normalize();
            if (!Files.isDirectory(to)) {
                return Optional.of(Files.exists(to) ? "Not a directory" : "No such file or directory");
            }
            directory = to;
            values = List.of(to.toString());
        }
        directives.put(directive.name(), values);
        return Optional.empty();
    }

    private void include(String pattern) throws Refusal {
        Path path = directory.resolve(pattern);
        List<Path> files = new ArrayList<>();
        @Nullable Path parent = path.getParent();
        if (parent != null && path.getFileName().toString().matches(".*[*?\\[].*")) {
            try (DirectoryStream<Path> found =
                    Files.newDirectoryStream(parent, path.getFileName().toString())) {
                found.forEach(files::add);
            } catch (IOException unreadable) {
                throw new Refusal(cannotOpen(path, unreadable));
            }
            files.sort(null);
        } else {
            files.add(path);
        }
        for (Path file : files) {
            String text;
            try {
                text = new ConfigFile(file).read();
            } catch (IOException unreadable) {
                throw new Refusal(cannotOpen(file, unreadable));
            }
            readText(text);
        }
    }

    private static ConfigError cannotOpen(Path file, IOException why) {
        String reason = Files.exists(file) ? String.valueOf(why.getMessage()) : "No such file or directory";
        return new ConfigError(0, "", "Fatal error, can't open config file '" + file + "': " + reason);
    }

    private void queue(SentinelLine line) {
        String option = line.words.getFirst().toLowerCase(Locale.ROOT);
        if (option.equals("monitor")) {
            monitors.add(line);
        } else if (BEFORE_MASTERS.contains(option)) {
            forAll.add(line);
        } else {
            forMasters.add(line);
        }
    }

    private Optional<String> applySentinelLine(List<String> words) {
        String option = words.getFirst().toLowerCase(Locale.ROOT);
        List<String> values = words.subList(1, words.size());
        return switch (values.size()) {
            case 1 -> applyGlobal(option, values.getFirst());
            case 4 -> {
                if (option.equals("monitor")) {
                    yield monitor(values);
                }
                yield option.equals("known-sentinel") ? forMaster(option, values) : unrecognized();
            }
            case 2, 3 -> forMaster(option, values);
            default -> unrecognized();
        };
    }

    private static Optional<String> unrecognized() {
        return Optional.of("Unrecognized sentinel configuration statement.");
    }

    private Optional<String> applyGlobal(String option, String value) {
        switch (option) {
            case "myid" -> {
                if (value.length() != RUN_ID_LENGTH) {
                    return Optional.of("Malformed Sentinel id in myid option.");
                }
                myId = value;
            }
            case "current-epoch" -> currentEpoch = Math.max(currentEpoch, leadingNumber(value));
            case "announce-ip" -> announceIp = value;
            case "announce-port" -> announcePort = (int) leadingNumber(value);
            case "sentinel-user" -> sentinelUser = value.isEmpty() ? sentinelUser : value;
            case "sentinel-pass" -> sentinelPass = value.isEmpty() ? sentinelPass : value;
            case "deny-scripts-reconfig" -> {
                if (!Directive.isYesOrNo(value)) {
                    return Optional.of("Please specify yes or no for the deny-scripts-reconfig options.");
                }
                denyScriptsReconfig = value.equalsIgnoreCase("yes");
            }
            case "resolve-hostnames", "announce-hostnames" -> {
                if (!Directive.isYesOrNo(value)) {
                    return Optional.of("Please specify yes or no for the " + option + " option.");
                }
                if (option.equals("resolve-hostnames")) {
                    resolveHostnames = value.equalsIgnoreCase("yes");
                } else {
                    announceHostnames = value.equalsIgnoreCase("yes");
                }
            }
            default -> {
                return unrecognized();
            }
        }
        return Optional.empty();
    }

    private Optional<String> monitor(List<String> values) {
        String name = values.get(0);
        int quorum = (int) leadingNumber(values.get(3));
        if (quorum <= 0) {
            return Optional.of("Quorum must be 1 or greater.");
        }
        long port = leadingNumber(values.get(2));
        Optional<String> refused = refuseAddress(values.get(1), port);
        if (refused.isPresent()) {
            return refused;
        }
        if (masters.containsKey(name)) {
            return Optional.of("Duplicate master name.");
        }
        masters.put(name, new MasterDraft(name, new Address(values.get(1), (int) port), quorum));
        return Optional.empty();
    }

    private Optional<String> refuseAddress(String host, long port) {
        if (port < 0 || port > 65535) {
            return Optional.of("Invalid port number.");
        }
        if (!resolveHostnames && !NetUtil.isValidIpV4Address(host) && !NetUtil.isValidIpV6Address(host)) {
            return Optional.of("Can't resolve instance hostname.");
        }
        return Optional.empty();
    }

    private Optional<String> forMaster(String option, List<String> values) {
        @Nullable MasterDraft master = masters.get(values.getFirst());
        return switch (values.size()) {
            case 2 -> master == null ? noSuchMaster(option) : master.apply(option, values.get(1));
            case 3 ->
                switch (option) {
                    case "known-replica", "known-slave" ->
                        master == null
                                ? Optional.of(NO_SUCH_MASTER)
                                : addReplica(master, values.get(1), leadingNumber(values.get(2)));
                    // The form without a run id says nothing that can be used.
                    case "known-sentinel" -> Optional.empty();
                    case "rename-command" ->
                        master == null ? Optional.of(NO_SUCH_MASTER) : master.rename(values.get(1), values.get(2));
                    default -> unrecognized();
                };
            default ->
                master == null
                        ? Optional.of(NO_SUCH_MASTER)
                        : addSentinel(master, values.get(1), leadingNumber(values.get(2)), values.get(3));
        };
    }

    private static Optional<String> noSuchMaster(String option) {
        return MasterDraft.OPTIONS.contains(option) ? Optional.of(NO_SUCH_MASTER) : unrecognized();
    }

    private Optional<String> addReplica(MasterDraft master, String host, long port) {
        Optional<String> refused = refuseAddress(host, port);
        if (refused.isPresent()) {
            return refused;
        }
        Address address = new Address(host, (int) port);
        if (master.replicas.contains(address)) {
            return Optional.of("Duplicate hostname and port for replica.");
        }
        master.replicas.add(address);
        return Optional.empty();
    }

    private Optional<String> addSentinel(MasterDraft master, String host, long port, String runId) {
        Optional<String> refused = refuseAddress(host, port);
        if (refused.isPresent()) {
            return refused;
        }
        if (master.sentinels.stream().anyMatch(known -> known.runId().equals(runId))) {
            return Optional.of("Duplicate runid for sentinel.");
        }
        master.sentinels.add(new KnownSentinel(new Address(host, (int) port), runId));
        return Optional.empty();
    }

    /** Number at the start of a text, 0 when there is none, capped at the largest long: what C's atoi makes of it. */
    private static long leadingNumber(String text) {
        String number = text.strip();
        boolean negative = number.startsWith("-");
        long value = 0;
        for (int i = negative || number.startsWith("+") ? 1 : 0; i < number.length(); i++) {
            int digit = Character.digit(number.charAt(i), 10);
            if (digit < 0) {
                break;
            }
            value = value > (Long.MAX_VALUE - 9) / 10 ? Long.MAX_VALUE : value * 10 + digit;
        }
        return negative ? -value : value;
    }

    /** A master while its lines are read. */
    private final class MasterDraft {

        static final Set<String> OPTIONS = Set.of(
                "down-after-milliseconds",
                "failover-timeout",
                "parallel-syncs",
                "notification-script",
                "client-reconfig-script",
                "auth-pass",
                "auth-user",
                "config-epoch",
                "leader-epoch",
                "master-reboot-down-after-period",
                "down-after-hint-milliseconds",
                "failover-emptied-master");

        private final String name;
        private final Address address;
        private final int quorum;
        private long downAfterMillis = SentinelSettings.DEFAULT_DOWN_AFTER_MILLIS;
        private long failoverTimeoutMillis = SentinelSettings.DEFAULT_FAILOVER_TIMEOUT_MILLIS;
        private int parallelSyncs = SentinelSettings.DEFAULT_PARALLEL_SYNCS;
        private @Nullable String notificationScript;
        private @Nullable String clientReconfigScript;
        private @Nullable String authUser;
        private @Nullable String authPass;
        private long rebootDownAfterMillis;
        private long hintMillis;
        private boolean failoverEmptied = true;
        private long configEpoch;
        private long leaderEpoch;
        private final List<Address> replicas = new ArrayList<>();
        private final List<KnownSentinel> sentinels = new ArrayList<>();
        private final Map<String, String> renames = new LinkedHashMap<>();

        MasterDraft(String name, Address address, int quorum) {
            this.name = name;
            this.address = address;
            this.quorum = quorum;
        }

        Optional<String> apply(String option, String value) {
            switch (option) {
                case "down-after-milliseconds" -> {
                    downAfterMillis = leadingNumber(value);
                    return positive(downAfterMillis);
                }
                case "failover-timeout" -> {
                    failoverTimeoutMillis = leadingNumber(value);
                    return positive(failoverTimeoutMillis);
                }
                case "master-reboot-down-after-period" -> {
                    rebootDownAfterMillis = leadingNumber(value);
                    return rebootDownAfterMillis < 0 ? Optional.of("negative time parameter.") : Optional.empty();
                }
                case "down-after-hint-milliseconds" -> {
                    hintMillis = leadingNumber(value);
                    return hintMillis < 0 ? Optional.of("negative time parameter.") : Optional.empty();
                }
                case "failover-emptied-master" -> {
                    failoverEmptied = value.equalsIgnoreCase("yes");
                    return Directive.isYesOrNo(value)
                            ? Optional.empty()
                            : Optional.of("argument must be 'yes' or 'no'");
                }
                case "parallel-syncs" -> parallelSyncs = (int) leadingNumber(value);
                case "notification-script" -> {
                    notificationScript = value;
                    return isExecutable(value)
                            ? Optional.empty()
                            : Optional.of("Notification script seems non existing or non executable.");
                }
                case "client-reconfig-script" -> {
                    clientReconfigScript = value;
                    return isExecutable(value)
                            ? Optional.empty()
                            : Optional.of("Client reconfiguration script seems non existing or non executable.");
                }
                case "auth-pass" -> authPass = value;
                case "auth-user" -> authUser = value;
                case "config-epoch" -> {
                    configEpoch = leadingNumber(value);
                    currentEpoch = Math.max(currentEpoch, configEpoch);
                }
                case "leader-epoch" -> leaderEpoch = leadingNumber(value);
                default -> {
                    return unrecognized();
                }
            }
            return Optional.empty();
        }

        private static Optional<String> positive(long millis) {
            return millis <= 0 ? Optional.of("negative or zero time parameter.") : Optional.empty();
        }

        private boolean isExecutable(String path) {
            return Files.isExecutable(directory.resolve(path));
        }

        Optional<String> rename(String from, String to) {
            if (renames.putIfAbsent(from.toLowerCase(Locale.ROOT), to) != null) {
                return Optional.of("Same command renamed multiple times with rename-command.");
            }
            return Optional.empty();
        }

        SentinelSettings.Master finish() {
            return new SentinelSettings.Master(
                    name,
                    address.host(),
                    address.port(),
                    quorum,
                    downAfterMillis,
                    failoverTimeoutMillis,
                    parallelSyncs,
                    notificationScript,
                    clientReconfigScript,
                    authUser,
                    authPass,
                    rebootDownAfterMillis,
                    hintMillis,
                    failoverEmptied,
                    configEpoch,
                    leaderEpoch,
                    replicas,
                    sentinels,
                    renames);
        }
    }
}
