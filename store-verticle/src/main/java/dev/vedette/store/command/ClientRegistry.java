package dev.vedette.store.command;

import dev.vedette.store.session.Session;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All sessions by id, in the order in which they came. */
public final class ClientRegistry {

    private final Map<Long, Session> sessions = new LinkedHashMap<>();
    private long lastId;

    /** A number for the next client. */
    public long nextId() {
        return ++lastId;
    }

    /** The client is here. */
    public void add(Session session) {
        sessions.put(session.id(), session);
    }

    /** The client is gone. */
    public void remove(Session session) {
        sessions.remove(session.id());
    }

    /** The client of that id, or null. */
    public @Nullable Session get(long id) {
        return sessions.get(id);
    }

    /** All of them. */
    public Collection<Session> all() {
        return sessions.values();
    }

    /** How many there are. */
    public int count() {
        return sessions.size();
    }
}
