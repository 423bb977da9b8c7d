package dev.vedette.store.command.replication;

import dev.vedette.store.command.Command;
import dev.vedette.store.command.KeyPositions;
import dev.vedette.store.command.ServerState;
import dev.vedette.store.keyspace.Database;
import dev.vedette.store.keyspace.Entries;
import dev.vedette.store.keyspace.ExpiryMode;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.ByteKey;
import dev.vedette.store.session.Session;
import dev.vedette.store.session.Session.WatchedKey;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Keys with a time to live that clients wrote on a writable replica: no master will ever tell of their end, so the replica
 * ends them itself. Event loop of the store.
 */
public final class OwnKeys {

    /** So many are looked at in one turn. */
    private static final int LOOKED_AT_MAX = 1000;

    private final ServerState server;
    private final Set<WatchedKey> keys = new HashSet<>();

    /** None so far. */
    public OwnKeys(ServerState server) {
        this.server = server;
    }

    /** A client's write has run on a writable replica. */
    public void written(Session session, Command command, Args args) {
        List<KeyPositions.Key> positions = KeyPositions.of(command, args);
        if (positions == null) {
            return;
        }
        Database database = server.keyspace.database(session.database);
        for (KeyPositions.Key position : positions) {
            byte[] key = args.bytes(position.arg());
            Object entry = database.peekRaw(key, 0, key.length);
            if (entry != null && Entries.expireAt(entry) >= 0) {
                keys.add(new WatchedKey(session.database, new ByteKey(key)));
            }
        }
    }

    /** Removes those whose time has come; to be called often. */
    public void expire() {
        if (keys.isEmpty()) {
            return;
        }
        ExpiryMode mode = server.keyspace.setExpiryMode(ExpiryMode.DELETE);
        Iterator<WatchedKey> next = keys.iterator();
        for (int i = 0; i < LOOKED_AT_MAX && next.hasNext(); i++) {
            WatchedKey place = next.next();
            byte[] key = place.key().bytes();
            Object entry = server.keyspace.database(place.database()).peek(key, 0, key.length);
            if (entry == null || Entries.expireAt(entry) < 0) {
                next.remove();
            }
        }
        server.keyspace.setExpiryMode(mode);
    }

    /** The data set is another one, or this server is a master, who ends all keys. */
    void clear() {
        keys.clear();
    }
}
