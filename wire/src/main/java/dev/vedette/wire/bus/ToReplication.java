package dev.vedette.wire.bus;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import org.jspecify.annotations.Nullable;

/**
 * What a store verticle tells the replication verticle of its node, at {@link NodeAddresses#replication()}. Local
 * records; the event bus keeps their order.
 *
 * <p>A <em>term</em> counts role changes of the node. Every record about the master link carries the term in which it
 * was said; both sides ignore what belongs to an older one, so that bytes of a former master can never be applied
 * after a role change.
 */
public sealed interface ToReplication {

    /**
     * What the commands of one event-loop turn left in the change stream. Sent only while the stream is open ({@link
     * ToStore.OpenStream}); batches are contiguous. On a replica it holds the master's own bytes, after they were
     * applied: its end is the offset to acknowledge.
     *
     * @param startOffset stream position (bytes) before the first byte of {@code bytes}
     * @param bytes RESP-encoded commands, whole ones only; nobody changes it any more
     * @param length how many bytes of the array they are
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared; one for every turn
    record ChangeBatch(long startOffset, byte[] bytes, int length) implements ToReplication {
        /** Stream position after the last byte. */
        public long endOffset() {
            return startOffset + length;
        }
    }

    /**
     * The history of the node's data is now this one. The first record that the store ever sends, then one for each
     * change: promotion, a new replid, a full sync loaded, data loaded from disk.
     *
     * @param continues true when the bytes already in the backlog belong to the new identity too (promotion, a
     *     +CONTINUE with a new replid); false when the backlog must be emptied
     * @param dropReplicas true when connected replicas must reconnect and ask again
     * @param open true when the stream is open there: a backlog begins at the identity's offset if there is none
     */
    record IdentityChanged(StreamIdentity identity, boolean continues, boolean dropReplicas, boolean open)
            implements ToReplication {}

    /**
     * A client turned out to be a replica: its socket, handed over by reference with everything that REPLCONF said.
     * The store has removed its own handlers from the socket and has not answered PSYNC; it keeps the client in CLIENT
     * LIST until {@link ToStore.ReplicaGone}, and may close the socket (CLIENT KILL), which is the signal to forget it.
     *
     * @param clientId the client's id in CLIENT LIST
     * @param socket owned by the receiver now; its callbacks still run on the store's event loop
     * @param unread bytes that came after the PSYNC line in the same read, possibly empty
     * @param host address under which INFO shows the replica: REPLCONF ip-address, else the peer's
     * @param listeningPort REPLCONF listening-port, 0 when it was not said
     * @param eof REPLCONF capa eof: can take a diskless transfer
     * @param psync2 REPLCONF capa psync2: understands +CONTINUE with a replid
     * @param bareSync true for the SYNC command: no +FULLRESYNC line, no REPLCONF ACKs expected
     * @param replid what PSYNC asked for, {@code ?} for a first sync
     * @param offset the first byte it wants (its own offset + 1), -1 for a first sync
     * @param rdbOnly REPLCONF rdb-only 1: close after the RDB
     * @param contents what REPLCONF rdb-filter-only leaves of the snapshot; what is not ALL goes without a file, so {@code
     *     eof} is true then
     */
    record ReplicaLink(
            long clientId,
            NetSocket socket,
            Buffer unread,
            String host,
            int listeningPort,
            boolean eof,
            boolean psync2,
            boolean bareSync,
            String replid,
            long offset,
            boolean rdbOnly,
            SnapshotContents contents)
            implements ToReplication {}

    /**
     * Become a replica of that master, dropping any other link; sub-replicas are dropped by the {@link
     * IdentityChanged} that goes before, where needed.
     *
     * @param term this role's number
     * @param failover true when a FAILOVER handshake is wanted: PSYNC with the argument FAILOVER, answered by {@link
     *     ToStore.FailoverAnswered}
     */
    record Follow(long term, String host, int port, boolean failover) implements ToReplication {}

    /** The node is a master from this term on: drop the master link. */
    record Unfollow(long term) implements ToReplication {}

    /** Drop the master link and connect anew (CLIENT KILL TYPE master, a protocol error in the stream). */
    record DropMasterLink(long term, String reason) implements ToReplication {}

    /**
     * The master's stream held REPLCONF GETACK: acknowledge at once. Sent right after the {@link ChangeBatch} that holds
     * it, whose end is acknowledged.
     */
    record AckNow(long term) implements ToReplication {}

    /**
     * A part of the snapshot asked for by {@link ToStore.SnapshotRequest} of target STREAM, in order.
     *
     * @param bytes outside of the heap; the receiver's, who releases them
     */
    record SnapshotChunk(long snapshotId, ByteBuf bytes) implements ToReplication {}

    /**
     * A snapshot ended.
     *
     * @param error null when it is complete
     * @param path the finished RDB file for target FILE, else null
     */
    record SnapshotDone(
            long snapshotId,
            @Nullable String error,
            @Nullable String path) implements ToReplication {}

    /** The replication settings, whole, at start and after each CONFIG SET. */
    record ConfigChanged(ReplicationConfig config) implements ToReplication {}

    /** The node is shutting down: flush what is queued to replicas, then close every link. */
    record Closing() implements ToReplication {}
}
