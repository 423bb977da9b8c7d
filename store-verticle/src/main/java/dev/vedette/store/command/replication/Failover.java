package dev.vedette.store.command.replication;

import dev.vedette.store.command.Pauses;
import dev.vedette.store.command.ServerState;
import dev.vedette.store.command.Timers;
import dev.vedette.wire.bus.ToStore.ReplicaProgress;
import dev.vedette.wire.bus.ToStore.ReplicaStatus;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * FAILOVER: this master changes places with one of its replicas and loses no write.
 *
 * <pre>
 *   NONE --begin--> WAIT_FOR_SYNC      writes are paused until a replica has acknowledged everything
 *   WAIT_FOR_SYNC --acknowledged--> IN_PROGRESS   follows that replica, asking it by PSYNC ... FAILOVER to lead
 *   IN_PROGRESS --accepted--> NONE     this server is a replica, writes go on there
 *   any --abort, timeout, refusal--> NONE         this server is the master as before
 * </pre>
 */
public final class Failover {

    private enum State {
        NONE("no-failover"),
        WAIT_FOR_SYNC("waiting-for-sync"),
        IN_PROGRESS("failover-in-progress");

        /** As INFO's master_failover_state says it. */
        final String word;

        State(String word) {
            this.word = word;
        }
    }

    /** How often replicas are asked for their offsets while one is waited for. */
    private static final long ASK_EVERY_MILLIS = 100;

    private final ServerState server;
    private final Roles roles;
    private State state = State.NONE;
    private @Nullable String targetHost;
    private int targetPort;
    private boolean force;
    private Timers.@Nullable Timer deadline;
    private Timers.@Nullable Timer asking;

    Failover(ServerState server, Roles roles) {
        this.server = server;
        this.roles = roles;
    }

    /** Whether one is under way. */
    public boolean isUnderWay() {
        return state != State.NONE;
    }

    private void enter(State next) {
        state = next;
        server.replication.failoverState = next.word;
    }

    /**
     * Begins. The caller has checked that this is a master with a fit target.
     *
     * @param host of the replica that shall lead, or null for whichever is first to have everything
     * @param timeoutMillis how long to wait for it, 0 for ever
     * @param forced whether it shall lead at the timeout, whatever it lacks
     */
    void begin(@Nullable String host, int port, long timeoutMillis, boolean forced) {
        targetHost = host;
        targetPort = port;
        force = forced;
        server.log.log(Level.INFO, "FAILOVER requested to " + target() + ".");
        enter(State.WAIT_FOR_SYNC);
        server.pauses.begin(Pauses.Purpose.FAILOVER, Long.MAX_VALUE, false);
        if (timeoutMillis > 0) {
            deadline = server.timers.after(timeoutMillis, this::timedOut);
        }
        ask();
    }

    private void ask() {
        if (state == State.WAIT_FOR_SYNC) {
            replicaMoved();
        }
        if (state == State.WAIT_FOR_SYNC) {
            roles.askForAcks();
            asking = server.timers.after(ASK_EVERY_MILLIS, this::ask);
        }
    }

    private void timedOut() {
        deadline = null;
        if (state == State.NONE) {
            return;
        }
        if (state == State.WAIT_FOR_SYNC && force && targetHost != null) {
            server.log.log(Level.INFO, "FAILOVER to " + target() + " time out exceeded, failing over.");
            proceed(targetHost, targetPort);
        } else if (state == State.WAIT_FOR_SYNC) {
            abort("Replica never caught up before timeout");
        }
    }

    /** A replica acknowledged, came or went. */
    void replicaMoved() {
        if (state != State.WAIT_FOR_SYNC) {
            return;
        }
        long wanted = server.changes.offset();
        for (ReplicaProgress replica : server.replication.replicas().values()) {
            boolean isTarget = targetHost == null || isAt(replica, targetHost, targetPort);
            if (isTarget && replica.status() == ReplicaStatus.ONLINE && replica.ackOffset() == wanted) {
                server.log.log(
                        Level.INFO,
                        "Failover target " + replica.host() + ":" + replica.port() + " is synced, failing over.");
                proceed(replica.host(), replica.port());
                return;
            }
        }
    }

    static boolean isAt(ReplicaProgress replica, String host, int port) {
        return replica.port() == port && replica.host().equalsIgnoreCase(host);
    }

    private void proceed(String host, int port) {
        cancelTimers();
        enter(State.IN_PROGRESS);
        roles.follow(host, port, true);
    }

    /** The replica answered PSYNC ... FAILOVER. */
    void answered(boolean accepted, String answer) {
        if (state != State.IN_PROGRESS) {
            return;
        }
        if (accepted) {
            end();
        } else {
            abort("Failover target rejected psync request: " + answer);
        }
    }

    /** Gives up: this server is the master as before. */
    void abort(String reason) {
        server.log.log(Level.INFO, "FAILOVER to " + target() + " aborted: " + reason);
        boolean followsAlready = state == State.IN_PROGRESS;
        end();
        if (followsAlready) {
            roles.lead();
        }
    }

    private void end() {
        cancelTimers();
        targetHost = null;
        enter(State.NONE);
        server.pauses.end(Pauses.Purpose.FAILOVER);
    }

    private String target() {
        return targetHost == null ? "any replica" : targetHost + ":" + targetPort;
    }

    private void cancelTimers() {
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
        if (asking != null) {
            asking.cancel();
            asking = null;
        }
    }
}
