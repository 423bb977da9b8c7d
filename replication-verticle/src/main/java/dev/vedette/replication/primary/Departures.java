package dev.vedette.replication.primary;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where replicas that are gone have been in the stream, so that the backlog can be kept for their return. A replica is
 * known by its address, as it announced it.
 */
final class Departures {

    /** So many are remembered; a storm of replicas that come and go must not fill the memory. */
    private static final int REMEMBERED_MAX = 100;

    private record Departure(long position, long atMillis) {}

    private final Map<String, Departure> gone = new LinkedHashMap<>();

    /** One is gone that has acknowledged the stream up to that position. */
    void left(String name, long position, long nowMillis) {
        gone.remove(name);
        gone.put(name, new Departure(position, nowMillis));
        if (gone.size() > REMEMBERED_MAX) {
            gone.remove(gone.keySet().iterator().next());
        }
    }

    /** It is here again. */
    void returned(String name) {
        gone.remove(name);
    }

    /** The stream is another one: nobody can go on from where he was. */
    void clear() {
        gone.clear();
    }

    /** Forgets who left before that time. */
    void forget(long beforeMillis) {
        Iterator<Departure> oldest = gone.values().iterator();
        while (oldest.hasNext() && oldest.next().atMillis < beforeMillis) {
            oldest.remove();
        }
    }

    /** Position of the first byte that one of them needs, or {@code end} when none needs any. */
    long neededFrom(long end) {
        long needed = end;
        if (gone.isEmpty()) {
            return needed; // as nearly always, and asked for every turn's changes
        }
        for (Departure one : gone.values()) {
            needed = Math.min(needed, one.position);
        }
        return needed;
    }
}
