package dev.vedette.replication.backlog;

import dev.vedette.wire.bus.StreamIdentity;
import dev.vedette.wire.bus.ToReplication.ChangeBatch;
import dev.vedette.wire.bus.ToReplication.IdentityChanged;
import org.jspecify.annotations.Nullable;

/** Which history the node's data belongs to, how far it has come, and the backlog of it when there is one. */
public final class History {

    private StreamIdentity identity = StreamIdentity.fresh(StreamIdentity.NO_REPLID, 0);
    private long offset;
    private long sizeBytes;
    private long sharedOffset = -1;
    private boolean everOpen;
    private @Nullable Backlog backlog;

    public History(long backlogSizeBytes) {
        this.sizeBytes = backlogSizeBytes;
    }

    /** The present history, with its present offset. */
    public StreamIdentity identity() {
        return new StreamIdentity(identity.replid(), identity.replid2(), identity.secondOffset(), offset);
    }

    /** Bytes of the present history in the data set: master_repl_offset. */
    public long offset() {
        return offset;
    }

    /** The backlog, or null while the stream is closed. */
    public @Nullable Backlog backlog() {
        return backlog;
    }

    /** Whether the stream was ever open: before that, the replid is one that nobody else has heard of. */
    public boolean everOpen() {
        return everOpen;
    }

    /** The data now belongs to another history, or to this one under another name. */
    public void changed(IdentityChanged change) {
        set(change.identity());
        if (!change.continues()) {
            drop();
            sharedOffset = -1;
        }
        if (change.open()) {
            everOpen = true;
            backlog = backlog == null ? new Backlog(offset, sizeBytes) : backlog;
        }
    }

    /** Takes over what a reply of the store says. */
    public void set(StreamIdentity newIdentity) {
        identity = newIdentity;
        offset = newIdentity.offset();
        if (offset > 0) {
            everOpen = true;
        }
    }

    /** The stream is open at the present offset: the backlog begins here unless there is one that ends here. */
    public void open(StreamIdentity at) {
        set(at);
        everOpen = true;
        if (backlog == null || backlog.end() != offset) {
            drop();
            backlog = new Backlog(offset, sizeBytes);
        }
    }

    /** The stream is closed; what came before cannot be had any more. */
    public void free() {
        drop();
    }

    private void drop() {
        if (backlog != null) {
            backlog.release();
            backlog = null;
        }
    }

    /**
     * Takes the next bytes of the stream.
     *
     * @return false when they do not join on to what is here: the backlog then begins anew, and no replica may be fed
     *     across the gap
     */
    public boolean append(ChangeBatch batch) {
        everOpen = true;
        boolean joins = true;
        Backlog to = backlog;
        if (to == null) {
            to = new Backlog(batch.startOffset(), sizeBytes);
        } else if (to.end() != batch.startOffset()) {
            joins = false;
            drop();
            to = new Backlog(batch.startOffset(), sizeBytes);
        }
        backlog = to;
        to.append(batch.bytes(), batch.length());
        offset = batch.endOffset();
        return joins;
    }

    /** Another node has the data up to that offset, or had it when it was last heard of. */
    public void shared(long upTo) {
        if (upTo <= offset) {
            sharedOffset = Math.max(sharedOffset, upTo);
        }
    }

    /** The highest offset up to which another node is known to have the data of this history; -1 when none is. */
    public long sharedOffset() {
        return sharedOffset;
    }

    /** Sets repl-backlog-size. */
    public void resize(long newSizeBytes) {
        sizeBytes = newSizeBytes;
        if (backlog != null) {
            backlog.resize(newSizeBytes);
        }
    }
}
