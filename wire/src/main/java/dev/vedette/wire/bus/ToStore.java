package dev.vedette.wire.bus;

import dev.vedette.wire.rdb.RdbSource;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a replication verticle tells or asks the store verticle of its node, at {@link NodeAddresses#store()}. Local
 * records; the event bus keeps their order. Those that are requests say what the reply is; a failed reply carries the
 * reason as its message.
 */
public sealed interface ToStore {

    /**
     * Request: open the change stream, so that writes count and {@link ToReplication.ChangeBatch} records flow (the
     * backlog is created at this moment). Reply: the {@link StreamIdentity} at which it opened.
     *
     * @param freshReplid true to take a new replid first, as a master does that creates a backlog
     */
    record OpenStream(boolean freshReplid) implements ToStore {}

    /** The backlog was given up (repl-backlog-ttl): stop counting; the store takes a new replid. */
    record CloseStream() implements ToStore {}

    /** Where the snapshot of a {@link SnapshotRequest} goes. */
    enum SnapshotTarget {
        /** To {@link ToReplication.SnapshotChunk} records, as much at a time as credit allows. */
        STREAM,
        /** To the RDB file of the node, as BGSAVE does. */
        FILE
    }

    /**
     * Request: start a snapshot now. Reply: the {@link StreamIdentity} of the cut: the snapshot holds exactly the
     * effects of the stream up to its offset, and every later byte will come as a {@link ToReplication.ChangeBatch}.
     * The stream must be open. After the cut the store makes sure that the next change is preceded by a SELECT.
     *
     * @param snapshotId chosen by the sender, unique in its life
     * @param contents what of the data goes into it; a FILE holds ALL
     * @param creditBytes how many bytes may be sent before the first {@link SnapshotCredit} (STREAM)
     */
    record SnapshotRequest(long snapshotId, SnapshotTarget target, SnapshotContents contents, long creditBytes)
            implements ToStore {}

    /** So many more bytes of that snapshot may be sent. */
    record SnapshotCredit(long snapshotId, long bytes) implements ToStore {}

    /** Nobody wants that snapshot any more: stop it and delete what it wrote. */
    record SnapshotCancel(long snapshotId) implements ToStore {}

    /**
     * Append to the change stream something that is no change of data: PING, REPLCONF GETACK. Counts like any change.
     * Ignored unless the node is a master with an open stream.
     *
     * @param bytes whole RESP-encoded commands
     */
    record AppendToStream(Buffer bytes) implements ToStore {}

    /** What the master sent: to be applied, in order, then passed on verbatim through the change stream. */
    record ApplyStream(long term, Buffer bytes) implements ToStore {}

    /**
     * Request: the master link is gone (or is about to be asked for anew); throw away what {@link ApplyStream} brought
     * and is not yet applied: a command cut short, a MULTI without its EXEC, whatever waits for a paused or busy store.
     * Reply: the {@link StreamIdentity} that results. The next PSYNC asks for the byte after its offset, so nothing can
     * be applied twice or left out.
     */
    record StopApplying(long term) implements ToStore {}

    /**
     * Request: answered with nothing as soon as its turn comes. Says that the store has taken in every {@link
     * ApplyStream} sent before, so that a master cannot fill the bus faster than the store empties it.
     */
    record ApplyMark(long term) implements ToStore {}

    /**
     * Request: a way into the store for the stream of that term's master that needs no messages. Reply: a {@link StreamFeed}.
     * It may be used when an {@link ApplyMark} sent after the last {@link ApplyStream} has been answered.
     */
    record OpenFeed(long term) implements ToStore {}

    /** State of the link to the master; the words are those of INFO and ROLE. */
    enum LinkState {
        /** Not connected, about to try. ROLE says connect. */
        CONNECT,
        /** TCP connect under way. ROLE says connecting. */
        CONNECTING,
        /** PING, AUTH, REPLCONF, PSYNC under way. ROLE says handshake. */
        HANDSHAKE,
        /** A full sync is being received or loaded. ROLE says sync. */
        SYNC,
        /** The command stream flows. ROLE says connected; INFO says master_link_status:up. */
        CONNECTED
    }

    /**
     * The master link's state changed, or its transfer went on.
     *
     * @param lastIoMillis wall-clock time of the last byte from the master, 0 for never
     * @param syncTotalBytes size of the transfer, 0 when it is not known (diskless)
     * @param syncReadBytes how much of it has come
     * @param socket of the link, which the store may end ({@link ReplicaSocket#hangUp}) but not use; null while there is none
     */
    record MasterLink(
            long term,
            LinkState state,
            long lastIoMillis,
            long syncTotalBytes,
            long syncReadBytes,
            @Nullable NetSocket socket)
            implements ToStore {}

    /**
     * The master's snapshot begins to arrive in that file. The store may read it already, to have it loaded soon after all
     * of it is there; it must not show. A {@link LoadSnapshot} of the same path follows when all is there, or nothing.
     *
     * @param path the file, absolute
     * @param source what is in the file as it grows. Its reads block until bytes have come, so a thread of its own must do
     *     them; it ends when the {@link LoadSnapshot} is under way, and throws an {@link java.io.IOException} when none
     *     will come. Whoever reads it closes it.
     */
    record SnapshotArrives(long term, String path, RdbSource source) implements ToStore {}

    /**
     * Request: replace the data set by that RDB file, which the master sent. The store parses it aside and swaps
     * atomically; on failure the old data stays. Only where the file's checksum has shown that it is sound, the old data
     * may be removed first, which an {@link ToReplication.IdentityChanged} (continues=false, dropReplicas=true) tells,
     * with a replid that is new. Reply: the {@link StreamIdentity} now in force; the stream is open
     * after that at its offset, and an {@link ToReplication.IdentityChanged} (continues=false, dropReplicas=true)
     * has been sent before the reply.
     *
     * <p>Exactly one of {@code path} and {@code source} is there. A source is a transfer still going on
     * (repl-diskless-load): its reads block until bytes have come, so a thread of its own must do them, and throw an
     * {@link java.io.IOException} when the link breaks. It ends where the snapshot ends.
     *
     * @param path a complete file, absolute; deleted by the store when done; or null
     * @param source a transfer to be parsed while it comes, or null
     * @param replid history of the master; equal to the one in force when this is the same history at another point
     *     (INFO async_loading)
     * @param offset the master's offset at the cut
     */
    record LoadSnapshot(
            long term, @Nullable String path, @Nullable RdbSource source, String replid, long offset)
            implements ToStore {}

    /**
     * The master said +CONTINUE with another replid than the one asked for: the current one becomes replid2. Answered
     * by an {@link ToReplication.IdentityChanged}.
     */
    record AdoptReplid(long term, String replid) implements ToStore {}

    /** Request: how many keys there are, in all databases. Reply: a {@link Long}. */
    record CountKeys() implements ToStore {}

    /**
     * Writes that the new master does not have were put into a file before its data replaces them.
     *
     * @param file its name, in the node's directory
     * @param writes how many commands it holds
     */
    record LostWrites(String file, long writes) implements ToStore {}

    /**
     * A replica has said something that is no acknowledgement: the store runs it as a command of that client, and hangs
     * up the link if there is a reply to it.
     *
     * @param words a character for each byte; not empty
     */
    record ReplicaSaid(long clientId, List<String> words) implements ToStore {}

    /** State of a replica that this node serves; the words are those of INFO slaveN. */
    enum ReplicaStatus {
        /** Waits for a snapshot to begin. INFO says wait_bgsave. */
        WAIT_BGSAVE,
        /** Takes the snapshot. INFO says send_bulk. */
        SEND_BULK,
        /** Follows the stream. INFO says online. */
        ONLINE
    }

    /**
     * A replica attached, changed its state, or acknowledged.
     *
     * @param clientId as in {@link ToReplication.ReplicaLink}
     * @param ackOffset bytes acknowledged, 0 before the first ACK
     * @param ackMillis wall-clock time of the last acknowledgement (of going online before the first)
     */
    record ReplicaProgress(
            long clientId,
            String host,
            int port,
            ReplicaStatus status,
            long ackOffset,
            long ackMillis,
            long outputBytes)
            implements ToStore {}

    /** A replica's link is closed. */
    record ReplicaGone(long clientId) implements ToStore {}

    /**
     * The backlog was created, trimmed, resized or freed. INFO's repl_backlog_histlen follows from it: {@code
     * master_repl_offset - firstByteOffset + 1}.
     *
     * @param active whether there is one
     * @param firstByteOffset repl_backlog_first_byte_offset; 0 when there is none
     * @param memoryBytes what the backlog and all replicas hold together
     * @param retainedBytes the part of it that is neither within repl-backlog-size nor still to be sent, but held for
     *     replicas whose link may be cut or has been
     * @param roomUntil offset up to which the stream fits into {@code memoryBytes}
     * @param blockBytes what is beyond takes at least so much more, and multiples of it
     */
    record BacklogState(
            boolean active, long firstByteOffset, long memoryBytes, long retainedBytes, long roomUntil, int blockBytes)
            implements ToStore {
        /** There is none. */
        public static final BacklogState NONE = new BacklogState(false, 0, 0, 0, 0, 1);

        /** What the backlog takes when the stream has come to {@code offset}, the bytes under way to it included. */
        public long memoryBytesAt(long offset) {
            long beyond = active ? Math.max(0, offset - roomUntil) : 0;
            return memoryBytes + (beyond + blockBytes - 1) / blockBytes * blockBytes;
        }
    }

    /** INFO stats: what PSYNC requests came to, since start. */
    record SyncCounts(long full, long partialOk, long partialErr) implements ToStore {}

    /**
     * INFO stats: bytes of snapshots and of the stream since the last such record.
     *
     * @param receivedBytes from the master
     * @param sentBytes to replicas
     */
    record Traffic(long receivedBytes, long sentBytes) implements ToStore {}

    /** The master answered PSYNC ... FAILOVER. */
    record FailoverAnswered(long term, boolean accepted, String answer) implements ToStore {}
}
