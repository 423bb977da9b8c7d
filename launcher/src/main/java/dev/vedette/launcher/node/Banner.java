package dev.vedette.launcher.node;

import dev.vedette.launcher.log.NodeLog;
import dev.vedette.store.config.ServerConfig;
import java.lang.System.Logger.Level;

/** What a node says of itself when it listens: a drawing on a terminal, a line elsewhere; both name the process id. */
final class Banner {

    /** Set by bin/ when standard output is a terminal. */
    private static final String TERMINAL_PROPERTY = "vedette.terminal";

    private Banner() {}

    static void show(ServerConfig config, NodeLog log) {
        String mode = config.isSentinel() ? "sentinel" : "standalone";
        int port = config.getInt("port");
        long pid = ProcessHandle.current().pid();
        boolean onTerminal = Boolean.getBoolean(TERMINAL_PROPERTY)
                && config.getString("logfile").isEmpty()
                && !config.getBool("syslog-enabled");
        if (!onTerminal && !config.getBool("always-show-logo")) {
            log.log(Level.INFO, "Running mode=" + mode + ", port=" + port + ". PID: " + pid);
            return;
        }
        log.raw("""

                          _____
                         /     \\\\        Vedette %s, as Redis %s
                    ____/_______\\\\____
                     \\\\   o   o   /     Running in %s mode
                      \\\\    ^    /      Port: %d
                       |  ---  |       PID: %d
                    ____\\\\_____/____
                   /    |  V  |    \\\\

                """.replace("\\\\", "\\").formatted(Version.VEDETTE, Version.REDIS, mode, port, pid));
    }
}
