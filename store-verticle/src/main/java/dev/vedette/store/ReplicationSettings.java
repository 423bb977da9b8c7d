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
        "repl-backlog-ttl",
        "repl-timeout",
        "repl-ping-replica-period",
        "repl-diskless-sync",
        "repl-diskless-sync-delay",
        "repl-diskless-sync-max-replicas",
        "repl-diskless-load",
        "repl-disable-tcp-nodelay",
        "client-output-buffer-limit",
        "dir",
        "port"
    };

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
                config.getLong("repl-backlog-ttl"),
                config.getInt("repl-timeout"),
                config.getInt("repl-ping-replica-period"),
                config.getBool("repl-diskless-sync"),
                config.getInt("repl-diskless-sync-delay"),
                config.getInt("repl-diskless-sync-max-replicas"),
                config.getString("repl-diskless-load"),
                config.getBool("repl-disable-tcp-nodelay"),
                limit.hardBytes(),
                limit.softBytes(),
                limit.softSeconds(),
                config.directory().toString(),
                config.getInt("databases"));
    }

    private static @Nullable String orNull(ServerConfig config, String name) {
        return config.getStringOrNull(name);
    }
}
