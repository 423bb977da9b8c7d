package dev.vedette.store.command.acl;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What users tried and were not allowed to do, the newest first; the same thing tried again is counted. */
final class SecurityLog {

    private static final long SAME_WITHIN_MILLIS = 60_000;
    private static final int LOOKED_AT_MAX = 10;

    /**
     * What was tried.
     *
     * @param context toplevel, multi or lua
     * @param object the command, key, channel, or the command that was to log in
     */
    record Offence(Denial.Reason reason, String context, String object, String user) {}

    /** An offence, with how often and when it last happened. */
    static final class Entry {
        final Offence offence;
        long count = 1;
        long atMillis;
        String client;

        Entry(Offence offence, long atMillis, String client) {
            this.offence = offence;
            this.atMillis = atMillis;
            this.client = client;
        }
    }

    private final Deque<Entry> entries = new ArrayDeque<>();

    /**
     * Notes an offence.
     *
     * @param client the client's line
     * @param lengthMax how many entries are kept
     */
    void add(Offence offence, long nowMillis, String client, long lengthMax) {
        Entry same = takeSame(offence, nowMillis);
        if (same != null) {
            same.count++;
            same.atMillis = nowMillis;
            same.client = client;
            entries.addFirst(same);
            return;
        }
        entries.addFirst(new Entry(offence, nowMillis, client));
        while (entries.size() > lengthMax) {
            entries.removeLast();
        }
    }

    private @Nullable Entry takeSame(Offence offence, long nowMillis) {
        Iterator<Entry> newest = entries.iterator();
        for (int i = 0; i < LOOKED_AT_MAX && newest.hasNext(); i++) {
            Entry entry = newest.next();
            if (entry.offence.equals(offence) && Math.abs(nowMillis - entry.atMillis) <= SAME_WITHIN_MILLIS) {
                newest.remove();
                return entry;
            }
        }
        return null;
    }

    /** The newest entries, at most that many. */
    List<Entry> newest(long count) {
        return new ArrayList<>(entries.stream().limit(Math.max(0, count)).toList());
    }

    /** ACL LOG RESET. */
    void clear() {
        entries.clear();
    }
}
