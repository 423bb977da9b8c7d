package dev.vedette.replication.bus;

import dev.vedette.wire.bus.ToStore;

/**
 * Counts the bytes of replication and tells the store, whose INFO shows them (total_net_repl_input_bytes,
 * total_net_repl_output_bytes). The verticle's context only.
 */
public final class Traffic {

    /** How often the store is to be told. */
    public static final long REPORT_MILLIS = 100;

    private final StoreLine store;
    private long received;
    private long sent;

    public Traffic(StoreLine store) {
        this.store = store;
    }

    /** So many bytes of a snapshot or of the stream came from the master. */
    public void received(long bytes) {
        received += bytes;
    }

    /** A replica's kernel took so many bytes. */
    public void sent(long bytes) {
        sent += bytes;
    }

    /** Tells the store what has come and gone since the last time, if anything has. */
    public void report() {
        if (received != 0 || sent != 0) {
            store.tell(new ToStore.Traffic(received, sent));
            received = 0;
            sent = 0;
        }
    }
}
