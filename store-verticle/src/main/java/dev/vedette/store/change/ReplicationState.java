package dev.vedette.store.change;

import dev.vedette.wire.bus.StreamIdentity;
import dev.vedette.wire.bus.ToStore.BacklogState;
import dev.vedette.wire.bus.ToStore.LinkState;
import dev.vedette.wire.bus.ToStore.LostWrites;
import dev.vedette.wire.bus.ToStore.ReplicaProgress;
import dev.vedette.wire.bus.ToStore.ReplicaStatus;
import dev.vedette.wire.bus.ToStore.SyncCounts;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * This node's place in replication, as INFO, ROLE, WAIT and the write checks need it: whom it follows, how the link is,
 * who follows it and how far they have come. The replication verticle reports; the store decides the role.
 */
public final class ReplicationState {

    private static final SecureRandom RANDOM = new SecureRandom();

    private String replid = newReplid();
    private String replid2 = StreamIdentity.NO_REPLID;
    private long secondOffset = -1;
    private long term;
    private boolean emptied;

    private @Nullable String masterHost;
    private int masterPort;
    /** State of the master link; meaningful on a replica. */
    public LinkState link = LinkState.CONNECT;
    /** Wall-clock milliseconds since when the link is down, 0 when it never was up. */
    public long linkDownSinceMillis;
    /** Wall-clock milliseconds of the last byte from the master, 0 for never. */
    public long lastIoMillis;

    public long syncTotalBytes;
    public long syncReadBytes;
    /** Position up to which the master's stream has arrived, applied or not. */
    public long readOffset;

    /** The backlog as the replication verticle last reported it. */
    public BacklogState backlog = BacklogState.NONE;

    /** INFO master_failover_state: no-failover, waiting-for-sync or failover-in-progress. */
    public String failoverState = "no-failover";

    private long lostWrites;
    private int lostFiles;
    private String lastLostFile = "";

    private SyncCounts counted = new SyncCounts(0, 0, 0);
    private SyncCounts countedBefore = counted;

    private final Map<Long, ReplicaProgress> replicas = new LinkedHashMap<>();

    /** 40 random hexadecimal characters. */
    public static String newReplid() {
        byte[] random = new byte[20];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    // ------------------------------------------------------------------ identity

    /** The current history. */
    public String replid() {
        return replid;
    }

    /** The history before the last promotion, or 40 zeros. */
    public String replid2() {
        return replid2;
    }

    /** Up to where {@link #replid2} is valid, or -1. */
    public long secondOffset() {
        return secondOffset;
    }

    /** All of it, with the offset. */
    public StreamIdentity identity(long offset) {
        return new StreamIdentity(replid, replid2, secondOffset, offset);
    }

    /** A history of its own begins; the old one is forgotten. */
    public void renew() {
        replid = newReplid();
        replid2 = StreamIdentity.NO_REPLID;
        secondOffset = -1;
    }

    /** A new history begins at that offset, which continues the old one: what a promoted replica does. */
    public void shift(long offset, String newReplid) {
        replid2 = replid;
        secondOffset = offset + 1;
        replid = newReplid;
    }

    /** Belongs to a master's history, loaded whole. */
    public void adopt(String newReplid) {
        replid = newReplid;
        replid2 = StreamIdentity.NO_REPLID;
        secondOffset = -1;
        emptied = false;
    }

    /** The data has been removed to make room for a master's: it has no history, and the offset speaks of nothing. */
    public void empty() {
        renew();
        emptied = true;
    }

    /** Whether this replica has removed its data for a master's that it does not have yet. */
    public boolean isEmptied() {
        return emptied;
    }

    /** What an RDB file or a test says. */
    public void restore(String newReplid, String newReplid2, long newSecondOffset) {
        replid = newReplid;
        replid2 = newReplid2;
        secondOffset = newSecondOffset;
    }

    // ------------------------------------------------------------------ role

    /** Number of the current role; rises with each change. */
    public long term() {
        return term;
    }

    /** Whether this node follows a master. */
    public boolean isReplica() {
        return masterHost != null;
    }

    /** The master's host; null on a master. */
    public @Nullable String masterHost() {
        return masterHost;
    }

    /** The master's port; 0 on a master. */
    public int masterPort() {
        return masterPort;
    }

    /** Becomes a replica of that master, in a new term. */
    public void follow(String host, int port) {
        term++;
        masterHost = host;
        masterPort = port;
        link = LinkState.CONNECT;
        linkDownSinceMillis = 0;
        lastIoMillis = 0;
    }

    /** Becomes a master, in a new term. */
    public void lead() {
        term++;
        masterHost = null;
        masterPort = 0;
        emptied = false;
    }

    // ------------------------------------------------------------------ what PSYNC requests came to

    /** The replication verticle has counted that many since its start. */
    public void counted(SyncCounts sinceStart) {
        counted = sinceStart;
    }

    /** Counting begins anew here (CONFIG RESETSTAT). */
    public void resetCounts() {
        countedBefore = counted;
    }

    /** What PSYNC requests have come to since the last {@link #resetCounts}. */
    public SyncCounts counts() {
        return new SyncCounts(
                counted.full() - countedBefore.full(),
                counted.partialOk() - countedBefore.partialOk(),
                counted.partialErr() - countedBefore.partialErr());
    }

    // ------------------------------------------------------------------ writes that nobody else had

    /** Writes were put into a file since a new master does not have them. */
    public void lost(LostWrites writes) {
        lostWrites += writes.writes();
        lostFiles++;
        lastLostFile = writes.file();
    }

    /** How many such writes there were since the start. */
    public long lostWrites() {
        return lostWrites;
    }

    /** How many files they were put into. */
    public int lostFiles() {
        return lostFiles;
    }

    /** The last of these files; empty when there is none. */
    public String lastLostFile() {
        return lastLostFile;
    }

    // ------------------------------------------------------------------ replicas

    /** The replicas attached, by client id, in the order in which they came. */
    public Map<Long, ReplicaProgress> replicas() {
        return replicas;
    }

    /** Replicas online whose last acknowledgement is at most that old (min-replicas-max-lag). */
    public int goodReplicas(long nowMillis, long lagMillisMax) {
        int good = 0;
        for (ReplicaProgress replica : replicas.values()) {
            if (replica.status() == ReplicaStatus.ONLINE && nowMillis - replica.ackMillis() <= lagMillisMax) {
                good++;
            }
        }
        return good;
    }

    /** Replicas online that have acknowledged that offset. */
    public int replicasAt(long offset) {
        int reached = 0;
        for (ReplicaProgress replica : replicas.values()) {
            if (replica.status() == ReplicaStatus.ONLINE && replica.ackOffset() >= offset) {
                reached++;
            }
        }
        return reached;
    }
}
