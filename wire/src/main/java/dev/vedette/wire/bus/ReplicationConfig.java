package dev.vedette.wire.bus;

import org.jspecify.annotations.Nullable;

/**
 * The directives of redis.conf that the replication verticle obeys, as Redis 7.0 names them.
 *
 * @param listeningPort port to announce to a master (replica-announce-port, else port)
 * @param announceIp replica-announce-ip, or null
 * @param bindSourceAddr bind-source-addr, or null
 * @param masterUser masteruser, or null
 * @param masterAuth masterauth, or null
 * @param backlogSizeBytes repl-backlog-size
 * @param backlogMaxBytes how large the backlog may grow for replicas that need more; at least {@code backlogSizeBytes}
 * @param backlogTtlSeconds repl-backlog-ttl; 0 keeps the backlog for ever
 * @param timeoutSeconds repl-timeout
 * @param pingPeriodSeconds repl-ping-replica-period
 * @param disklessSync repl-diskless-sync
 * @param disklessSyncDelaySeconds repl-diskless-sync-delay
 * @param disklessSyncMaxReplicas repl-diskless-sync-max-replicas; 0 is no limit
 * @param disklessLoad repl-diskless-load: disabled, on-empty-db or swapdb
 * @param refuseEmptyMaster replica-refuse-empty-master
 * @param disableTcpNodelay repl-disable-tcp-nodelay
 * @param replicaBufferHardBytes client-output-buffer-limit replica, hard limit; 0 is none
 * @param replicaBufferSoftBytes its soft limit; 0 is none
 * @param replicaBufferSoftSeconds its soft limit's time
 * @param directory absolute path of dir, for the file of a sync in progress
 * @param databases number of databases
 */
public record ReplicationConfig(
        int listeningPort,
        @Nullable String announceIp,
        @Nullable String bindSourceAddr,
        @Nullable String masterUser,
        @Nullable String masterAuth,
        long backlogSizeBytes,
        long backlogMaxBytes,
        long backlogTtlSeconds,
        int timeoutSeconds,
        int pingPeriodSeconds,
        boolean disklessSync,
        int disklessSyncDelaySeconds,
        int disklessSyncMaxReplicas,
        String disklessLoad,
        boolean refuseEmptyMaster,
        boolean disableTcpNodelay,
        long replicaBufferHardBytes,
        long replicaBufferSoftBytes,
        int replicaBufferSoftSeconds,
        String directory,
        int databases) {}
