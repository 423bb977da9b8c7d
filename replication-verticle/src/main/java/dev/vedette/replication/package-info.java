/**
 * Replication of one node: its change stream to replicas, or a master's stream to its store.
 *
 * <p>What enters: {@link dev.vedette.wire.bus.ToReplication} records from the node's store, bytes of replicas (on sockets
 * that the store handed over) and of the master. What leaves: {@link dev.vedette.wire.bus.ToStore} records, the backlog's
 * bytes to replicas, handshake and acknowledgements to the master. The packages below: {@code backlog} keeps the stream's
 * tail, {@code primary} serves replicas from it, {@code replica} follows a master, {@code bus} speaks to the store.
 *
 * <p>Thread: the context of {@link dev.vedette.replication.ReplicationVerticle} owns all state here. Callbacks of sockets
 * that belong to the store's event loop hop to that context before they touch anything.
 */
@NullMarked
package dev.vedette.replication;

import org.jspecify.annotations.NullMarked;
