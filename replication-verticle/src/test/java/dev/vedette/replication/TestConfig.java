package dev.vedette.replication;

import dev.vedette.wire.bus.ReplicationConfig;
import org.jspecify.annotations.Nullable;

/** Settings for tests: Redis's defaults, to be varied. */
public final class TestConfig {

    public int listeningPort = 6380;
    public @Nullable String masterUser;
    public @Nullable String masterAuth;
    public @Nullable String announceIp;
    public long backlogSizeBytes = 1024 * 1024;
    public long backlogMaxBytes;
    public boolean refuseEmptyMaster;
    public long backlogTtlSeconds = 3600;
    public int timeoutSeconds = 60;
    public int pingPeriodSeconds = 10;
    public boolean disklessSync = true;
    public int disklessSyncDelaySeconds;
    public int disklessSyncMaxReplicas;
    public String disklessLoad = "disabled";
    public long replicaBufferHardBytes = 256L * 1024 * 1024;
    public String directory = System.getProperty("java.io.tmpdir", "/tmp");

    private TestConfig() {}

    public static TestConfig standard() {
        return new TestConfig();
    }

    public ReplicationConfig withIdentity(
            int port, @Nullable String ip, @Nullable String user, @Nullable String password) {
        listeningPort = port;
        announceIp = ip;
        masterUser = user;
        masterAuth = password;
        return build();
    }

    public ReplicationConfig build() {
        return new ReplicationConfig(
                listeningPort,
                announceIp,
                null,
                masterUser,
                masterAuth,
                backlogSizeBytes,
                Math.max(backlogSizeBytes, backlogMaxBytes),
                backlogTtlSeconds,
                timeoutSeconds,
                pingPeriodSeconds,
                disklessSync,
                disklessSyncDelaySeconds,
                disklessSyncMaxReplicas,
                disklessLoad,
                refuseEmptyMaster,
                false,
                replicaBufferHardBytes,
                64L * 1024 * 1024,
                60,
                directory,
                16);
    }
}
