/**
 * The tail of the change stream, kept once for all replicas.
 *
 * <p>What enters: the bytes of each {@link dev.vedette.wire.bus.ToReplication.ChangeBatch}. What leaves: slices of it,
 * read by one cursor per replica, without copying. Thread: the replication verticle's context; the bytes of a slice
 * never change, so a slice may be written to a socket by any thread.
 */
@NullMarked
package dev.vedette.replication.backlog;

import org.jspecify.annotations.NullMarked;
