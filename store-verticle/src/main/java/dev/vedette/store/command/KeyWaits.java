package dev.vedette.store.command;

import dev.vedette.store.keyspace.ValueType;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.ByteKey;
import dev.vedette.store.session.Session;
import dev.vedette.store.session.Session.WatchedKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Clients that wait for a key to hold something (BLPOP and its family).
 *
 * <p>A key that comes to hold a value of the awaited type is noted as ready; after the command (or transaction) that did
 * it, the dispatcher serves the waiting clients in the order in which they began to wait, by running their attempt again.
 */
public final class KeyWaits {

    /** Tries to serve a waiting client from a key. */
    @FunctionalInterface
    public interface Attempt {
        /**
         * Runs as a command of the waiting client, at a moment when the key holds a value of the awaited type. The
         * call's arguments are those of the command that made the client wait.
         *
         * @return true when the client was served: the reply is written, changes are left in the call
         */
        boolean serve(Call call, byte[] key);
    }

    /** What a timeout replies. */
    @FunctionalInterface
    public interface TimeoutReply {
        void write(Session session);
    }

    /** One client's wait. */
    public static final class KeyWait implements Session.Wait {
        final KeyWaits waits;
        final Session session;
        final int database;
        final List<ByteKey> keys;
        final ValueType type;
        final long deadlineMillis;
        final Attempt attempt;
        final TimeoutReply timeoutReply;
        /** The error that ends the wait when a key does not hold a value of the type any more; null to go on waiting. */
        final @Nullable String lossError;

        final Command command;
        /** The waiting command's arguments, copied. */
        final Args args;

        KeyWait(
                KeyWaits waits,
                Session session,
                int database,
                List<ByteKey> keys,
                ValueType type,
                long deadlineMillis,
                Attempt attempt,
                TimeoutReply timeoutReply,
                @Nullable String lossError,
                Command command,
                Args args) {
            this.waits = waits;
            this.session = session;
            this.database = database;
            this.keys = keys;
            this.type = type;
            this.deadlineMillis = deadlineMillis;
            this.attempt = attempt;
            this.timeoutReply = timeoutReply;
            this.lossError = lossError;
            this.command = command;
            this.args = args;
        }

        @Override
        public long deadlineMillis() {
            return deadlineMillis;
        }

        @Override
        public void timedOut(Session session) {
            timeoutReply.write(session);
        }

        @Override
        public void cancel(Session session) {
            waits.remove(this);
        }
    }

    /**
     * A key to look at.
     *
     * @param mayServe whether it may hold what clients wait for; else they may only have lost what they wait for
     */
    record Ready(WatchedKey place, boolean mayServe) {}

    private final Map<WatchedKey, Set<KeyWait>> waiting = new HashMap<>();
    /** By key, whether it may serve; oldest first. */
    private final LinkedHashMap<WatchedKey, Boolean> ready = new LinkedHashMap<>();

    private int waitsThatMayLose;

    /** The client waits from now on. */
    public void add(KeyWait wait) {
        for (ByteKey key : wait.keys) {
            waiting.computeIfAbsent(new WatchedKey(wait.database, key), k -> new LinkedHashSet<>())
                    .add(wait);
        }
        if (wait.lossError != null) {
            waitsThatMayLose++;
        }
        wait.session.waiting = wait;
    }

    void remove(KeyWait wait) {
        for (ByteKey key : wait.keys) {
            WatchedKey place = new WatchedKey(wait.database, key);
            Set<KeyWait> waits = waiting.get(place);
            if (waits != null && waits.remove(wait) && waits.isEmpty()) {
                waiting.remove(place);
            }
        }
        if (wait.lossError != null) {
            waitsThatMayLose--;
        }
    }

    /** Whether nobody waits. */
    public boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** A key now holds a value that it did not hold before. */
    public void keyAdded(int database, byte[] key) {
        if (waiting.isEmpty()) {
            return;
        }
        WatchedKey place = new WatchedKey(database, new ByteKey(key));
        if (waiting.containsKey(place)) {
            ready.put(place, true);
        }
    }

    /** Two databases changed places: every awaited key in them may hold something now. */
    public void databaseChanged(int database) {
        for (WatchedKey place : waiting.keySet()) {
            if (place.database() == database) {
                ready.put(place, true);
            }
        }
    }

    /** Whether somebody waits who is to hear when a key is lost. */
    boolean mayLose() {
        return waitsThatMayLose > 0;
    }

    /** A key was changed or is gone. */
    void keyTouched(int database, byte[] key) {
        WatchedKey place = new WatchedKey(database, new ByteKey(key));
        if (waiting.containsKey(place)) {
            ready.putIfAbsent(place, false);
        }
    }

    /** All keys of a database are gone. */
    void databaseEmptied(int database) {
        for (WatchedKey place : waiting.keySet()) {
            if (place.database() == database) {
                ready.putIfAbsent(place, false);
            }
        }
    }

    /** Whether there is a key to look at. */
    public boolean hasReady() {
        return !ready.isEmpty();
    }

    /** Number of clients that wait for keys. */
    public int blockedClients() {
        Set<KeyWait> all = new HashSet<>();
        waiting.values().forEach(all::addAll);
        return all.size();
    }

    Ready nextReady() {
        Iterator<Map.Entry<WatchedKey, Boolean>> oldestFirst = ready.entrySet().iterator();
        Map.Entry<WatchedKey, Boolean> oldest = oldestFirst.next();
        Ready next = new Ready(oldest.getKey(), oldest.getValue());
        oldestFirst.remove();
        return next;
    }

    /** Who waits for that key after {@code passed} others, oldest first; null when nobody does. */
    @Nullable
    KeyWait waitFor(WatchedKey place, int passed) {
        Set<KeyWait> waits = waiting.get(place);
        if (waits == null || passed >= waits.size()) {
            return null;
        }
        Iterator<KeyWait> oldestFirst = waits.iterator();
        for (int i = 0; i < passed; i++) {
            oldestFirst.next();
        }
        return oldestFirst.next();
    }
}
