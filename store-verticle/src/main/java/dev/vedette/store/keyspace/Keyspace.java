package dev.vedette.store.keyspace;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * All databases of a server, with what they share: the clock, the expiry mode, the snapshots in progress.
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
    /** In progress, in the order of their numbers. */
    private final List<KeyspaceSnapshot> snapshots = new ArrayList<>();

    /**
     * A cell that stands in no slot any more, but that snapshots may need: the one of that number until it has finished that
     * visit, and all that are older until they end.
     */
    private record Kept(Cells cells, int place, long snapshot, long visit) {}

    /** In the order in which their places were left. */
    private final Deque<Kept> kept = new ArrayDeque<>();

    /** What was given up while they were in progress. */
    private final List<Database.Content> givenUp = new ArrayList<>();

    private HeldEntries.Pool heldEntries = new HeldEntries.Pool();
    private long leftForSnapshotsBytes;
    private long oldestSnapshot = Long.MAX_VALUE;
    private long newestSnapshot;

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
            Database old = other.databases[i];
            old.clear(this);
        }
    }

    /** Keys in all databases. */
    public long size() {
        return sum(Database::size);
    }

    /** About how many bytes all keys and values take, on the heap and off it. Cheap. */
    public long dataBytes() {
        return sum(Database::dataBytes);
    }

    /** How many of {@link #dataBytes} are outside of the heap. */
    public long cellBytes() {
        return sum(Database::cellBytes);
    }

    /** Bytes of memory that stand ready for packed strings beside those that {@link #dataBytes} counts. */
    public long freeCellBytes() {
        return sum(Database::freeCellBytes);
    }

    private long sum(ToLongFunction<Database> part) {
        long sum = 0;
        for (Database database : databases) {
            sum += part.applyAsLong(database);
        }
        return sum;
    }

    /** Removes everything, and gives all memory back: the keyspace must not be used again. */
    public void release() {
        for (Database database : databases) {
            database.clear();
        }
    }

    /**
     * Gathers packed strings where many cells are free, so that memory goes back to the system, until that is done or the
     * deadline ({@link System#nanoTime}) is over. No entry that was shown before is good afterwards. Not while a
     * snapshot is in progress.
     *
     * @return true when there is more to do
     */
    public boolean gather(long deadlineNanos) {
        if (isSnapshotActive()) {
            return false;
        }
        boolean more = false;
        for (Database database : databases) {
            more |= database.gather(deadlineNanos);
        }
        return more;
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
     * Begins a snapshot of the keyspace as it is now. Others may be in progress: a segment is copied once for all of
     * them.
     */
    public KeyspaceSnapshot beginSnapshot(SegmentVisitor visitor) {
        if (snapshots.isEmpty()) {
            leftForSnapshotsBytes = 0;
        }
        KeyspaceSnapshot snapshot = new KeyspaceSnapshot(this, ++snapshotNumber, visitor);
        snapshots.add(snapshot);
        snapshotsChanged();
        return snapshot;
    }

    void ended(KeyspaceSnapshot snapshot) {
        snapshots.remove(snapshot);
        snapshotsChanged();
        freeKept();
        givenUp.removeIf(content -> {
            boolean needed = isNeeded(content);
            if (!needed) {
                content.cells.close();
            }
            return !needed;
        });
        if (snapshots.isEmpty()) {
            heldEntries.close();
            heldEntries = new HeldEntries.Pool();
        }
    }

    private boolean isNeeded(Database.Content content) {
        boolean needed = false;
        for (KeyspaceSnapshot snapshot : snapshots) {
            needed |= snapshot.needs(content);
        }
        return needed;
    }

    private void snapshotsChanged() {
        oldestSnapshot = snapshots.isEmpty() ? Long.MAX_VALUE : snapshots.getFirst().number;
        newestSnapshot = snapshots.isEmpty() ? 0 : snapshots.getLast().number;
    }

    /** Whether a snapshot is in progress. */
    public boolean isSnapshotActive() {
        return newestSnapshot != 0;
    }

    /**
     * Bytes of what was changed or removed since the snapshots in progress began, or the last ones if there are none, and
     * had to stay in memory for them as it was; some of it may be free again.
     */
    public long leftForSnapshotsBytes() {
        return leftForSnapshotsBytes;
    }

    /** An object entry, that takes so many bytes, is about to change or to leave; its value stays if a snapshot holds it. */
    void leave(Value value, long bytes) {
        if (isHeld(value)) {
            leftForSnapshotsBytes += bytes;
        }
    }

    /**
     * Whether the packed string there, in the segment, may be written over, since no snapshot in progress needs it as it is:
     * the one that saw it is done with it, or it came after all of them.
     */
    boolean mayOverwrite(Segment segment, long address) {
        return newestSnapshot == 0
                || snapshots.size() == 1
                        && segment.visitedBySnapshot == newestSnapshot
                        && segment.visit <= snapshots.getFirst().finishedVisits()
                || PackedString.isUnseen(address);
    }

    /** Frees a cell that was in the segment, at once or when no snapshot in progress needs it. */
    void free(Cells cells, Segment segment, int place) {
        if (mayOverwrite(segment, cells.address(place))) {
            cells.free(place);
            return;
        }
        leftForSnapshotsBytes += cells.leave(place);
        boolean byOne = snapshots.size() == 1 && segment.visitedBySnapshot == newestSnapshot;
        kept.add(new Kept(cells, place, newestSnapshot, byOne ? segment.visit : Long.MAX_VALUE));
        freeKept();
    }

    /** Frees the cells that nobody needs any more, in the order in which they were left. */
    private void freeKept() {
        KeyspaceSnapshot first = snapshots.isEmpty() ? null : snapshots.getFirst();
        for (Kept oldest = kept.peek(); oldest != null; oldest = kept.peek()) {
            boolean needed = first != null
                    && (first.number < oldest.snapshot
                            || first.number == oldest.snapshot && first.finishedVisits() < oldest.visit);
            if (needed) {
                return;
            }
            kept.remove();
            oldest.cells.freeLeft(oldest.place);
        }
    }

    /** Whether a snapshot in progress may hold the value. */
    boolean isHeld(Value value) {
        return value.heldBySnapshot >= oldestSnapshot;
    }

    /** Must be called before a segment, or anything in it, changes. */
    void beforeChange(Database.Content content, Segment segment) {
        if (segment.visitedBySnapshot < newestSnapshot) {
            show(content, segment);
        }
    }

    private void show(Database.Content content, Segment segment) {
        long visited = segment.visitedBySnapshot;
        segment.visitedBySnapshot = newestSnapshot;
        segment.visit = 0;
        int shownTo = 0;
        for (KeyspaceSnapshot snapshot : snapshots) {
            if (snapshot.number > visited && snapshot.has(content)) {
                shownTo++;
            }
        }
        if (shownTo == 0 || segment.used == 0) {
            return;
        }
        HeldEntries entries = heldEntries.take();
        segment.hold(newestSnapshot, entries);
        entries.share(shownTo);
        for (KeyspaceSnapshot snapshot : snapshots) {
            if (snapshot.number > visited && snapshot.has(content)) {
                segment.visit = snapshot.visit(content, entries);
            }
        }
    }

    /** A table goes out of use; snapshots that have not seen all of it keep it, and its memory until they end. */
    void giveUp(Database.Content content, Segment[] directory) {
        for (KeyspaceSnapshot snapshot : snapshots) {
            snapshot.giveUp(content, directory);
        }
        if (isNeeded(content)) {
            givenUp.add(content);
        } else {
            content.cells.close();
        }
    }

    long snapshotNumber() {
        return snapshotNumber;
    }
}
