package dev.vedette.store.command;

import dev.vedette.store.session.ByteKey;
import dev.vedette.store.session.Replies;
import dev.vedette.store.session.Session;
import dev.vedette.store.session.TrackingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which clients may hold copies of which keys, and the messages that tell them when a key changes (CLIENT TRACKING).
 *
 * <pre>
 *   a client reads k      readers: k -> {client}         (not when it broadcasts)
 *   k changes             the readers hear of it at once and are forgotten;
 *                         prefixes that k begins with note it, and tell their clients after the command
 *   a database is emptied everyone hears that all is gone
 * </pre>
 *
 * <p>The client whose command is running hears after its reply. While nobody tracks, a change costs one look at a field.
 */
public final class Tracking {

    private static final byte[] INVALIDATE = ascii("invalidate");
    private static final byte[] REDIRECT_BROKEN = ascii("tracking-redir-broken");
    private static final byte[] MESSAGE = ascii("message");
    private static final byte[] CHANNEL = ascii("__redis__:invalidate");
    /** So many keys too many are forgotten before one command. */
    private static final int FORGOTTEN_AT_ONCE_MAX = 1000;

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Clients that hear of all keys with a prefix, and the keys that changed, each with the client that did it or 0. */
    private static final class Prefix {
        final Set<Session> clients = new LinkedHashSet<>();
        final Map<ByteKey, Long> changed = new LinkedHashMap<>();
    }

    private final ServerState server;
    /** The ids of the clients that read a key. Ids, since a client may be gone. */
    private final Map<ByteKey, Set<Long>> readers = new LinkedHashMap<>();

    private final Map<ByteKey, Prefix> prefixes = new LinkedHashMap<>();
    private final Replies encoded = new Replies();
    private int clients;
    private long items;
    private long keysMax;

    private @Nullable Session running;
    /** Keys of which the running client is to hear after its reply. */
    private final List<byte[]> held = new ArrayList<>();

    private boolean emptied;
    private boolean unsettled;
    private boolean settlingSoon;

    Tracking(ServerState server) {
        this.server = server;
        keysMax = server.config.getLong("tracking-table-max-keys");
        server.config.onChange(
                config -> {
                    keysMax = config.getLong("tracking-table-max-keys");
                    return null;
                },
                "tracking-table-max-keys");
    }

    // ------------------------------------------------------------------ figures

    /** Clients that track. */
    public int clients() {
        return clients;
    }

    /** Keys that some client has read. */
    public int keys() {
        return readers.size();
    }

    /** Pairs of a key and a client that has read it. */
    public long items() {
        return items;
    }

    /** Prefixes that some client wants to hear of. */
    public int prefixes() {
        return prefixes.size();
    }

    /** Whether somebody may have to hear of a change. */
    boolean isActive() {
        return clients > 0;
    }

    // ------------------------------------------------------------------ clients

    /** From now on the client tracks in that mode; prefixes of a broadcast before it are kept. */
    public void enable(Session session, TrackingMode mode) {
        TrackingMode before = session.tracking;
        if (before == null) {
            clients++;
        } else {
            mode.prefixes.addAll(before.prefixes);
        }
        session.tracking = mode;
        for (ByteKey prefix : mode.prefixes) {
            prefixes.computeIfAbsent(prefix, p -> new Prefix()).clients.add(session);
        }
    }

    /** The client tracks no more. */
    public void disable(Session session) {
        TrackingMode mode = session.tracking;
        if (mode == null) {
            return;
        }
        session.tracking = null;
        clients--;
        for (ByteKey name : mode.prefixes) {
            Prefix prefix = prefixes.get(name);
            if (prefix != null && prefix.clients.remove(session) && prefix.clients.isEmpty()) {
                prefixes.remove(name);
            }
        }
        if (clients == 0) {
            readers.clear();
            items = 0;
        }
    }

    // ------------------------------------------------------------------ around a command

    /** A client's command begins. */
    void begin(Session session) {
        if (clients > 0) {
            forgetKeysBeyondLimit();
        }
        running = session;
    }

    /**
     * The command has run: what it read may be held by the client now. Of a script, as soon as it has read anything, these
     * are the keys that it was given.
     */
    public void hasRead(Session session, Command command, dev.vedette.store.session.Args args) {
        TrackingMode mode = session.tracking;
        if (mode == null || mode.broadcast || mode.optIn && !mode.caching || mode.optOut && mode.caching) {
            return;
        }
        List<KeyPositions.Key> keys = KeyPositions.has(command) ? KeyPositions.of(command, args) : null;
        if (keys != null) {
            for (KeyPositions.Key key : keys) {
                ByteKey name = new ByteKey(args.bytes(key.arg()));
                if (readers.computeIfAbsent(name, k -> new LinkedHashSet<>()).add(session.id())) {
                    items++;
                }
            }
        }
    }

    /** The reply is whole. CLIENT CACHING counts for one command or transaction only. */
    void end(Session session, Command command) {
        running = null;
        TrackingMode mode = session.tracking;
        if (mode != null
                && mode.caching
                && !session.inTransaction()
                && (command.parent() == null || !command.parent().name().equals("client"))) {
            mode.caching = false;
        }
        if (unsettled) {
            settle(session);
        }
    }

