package dev.vedette.store.keyspace;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the keys that go when memory is short, without keeping all keys in any order.
 *
 * <p>Each choice looks at a few entries of every database, and remembers the best of all it has ever seen:
 *
 * <pre>
 *   a few of each database  --->  | worst | ... | ... | best |  --->  the next to go
 *                                   0                   15
 * </pre>
 *
 * So what goes is nearly what an exact order would name, for the price of a few looks. What is remembered may be out of
 * date: a key that is gone, or was used since, is forgotten when its turn comes.
 */
public final class EvictionPool {

    /** A key that shall go. */
    @SuppressWarnings("ArrayRecordComponent") // The pool gives its copy away.
    public record Victim(Database database, byte[] key) {}

    private static final int SIZE = 16;

    private final long[] scores = new long[SIZE];
    private final byte[][] keys = new byte[SIZE][];
    private final int[] databases = new int[SIZE];
    private int count;
    private EvictionPolicy rankedBy = EvictionPolicy.NOEVICTION;
    private int lastDatabase;

    /**
     * The next key to go, or null when the policy spares all there are.
     *
     * @param samples how many entries of each database to look at
     */
    public @Nullable Victim next(Keyspace keyspace, EvictionPolicy policy, int samples) {
        if (!policy.evicts()) {
            return null;
        }
        if (policy.isRandom()) {
            return nextRandom(keyspace, policy);
        }
        if (policy != rankedBy) {
            // Scores of another policy say nothing.
            rankedBy = policy;
            count = 0;
        }
        while (look(keyspace, policy, samples)) {
            Victim victim = takeBest(keyspace, policy);
            if (victim != null) {
                return victim;
            }
        }
        return null;
    }

    /** Databases take turns. */
    private @Nullable Victim nextRandom(Keyspace keyspace, EvictionPolicy policy) {
        for (int i = 0; i < keyspace.databaseCount(); i++) {
            lastDatabase = (lastDatabase + 1) % keyspace.databaseCount();
            Database database = keyspace.database(lastDatabase);
            Object entry = policy.isOnlyWithTtl() ? randomWithTtl(database) : database.random();
            if (entry != null) {
                return new Victim(database, Entries.key(entry));
            }
        }
        return null;
    }

    private static @Nullable Object randomWithTtl(Database database) {
        Object[] found = new Object[1];
        database.sample(ThreadLocalRandom.current(), 1, true, entry -> found[0] = entry);
        return found[0];
    }

    /** Looks at some entries of each database; false when none of them may go. */
    private boolean look(Keyspace keyspace, EvictionPolicy policy, int samples) {
        long now = keyspace.nowMillis();
        boolean any = false;
        for (int i = 0; i < keyspace.databaseCount(); i++) {
            Database database = keyspace.database(i);
            any |= database.sample(
                    ThreadLocalRandom.current(),
                    samples,
                    policy.isOnlyWithTtl(),
                    entry -> remember(policy.score(entry, now), database, entry));
        }
        return any;
    }

    private void remember(long score, Database database, Object entry) {
        int place = 0;
        while (place < count && scores[place] < score) {
            place++;
        }
        if (count == SIZE) {
            if (place == 0) {
                return;
            }
            // The worst makes room.
            place--;
            move(1, 0, place);
        } else {
            move(place, place + 1, count - place);
            count++;
        }
        scores[place] = score;
        keys[place] = Entries.key(entry);
        databases[place] = database.number();
    }

    private void move(int from, int to, int length) {
        System.arraycopy(scores, from, scores, to, length);
        System.arraycopy(keys, from, keys, to, length);
        System.arraycopy(databases, from, databases, to, length);
    }

    private @Nullable Victim takeBest(Keyspace keyspace, EvictionPolicy policy) {
        while (count > 0) {
            count--;
            byte[] key = keys[count];
            Database database = keyspace.database(databases[count]);
            Object entry = database.peekRaw(key, 0, key.length);
            if (entry != null && policy.admits(entry) && policy.score(entry, keyspace.nowMillis()) >= scores[count]) {
                return new Victim(database, key);
            }
        }
        return null;
    }

    /** For tests: the scores remembered, worst first. */
    long[] scores() {
        return Arrays.copyOf(scores, count);
    }
}
