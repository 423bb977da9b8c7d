package dev.vedette.launcher.node;

import dev.vedette.launcher.log.NodeLog;
import dev.vedette.store.config.ServerConfig;
import dev.vedette.wire.resp.RedisVersion;
import java.lang.System.Logger.Level;

/** What a node says of itself when it listens: a drawing on a terminal, a line elsewhere; both name the process id. */
public final class Banner {

    /** Set by bin/ when standard output is a terminal. */
    private static final String TERMINAL_PROPERTY = "vedette.terminal";

    private Banner() {}

    /**
     * The first lines of a start.
     *
     * @param configured whether there were arguments
     */
    public static void starting(NodeLog log, boolean configured) {
        log.log(Level.WARNING, "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo");
        log.log(
                Level.WARNING,
                "Redis version=" + RedisVersion.TEXT + ", bits=64, commit=00000000, modified=0, pid="
                        + ProcessHandle.current().pid() + ", just started");
        log.log(
                Level.WARNING,
                configured
                        ? "Configuration loaded"
                        : "Warning: no config file specified, using the default config. In order to specify a config"
                                + " file use vedette-server /path/to/redis.conf");
    }

    static void show(ServerConfig config, NodeLog log) {
        boolean quiet = !config.getString("logfile").isEmpty() || config.getBool("syslog-enabled");
        show("standalone", config.getInt("port"), config.getBool("always-show-logo"), quiet, log);
    }

    /**
     * Shows it.
     *
     * @param always draw even when standard output is no terminal
     * @param quiet do not draw on a terminal either, unless {@code always}: the log goes elsewhere
     */
    static void show(String mode, int port, boolean always, boolean quiet, NodeLog log) {
        long pid = ProcessHandle.current().pid();
        if (!always && (quiet || !Boolean.getBoolean(TERMINAL_PROPERTY))) {
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

                """.replace("\\\\", "\\").formatted(Version.VEDETTE, RedisVersion.TEXT, mode, port, pid));
    }
}
