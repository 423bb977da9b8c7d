package dev.vedette.store.command;

import java.util.Map;
import java.util.TreeMap;

/** The counters of INFO stats that CONFIG RESETSTAT sets back. Owned by the event loop. */
public final class ServerStats {
    public long connectionsReceived;
    public long commandsProcessed;
    public long netInputBytes;
    public long netOutputBytes;
    public long rejectedConnections;
    public long expiredKeys;
    public long evictedKeys;
    public long keyspaceHits;
    public long keyspaceMisses;
    public long unexpectedErrorReplies;
    public long totalErrorReplies;
    public long totalReadsProcessed;
    public long totalWritesProcessed;
    public long expiredTimeCapReached;
    /** Clients closed by client-output-buffer-limit. */
    public long outputLimitDisconnections;

    /** Bytes of the master's stream and snapshots received; not part of {@link #netInputBytes}. */
    public long netReplicationInputBytes;
    /** Bytes sent to replicas; not part of {@link #netOutputBytes}. */
    public long netReplicationOutputBytes;
    /** Clients closed because all of them together held too much memory (maxmemory-clients). */
    public long evictedClients;
    /** Nanoseconds spent in the expiry cycle. */
    public long expireCycleNanos;
    /** Milliseconds during which more than maxmemory was in use. */
    public long evictionExceededMillis;
    /** Wall-clock milliseconds since when more than maxmemory is in use; 0 when it is not. */
    private long evictionExceededSince;
    /** Snapshots that were written by walking the data, as Redis counts forks. */
    public long snapshots;
    /** Payloads of RESTORE that were checked in depth. */
    public long dumpPayloadSanitizations;
    /** The largest used_memory seen; CONFIG RESETSTAT leaves it. */
    public long peakMemoryBytes;

    public final Rate commandRate = new Rate();
    public final Rate inputRate = new Rate();
    public final Rate outputRate = new Rate();
    public final Rate replicationInputRate = new Rate();
    public final Rate replicationOutputRate = new Rate();

    /** Takes the samples from which INFO's rates follow; ten times a second. */
    public void sample(long nowMillis) {
        commandRate.sample(nowMillis, commandsProcessed);
        inputRate.sample(nowMillis, netInputBytes + netReplicationInputBytes);
        outputRate.sample(nowMillis, netOutputBytes + netReplicationOutputBytes);
        replicationInputRate.sample(nowMillis, netReplicationInputBytes);
        replicationOutputRate.sample(nowMillis, netReplicationOutputBytes);
    }

    /** Error replies by code, at most 128 of them (INFO errorstats). */
    public final Map<String, Long> errors = new TreeMap<>();

    /** Whether more than maxmemory is in use now. */
    void noteEviction(boolean exceeded, long nowMillis) {
        if (!exceeded) {
            evictionExceededMillis += currentEvictionExceededMillis(nowMillis);
            evictionExceededSince = 0;
        } else if (evictionExceededSince == 0) {
            evictionExceededSince = nowMillis;
        }
    }

    /** For how long more than maxmemory has been in use without a break. */
    public long currentEvictionExceededMillis(long nowMillis) {
        return evictionExceededSince == 0 ? 0 : Math.max(0, nowMillis - evictionExceededSince);
    }

    /** Counts an error reply of that text. */
    public void countError(String text) {
        totalErrorReplies++;
        int end = text.indexOf(' ');
        String code = end > 0 ? text.substring(0, end) : text;
        if (errors.size() < 128 || errors.containsKey(code)) {
            errors.merge(code, 1L, Long::sum);
        }
    }

    /** CONFIG RESETSTAT. */
    public void reset() {
        connectionsReceived = 0;
        commandsProcessed = 0;
        netInputBytes = 0;
        netOutputBytes = 0;
        rejectedConnections = 0;
        expiredKeys = 0;
        evictedKeys = 0;
        keyspaceHits = 0;
        keyspaceMisses = 0;
        unexpectedErrorReplies = 0;
        totalErrorReplies = 0;
        totalReadsProcessed = 0;
        totalWritesProcessed = 0;
        expiredTimeCapReached = 0;
        outputLimitDisconnections = 0;
        netReplicationInputBytes = 0;
        netReplicationOutputBytes = 0;
        evictedClients = 0;
        expireCycleNanos = 0;
        evictionExceededMillis = 0;
        evictionExceededSince = 0;
        snapshots = 0;
        dumpPayloadSanitizations = 0;
        errors.clear();
        commandRate.reset();
        inputRate.reset();
        outputRate.reset();
        replicationInputRate.reset();
        replicationOutputRate.reset();
    }
}
