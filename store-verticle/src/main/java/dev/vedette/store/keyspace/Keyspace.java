package dev.vedette.store.keyspace;

import org.jspecify.annotations.Nullable;

/**
 * All databases of a server, with what they share: the clock, the expiry mode, the snapshot in progress.
 *
 * <p>The clock is set by the owner before it runs commands, so that all of one batch happens at one instant, as in Redis.
 */
public final class Keyspace {

    private boolean countingUses = true;
    private final Database[] databases;
    private KeyspaceListener listener = KeyspaceListener.NONE;
    private ExpiryMode expiryMode = ExpiryMode.DELETE;
    private long nowMillis = System.currentTimeMillis();
    private boolean lfu;
    private long snapshotNumber;
    private @Nullable SegmentVisitor snapshotVisitor;

    /** An empty keyspace with that many databases (1 to 2^31 - 1; Redis's default is 16). */
    public Keyspace(int databaseCount) {
        databases = new Database[databaseCount];
        for (int i = 0; i < databaseCount; i++) {
            databases[i] = new Database(this, i);
        }
    }

    /** Number of databases. */
    public int databaseCount() {
        return databases.length;
    }

    /** The database of that number, 0 to {@link #databaseCount()} - 1. */
    public Database database(int number) {
        return databases[number];
    }

    /** Exchanges two databases (SWAPDB): clients that selected one see the other's data from now on. */
    public void swap(int a, int b) {
        databases[a].exchangeContent(databases[b]);
    }

    /** Takes over the content of another keyspace with the same number of databases, which must not be used again. */
    public void adopt(Keyspace other) {
        for (int i = 0; i < databases.length; i++) {
            databases[i].exchangeContent(other.databases[i]);
        }
    }

    /** Keys in all databases. */
    public long size() {
        long size = 0;
        for (Database database : databases) {
            size += database.size();
        }
        return size;
    }

    /** Who hears of expired and added keys. */
    public void setListener(KeyspaceListener listener) {
        this.listener = listener;
    }

    KeyspaceListener listener() {
        return listener;
    }

    /** What lookups do with expired entries. */
    public ExpiryMode expiryMode() {
        return expiryMode;
    }

    /** Sets what lookups do with expired entries; answers what they did before. */
    public ExpiryMode setExpiryMode(ExpiryMode mode) {
        ExpiryMode before = expiryMode;
        expiryMode = mode;
        return before;
    }

    /** Whether looking a key up counts as a use of it; not so for clients with CLIENT NO-TOUCH. */
    boolean isCountingUses() {
        return countingUses;
    }

    /** See {@link #isCountingUses}. */
    public void setCountingUses(boolean counting) {
        countingUses = counting;
    }

    /** Wall-clock milliseconds of the batch of commands under way. */
    public long nowMillis() {
        return nowMillis;
    }

    /** Sets the instant of the commands that follow. */
    public void setNowMillis(long nowMillis) {
        this.nowMillis = nowMillis;
    }

    /** Whether access bits count uses (maxmemory-policy *-lfu) instead of telling the time of the last. */
    public boolean isLfu() {
        return lfu;
    }

    /** See {@link #isLfu}. */
    public void setLfu(boolean lfu) {
        this.lfu = lfu;
    }

    // ------------------------------------------------------------------ snapshot

    /**
     * Begins a snapshot: from now on each segment is shown once to {@code visitor}, at the latest before it changes.
     * Packed entries stay as they are until {@link #endSnapshot}, so references to them may be kept.
     *
     * @throws IllegalStateException if a snapshot is in progress
     */
    public void beginSnapshot(SegmentVisitor visitor) {
        if (snapshotVisitor != null) {
            throw new IllegalStateException("a snapshot is in progress");
        }
        snapshotNumber++;
        snapshotVisitor = visitor;
    }

    /** Ends the snapshot, finished or not. */
    public void endSnapshot() {
        snapshotVisitor = null;
    }

    /** Whether a snapshot is in progress. */
    public boolean isSnapshotActive() {
        return snapshotVisitor != null;
    }

    void beforeChange(Database database, Segment segment) {
        SegmentVisitor visitor = snapshotVisitor;
        if (visitor != null && segment.visitedBySnapshot != snapshotNumber) {
            segment.visitedBySnapshot = snapshotNumber;
            visitor.visit(database, segment);
        }
    }

    long snapshotNumber() {
        return snapshotNumber;
    }
}
