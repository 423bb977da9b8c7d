package dev.vedette.store.config;

import static dev.vedette.store.config.Directive.Trait.DENY_LOADING;
import static dev.vedette.store.config.Directive.Trait.HIDDEN;
import static dev.vedette.store.config.Directive.Trait.IMMUTABLE;
import static dev.vedette.store.config.Directive.Trait.MULTI_ARG;
import static dev.vedette.store.config.Directive.Trait.PROTECTED;
import static dev.vedette.store.config.Directive.Trait.SENSITIVE;
import static dev.vedette.store.config.Directive.Trait.VOLATILE;
import static dev.vedette.store.config.Directive.checkedText;
import static dev.vedette.store.config.Directive.choice;
import static dev.vedette.store.config.Directive.integer;
import static dev.vedette.store.config.Directive.memory;
import static dev.vedette.store.config.Directive.optionalText;
import static dev.vedette.store.config.Directive.special;
import static dev.vedette.store.config.Directive.text;
import static dev.vedette.store.config.Directive.unsigned;
import static dev.vedette.store.config.Directive.yesNo;

import dev.vedette.store.config.PlainSyntax.Notation;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every directive of Redis 7.0, with the bounds and defaults that a Redis 7.0.15 built with TLS reports. A directive
 * whose mechanism does not exist here (jemalloc, Redis Cluster, CPU lists) is accepted, shown and kept all the same, so
 * that a configuration file written for Redis is taken as it is. Three are Vedette's own: repl-backlog-max-size,
 * replica-refuse-empty-master and warm-up.
 */
public final class Directives {

    private static final long INT_MAX = Integer.MAX_VALUE;
    private static final long INT_MIN = Integer.MIN_VALUE;
    private static final long UINT_MAX = 0xffff_ffffL;
    private static final long LONG_MAX = Long.MAX_VALUE;
    /** 2^64 - 1 when read without sign. */
    private static final long ULLONG_MAX = -1L;

    private static final long MIB = 1L << 20;

