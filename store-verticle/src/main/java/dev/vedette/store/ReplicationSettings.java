package dev.vedette.store;

import dev.vedette.store.config.OutputLimit;
import dev.vedette.store.config.ServerConfig;
import dev.vedette.wire.bus.ReplicationConfig;
import org.jspecify.annotations.Nullable;

/** The directives that the replication verticle obeys, taken out of a server's configuration. */
public final class ReplicationSettings {

    /** The directives; when one changes, the replication verticle is told all of them. */
    static final String[] DIRECTIVES = {
        "replica-announce-ip",
        "replica-announce-port",
        "bind-source-addr",
        "masteruser",
        "masterauth",
        "repl-backlog-size",
        "repl-backlog-max-size",
        "repl-backlog-ttl",
        "repl-timeout",
        "repl-ping-replica-period",
        "repl-diskless-sync",
        "repl-diskless-sync-delay",
        "repl-diskless-sync-max-replicas",
        "repl-diskless-load",
        "replica-refuse-empty-master",
        "repl-disable-tcp-nodelay",
        "client-output-buffer-limit",
        "dir",
        "port"
    };

    private static final long DEFAULT_SIZE = 1024 * 1024;
    private static final long DEFAULT_MAX = 64 * 1024 * 1024;
    /** What replicas may need goes as far as an eighth of the heap: beyond it the data comes first. */
    private static final int HEAP_SHARE = 8;

    private ReplicationSettings() {}

    /** What the configuration says now. */
    public static ReplicationConfig of(ServerConfig config) {
        OutputLimit limit = config.outputLimits().replica();
        int announced = config.getInt("replica-announce-port");
        return new ReplicationConfig(
                announced == 0 ? config.getInt("port") : announced,
                orNull(config, "replica-announce-ip"),
                orNull(config, "bind-source-addr"),
                orNull(config, "masteruser"),
                orNull(config, "masterauth"),
                config.getLong("repl-backlog-size"),
                backlogMaxBytes(
                        config.getLong("repl-backlog-size"),
                        config.getLong("repl-backlog-max-size"),
                        Runtime.getRuntime().maxMemory()),
                config.getLong("repl-backlog-ttl"),
                config.getInt("repl-timeout"),
                config.getInt("repl-ping-replica-period"),
                config.getBool("repl-diskless-sync"),
                config.getInt("repl-diskless-sync-delay"),
                config.getInt("repl-diskless-sync-max-replicas"),
                config.getString("repl-diskless-load"),
                config.getBool("replica-refuse-empty-master"),
                config.getBool("repl-disable-tcp-nodelay"),
                limit.hardBytes(),
                limit.softBytes(),
                limit.softSeconds(),
                config.directory().toString(),
                config.getInt("databases"));
    }

    /**
     * How large the backlog may grow for the sake of replicas.
     *
     * @param size repl-backlog-size; whoever has set it gets what he asked for and no more, unless he sets the maximum, too
     * @param max repl-backlog-max-size, 0 when it is not set
     * @param heapBytes the largest that the Java heap can become
     */
    static long backlogMaxBytes(long size, long max, long heapBytes) {
        long wanted = max != 0 ? max : size == DEFAULT_SIZE ? DEFAULT_MAX : size;
        return Math.max(size, Math.min(wanted, heapBytes / HEAP_SHARE));
    }

    private static @Nullable String orNull(ServerConfig config, String name) {
        return config.getStringOrNull(name);
    }
}
