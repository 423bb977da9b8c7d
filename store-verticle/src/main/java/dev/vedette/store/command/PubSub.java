package dev.vedette.store.command;

import dev.vedette.store.session.ByteKey;
import dev.vedette.store.session.Replies;
import dev.vedette.store.session.Session;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Who subscribed to what, and the delivery of messages. */
public final class PubSub {

    private final Map<ByteKey, Set<Session>> channels = new LinkedHashMap<>();
    private final Map<ByteKey, Set<Session>> patterns = new LinkedHashMap<>();
    private final Map<ByteKey, Set<Session>> shardChannels = new LinkedHashMap<>();

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
        confirm(session, kind.on, channel, kind);
    }

    /** Unsubscribes and confirms. */
    public void unsubscribe(Session session, Kind kind, byte[] channel) {
        forget(session, kind, new ByteKey(channel));
        confirm(session, kind.off, channel, kind);
    }

    /** Unsubscribes from all of that kind and confirms each, or once with a null when there was none. */
    public void unsubscribeAll(Session session, Kind kind) {
        Set<ByteKey> own = of(session, kind);
        if (own.isEmpty()) {
            Replies out = session.replies();
            out.push(3);
            out.bulk(kind.off);
            out.nil();
            out.integer(countShown(session, kind));
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

    private static void confirm(Session session, String word, byte[] channel, Kind kind) {
        Replies out = session.replies();
        out.push(3);
        out.bulk(word);
        out.bulk(channel);
        out.integer(countShown(session, kind));
    }

    private static int countShown(Session session, Kind kind) {
        return kind == Kind.SHARD ? session.shardChannels.size() : session.channels.size() + session.patterns.size();
    }

    /** Delivers a message to the subscribers of its channel and of matching patterns; answers how many got it. */
    public int publish(byte[] channel, byte[] message) {
        int receivers = deliver(channels, "message", channel, message);
        if (!patterns.isEmpty()) {
            for (Map.Entry<ByteKey, Set<Session>> entry : patterns.entrySet()) {
                byte[] pattern = entry.getKey().bytes();
                if (Globs.matches(pattern, channel, false)) {
                    for (Session session : entry.getValue()) {
                        Replies out = session.replies();
                        out.push(4);
                        out.bulk("pmessage");
                        out.bulk(pattern);
                        out.bulk(channel);
                        out.bulk(message);
                        session.push();
                        receivers++;
                    }
                }
            }
        }
        return receivers;
    }

    /** Delivers a message to the subscribers of a shard channel; answers how many got it. */
    public int publishShard(byte[] channel, byte[] message) {
        return deliver(shardChannels, "smessage", channel, message);
    }

    private static int deliver(Map<ByteKey, Set<Session>> to, String word, byte[] channel, byte[] message) {
        if (to.isEmpty()) {
            return 0;
        }
        Collection<Session> sessions = to.getOrDefault(new ByteKey(channel), Set.of());
        for (Session session : sessions) {
            Replies out = session.replies();
            out.push(3);
            out.bulk(word);
            out.bulk(channel);
            out.bulk(message);
            session.push();
        }
        return sessions.size();
    }
}
