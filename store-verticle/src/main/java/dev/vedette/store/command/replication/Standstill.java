package dev.vedette.store.command.replication;

import dev.vedette.store.command.Pauses;
import dev.vedette.store.command.ServerState;
import java.lang.System.Logger.Level;

/**
 * A master whose process stood still (stopped, swapped out, moved to another machine) may have been replaced meanwhile
 * without knowing it. What clients sent before they gave it up still waits in its sockets; to carry that out would be to
 * acknowledge writes that are lost when it is put right, and would cost it a full synchronization then. So it holds
 * writes for a moment first, and its own entries in the stream, too.
 *
 * <pre>
 *   replicas still connected after {@value #LOOK_AFTER_MILLIS} ms   it is their master: goes on
 *   a replica (re)connects                          the same
 *   becomes a replica                               what was held gets READONLY
 *   nothing of that for {@value #HOLD_MILLIS} ms            goes on
 * </pre>
 *
 * <p>A master that had no replicas holds nothing. Thread: the event loop.
 */
public final class Standstill {

    /** A gap as long as this is noticed; a tenth of a second is usual. */
    static final long NOTICED_MILLIS = 1000;

    /** The ends of lost connections have long been read by then. */
    static final long LOOK_AFTER_MILLIS = 100;

    /** A sentinel has long found out by then. */
    static final long HOLD_MILLIS = 1000;

    private final ServerState server;
    private long noticedAfterMillis = Long.MAX_VALUE;
    private boolean holding;

    Standstill(ServerState server) {
        this.server = server;
    }

    /** The event loop lives at that time (wall-clock milliseconds); from now on a gap is noticed. */
    public void alive(long nowMillis) {
        noticedAfterMillis = nowMillis + NOTICED_MILLIS;
    }

    /** Called before anything is done at that time. */
    public void look(long nowMillis) {
        if (nowMillis > noticedAfterMillis) {
            long gapMillis = nowMillis - noticedAfterMillis + NOTICED_MILLIS;
            alive(nowMillis);
            begin(nowMillis, gapMillis);
        }
    }

    /** Whether writes are held now. */
    boolean holds() {
        return holding;
    }

    private void begin(long nowMillis, long gapMillis) {
        if (holding
                || server.replication.isReplica()
                || server.replication.replicas().isEmpty()) {
            return;
        }
        server.log.log(
                Level.WARNING,
                "This master stood still for " + gapMillis
                        + " ms. Writes wait until it is clear whether it still is one.");
        holding = true;
        server.pauses.begin(Pauses.Purpose.STANDSTILL, nowMillis + HOLD_MILLIS, false);
        server.timers.after(LOOK_AFTER_MILLIS, this::replicasLookedAt);
        server.timers.after(HOLD_MILLIS, this::end);
    }

    /** A replica came, or it is time to see who is still there. */
    void replicasLookedAt() {
        if (!server.replication.replicas().isEmpty()) {
            end();
        }
    }

    /** The role is known again. */
    void end() {
        if (holding) {
            holding = false;
            server.pauses.end(Pauses.Purpose.STANDSTILL);
        }
    }
}
