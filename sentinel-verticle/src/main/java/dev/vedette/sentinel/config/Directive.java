package dev.vedette.sentinel.config;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A directive of redis.conf as Redis 7.0 declares it. A sentinel obeys few of them, yet accepts, checks and keeps all.
 *
 * @param name as a rewrite spells it
 * @param alias its other name, or null
 * @param kind how its value is checked and written
 * @param standard its default as {@link #write} would spell it, or null where there is none
 * @param min smallest value of a number
 * @param max largest value of a number
 * @param choices the words of a choice
 */
record Directive(
        String name,
        @Nullable String alias,
        Kind kind,
        @Nullable String standard,
        long min,
        long max,
        List<String> choices) {

    /** How a value is checked and written. */
    enum Kind {
        /** yes or no. */
        SWITCH,
        /** Any text; written in quotes. */
        TEXT,
        /** One word of a list. */
        CHOICE,
        /** A whole number. */
        NUMBER,
        /** A number of bytes, with a unit such as mb. */
        BYTES,
        /** File permissions. */
        OCTAL,
        /** Several values, kept as they were given. */
        LIST
    }

    private static final Map<String, Directive> BY_NAME = new HashMap<>();

    static {
        declare(Kind.SWITCH, """
                rdbchecksum=yes daemonize=no io-threads-do-reads=no always-show-logo=no protected-mode=yes
                rdbcompression=yes rdb-del-sync-files=no activerehashing=yes stop-writes-on-bgsave-error=yes
                set-proc-title=yes dynamic-hz=yes lazyfree-lazy-eviction=no lazyfree-lazy-expire=no
                lazyfree-lazy-server-del=no lazyfree-lazy-user-del=no lazyfree-lazy-user-flush=no
                repl-disable-tcp-nodelay=no repl-diskless-sync=yes aof-rewrite-incremental-fsync=yes
                no-appendfsync-on-rewrite=no cluster-require-full-coverage=yes rdb-save-incremental-fsync=yes
                aof-load-truncated=yes aof-use-rdb-preamble=yes aof-timestamp-enabled=no
                cluster-replica-no-failover/cluster-slave-no-failover=no replica-lazy-flush/slave-lazy-flush=no
                replica-serve-stale-data/slave-serve-stale-data=yes replica-read-only/slave-read-only=yes
                replica-ignore-maxmemory/slave-ignore-maxmemory=yes jemalloc-bg-thread=yes activedefrag=no
                syslog-enabled=no cluster-enabled=no appendonly=no cluster-allow-reads-when-down=no
                cluster-allow-pubsubshard-when-down=yes crash-log-enabled=yes crash-memcheck-enabled=yes
                use-exit-on-panic=no disable-thp=yes cluster-allow-replica-migration=yes replica-announced=yes
                latency-tracking=yes aof-disable-auto-gc=no replica-ignore-disk-write-errors=no tls-cluster=no
                tls-replication=no tls-prefer-server-ciphers=no tls-session-caching=yes""");
        declare(Kind.TEXT, """
                aclfile= unixsocket pidfile replica-announce-ip/slave-announce-ip masteruser cluster-announce-ip
                cluster-config-file=nodes.conf cluster-announce-hostname syslog-ident=redis dbfilename=dump.rdb
                appendfilename=appendonly.aof appenddirname=appendonlydir server_cpulist bio_cpulist
                aof_rewrite_cpulist bgsave_cpulist ignore-warnings= proc-title-template bind-source-addr logfile=
                masterauth requirepass tls-cert-file tls-key-file tls-key-file-pass tls-client-cert-file
                tls-client-key-file tls-client-key-file-pass tls-dh-params-file tls-ca-cert-file tls-ca-cert-dir
                tls-protocols tls-ciphers tls-ciphersuites notify-keyspace-events= dir""");
        declareChoice("supervised", "no", "upstart", "systemd", "auto", "no");
        declareChoice(
                "syslog-facility",
                "local0",
                "user",
                "local0",
                "local1",
                "local2",
                "local3",
                "local4",
                "local5",
                "local6",
                "local7");
        declareChoice("repl-diskless-load", "disabled", "disabled", "on-empty-db", "swapdb");
        declareChoice("loglevel", "notice", "debug", "verbose", "notice", "warning");
        declareChoice(
                "maxmemory-policy",
                "noeviction",
                "volatile-lru",
                "volatile-lfu",
                "volatile-random",
                "volatile-ttl",
                "allkeys-lru",
                "allkeys-lfu",
                "allkeys-random",
                "noeviction");
        declareChoice("appendfsync", "everysec", "everysec", "always", "no");
        declareChoice("oom-score-adj", "no", "no", "yes", "relative", "absolute");
        declareChoice("acl-pubsub-default", "resetchannels", "allchannels", "resetchannels");
        declareChoice("sanitize-dump-payload", "no", "no", "yes", "clients");
        declareChoice("enable-protected-configs", "no", "no", "yes", "local");
        declareChoice("enable-debug-command", "no", "no", "yes", "local");
        declareChoice("enable-module-command", "no", "no", "yes", "local");
        declareChoice("cluster-preferred-endpoint-type", "ip", "ip", "hostname", "unknown-endpoint");
        declareChoice("propagation-error-behavior", "ignore", "ignore", "panic", "panic-on-replicas");
        declareChoice("tls-auth-clients", "yes", "no", "yes", "optional");
        declare(Kind.NUMBER, """
                databases=16:1 port=6379:0:65535 io-threads=1:1:128 auto-aof-rewrite-percentage=100
                cluster-replica-validity-factor/cluster-slave-validity-factor=10
                list-max-listpack-size/list-max-ziplist-size=-2:-2147483648 tcp-keepalive=300
                cluster-migration-barrier=1 active-defrag-cycle-min=1:1:99 active-defrag-cycle-max=25:1:99
                active-defrag-threshold-lower=10:0:1000 active-defrag-threshold-upper=100:0:1000 lfu-log-factor=10
                lfu-decay-time=1 replica-priority/slave-priority=100 repl-diskless-sync-delay=5
                maxmemory-samples=5:1 maxmemory-eviction-tenacity=10:0:100 timeout=0
                replica-announce-port/slave-announce-port=0:0:65535 tcp-backlog=511 cluster-port=0:0:65535
                cluster-announce-bus-port=0:0:65535 cluster-announce-port=0:0:65535
                cluster-announce-tls-port=0:0:65535 repl-timeout=60:1
                repl-ping-replica-period/repl-ping-slave-period=10:1 list-compress-depth=0
                rdb-key-save-delay=0:-2147483648 key-load-delay=0:-2147483648 active-expire-effort=1:1:10 hz=10
                min-replicas-to-write/min-slaves-to-write=0 min-replicas-max-lag/min-slaves-max-lag=10
                watchdog-period=0 shutdown-timeout=10 repl-diskless-sync-max-replicas=0
                maxclients=10000:1:4294967295 socket-mark-id=0:0:4294967295
                active-defrag-max-scan-fields=1000:1:9223372036854775807 slowlog-max-len=128:0:9223372036854775807
                acllog-max-len=128:0:9223372036854775807
                busy-reply-threshold/lua-time-limit=5000:0:9223372036854775807
                cluster-node-timeout=15000:0:9223372036854775807
                slowlog-log-slower-than=10000:-1:9223372036854775807
                latency-monitor-threshold=0:0:9223372036854775807 stream-node-max-entries=100:0:9223372036854775807
                hash-max-listpack-entries/hash-max-ziplist-entries=512:0:9223372036854775807
                set-max-intset-entries=512:0:9223372036854775807
                zset-max-listpack-entries/zset-max-ziplist-entries=128:0:9223372036854775807
                tracking-table-max-keys=1000000:0:9223372036854775807 repl-backlog-ttl=3600:0:9223372036854775807
                loading-process-events-interval-bytes=2097152:1024 tls-port=0:0:65535
                tls-session-cache-size=20480 tls-session-cache-timeout=300""");
        declare(Kind.BYTES, """
                proto-max-bulk-len=512mb:1048576 repl-backlog-size=1mb:1 maxmemory=0 cluster-link-sendbuf-limit=0
                active-defrag-ignore-bytes=100mb:1 hash-max-listpack-value/hash-max-ziplist-value=64
                stream-node-max-bytes=4kb zset-max-listpack-value/zset-max-ziplist-value=64
                hll-sparse-max-bytes=3000 client-query-buffer-limit=1gb:1048576 maxmemory-clients=0
                auto-aof-rewrite-min-size=64mb""");
        declare(Kind.OCTAL, "unixsocketperm=0:0:511");
        declare(Kind.LIST, """
                save client-output-buffer-limit oom-score-adj-values bind replicaof/slaveof
                latency-tracking-info-percentiles shutdown-on-sigint shutdown-on-sigterm""");
    }

    /** Declares {@code name[/alias][=default[:min[:max]]]} for each word. */
    private static void declare(Kind kind, String words) {
        for (String word : words.trim().split("\\s+")) {
            int equals = word.indexOf('=');
            String names = equals < 0 ? word : word.substring(0, equals);
            String[] values = (equals < 0 ? "" : word.substring(equals + 1)).split(":", 3);
            int slash = names.indexOf('/');
            long largest = kind == Kind.BYTES ? Long.MAX_VALUE : Integer.MAX_VALUE;
            add(new Directive(
                    slash < 0 ? names : names.substring(0, slash),
                    slash < 0 ? null : names.substring(slash + 1),
                    kind,
                    equals < 0 ? null : values[0],
                    values.length > 1 ? Long.parseLong(values[1]) : 0,
                    values.length > 2 ? Long.parseLong(values[2]) : largest,
                    List.of()));
        }
    }

    private static void declareChoice(String name, String standard, String... choices) {
        add(new Directive(name, null, Kind.CHOICE, standard, 0, 0, List.of(choices)));
    }

    private static void add(Directive directive) {
        if (BY_NAME.put(directive.name, directive) != null
                || (directive.alias != null && BY_NAME.put(directive.alias, directive) != null)) {
            throw new IllegalStateException("declared twice: " + directive.name);
        }
    }

    /** The directive of this name or alias, in any case. */
    static Optional<Directive> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name.toLowerCase(Locale.ROOT)));
    }

    /** Why these values cannot be taken, in the words of Redis, or empty when they can. */
    Optional<String> refuse(List<String> values) {
        if (kind == Kind.LIST) {
            return name.equals("bind") && values.size() > 16
                    ? Optional.of("Too many bind addresses specified.")
                    : Optional.empty();
        }
        if (values.size() != 1) {
            return Optional.of("wrong number of arguments");
        }
        String value = values.getFirst();
        return switch (kind) {
            case SWITCH -> isYesOrNo(value) ? Optional.empty() : Optional.of("argument must be 'yes' or 'no'");
            case CHOICE ->
                choices.contains(value.toLowerCase(Locale.ROOT))
                        ? Optional.empty()
                        : Optional.of("argument(s) must be one of the following: " + String.join(", ", choices));
            case NUMBER -> inRange(integer(value, 10), "argument couldn't be parsed into an integer");
            case OCTAL -> inRange(integer(value, 8), "argument couldn't be parsed as an octal number");
            case BYTES ->
                name.equals("maxmemory-clients") && value.endsWith("%")
                        ? Optional.empty()
                        : inRange(bytes(value), "argument must be a memory value");
            case TEXT, LIST -> Optional.empty();
        };
    }

    private Optional<String> inRange(Optional<Long> number, String unreadable) {
        if (number.isEmpty()) {
            return Optional.of(unreadable);
        }
        if (number.get() < min || number.get() > max) {
            return Optional.of("argument must be between " + min + " and " + max + " inclusive");
        }
        return Optional.empty();
    }

    /** These values, already accepted, as a rewrite spells them after the name. */
    String write(List<String> values) {
        return switch (kind) {
            case SWITCH, CHOICE -> values.getFirst().toLowerCase(Locale.ROOT);
            case NUMBER -> String.valueOf(integer(values.getFirst(), 10).orElseThrow()); // accepted, so it is a number
            case TEXT -> ConfigWords.quote(values.getFirst());
            case BYTES -> values.getFirst().endsWith("%") ? values.getFirst() : writeBytes(values.getFirst());
            case OCTAL -> values.getFirst();
            case LIST -> {
                StringBuilder line = new StringBuilder();
                for (String value : values) {
                    line.append(line.isEmpty() ? "" : " ").append(ConfigWords.word(value));
                }
                yield line.toString();
            }
        };
    }

    private static String writeBytes(String value) {
        long bytes = bytes(value).orElseThrow();
        if (bytes != 0 && bytes % (1L << 30) == 0) {
            return (bytes >> 30) + "gb";
        } else if (bytes != 0 && bytes % (1L << 20) == 0) {
            return (bytes >> 20) + "mb";
        } else if (bytes != 0 && bytes % (1L << 10) == 0) {
            return (bytes >> 10) + "kb";
        }
        return String.valueOf(bytes);
    }

    static boolean isYesOrNo(String value) {
        return value.equalsIgnoreCase("yes") || value.equalsIgnoreCase("no");
    }

    private static Optional<Long> integer(String value, int radix) {
        try {
            return value.startsWith("+") ? Optional.empty() : Optional.of(Long.parseLong(value, radix));
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }

    private static Optional<Long> bytes(String value) {
        int digits = value.startsWith("-") ? 1 : 0;
        while (digits < value.length() && Character.isDigit(value.charAt(digits))) {
            digits++;
        }
        long unit = switch (value.substring(digits).toLowerCase(Locale.ROOT)) {
            case "", "b" -> 1;
            case "k" -> 1000;
            case "kb" -> 1L << 10;
            case "m" -> 1_000_000;
            case "mb" -> 1L << 20;
            case "g" -> 1_000_000_000;
            case "gb" -> 1L << 30;
            default -> 0;
        };
        return unit == 0
                ? Optional.empty()
                : integer(value.substring(0, digits), 10)
                        .filter(number -> Math.abs(number) <= Long.MAX_VALUE / unit)
                        .map(number -> number * unit);
    }
}
