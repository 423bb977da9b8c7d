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

/** The keys that clients WATCH, and the clients whose EXEC must fail when one changes. */
public final class Watches {

    private final Map<WatchedKey, Set<Session>> watchers = new HashMap<>();

    /** The client watches that key in its database. */
    public void watch(Session session, byte[] key) {
        WatchedKey watched = new WatchedKey(session.database, new ByteKey(key));
        if (watchers.computeIfAbsent(watched, k -> new LinkedHashSet<>()).add(session)) {
            session.watched.add(watched);
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
        session.watchBroken = false;
    }

    /** A key changed. */
    public void touched(int database, byte[] key) {
        if (watchers.isEmpty()) {
            return;
        }
        Set<Session> sessions = watchers.get(new WatchedKey(database, new ByteKey(key)));
        if (sessions != null) {
            sessions.forEach(session -> session.watchBroken = true);
        }
    }

    /** The key at that argument changed; makes no garbage while nobody watches. */
    void touched(int database, dev.vedette.store.session.Args args, int arg) {
        if (!watchers.isEmpty()) {
            touched(database, args.bytes(arg));
        }
    }

    /** A database is about to be emptied or exchanged for {@code other}: keys that exist in either change. */
    public void databaseChanged(Database database, Database other) {
        for (Map.Entry<WatchedKey, Set<Session>> entry : watchers.entrySet()) {
            WatchedKey watched = entry.getKey();
            if (watched.database() == database.number()) {
                byte[] key = watched.key().bytes();
                if (exists(database, key) || exists(other, key)) {
                    entry.getValue().forEach(session -> session.watchBroken = true);
                }
            }
        }
    }

    /** Whether one of the client's watched keys has passed its time since. */
    public boolean expiredSince(Session session, java.util.function.IntFunction<Database> databases) {
        for (WatchedKey watched : session.watched) {
            Database database = databases.apply(watched.database());
            byte[] key = watched.key().bytes();
            Object entry = database.peekRaw(key, 0, key.length);
            if (entry != null
                    && Entries.expireAt(entry) >= 0
                    && Entries.expireAt(entry) <= database.keyspace().nowMillis()) {
                return true;
            }
        }
        return false;
    }

    private static boolean exists(Database database, byte[] key) {
        return database.peekRaw(key, 0, key.length) != null;
    }
}