    private void forgetKeysBeyondLimit() {
        for (int i = 0; i < FORGOTTEN_AT_ONCE_MAX && keysMax > 0 && readers.size() > keysMax; i++) {
            Iterator<Map.Entry<ByteKey, Set<Long>>> oldest = readers.entrySet().iterator();
            Map.Entry<ByteKey, Set<Long>> entry = oldest.next();
            oldest.remove();
            tellReaders(entry.getKey().bytes(), entry.getValue());
        }
    }

    // ------------------------------------------------------------------ changes

    /**
     * A key changed, or is gone.
     *
     * @param byCommand whether the running client did it, rather than the passing of time
     */
    void touched(byte[] key, boolean byCommand) {
        for (Map.Entry<ByteKey, Prefix> prefix : prefixes.entrySet()) {
            if (startsWith(key, prefix.getKey().bytes())) {
                Session by = byCommand ? running : null;
                prefix.getValue().changed.put(new ByteKey(key), by == null ? 0 : by.id());
                unsettled = true;
            }
        }
        Set<Long> ids = readers.isEmpty() ? null : readers.remove(new ByteKey(key));
        if (ids != null) {
            tellReaders(key, ids);
        }
        settleSoonIfNeeded();
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    private void tellReaders(byte[] key, Set<Long> ids) {
        items -= ids.size();
        for (long id : ids) {
            Session reader = server.clients.get(id);
            TrackingMode mode = reader == null ? null : reader.tracking;
            if (reader == null || mode == null || mode.broadcast || mode.noLoop && reader == running) {
                continue;
            }
            if (reader == running) {
                held.add(key);
                unsettled = true;
            } else {
                tell(reader, mode, List.of(new ByteKey(key)));
            }
        }
    }

    /** Every key of a database is gone. */
    void emptied() {
        emptied = true;
        unsettled = true;
        readers.clear();
        items = 0;
        settleSoonIfNeeded();
    }

    /** What changes outside of a command (by the passing of time) is told soon. */
    private void settleSoonIfNeeded() {
        if (unsettled && running == null && !settlingSoon) {
            settlingSoon = true;
            server.timers.after(1, () -> {
                settlingSoon = false;
                if (running == null) {
                    settle(null);
                }
            });
        }
    }

    /** Tells at once what changed between two commands, so that it does not look like the next one's doing. */
    void settleBetweenCommands() {
        if (unsettled && running == null) {
            settle(null);
        }
    }

    private void settle(@Nullable Session ran) {
        unsettled = false;
        TrackingMode mode = ran == null ? null : ran.tracking;
        for (byte[] key : held) {
            if (ran != null && mode != null) {
                tell(ran, mode, List.of(new ByteKey(key)));
            }
        }
        held.clear();
        if (emptied) {
            emptied = false;
            for (Session session : server.clients.all()) {
                if (session.tracking != null) {
                    tell(session, session.tracking, null);
                }
            }
        }
        prefixes.values().forEach(this::broadcast);
    }

    private void broadcast(Prefix prefix) {
        if (prefix.changed.isEmpty()) {
            return;
        }
        List<ByteKey> all = List.copyOf(prefix.changed.keySet());
        for (Session session : prefix.clients) {
            TrackingMode mode = session.tracking;
            if (mode != null) {
                List<ByteKey> keys = mode.noLoop ? byOthers(prefix, session.id()) : all;
                if (!keys.isEmpty()) {
                    tell(session, mode, keys);
                }
            }
        }
        prefix.changed.clear();
    }

    private static List<ByteKey> byOthers(Prefix prefix, long id) {
        List<ByteKey> keys = new ArrayList<>();
        prefix.changed.forEach((key, by) -> {
            if (by != id) {
                keys.add(key);
            }
        });
        return keys;
    }

    // ------------------------------------------------------------------ messages

    /** Tells a client, or the one that hears in its place, that those keys (null: all keys) are not what they were. */
    private void tell(Session session, TrackingMode mode, @Nullable List<ByteKey> keys) {
        Session hearer = session;
        if (mode.redirect != 0) {
            Session other = server.clients.get(mode.redirect);
            if (other == null) {
                tellBroken(session, mode);
                return;
            }
            hearer = other;
        }
        encoded.clear();
        encoded.setProtocol(hearer.replies().protocol());
        if (hearer.replies().protocol() == 3) {
            encoded.array(2);
            encoded.bulk(INVALIDATE);
        } else if (hearer != session && hearer.subscriptions() > 0) {
            encoded.array(3);
            encoded.bulk(MESSAGE);
            encoded.bulk(CHANNEL);
        } else {
            return;
        }
        if (keys == null) {
            encoded.nil();
        } else {
            encoded.array(keys.size());
            keys.forEach(key -> encoded.bulk(key.bytes()));
        }
        send(hearer);
    }

    private void tellBroken(Session session, TrackingMode mode) {
        mode.redirectBroken = true;
        if (session.replies().protocol() == 3) {
            encoded.clear();
            encoded.array(2);
            encoded.bulk(REDIRECT_BROKEN);
            encoded.integer(mode.redirect);
            send(session);
        }
    }

    private void send(Session session) {
        session.replies().message(encoded.buffer(), 0, encoded.length());
        session.push();
    }
}
