package dev.vedette.sentinel.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that a sentinel.conf and the command line say, checked; also what a rewrite of the file is composed from.
 *
 * @param directives value words of each ordinary directive by its own name (never an alias), as last given
 * @param directory absolute path that {@code dir} led to; every other path of the configuration is relative to it
 * @param users one entry for each line that declares one: its words, name first
 * @param renamedCommands {@code rename-command} of this sentinel itself: old name to new, an empty new name removes it
 * @param settings what the {@code sentinel} lines say
 */
public record SentinelConfig(
        Map<String, List<String>> directives,
        Path directory,
        List<List<String>> users,
        Map<String, String> renamedCommands,
        SentinelSettings settings) {

    /** Port of a sentinel when no directive names one. */
    public static final int DEFAULT_PORT = 26379;

    public SentinelConfig {
        directives = Collections.unmodifiableMap(new LinkedHashMap<>(directives));
        users = List.copyOf(users);
        renamedCommands = Map.copyOf(renamedCommands);
    }

    /** The same configuration with other {@code sentinel} lines and users: what the next rewrite must say. */
    public SentinelConfig with(SentinelSettings newSettings, List<List<String>> newUsers) {
        return new SentinelConfig(directives, directory, newUsers, renamedCommands, newSettings);
    }

    /** TCP port to serve; 0 serves none. */
    public int port() {
        return (int) number("port", DEFAULT_PORT);
    }

    /** Addresses to listen on, {@code -} before one that may be missing, {@code *} and {@code ::*} for all. */
    public List<String> bind() {
        return directives.getOrDefault("bind", List.of("*", "-::*"));
    }

    /** Path of the log as given, empty for standard output; relative to {@link #directory()}. */
    public String logfile() {
        return text("logfile").orElse("");
    }

    /** {@code debug}, {@code verbose}, {@code notice} or {@code warning}. */
    public String logLevel() {
        return text("loglevel").orElse("notice").toLowerCase(Locale.ROOT);
    }

    /** Whether to run in the background. */
    public boolean daemonize() {
        return isOn("daemonize", false);
    }

    /** Path of the pid file as given, if any; relative to {@link #directory()}. */
    public Optional<String> pidfile() {
        return text("pidfile").filter(path -> !path.isEmpty());
    }

    /** Password of the default user, if one is required. */
    public Optional<String> requirepass() {
        return text("requirepass").filter(password -> !password.isEmpty());
    }

    /** Path of the ACL file, if users live there; relative to {@link #directory()}. */
    public Optional<Path> aclFile() {
        return text("aclfile").filter(path -> !path.isEmpty()).map(directory::resolve);
    }

    /** Whether only loopback may connect while no password is set. */
    public boolean protectedMode() {
        return isOn("protected-mode", false);
    }

    /** Entries kept by ACL LOG. */
    public int aclLogMaxLen() {
        return (int) Math.min(number("acllog-max-len", 128), Integer.MAX_VALUE);
    }

    /** Clients served at a time. */
    public int maxClients() {
        return (int) Math.min(number("maxclients", 10_000), Integer.MAX_VALUE);
    }

    /** Idle seconds after which a client is closed; 0 is never. */
    public int idleTimeoutSeconds() {
        return (int) number("timeout", 0);
    }

    /** Seconds between TCP keep-alive probes; 0 sends none. */
    public int tcpKeepaliveSeconds() {
        return (int) number("tcp-keepalive", 300);
    }

    /** Length of the queue of connections not yet accepted. */
    public int tcpBacklog() {
        return (int) number("tcp-backlog", 511);
    }

    /** Local address of outgoing links, if one is set. */
    public Optional<String> bindSourceAddress() {
        return text("bind-source-addr").filter(address -> !address.isEmpty());
    }

    /** Whether a new user may use every channel ({@code acl-pubsub-default allchannels}). */
    public boolean newUsersUseAllChannels() {
        return text("acl-pubsub-default")
                .filter("allchannels"::equalsIgnoreCase)
                .isPresent();
    }

    private Optional<String> text(String name) {
        @Nullable List<String> values = directives.get(name);
        return values == null || values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
    }

    /** Whether a yes/no directive says yes; one that is not written says no. */
    public boolean isOn(String name) {
        return isOn(name, false);
    }

    private boolean isOn(String name, boolean otherwise) {
        return text(name).map("yes"::equalsIgnoreCase).orElse(otherwise);
    }

    private long number(String name, long otherwise) {
        return text(name).map(Long::parseLong).orElse(otherwise);
    }
}
