package dev.vedette.store.command;

/**
 * The directives that are read on hot paths, as plain fields. {@code StoreVerticle} keeps them equal to the configuration;
 * everything else asks the configuration itself.
 */
public final class Settings {
    public boolean replicaReadOnly = true;
    public boolean replicaServeStaleData = true;
    public int minReplicasToWrite;
    public long minReplicasMaxLagMillis = 10_000;
    public boolean stopWritesOnBgsaveError = true;
    public String password = "";
    public int notifyBits;
    public long protoMaxBulkLen = 512L * 1024 * 1024;
    public long queryBufferLimitBytes = 1L << 30;
    public long maxMemoryBytes;
    public String maxMemoryPolicy = "noeviction";
    public int maxMemorySamples = 5;
    public long slowlogSlowerThanMicros = 10_000;
    public int slowlogMaxLen = 128;
    public long latencyThresholdMillis;
    public int hashMaxListpackEntries = 512;
    public int hashMaxListpackValue = 64;
    public int setMaxIntsetEntries = 512;
    public int zsetMaxListpackEntries = 128;
    public int zsetMaxListpackValue = 64;
    public int listMaxListpackSize = -2;
    public int listCompressDepth;
    public boolean activeExpire = true;
    public boolean lazyfreeLazyUserDel;
    public boolean lazyfreeLazyUserFlush;
    public int maxClients = 10_000;
    public int timeoutSeconds;
}
