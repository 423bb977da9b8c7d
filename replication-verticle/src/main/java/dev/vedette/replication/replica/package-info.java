/**
 * Follows a master: connects, shakes hands, receives a snapshot, passes the stream to the store, acknowledges.
 *
 * <p>What enters: whom to follow, the master's bytes, how far the store has applied them. What leaves: handshake and
 * acknowledgements to the master; the stream, the snapshot and the state of the link to the store. Thread: the
 * replication verticle's context, where the socket to the master lives, too; the loader's thread of the store reads from
 * {@link dev.vedette.replication.replica.LiveSource}, which is made for that.
 */
@NullMarked
package dev.vedette.replication.replica;

import org.jspecify.annotations.NullMarked;
