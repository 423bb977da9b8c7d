package dev.vedette.launcher.nodes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Ports that nobody uses. They lie below those that the system gives to outgoing connections, so that none of these takes
 * one between the moment it was found free and the moment its node listens, or while a node is down.
 */
public final class Ports {

    private static final int FIRST = 20_000;
    private static final int COUNT = 12_000;

    private static int next = (int) (ProcessHandle.current().pid() * 97 % COUNT);

    private Ports() {}

    /** A port that was free just now, another one at each call. */
    public static synchronized int free() {
        for (int tries = 0; tries < COUNT; tries++) {
            next = (next + 1) % COUNT;
            if (isFree(FIRST + next)) {
                return FIRST + next;
            }
        }
        throw new AssertionError("no port is free");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
