package dev.vedette.store.snapshot;

import dev.vedette.store.keyspace.Keyspace;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dump that has been read whole; nothing of it is in force yet.
 *
 * @param keyspace its keys, in a keyspace that nobody else has: for {@link Keyspace#adopt}
 * @param keysLoaded how many keys it holds
 * @param dropped keys that were left out since their time had come: a master tells its replicas that they are gone
 * @param functions source code of function libraries
 * @param point where in a change stream it was taken, or null when it does not say
 * @param milliseconds how long it took to read
 */
public record LoadedDump(
        Keyspace keyspace,
        long keysLoaded,
        List<DroppedKey> dropped,
        List<byte[]> functions,
        @Nullable ReplicationPoint point,
        long milliseconds) {

    /** A key that was left out. */
    public static final class DroppedKey {
        private final int database;
        private final byte[] key;

        DroppedKey(int database, byte[] key) {
            this.database = database;
            this.key = key;
        }

        /** Number of its database. */
        public int database() {
            return database;
        }

        /** Its name; not to be changed. */
        public byte[] key() {
            return key;
        }
    }
}
