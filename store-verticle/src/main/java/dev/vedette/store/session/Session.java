package dev.vedette.store.session;

import dev.vedette.wire.bus.SnapshotContents;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One client as the commands know it: identity, selected database, protocol, transaction, subscriptions.
 *
 * <p>Plain fields, owned by the event loop; the reply buffer is the only way out.
 */
public final class Session {

    /** What kind of peer this is, as CLIENT LIST and CLIENT KILL TYPE tell them apart. */
    public enum Kind {
        /** An ordinary client, subscribed or not. */
        NORMAL,
        /** A replica of this node, whose socket the replication verticle has. */
        REPLICA,
        /** The pseudo client that runs what this node's master sends. */
        MASTER
    }

    private final long id;
    private final Connection connection;
    private final Replies replies = new Replies();

    /** Wall-clock milliseconds of its start and of its last command. */
    public final long createdMillis;

    public long lastInteractionMillis;

    public Kind kind = Kind.NORMAL;
    public String name = "";
    public String libraryName = "";
    public String libraryVersion = "";
    public int database;
    public boolean authenticated;
    /** The user; null for the one who may do everything: this node's master, and whoever was never greeted. */
    public @Nullable Account account;
    /** Full name of the last command, known ones only. */
    public String lastCommand = "NULL";

    /** The client whose script this one runs commands for; null for all but the scripts' own. */
    public @Nullable Session caller;

    public boolean closing;
    public boolean noEvict;
    public boolean noTouch;
    public boolean monitor;
    /** CLIENT REPLY OFF: only messages are sent. */
    public boolean replyOff;
    /** Came by the Unix socket. */
    public boolean unixSocket;
    /** Position of the change stream after the client's last command: what WAIT waits for. */
    public long writeOffset;
    /** CLIENT REPLY SKIP: mute the next command's reply. */
    public boolean skipNextReply;
    /** Its next command waits for the end of CLIENT PAUSE. */
    public boolean postponed;

    /** Commands queued since MULTI, or null outside of a transaction. */
    public @Nullable List<Args> transaction;
    /** The flags of all queued commands together ({@code CommandFlag} bits), and those that all of them have. */
    public long transactionAnyFlags;

    public long transactionCommonFlags;
    /** A command could not be queued: EXEC must fail with EXECABORT. */
    public boolean transactionBroken;
    /** A watched key changed: EXEC must answer null. */
    public boolean watchBroken;
    /** Keys of WATCH, each with its database. */
    public final List<WatchedKey> watched = new ArrayList<>();
    /** Those among them whose time was over already when WATCH came, and which have not been removed since. */
    public final Set<WatchedKey> watchedExpired = new LinkedHashSet<>();

    public final Set<ByteKey> channels = new LinkedHashSet<>();
    public final Set<ByteKey> patterns = new LinkedHashSet<>();
    public final Set<ByteKey> shardChannels = new LinkedHashSet<>();

    /** How it wants to hear of keys that change, or null when it does not. */
    public @Nullable TrackingMode tracking;

    /** What the client waits for, or null. */
    public @Nullable Wait waiting;

    /** What REPLCONF said before PSYNC. */
    public final ReplicaDetails replica = new ReplicaDetails();

    /** A watched key in a database. */
    public record WatchedKey(int database, ByteKey key) {}

    /** What a replica said of itself by REPLCONF before it asked to be synced. */
    public static final class ReplicaDetails {
        public int listeningPort;
        public @Nullable String announcedIp;
        public boolean eof;
        public boolean psync2;
        public boolean rdbOnly;
        public SnapshotContents contents = SnapshotContents.ALL;
    }

    /** Something a client waits for; while it is set, the client's further commands stay unread. */
    public interface Wait {
        /** Wall-clock milliseconds when it ends by itself, or {@link Long#MAX_VALUE}. */
        long deadlineMillis();

        /** The deadline is over: write the reply for that. */
        void timedOut(Session session);

        /** The client went away, or was unblocked: forget it. */
        void cancel(Session session);
    }

    /** A session of that number (unique, rising) over that connection. */
    public Session(long id, Connection connection, long nowMillis) {
        this.id = id;
        this.connection = connection;
        this.createdMillis = nowMillis;
        this.lastInteractionMillis = nowMillis;
    }

    /** CLIENT ID. */
    public long id() {
        return id;
    }

    /** What carries the session. */
    public Connection connection() {
        return connection;
    }

    /** The replies not yet sent. Who writes outside of the session's own command also calls {@link #push}. */
    public Replies replies() {
        return replies;
    }

    /** Sends what was written outside of the session's own command (a pub/sub message, an unblocked reply). */
    public void push() {
        connection.flushSoon();
    }

    /** Whether a transaction is being queued. */
    public boolean inTransaction() {
        return transaction != null;
    }

    /** Number of channels, patterns and shard channels subscribed to. */
    public int subscriptions() {
        return channels.size() + patterns.size() + shardChannels.size();
    }

    /** Whether in RESP2 only the pub/sub commands are allowed. */
    public boolean inPubSubMode() {
        return subscriptions() > 0 && replies.protocol() == 2;
    }

    /** Whether the client is on this machine. */
    public boolean isLocal() {
        String address = connection.remoteAddress();
        return unixSocket || address.startsWith("127.") || address.startsWith("[::1]") || address.startsWith("::1");
    }

    /** Whether the client waits for something. */
    public boolean isBlocked() {
        return waiting != null;
    }

    /** {@code default}, or whoever it is logged in as; {@code (superuser)} for who may do everything. */
    public String userName() {
        Account user = account;
        return user == null ? "(superuser)" : user.name();
    }
}
