package dev.vedette.console;

import java.util.List;

/**
 * What an operator can choose about the console. Immutable: each {@code with} method returns a changed copy.
 *
 * @param host address to listen on; the default is reachable from this machine only, since who reaches the page can see
 *     everything and, unless {@code readOnly}, run commands
 * @param port TCP port to listen on, 0 to 65535; 0 lets the system choose ({@link ConsoleVerticle#port()} tells)
 * @param readOnly true leaves the shell out, on the page and in the HTTP API
 * @param nodes addresses {@code host:port} of servers and sentinels to ask by RESP each {@code pollMillis}, for nodes
 *     that are no members of the cluster: a real Redis, a stand-alone Vedette
 * @param nodeUser ACL user for {@code nodes}; empty for the default user
 * @param nodePassword its password; empty when none is needed
 * @param allowedHosts names besides IP addresses and {@code localhost} under which browsers may reach the page, without
 *     port; any other Host header is refused, which stops DNS rebinding
 * @param pollMillis how often {@code nodes} are asked, 100 to 60000
 * @param silentAfterMillis a node that has said nothing for this long is shown as silent, 1000 to 600000
 * @param commandTimeoutMillis how long the shell waits for a node's answer, 100 to 600000
 */
public record ConsoleOptions(
        String host,
        int port,
        boolean readOnly,
        List<String> nodes,
        String nodeUser,
        String nodePassword,
        List<String> allowedHosts,
        int pollMillis,
        int silentAfterMillis,
        int commandTimeoutMillis) {

    public static final String DEFAULT_HOST = "127.0.0.1";
    public static final int DEFAULT_PORT = 8080;
    public static final boolean DEFAULT_READ_ONLY = false;
    public static final int DEFAULT_POLL_MILLIS = 1000;
    /** Three missed reports and a half: a node reports each second. */
    public static final int DEFAULT_SILENT_AFTER_MILLIS = 3500;

    public static final int DEFAULT_COMMAND_TIMEOUT_MILLIS = 10_000;

    /** Refuses values out of range with an {@link IllegalArgumentException} that names the option. */
    public ConsoleOptions {
        nodes = List.copyOf(nodes);
        allowedHosts = List.copyOf(allowedHosts);
        check("port", port, 0, 65535);
        check("pollMillis", pollMillis, 100, 60_000);
        check("silentAfterMillis", silentAfterMillis, 1000, 600_000);
        check("commandTimeoutMillis", commandTimeoutMillis, 100, 600_000);
        nodes.forEach(ConsoleOptions::portOf);
    }

    /** The defaults: localhost:8080, shell on, cluster members only. */
    public ConsoleOptions() {
        this(
                DEFAULT_HOST,
                DEFAULT_PORT,
                DEFAULT_READ_ONLY,
                List.of(),
                "",
                "",
                List.of(),
                DEFAULT_POLL_MILLIS,
                DEFAULT_SILENT_AFTER_MILLIS,
                DEFAULT_COMMAND_TIMEOUT_MILLIS);
    }

    public ConsoleOptions withHost(String host) {
        return new ConsoleOptions(
                host,
                port,
                readOnly,
                nodes,
                nodeUser,
                nodePassword,
                allowedHosts,
                pollMillis,
                silentAfterMillis,
                commandTimeoutMillis);
    }

    public ConsoleOptions withPort(int port) {
        return new ConsoleOptions(
                host,
                port,
                readOnly,
                nodes,
                nodeUser,
                nodePassword,
                allowedHosts,
                pollMillis,
                silentAfterMillis,
                commandTimeoutMillis);
    }

    public ConsoleOptions withReadOnly(boolean readOnly) {
        return new ConsoleOptions(
                host,
                port,
                readOnly,
                nodes,
                nodeUser,
                nodePassword,
                allowedHosts,
                pollMillis,
                silentAfterMillis,
                commandTimeoutMillis);
    }

    public ConsoleOptions withNodes(List<String> nodes) {
        return new ConsoleOptions(
                host,
                port,
                readOnly,
                nodes,
                nodeUser,
                nodePassword,
                allowedHosts,
                pollMillis,
                silentAfterMillis,
                commandTimeoutMillis);
    }

    /** Sets the ACL user (empty: the default user) and password for the polled nodes. */
    public ConsoleOptions withNodeLogin(String nodeUser, String nodePassword) {
        return new ConsoleOptions(
                host,
                port,
                readOnly,
                nodes,
                nodeUser,
                nodePassword,
                allowedHosts,
                pollMillis,
                silentAfterMillis,
                commandTimeoutMillis);
    }

    public ConsoleOptions withAllowedHosts(List<String> allowedHosts) {
        return new ConsoleOptions(
                host,
                port,
                readOnly,
                nodes,
                nodeUser,
                nodePassword,
                allowedHosts,
                pollMillis,
                silentAfterMillis,
                commandTimeoutMillis);
    }

    public ConsoleOptions withPollMillis(int pollMillis) {
        return new ConsoleOptions(
                host,
                port,
                readOnly,
                nodes,
                nodeUser,
                nodePassword,
                allowedHosts,
                pollMillis,
                silentAfterMillis,
                commandTimeoutMillis);
    }

    public ConsoleOptions withSilentAfterMillis(int silentAfterMillis) {
        return new ConsoleOptions(
                host,
                port,
                readOnly,
                nodes,
                nodeUser,
                nodePassword,
                allowedHosts,
                pollMillis,
                silentAfterMillis,
                commandTimeoutMillis);
    }

    public ConsoleOptions withCommandTimeoutMillis(int commandTimeoutMillis) {
        return new ConsoleOptions(
                host,
                port,
                readOnly,
                nodes,
                nodeUser,
                nodePassword,
                allowedHosts,
                pollMillis,
                silentAfterMillis,
                commandTimeoutMillis);
    }

    /** Leaves the password out, so that options can be logged. */
    @Override
    public String toString() {
        return "ConsoleOptions[" + host + ":" + port + (readOnly ? ", read only" : "") + ", nodes=" + nodes + "]";
    }

    /**
     * Host part of an address {@code host:port}; IPv6 addresses may stand in brackets.
     *
     * @throws IllegalArgumentException if it is no such address
     */
    public static String hostOf(String address) {
        portOf(address);
        String host = address.substring(0, address.lastIndexOf(':'));
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /**
     * Port of an address {@code host:port}.
     *
     * @throws IllegalArgumentException if it is no such address
     */
    public static int portOf(String address) {
        int colon = address.lastIndexOf(':');
        try {
            int port = Integer.parseInt(address.substring(colon + 1));
            if (colon > 0 && port > 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            // Refused below, together with the other ways of being wrong.
        }
        throw new IllegalArgumentException("not an address host:port: '" + address + "'");
    }

    private static void check(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " must be " + min + " to " + max + ", is " + value);
        }
    }
}
