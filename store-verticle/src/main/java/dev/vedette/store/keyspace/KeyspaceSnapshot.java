package dev.vedette.store.keyspace;

import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The keyspace as it is at one instant, the cut, shown piece by piece while it goes on changing.
 *
 * <p>Each segment that is there at the cut is shown once: when {@link #walk} reaches it, or before it changes for the
 * first time after the cut, whichever comes first. What is shown is constant until the visitor is done with it ({@link
 * SegmentVisitor#finishedVisits}), at the latest until {@link #end}: packed strings are replaced instead of written over
 * till then, and their cells stay; the value of an object entry is left to the snapshot by whoever changes it first
 * ({@link Value#successor}).
 *
 * <p>Nothing waits for the whole data set. Databases that are emptied, exchanged (SWAPDB) or replaced by loaded data are
 * walked where they are; their old tables stay in memory until then. Any number of snapshots may be in progress.
 *
 * <p>Thread: the event loop that owns the keyspace.
 */
public final class KeyspaceSnapshot {

    private final Keyspace keyspace;
    private final SegmentVisitor visitor;
    /** Rising; a segment remembers the number of the newest snapshot that has seen it. */
    final long number;

    /** The number that each content had at the cut. */
    private final IdentityHashMap<Database.Content, Integer> databases = new IdentityHashMap<>();

    /** Tables that went out of use before all of them was shown. */
    private final IdentityHashMap<Database.Content, Segment[]> givenUp = new IdentityHashMap<>();

    private final Database.Content[] contents;
    private final long[] sizes;
    private final long[] ttlCounts;

    private int walking;
    private long cursor;
    private long visits;
    private boolean ended;

    KeyspaceSnapshot(Keyspace keyspace, long number, SegmentVisitor visitor) {
        this.keyspace = keyspace;
        this.number = number;
        this.visitor = visitor;
        int count = keyspace.databaseCount();
        contents = new Database.Content[count];
        sizes = new long[count];
        ttlCounts = new long[count];
        for (int i = 0; i < count; i++) {
            Database database = keyspace.database(i);
            contents[i] = database.content();
            sizes[i] = database.size();
            ttlCounts[i] = database.ttlCount();
            databases.put(contents[i], i);
        }
    }

    /** Number of keys in that database at the cut. */
    public long size(int database) {
        return sizes[database];
    }

    /** Number of keys with a TTL in that database at the cut. */
    public long ttlCount(int database) {
        return ttlCounts[database];
    }

    /** Number of keys at the cut. */
    public long size() {
        long size = 0;
        for (long one : sizes) {
            size += one;
        }
        return size;
    }

    /**
     * Shows more segments until the deadline ({@link System#nanoTime}) is over, at least one.
     *
     * @return true when all have been shown
     */
    public boolean walk(long deadlineNanos) {
        while (walking < contents.length) {
            if (sizes[walking] == 0 || walkContent(contents[walking], deadlineNanos)) {
                walking++;
                cursor = 0;
            }
            if (System.nanoTime() - deadlineNanos >= 0) {
                break;
            }
        }
        return walking == contents.length;
    }

    private boolean walkContent(Database.Content content, long deadlineNanos) {
        Segment[] directory = givenUp.get(content);
        if (directory != null) {
            return walkGivenUp(content, directory, deadlineNanos);
        }
        Database database = holder(content);
        cursor = database.walkSnapshot(cursor, deadlineNanos);
        return cursor == 0;
    }

    private Database holder(Database.Content content) {
        Database likely = keyspace.database(walking);
        if (likely.content() == content) {
            return likely;
        }
        for (int i = 0; i < contents.length; i++) {
            if (keyspace.database(i).content() == content) {
                return keyspace.database(i);
            }
        }
        throw new IllegalStateException("the content of database " + walking + " is lost");
    }

    private boolean walkGivenUp(Database.Content content, Segment[] directory, long deadlineNanos) {
        // A cursor in the table when it was in use is the prefix of a hash; so it is in its directory.
        int depth = Integer.numberOfTrailingZeros(directory.length);
        long from = cursor << Database.CURSOR_SHIFT;
        do {
            Segment segment = directory[(int) (from >>> 1 >>> (63 - depth))];
            keyspace.beforeChange(content, segment);
            from = segment.nextPrefix(from);
        } while (from != 0 && System.nanoTime() - deadlineNanos < 0);
        cursor = from >>> Database.CURSOR_SHIFT;
        return from == 0;
    }

    /** Whether it shows what is in there: what was put into a database after the cut, as a whole, is not of it. */
    boolean has(Database.Content content) {
        return databases.containsKey(content);
    }

    /** Shows the entries of a content that it {@link #has}; answers which visit that is. */
    long visit(Database.Content content, HeldEntries entries) {
        Integer database = databases.get(content);
        if (database != null) {
            visitor.visit(database, entries);
        }
        return ++visits;
    }

    long finishedVisits() {
        return visitor.finishedVisits();
    }

    /** A table goes out of use and will not change any more. */
    void giveUp(Database.Content content, Segment[] directory) {
        @Nullable Integer database = databases.get(content);
        if (database != null && sizes[database] > 0) {
            givenUp.put(content, directory);
        }
    }

    /** Whether something of it is in a table that went out of use. */
    boolean needs(Database.Content content) {
        return givenUp.containsKey(content);
    }

    /** Ends it, finished or not; what was shown may change from now on. A second call does nothing. */
    public void end() {
        if (!ended) {
            ended = true;
            keyspace.ended(this);
        }
    }
}
