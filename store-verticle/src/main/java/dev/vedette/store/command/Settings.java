package dev.vedette.store.command;

import dev.vedette.store.config.ServerConfig;
import dev.vedette.store.keyspace.Access;
import dev.vedette.store.keyspace.EvictionPolicy;
import dev.vedette.store.keyspace.Keyspace;

/**
 * The directives that are read on hot paths, as plain fields that {@link #follow} keeps equal to the configuration;
 * everything else asks the configuration itself. Only {@link #activeExpire} is no directive.
 */
public final class Settings {

    /** The directives of the fields below and of what the keyspace is told. */
    private static final String[] FOLLOWED = {
        "replica-read-only",
        "replica-serve-stale-data",
        "replica-ignore-maxmemory",
        "min-replicas-to-write",
        "min-replicas-max-lag",
        "stop-writes-on-bgsave-error",
        "requirepass",
        "notify-keyspace-events",
        "proto-max-bulk-len",
        "client-query-buffer-limit",
        "maxmemory",
        "maxmemory-policy",
        "maxmemory-samples",
        "maxmemory-eviction-tenacity",
        "slowlog-log-slower-than",
        "slowlog-max-len",
        "latency-monitor-threshold",
        "latency-tracking",
        "hash-max-listpack-entries",
        "hash-max-listpack-value",
        "set-max-intset-entries",
        "zset-max-listpack-entries",
        "zset-max-listpack-value",
        "list-max-listpack-size",
        "list-compress-depth",
        "stream-node-max-bytes",
        "stream-node-max-entries",
        "hll-sparse-max-bytes",
        "lazyfree-lazy-eviction",
        "lazyfree-lazy-expire",
        "lazyfree-lazy-user-del",
        "lazyfree-lazy-user-flush",
        "maxclients",
        "timeout",
        "busy-reply-threshold",
        "lfu-log-factor",
        "lfu-decay-time",
    };

    public boolean replicaReadOnly = true;
    public boolean replicaServeStaleData = true;
    public boolean replicaIgnoreMaxMemory = true;
    public int minReplicasToWrite;
    public long minReplicasMaxLagMillis = 10_000;
    public boolean stopWritesOnBgsaveError = true;
    public String password = "";
    public int notifyBits;
    public long protoMaxBulkLen = 512L * 1024 * 1024;
    public long queryBufferLimitBytes = 1L << 30;
    public long maxMemoryBytes;
    public String maxMemoryPolicy = "noeviction";
    public EvictionPolicy evictionPolicy = EvictionPolicy.NOEVICTION;
    public int maxMemorySamples = 5;
    /** 0 to 100: how long a command may be held up for the sake of memory. */
    public int evictionTenacity = 10;

    /** Negative: nothing is slow; 0: everything is. */
    public long slowlogSlowerThanMicros = 10_000;

    public int slowlogMaxLen = 128;
    /** 0: latency is not watched. */
    public long latencyThresholdMillis;
    /** Whether each command keeps a distribution of its durations. */
    public boolean latencyTracking = true;

    public int hashMaxListpackEntries = 512;
    public int hashMaxListpackValue = 64;
    public int setMaxIntsetEntries = 512;
    public int zsetMaxListpackEntries = 128;
    public int zsetMaxListpackValue = 64;
    public int listMaxListpackSize = -2;
    public int listCompressDepth;
    public long streamNodeMaxBytes = 4096;
    public long streamNodeMaxEntries = 100;
    public int hllSparseMaxBytes = 3000;
    /** DEBUG SET-ACTIVE-EXPIRE. */
    public boolean activeExpire = true;

    public boolean lazyfreeLazyEviction;
    public boolean lazyfreeLazyExpire;
    public boolean lazyfreeLazyUserDel;
    public boolean lazyfreeLazyUserFlush;
    public int maxClients = 10_000;
    public int timeoutSeconds;
    /** How long a script runs before others are told that it does; 0: for ever. */
    public long busyReplyThresholdMillis = 5000;

