package dev.vedette.store.command.replication;

import dev.vedette.store.change.ReplicationState;
import dev.vedette.store.session.Session;

/** A client of WAIT: held until enough replicas have acknowledged what it wrote, or its time is over. */
final class AckWait implements Session.Wait {

    private final ReplicationState replication;
    private final long offset;
    private final long replicas;
    private final long deadlineMillis;

    AckWait(ReplicationState replication, long offset, long replicas, long deadlineMillis) {
        this.replication = replication;
        this.offset = offset;
        this.replicas = replicas;
        this.deadlineMillis = deadlineMillis;
    }

    boolean isMet(ReplicationState state) {
        return state.replicasAt(offset) >= replicas;
    }

    @Override
    public long deadlineMillis() {
        return deadlineMillis;
    }

    @Override
    public void timedOut(Session session) {
        session.replies().integer(replication.replicasAt(offset));
    }

    @Override
    public void cancel(Session session) {}
}
