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

    public long instantaneousOpsPerSecond;
    public double instantaneousInputKbps;
    public double instantaneousOutputKbps;
    public long peakMemoryBytes;

    /** Error replies by code, at most 128 of them (INFO errorstats). */
    public final Map<String, Long> errors = new TreeMap<>();

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
        peakMemoryBytes = 0;
        errors.clear();
    }
}
