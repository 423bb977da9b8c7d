package dev.vedette.store.snapshot;

import dev.vedette.wire.rdb.RdbSink;
import java.io.IOException;

/** Where a snapshot's bytes go. Used by one worker thread; its methods may wait, and give up when that is interrupted. */
interface SnapshotSink extends RdbSink {

    /** Before the first byte. */
    default void open() throws IOException {}

    /** All bytes have come: makes them permanent. */
    default void complete() throws IOException {}

    /** Undoes whatever was done since {@link #open}: the snapshot failed or is not wanted any more. */
    default void discard() {}

    /** Whether clients' commands may go first when processors are scarce; not so when a client waits for it. */
    default boolean canWait() {
        return false;
    }
}
