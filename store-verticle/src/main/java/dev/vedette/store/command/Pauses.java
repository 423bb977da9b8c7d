package dev.vedette.store.command;

import dev.vedette.store.session.Session;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who asked that clients be paused, until when, and how much of what they send.
 *
 * <p>Several may ask at once; the strictest counts, and among equally strict ones the last to end. The dispatcher reads
 * {@link ServerState#pauseUntilMillis} and {@link ServerState#pauseAll}, which are kept here; a timer ends what runs out.
 */
public final class Pauses {

    /** Why clients are paused. */
    public enum Purpose {
        CLIENT_COMMAND,
        SHUTDOWN,
        FAILOVER,
        STANDSTILL,
        RELOAD
    }

    private record Pause(long untilMillis, boolean all) {}

    private final ServerState server;
    private final Map<Purpose, Pause> pauses = new EnumMap<>(Purpose.class);
    private Timers.@Nullable Timer timer;

    Pauses(ServerState server) {
        this.server = server;
    }

    /**
     * Pauses clients. A pause for the same purpose that is stricter or lasts longer is not weakened.
     *
     * @param untilMillis wall-clock milliseconds, {@link Long#MAX_VALUE} for ever
     * @param all stops all commands, not just those that may replicate
     */
    public void begin(Purpose purpose, long untilMillis, boolean all) {
        pauses.merge(
                purpose,
                new Pause(untilMillis, all),
                (a, b) -> new Pause(Math.max(a.untilMillis, b.untilMillis), a.all || b.all));
        update();
    }

    /** Ends the pause for that purpose, if there is one. */
    public void end(Purpose purpose) {
        if (pauses.remove(purpose) != null) {
            update();
        }
    }

    private void update() {
        long now = server.nowMillis();
        pauses.values().removeIf(pause -> pause.untilMillis < now);
        boolean all = pauses.values().stream().anyMatch(Pause::all);
        long until = pauses.values().stream()
                .filter(pause -> pause.all == all)
                .mapToLong(Pause::untilMillis)
                .max()
                .orElse(0);
        boolean weaker = strictness(until, all) < strictness(server.pauseUntilMillis, server.pauseAll);
        server.pauseUntilMillis = until;
        server.pauseAll = all;
        scheduleEnd(until, now);
        if (weaker) {
            resumeClients();
        }
    }

    private static int strictness(long untilMillis, boolean all) {
        return untilMillis == 0 ? 0 : all ? 2 : 1;
    }

    private void scheduleEnd(long until, long now) {
        Timers.Timer old = timer;
        if (old != null) {
            old.cancel();
            timer = null;
        }
        if (until != 0 && until != Long.MAX_VALUE) {
            timer = server.timers.after(until - now + 1, () -> {
                timer = null;
                server.tick();
                update();
            });
        }
    }

    private void resumeClients() {
        List<Session> resumed = new ArrayList<>();
        for (Session session : server.clients.all()) {
            if (session.postponed) {
                session.postponed = false;
                resumed.add(session);
            }
        }
        resumed.forEach(session -> session.connection().resume());
    }
}
