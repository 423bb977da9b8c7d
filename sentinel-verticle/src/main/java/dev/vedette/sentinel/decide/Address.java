package dev.vedette.sentinel.decide;

import java.util.Locale;

/**
 * Where an instance is reached. Two addresses are equal when IP and port are equal, whatever name led there.
 *
 * <p>Names are resolved by the shell before an address enters an event (with {@code resolve-hostnames no} nothing is
 * resolved and both parts hold the same text); a name that does not resolve is its own IP.
 *
 * @param host as configured or received: a host name or an IP
 * @param ip what it resolved to
 * @param port 0 to 65535
 */
public record Address(String host, String ip, int port) {

    /** An address that is not a name. */
    public static Address of(String ip, int port) {
        return new Address(ip, ip, port);
    }

    /** Whether both are the same port of the same name, wherever that leads. */
    boolean sameName(Address other) {
        return port == other.port && host.equalsIgnoreCase(other.host);
    }

    /** The text for people, hellos and commands: the name with {@code announce-hostnames yes}, else the IP. */
    public String shown(Rules rules) {
        return rules.announceHostnames() ? host : ip;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Address that && port == that.port && ip.equalsIgnoreCase(that.ip);
    }

    @Override
    public int hashCode() {
        return ip.toLowerCase(Locale.ROOT).hashCode() * 31 + port;
    }

    @Override
    public String toString() {
        return ip + ":" + port;
    }
}
