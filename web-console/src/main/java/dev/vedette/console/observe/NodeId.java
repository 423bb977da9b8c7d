package dev.vedette.console.observe;

/** The console's name of a node: {@code host:port}, with the names of the loopback address made one. */
final class NodeId {

    private NodeId() {}

    static String of(String host, String port) {
        return switch (host) {
            case "localhost", "::1", "[::1]" -> "127.0.0.1:" + port;
            default -> host + ":" + port;
        };
    }

    /** The name of an address {@code host:port}. */
    static String of(String address) {
        int colon = address.lastIndexOf(':');
        return colon < 0 ? address : of(address.substring(0, colon), address.substring(colon + 1));
    }
}
