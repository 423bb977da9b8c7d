package dev.vedette.sentinel.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code sentinel ...} lines: what an operator configured and what the sentinel wrote for itself.
 *
 * @param myId its run id, 40 characters; null before it has one
 * @param currentEpoch highest epoch it has seen
 * @param denyScriptsReconfig whether SENTINEL SET may not change scripts
 * @param resolveHostnames whether addresses may be host names
 * @param announceHostnames whether to tell host names instead of addresses
 * @param announceIp address that other sentinels are told; empty for the link's own
 * @param announcePort port that they are told; 0 for the port served
 * @param sentinelUser user for links to other sentinels, or null
 * @param sentinelPass password for links to other sentinels, or null
 * @param masters in the order of their monitor lines
 */
public record SentinelSettings(
        @Nullable String myId,
        long currentEpoch,
        boolean denyScriptsReconfig,
        boolean resolveHostnames,
        boolean announceHostnames,
        String announceIp,
        int announcePort,
        @Nullable String sentinelUser,
        @Nullable String sentinelPass,
        List<Master> masters) {

    /** Default of down-after-milliseconds. */
    public static final long DEFAULT_DOWN_AFTER_MILLIS = 30_000;

    /** Default of failover-timeout, in milliseconds. */
    public static final long DEFAULT_FAILOVER_TIMEOUT_MILLIS = 180_000;

    /** Default of parallel-syncs. */
    public static final int DEFAULT_PARALLEL_SYNCS = 1;

    public SentinelSettings {
        masters = List.copyOf(masters);
    }

    /** These settings with another resolve-hostnames. */
    public SentinelSettings resolvingHostnames(boolean newResolveHostnames) {
        return new SentinelSettings(
                myId,
                currentEpoch,
                denyScriptsReconfig,
                newResolveHostnames,
                announceHostnames,
                announceIp,
                announcePort,
                sentinelUser,
                sentinelPass,
                masters);
    }

    /** These settings with another announce-hostnames. */
    public SentinelSettings announcingHostnames(boolean newAnnounceHostnames) {
        return new SentinelSettings(
                myId,
                currentEpoch,
                denyScriptsReconfig,
                resolveHostnames,
                newAnnounceHostnames,
                announceIp,
                announcePort,
                sentinelUser,
                sentinelPass,
                masters);
    }

    /** These settings with another announce-ip. */
    public SentinelSettings announcingIp(String newAnnounceIp) {
        return new SentinelSettings(
                myId,
                currentEpoch,
                denyScriptsReconfig,
                resolveHostnames,
                announceHostnames,
                newAnnounceIp,
                announcePort,
                sentinelUser,
                sentinelPass,
                masters);
    }

    /** These settings with another announce-port. */
    public SentinelSettings announcingPort(int newAnnouncePort) {
        return new SentinelSettings(
                myId,
                currentEpoch,
                denyScriptsReconfig,
                resolveHostnames,
                announceHostnames,
                announceIp,
                newAnnouncePort,
                sentinelUser,
                sentinelPass,
                masters);
    }

    /** These settings with other credentials for links to other sentinels. */
    public SentinelSettings loggingInAs(@Nullable String newUser, @Nullable String newPass) {
        return new SentinelSettings(
                myId,
                currentEpoch,
                denyScriptsReconfig,
                resolveHostnames,
                announceHostnames,
                announceIp,
                announcePort,
                newUser,
                newPass,
                masters);
    }

    /** These settings with what the sentinel itself has to remember. */
    public SentinelSettings holding(String newId, long newEpoch, List<Master> newMasters) {
        return new SentinelSettings(
                newId,
                newEpoch,
                denyScriptsReconfig,
                resolveHostnames,
                announceHostnames,
                announceIp,
                announcePort,
                sentinelUser,
                sentinelPass,
                newMasters);
    }

    /**
     * One monitored master.
     *
     * @param name as clients ask for it
     * @param host address or host name
     * @param port 0 to 65535
     * @param quorum sentinels that must agree that it is down
     * @param downAfterMillis silence after which it is down
     * @param failoverTimeoutMillis time allowed to each step of a failover
     * @param parallelSyncs replicas reconfigured at a time
     * @param notificationScript path relative to {@code dir}, or null
     * @param clientReconfigScript path relative to {@code dir}, or null
     * @param authUser or null
     * @param authPass or null
     * @param rebootDownAfterMillis how long a rebooted master may load before it counts as down; 0 is off
     * @param hintMillis how long a sign that a server is gone must last to count as silence; 0 is off
     * @param failoverEmptied whether a master that comes back without its data is replaced
     * @param configEpoch epoch of its address
     * @param leaderEpoch epoch of this sentinel's last vote about it
     * @param knownReplicas every replica ever seen since the last reset
     * @param knownSentinels every other sentinel ever seen since the last reset
     * @param renamedCommands names of commands that its servers go by
     */
    public record Master(
            String name,
            String host,
            int port,
            int quorum,
            long downAfterMillis,
            long failoverTimeoutMillis,
            int parallelSyncs,
            @Nullable String notificationScript,
            @Nullable String clientReconfigScript,
            @Nullable String authUser,
            @Nullable String authPass,
            long rebootDownAfterMillis,
            long hintMillis,
            boolean failoverEmptied,
            long configEpoch,
            long leaderEpoch,
            List<Address> knownReplicas,
            List<KnownSentinel> knownSentinels,
            Map<String, String> renamedCommands) {

        public Master {
            knownReplicas = List.copyOf(knownReplicas);
            knownSentinels = List.copyOf(knownSentinels);
            renamedCommands = Collections.unmodifiableMap(new LinkedHashMap<>(renamedCommands));
        }
    }

    /**
     * Where an instance is reached.
     *
     * @param host address or host name
     * @param port 0 to 65535
     */
    public record Address(String host, int port) {}

    /**
     * Another sentinel of the same master.
     *
     * @param address where it is reached
     * @param runId its 40-character id
     */
    public record KnownSentinel(Address address, String runId) {}
}
