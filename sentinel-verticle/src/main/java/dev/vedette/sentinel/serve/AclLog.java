package dev.vedette.sentinel.serve;

import dev.vedette.wire.resp.Reply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Refused commands and log-ins, newest first; the same refusal again within a minute only counts up. */
final class AclLog {

    private static final long SAME_WITHIN_MS = 60_000;

    private static final class Entry {
        private final String reason;
        private final String object;
        private final String user;
        private long count = 1;
        private long atMs;
        private String client;

        Entry(String reason, String object, String user, long atMs, String client) {
            this.reason = reason;
            this.object = object;
            this.user = user;
            this.atMs = atMs;
            this.client = client;
        }
    }

    private final int maxLength;
    private final Deque<Entry> entries = new ArrayDeque<>();

    AclLog(int maxLength) {
        this.maxLength = maxLength;
    }

    /** Notes that this client was refused something. */
    void add(String reason, String object, Client client, long nowMs) {
        add(reason, object, client.userName(), client, nowMs);
    }

    /** Notes that this client was refused something under another name. */
    void add(String reason, String object, String user, Client client, long nowMs) {
        for (Entry old : entries) {
            if (nowMs - old.atMs < SAME_WITHIN_MS
                    && old.reason.equals(reason)
                    && old.object.equals(object)
                    && old.user.equals(user)) {
                old.count++;
                old.atMs = nowMs;
                old.client = client.describe(nowMs);
                entries.remove(old);
                entries.addFirst(old);
                return;
            }
        }
        entries.addFirst(new Entry(reason, object, user, nowMs, client.describe(nowMs)));
        while (entries.size() > maxLength) {
            entries.removeLast();
        }
    }

    void clear() {
        entries.clear();
    }

    Reply newest(int count, long nowMs) {
        List<Reply> shown = new ArrayList<>();
        for (Entry entry : entries) {
            if (shown.size() >= count) {
                break;
            }
            shown.add(new Answers.Fields()
                    .put("count", new Reply.Int(entry.count))
                    .put("reason", entry.reason)
                    .put("context", "toplevel")
                    .put("object", entry.object)
                    .put("username", entry.user)
                    .put("age-seconds", new Reply.Double((nowMs - entry.atMs) / 1000.0))
                    .put("client-info", entry.client)
                    .build());
        }
        return new Reply.Array(shown);
    }
}