    /** In the order in which CONFIG GET * answers. */
    public static final List<Directive> ALL = List.of(
            // Network and connections.
            special("bind", new CompoundSyntax.BindAddresses(), List.of("*", "-::*"), MULTI_ARG),
            optionalText("bind-source-addr"),
            integer("port", 6379, 0, 65535),
            integer("tcp-backlog", 511, 0, INT_MAX, IMMUTABLE),
            integer("tcp-keepalive", 300, 0, INT_MAX),
            integer("timeout", 0, 0, INT_MAX),
            yesNo("protected-mode", true),
            optionalText("unixsocket", IMMUTABLE),
            special("unixsocketperm", new PlainSyntax.Numeric(Notation.OCTAL, true, 0, 0777, null), 0L, IMMUTABLE),
            unsigned("socket-mark-id", 0, 0, UINT_MAX, IMMUTABLE),
            unsigned("maxclients", 10000, 1, UINT_MAX),
            special(
                    "maxmemory-clients",
                    new PlainSyntax.Numeric(Notation.MEMORY_OR_PERCENT, false, -100, LONG_MAX, null),
                    0L),
            memory("client-query-buffer-limit", 1024 * MIB, true, MIB, LONG_MAX),
            special(
                    "client-output-buffer-limit",
                    new CompoundSyntax.OutputBufferLimits(),
                    OutputLimits.DEFAULT,
                    MULTI_ARG),
            memory("proto-max-bulk-len", 512 * MIB, false, MIB, LONG_MAX),
            integer("io-threads", 1, 1, 128, IMMUTABLE),
            yesNo("io-threads-do-reads", false, IMMUTABLE),

            // TLS.
            integer("tls-port", 0, 0, 65535),
            integer("tls-session-cache-size", 20 * 1024, 0, INT_MAX),
            integer("tls-session-cache-timeout", 300, 0, INT_MAX),
            yesNo("tls-cluster", false),
            yesNo("tls-replication", false),
            choice("tls-auth-clients", "yes", List.of("no", "yes", "optional")),
            yesNo("tls-prefer-server-ciphers", false),
            yesNo("tls-session-caching", true),
            optionalText("tls-cert-file", VOLATILE),
            optionalText("tls-key-file", VOLATILE),
            optionalText("tls-key-file-pass"),
            optionalText("tls-client-cert-file", VOLATILE),
            optionalText("tls-client-key-file", VOLATILE),
            optionalText("tls-client-key-file-pass"),
            optionalText("tls-dh-params-file", VOLATILE),
            optionalText("tls-ca-cert-file", VOLATILE),
            optionalText("tls-ca-cert-dir", VOLATILE),
            optionalText("tls-protocols"),
            optionalText("tls-ciphers"),
            optionalText("tls-ciphersuites"),

            // General.
            yesNo("daemonize", false, IMMUTABLE),
            choice("supervised", "no", List.of("upstart", "systemd", "auto", "no"), IMMUTABLE),
            optionalText("pidfile", IMMUTABLE),
            choice("loglevel", "notice", List.of("debug", "verbose", "notice", "warning")),
            text("logfile", "", IMMUTABLE),
            yesNo("syslog-enabled", false, IMMUTABLE),
            text("syslog-ident", "redis", IMMUTABLE),
            choice(
                    "syslog-facility",
                    "local0",
                    List.of("user", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"),
                    IMMUTABLE),
            yesNo("crash-log-enabled", true),
            yesNo("crash-memcheck-enabled", true),
            yesNo("use-exit-on-panic", false, HIDDEN),
            integer("databases", 16, 1, INT_MAX, IMMUTABLE),
            yesNo("always-show-logo", false, IMMUTABLE),
            yesNo("set-proc-title", true, IMMUTABLE),
            checkedText("proc-title-template", "{title} {listen-addr} {server-mode}", Directives::badProcTitleTemplate),
            choice("enable-protected-configs", "no", List.of("no", "yes", "local"), IMMUTABLE),
            choice("enable-debug-command", "no", List.of("no", "yes", "local"), IMMUTABLE),
            choice("enable-module-command", "no", List.of("no", "yes", "local"), IMMUTABLE),
            special(
                    "hz",
                    new PlainSyntax.Numeric(Notation.DECIMAL, false, 0, INT_MAX, new PlainSyntax.Numeric.Range(1, 500)),
                    10L),
            yesNo("dynamic-hz", true),
            integer("shutdown-timeout", 10, 0, INT_MAX),
            special("shutdown-on-sigint", shutdownChoices(), "default", MULTI_ARG),
            special("shutdown-on-sigterm", shutdownChoices(), "default", MULTI_ARG),
            integer("watchdog-period", 0, 0, INT_MAX, HIDDEN),
            text("ignore-warnings", ""),
            integer("busy-reply-threshold", 5000, 0, LONG_MAX).alias("lua-time-limit"),
            choice("propagation-error-behavior", "ignore", List.of("ignore", "panic", "panic-on-replicas")),
            optionalText("server_cpulist", IMMUTABLE),
            optionalText("bio_cpulist", IMMUTABLE),
            optionalText("aof_rewrite_cpulist", IMMUTABLE),
            optionalText("bgsave_cpulist", IMMUTABLE),
            special(
                    "oom-score-adj",
                    new PlainSyntax.Choice(List.of("no", "yes", "relative", "absolute"), Map.of("relative", "yes")),
                    "no"),
            special("oom-score-adj-values", new CompoundSyntax.OomScores(), List.of(0, 200, 800), MULTI_ARG),
            yesNo("disable-thp", true, IMMUTABLE),

            // Security.
            optionalText("requirepass", SENSITIVE),
            text("aclfile", "", IMMUTABLE),
            integer("acllog-max-len", 128, 0, LONG_MAX),
            choice("acl-pubsub-default", "resetchannels", List.of("allchannels", "resetchannels")),

            // Memory and data structures.
            memory("maxmemory", 0, true, 0, ULLONG_MAX),
            choice(
                    "maxmemory-policy",
                    "noeviction",
                    List.of(
                            "volatile-lru",
                            "volatile-lfu",
                            "volatile-random",
                            "volatile-ttl",
                            "allkeys-lru",
                            "allkeys-lfu",
                            "allkeys-random",
                            "noeviction")),
            integer("maxmemory-samples", 5, 1, INT_MAX),
            integer("maxmemory-eviction-tenacity", 10, 0, 100),
            integer("lfu-log-factor", 10, 0, INT_MAX),
            integer("lfu-decay-time", 1, 0, INT_MAX),
            integer("active-expire-effort", 1, 1, 10),
            yesNo("activerehashing", true),
            yesNo("lazyfree-lazy-eviction", false),
            yesNo("lazyfree-lazy-expire", false),
            yesNo("lazyfree-lazy-server-del", false),
            yesNo("lazyfree-lazy-user-del", false),
            yesNo("lazyfree-lazy-user-flush", false),
            unsigned("hash-max-listpack-entries", 512, 0, LONG_MAX).alias("hash-max-ziplist-entries"),
            memory("hash-max-listpack-value", 64, true, 0, LONG_MAX).alias("hash-max-ziplist-value"),
            integer("list-max-listpack-size", -2, INT_MIN, INT_MAX).alias("list-max-ziplist-size"),
            integer("list-compress-depth", 0, 0, INT_MAX),
            unsigned("set-max-intset-entries", 512, 0, LONG_MAX),
            unsigned("zset-max-listpack-entries", 128, 0, LONG_MAX).alias("zset-max-ziplist-entries"),
            memory("zset-max-listpack-value", 64, true, 0, LONG_MAX).alias("zset-max-ziplist-value"),
            memory("hll-sparse-max-bytes", 3000, true, 0, LONG_MAX),
            memory("stream-node-max-bytes", 4096, true, 0, LONG_MAX),
            integer("stream-node-max-entries", 100, 0, LONG_MAX),
            unsigned("tracking-table-max-keys", 1_000_000, 0, LONG_MAX),
            choice("sanitize-dump-payload", "no", List.of("no", "yes", "clients")),
            special("notify-keyspace-events", new CompoundSyntax.KeyspaceEvents(), ""),
            yesNo("jemalloc-bg-thread", true),
            special(
                    "activedefrag",
                    new PlainSyntax.YesNo("Active defragmentation cannot be enabled: it requires a Redis server"
                            + " compiled with a modified Jemalloc like the one shipped by default with the Redis"
                            + " source distribution"),
                    false),
            memory("active-defrag-ignore-bytes", 100 * MIB, true, 1, LONG_MAX),
            integer("active-defrag-threshold-lower", 10, 0, 1000),
            integer("active-defrag-threshold-upper", 100, 0, 1000),
            integer("active-defrag-cycle-min", 1, 1, 99),
            integer("active-defrag-cycle-max", 25, 1, 99),
            integer("active-defrag-max-scan-fields", 1000, 1, LONG_MAX),

            // Persistence.
            special("dir", new CompoundSyntax.Directory(), Path.of("").toAbsolutePath(), PROTECTED, DENY_LOADING),
            special(
                    "save",
                    new CompoundSyntax.SavePoints(),
                    List.of(new SavePoint(3600, 1), new SavePoint(300, 100), new SavePoint(60, 10000)),
                    MULTI_ARG),
            checkedText("dbfilename", "dump.rdb", Directives::badDbFilename, PROTECTED),
            yesNo("rdbcompression", true),
            yesNo("rdbchecksum", true, IMMUTABLE),
            yesNo("rdb-del-sync-files", false),
            yesNo("rdb-save-incremental-fsync", true),
            integer("rdb-key-save-delay", 0, INT_MIN, INT_MAX, HIDDEN),
            integer("key-load-delay", 0, INT_MIN, INT_MAX, HIDDEN),
            integer("loading-process-events-interval-bytes", 2 * MIB, 1024, INT_MAX, HIDDEN),
            yesNo("stop-writes-on-bgsave-error", true),
            yesNo("appendonly", false, DENY_LOADING),
            checkedText("appendfilename", "appendonly.aof", Directives::badAppendFilename, IMMUTABLE),
            checkedText("appenddirname", "appendonlydir", Directives::badAppendDirname, IMMUTABLE),
            choice("appendfsync", "everysec", List.of("everysec", "always", "no")),
            yesNo("no-appendfsync-on-rewrite", false),
            integer("auto-aof-rewrite-percentage", 100, 0, INT_MAX),
            memory("auto-aof-rewrite-min-size", 64 * MIB, false, 0, LONG_MAX),
            yesNo("aof-load-truncated", true),
            yesNo("aof-use-rdb-preamble", true),
            yesNo("aof-timestamp-enabled", false),
            yesNo("aof-rewrite-incremental-fsync", true),
            yesNo("aof-disable-auto-gc", false),

            // Replication.
            special("replicaof", new CompoundSyntax.ReplicaOf(), CompoundSyntax.ReplicaOf.NONE, IMMUTABLE, MULTI_ARG)
                    .alias("slaveof"),
            optionalText("masteruser", SENSITIVE),
            optionalText("masterauth", SENSITIVE),
            yesNo("replica-serve-stale-data", true).alias("slave-serve-stale-data"),
            yesNo("replica-read-only", true).alias("slave-read-only"),
            yesNo("replica-ignore-maxmemory", true).alias("slave-ignore-maxmemory"),
            yesNo("replica-lazy-flush", false).alias("slave-lazy-flush"),
            yesNo("replica-announced", true),
            yesNo("replica-refuse-empty-master", false),
            yesNo("warm-up", true, IMMUTABLE),
            yesNo("replica-ignore-disk-write-errors", false),
            integer("replica-priority", 100, 0, INT_MAX).alias("slave-priority"),
            optionalText("replica-announce-ip").alias("slave-announce-ip"),
            integer("replica-announce-port", 0, 0, 65535).alias("slave-announce-port"),
            yesNo("repl-diskless-sync", true),
            integer("repl-diskless-sync-delay", 5, 0, INT_MAX),
            integer("repl-diskless-sync-max-replicas", 0, 0, INT_MAX),
            choice("repl-diskless-load", "disabled", List.of("disabled", "on-empty-db", "swapdb"), DENY_LOADING),
            integer("repl-ping-replica-period", 10, 1, INT_MAX).alias("repl-ping-slave-period"),
            integer("repl-timeout", 60, 1, INT_MAX),
            yesNo("repl-disable-tcp-nodelay", false),
            memory("repl-backlog-size", MIB, false, 1, LONG_MAX),
            memory("repl-backlog-max-size", 0, false, 0, LONG_MAX),
            integer("repl-backlog-ttl", 3600, 0, LONG_MAX),
            integer("min-replicas-to-write", 0, 0, INT_MAX).alias("min-slaves-to-write"),
            integer("min-replicas-max-lag", 10, 0, INT_MAX).alias("min-slaves-max-lag"),

            // Observation.
            integer("slowlog-log-slower-than", 10000, -1, LONG_MAX),
            integer("slowlog-max-len", 128, 0, LONG_MAX),
            integer("latency-monitor-threshold", 0, 0, LONG_MAX),
            yesNo("latency-tracking", true),
            special(
                    "latency-tracking-info-percentiles",
                    new CompoundSyntax.Percentiles(),
                    List.of(50.0, 99.0, 99.9),
                    MULTI_ARG),

            // Redis Cluster.
            yesNo("cluster-enabled", false, IMMUTABLE),
            text("cluster-config-file", "nodes.conf", IMMUTABLE),
            integer("cluster-node-timeout", 15000, 0, LONG_MAX),
            integer("cluster-port", 0, 0, 65535, IMMUTABLE),
            integer("cluster-replica-validity-factor", 10, 0, INT_MAX).alias("cluster-slave-validity-factor"),
            integer("cluster-migration-barrier", 1, 0, INT_MAX),
            yesNo("cluster-allow-replica-migration", true),
            yesNo("cluster-require-full-coverage", true),
            yesNo("cluster-replica-no-failover", false).alias("cluster-slave-no-failover"),
            yesNo("cluster-allow-reads-when-down", false),
            yesNo("cluster-allow-pubsubshard-when-down", true),
            memory("cluster-link-sendbuf-limit", 0, true, 0, ULLONG_MAX),
            optionalText("cluster-announce-ip"),
            special("cluster-announce-hostname", new PlainSyntax.Text(true, Directives::badHostname), ""),
            integer("cluster-announce-port", 0, 0, 65535),
            integer("cluster-announce-tls-port", 0, 0, 65535),
            integer("cluster-announce-bus-port", 0, 0, 65535),
            choice("cluster-preferred-endpoint-type", "ip", List.of("ip", "hostname", "unknown-endpoint")));

    /** Directives that Redis still takes and no longer heeds; each with one argument. */
    static final Set<String> OBSOLETE =
            Set.of("list-max-ziplist-entries", "list-max-ziplist-value", "lua-replicate-commands");

    private static final Map<String, Directive> BY_NAME = byName();

    private Directives() {}

    /** Finds a directive by its name or alias, in any case. */
    public static @Nullable Directive find(String name) {
        return BY_NAME.get(ConfigText.lower(name));
    }

    private static Map<String, Directive> byName() {
        Map<String, Directive> byName = new HashMap<>(512);
        for (Directive directive : ALL) {
            register(byName, directive.name(), directive);
            if (directive.alias() != null) {
                register(byName, directive.alias(), directive);
            }
        }
        return byName;
    }

    private static void register(Map<String, Directive> byName, String name, Directive directive) {
        if (byName.put(name, directive) != null) {
            throw new IllegalStateException("declared twice: " + name);
        }
    }

    private static PlainSyntax.Choices shutdownChoices() {
        return new PlainSyntax.Choices(
                List.of("default", "save", "nosave", "now", "force"),
                chosen -> chosen.contains("save") && chosen.contains("nosave")
                        ? "shutdown options SAVE and NOSAVE can't be used simultaneously"
                        : null);
    }

    private static boolean isPath(String text) {
        return text.indexOf('/') >= 0 || text.indexOf('\\') >= 0;
    }

    private static @Nullable String badDbFilename(String text) {
        return isPath(text) ? "dbfilename can't be a path, just a filename" : null;
    }

    private static @Nullable String badAppendFilename(String text) {
        if (text.isEmpty()) {
            return "appendfilename can't be empty";
        }
        return isPath(text) ? "appendfilename can't be a path, just a filename" : null;
    }

    private static @Nullable String badAppendDirname(String text) {
        if (text.isEmpty()) {
            return "appenddirname can't be empty";
        }
        return isPath(text) ? "appenddirname can't be a path, just a dirname" : null;
    }

    private static @Nullable String badHostname(String text) {
        if (text.length() >= 256) {
            return "Hostnames must be less than 256 characters";
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '.') {
                return "Hostnames may only contain alphanumeric characters, hyphens or dots";
            }
        }
        return null;
    }

    private static final List<String> PROC_TITLE_VARIABLES =
            List.of("title", "listen-addr", "server-mode", "port", "tls-port", "unixsocket", "config-file");

    private static @Nullable String badProcTitleTemplate(String text) {
        int at = 0;
        while (at < text.length()) {
            int open = text.indexOf('{', at);
            if (open < 0) {
                break;
            }
            int close = text.indexOf('}', open);
            if (close < 0 || !PROC_TITLE_VARIABLES.contains(text.substring(open + 1, close))) {
                return "template format is invalid or contains unknown variables";
            }
            at = close + 1;
        }
        return text.isBlank() ? "template format is invalid or contains unknown variables" : null;
    }
}
