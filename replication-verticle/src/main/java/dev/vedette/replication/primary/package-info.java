/**
 * Serves replicas: answers PSYNC and SYNC, sends snapshots, then the stream.
 *
 * <p>What enters: sockets with their PSYNC request, the stream's growth, snapshot chunks, acknowledgements. What leaves:
 * bytes to replicas, snapshot requests and reports to the store. Thread: the replication verticle's context; sockets
 * belong to the store's event loop, so their callbacks hop first.
 */
@NullMarked
package dev.vedette.replication.primary;

import org.jspecify.annotations.NullMarked;
