package dev.vedette.store.command;

import dev.vedette.store.session.ByteKey;
import dev.vedette.store.session.Replies;
import dev.vedette.store.session.Session;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who subscribed to what, and the delivery of messages. */
public final class PubSub {

    private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PATTERN_MESSAGE = "pmessage".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SHARD_MESSAGE = "smessage".getBytes(StandardCharsets.US_ASCII);

    private final Map<ByteKey, Set<Session>> channels = new LinkedHashMap<>();
    private final Map<ByteKey, Set<Session>> patterns = new LinkedHashMap<>();
    private final Map<ByteKey, Set<Session>> shardChannels = new LinkedHashMap<>();
    private final Replies encoded = new Replies();

    /** The three kinds of subscription. */
    public enum Kind {
        CHANNEL("subscribe", "unsubscribe"),
        PATTERN("psubscribe", "punsubscribe"),
        SHARD("ssubscribe", "sunsubscribe");

        final String on;
        final String off;

        Kind(String on, String off) {
            this.on = on;
            this.off = off;
        }
    }

    /** All channels of that kind with their subscribers. */
    public Map<ByteKey, Set<Session>> all(Kind kind) {
        return switch (kind) {
            case CHANNEL -> channels;
            case PATTERN -> patterns;
            case SHARD -> shardChannels;
        };
    }

    /** The session's own subscriptions of that kind. */
    public static Set<ByteKey> of(Session session, Kind kind) {
        return switch (kind) {
            case CHANNEL -> session.channels;
            case PATTERN -> session.patterns;
            case SHARD -> session.shardChannels;
        };
    }

    /** Subscribes and confirms. */
    public void subscribe(Session session, Kind kind, byte[] channel) {
        ByteKey key = new ByteKey(channel);
        if (of(session, kind).add(key)) {
            all(kind).computeIfAbsent(key, k -> new LinkedHashSet<>()).add(session);
        }
        confirm(session, kind, kind.on, channel);
    }

    /** Unsubscribes and confirms. */
    public void unsubscribe(Session session, Kind kind, byte[] channel) {
        forget(session, kind, new ByteKey(channel));
        confirm(session, kind, kind.off, channel);
    }

    /** Unsubscribes from all of that kind and confirms each, or once with a null when there was none. */
    public void unsubscribeAll(Session session, Kind kind) {
        Set<ByteKey> own = of(session, kind);
        if (own.isEmpty()) {
            confirm(session, kind, kind.off, null);
            return;
        }
        for (ByteKey key : own.toArray(new ByteKey[0])) {
            unsubscribe(session, kind, key.bytes());
        }
    }

    /** The client is gone. */
    public void remove(Session session) {
        for (Kind kind : Kind.values()) {
            for (ByteKey key : of(session, kind).toArray(new ByteKey[0])) {
                forget(session, kind, key);
            }
        }
    }

    private void forget(Session session, Kind kind, ByteKey key) {
        if (of(session, kind).remove(key)) {
            Set<Session> sessions = all(kind).get(key);
            if (sessions != null && sessions.remove(session) && sessions.isEmpty()) {
                all(kind).remove(key);
            }
        }
    }

    private void confirm(Session session, Kind kind, String word, byte @Nullable [] channel) {
        Replies out = session.replies();
        boolean muted = out.isMuted();
        out.setMuted(false);
        out.push(3);
        out.bulk(word);
        if (channel == null) {
            out.nil();
        } else {
            out.bulk(channel);
        }
        out.integer(countShown(session, kind));
        out.setMuted(muted);
    }

    private static int countShown(Session session, Kind kind) {
        return kind == Kind.SHARD ? session.shardChannels.size() : session.channels.size() + session.patterns.size();
    }

    /** Delivers a message to the subscribers of its channel and of matching patterns; answers how many got it. */
    public int publish(byte[] channel, byte[] message) {
        int receivers = deliver(channels, MESSAGE, channel, message);
        for (Map.Entry<ByteKey, Set<Session>> entry : patterns.entrySet()) {
            byte[] pattern = entry.getKey().bytes();
            if (Globs.matches(pattern, channel, false)) {
                receivers += send(entry.getValue(), PATTERN_MESSAGE, pattern, channel, message);
            }
        }
        return receivers;
    }

    /** Delivers a message to the subscribers of a shard channel; answers how many got it. */
    public int publishShard(byte[] channel, byte[] message) {
        return deliver(shardChannels, SHARD_MESSAGE, channel, message);
    }

    private int deliver(Map<ByteKey, Set<Session>> to, byte[] word, byte[] channel, byte[] message) {
        Set<Session> sessions = to.isEmpty() ? null : to.get(new ByteKey(channel));
        return sessions == null ? 0 : send(sessions, word, channel, message);
    }

    /** Encodes once, whatever the number of receivers. */
    private int send(Set<Session> receivers, byte[]... parts) {
        encoded.clear();
        encoded.array(parts.length);
        for (byte[] part : parts) {
            encoded.bulk(part);
        }
        for (Session session : receivers) {
            session.replies().message(encoded.buffer(), 0, encoded.length());
            session.push();
        }
        return receivers.size();
    }
}