    /** Reads all directives now and again whenever CONFIG SET changes one; tells the keyspace what concerns it. */
    public void follow(ServerConfig config, Keyspace keyspace) {
        config.onChange(
                changed -> {
                    read(changed, keyspace);
                    return null;
                },
                FOLLOWED);
        read(config, keyspace);
    }

    private void read(ServerConfig config, Keyspace keyspace) {
        replicaReadOnly = config.getBool("replica-read-only");
        replicaServeStaleData = config.getBool("replica-serve-stale-data");
        replicaIgnoreMaxMemory = config.getBool("replica-ignore-maxmemory");
        minReplicasToWrite = config.getInt("min-replicas-to-write");
        minReplicasMaxLagMillis = config.getLong("min-replicas-max-lag") * 1000;
        stopWritesOnBgsaveError = config.getBool("stop-writes-on-bgsave-error");
        password = config.getString("requirepass");
        notifyBits = NotifyClass.parse(config.getString("notify-keyspace-events"));
        protoMaxBulkLen = config.getLong("proto-max-bulk-len");
        queryBufferLimitBytes = config.getLong("client-query-buffer-limit");
        slowlogSlowerThanMicros = config.getLong("slowlog-log-slower-than");
        slowlogMaxLen = clamped(config, "slowlog-max-len");
        latencyThresholdMillis = config.getLong("latency-monitor-threshold");
        latencyTracking = config.getBool("latency-tracking");
        maxClients = clamped(config, "maxclients");
        timeoutSeconds = config.getInt("timeout");
        lazyfreeLazyEviction = config.getBool("lazyfree-lazy-eviction");
        busyReplyThresholdMillis = config.getLong("busy-reply-threshold");
        lazyfreeLazyExpire = config.getBool("lazyfree-lazy-expire");
        lazyfreeLazyUserDel = config.getBool("lazyfree-lazy-user-del");
        lazyfreeLazyUserFlush = config.getBool("lazyfree-lazy-user-flush");
        readEncodings(config);
        readMemory(config, keyspace);
    }

    private void readEncodings(ServerConfig config) {
        hashMaxListpackEntries = clamped(config, "hash-max-listpack-entries");
        hashMaxListpackValue = clamped(config, "hash-max-listpack-value");
        setMaxIntsetEntries = clamped(config, "set-max-intset-entries");
        zsetMaxListpackEntries = clamped(config, "zset-max-listpack-entries");
        zsetMaxListpackValue = clamped(config, "zset-max-listpack-value");
        listMaxListpackSize = config.getInt("list-max-listpack-size");
        listCompressDepth = config.getInt("list-compress-depth");
        streamNodeMaxBytes = config.getLong("stream-node-max-bytes");
        streamNodeMaxEntries = config.getLong("stream-node-max-entries");
        hllSparseMaxBytes = clamped(config, "hll-sparse-max-bytes");
    }

    private void readMemory(ServerConfig config, Keyspace keyspace) {
        long limit = config.getLong("maxmemory");
        // The directive has no sign: what does not fit is more than there can be.
        maxMemoryBytes = limit < 0 ? Long.MAX_VALUE : limit;
        maxMemoryPolicy = config.getString("maxmemory-policy");
        evictionPolicy = EvictionPolicy.of(maxMemoryPolicy);
        maxMemorySamples = config.getInt("maxmemory-samples");
        evictionTenacity = config.getInt("maxmemory-eviction-tenacity");
        Access.configure(config.getInt("lfu-log-factor"), config.getInt("lfu-decay-time"));
        keyspace.setLfu(evictionPolicy.isLfu());
    }

    /** A count that Redis keeps in 64 bits: what is beyond an int is as good as no limit here. */
    private static int clamped(ServerConfig config, String name) {
        long value = config.getLong(name);
        return value < 0 || value > Integer.MAX_VALUE ? Integer.MAX_VALUE : (int) value;
    }
}
