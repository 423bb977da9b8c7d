package dev.vedette.store.command;

import dev.vedette.store.keyspace.Database;
import dev.vedette.store.keyspace.Entries;
import dev.vedette.store.session.ByteKey;
import dev.vedette.store.session.Session;
import dev.vedette.store.session.Session.WatchedKey;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/** The keys that clients WATCH, and the clients whose EXEC must fail when one changes. */
public final class Watches {

    private final Map<WatchedKey, Set<Session>> watchers = new HashMap<>();

    /** The client watches that key of that database. */
    public void watch(Session session, Database database, byte[] key) {
        WatchedKey watched = new WatchedKey(database.number(), new ByteKey(key));
        if (watchers.computeIfAbsent(watched, k -> new LinkedHashSet<>()).add(session)) {
            session.watched.add(watched);
            if (isExpired(database, key)) {
                session.watchedExpired.add(watched);
            }
        }
    }

    /** The client watches nothing any more. */
    public void unwatch(Session session) {
        for (WatchedKey watched : session.watched) {
            Set<Session> sessions = watchers.get(watched);
            if (sessions != null && sessions.remove(session) && sessions.isEmpty()) {
                watchers.remove(watched);
            }
        }
        session.watched.clear();
        session.watchedExpired.clear();
        session.watchBroken = false;
    }

    /** A key changed, or is gone. */
    public void touched(Database database, byte[] key) {
        if (watchers.isEmpty()) {
            return;
        }
        WatchedKey watched = new WatchedKey(database.number(), new ByteKey(key));
        Set<Session> sessions = watchers.get(watched);
        if (sessions == null) {
            return;
        }
        for (Session session : sessions) {
            // What was over before WATCH and is removed now has not changed for the one who watches.
            if (!session.watchedExpired.contains(watched)) {
                session.watchBroken = true;
            } else if (exists(database, key)) {
                session.watchBroken = true;
            } else {
                session.watchedExpired.remove(watched);
            }
        }
    }

    /** The key at that argument changed; makes no garbage while nobody watches. */
    void touched(Database database, dev.vedette.store.session.Args args, int arg) {
        if (!watchers.isEmpty()) {
            touched(database, args.bytes(arg));
        }
    }

    /**
     * A database is about to be exchanged for {@code other}, or to be emptied when {@code other} is the same one: keys
     * that exist in either change.
     */
    public void databaseChanged(Database database, Database other) {
        for (Map.Entry<WatchedKey, Set<Session>> entry : watchers.entrySet()) {
            WatchedKey watched = entry.getKey();
            if (watched.database() == database.number()) {
                byte[] key = watched.key().bytes();
                boolean before = exists(database, key);
                boolean after = other != database && exists(other, key);
                boolean afterExpired = after && isExpired(other, key);
                if (before || after) {
                    entry.getValue().forEach(session -> exchanged(session, watched, before, after, afterExpired));
                }
            }
        }
    }

    private static void exchanged(
            Session session, WatchedKey watched, boolean before, boolean after, boolean afterExpired) {
        if (session.watchedExpired.contains(watched)) {
            if (!after) {
                session.watchedExpired.remove(watched);
            } else if (!afterExpired) {
                session.watchBroken = true;
            }
        } else if (!before && afterExpired) {
            session.watchedExpired.add(watched);
        } else {
            session.watchBroken = true;
        }
    }

    /** Whether one of the client's watched keys has passed its time since WATCH. */
    public boolean expiredSince(Session session, IntFunction<Database> databases) {
        for (WatchedKey watched : session.watched) {
            if (!session.watchedExpired.contains(watched)
                    && isExpired(
                            databases.apply(watched.database()), watched.key().bytes())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isExpired(Database database, byte[] key) {
        Object entry = database.peekRaw(key, 0, key.length);
        return entry != null
                && Entries.expireAt(entry) >= 0
                && Entries.expireAt(entry) <= database.keyspace().nowMillis();
    }

    private static boolean exists(Database database, byte[] key) {
        return database.peekRaw(key, 0, key.length) != null;
    }
}
