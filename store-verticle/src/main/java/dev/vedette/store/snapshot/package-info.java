/**
 * Point-in-time snapshots and their counterpart: a walk of the keyspace into {@code wire.rdb} that runs in short slices
 * between commands, and a loader that builds a keyspace aside and hands it over whole.
 *
 * <p>What enters: a keyspace, an RDB source. What leaves: RDB bytes to any number of sinks, a filled keyspace. Knows no
 * command, client or replica. Threads: the walk belongs to the event loop of the store verticle; encoding and loading
 * may happen on threads of their own.
 */
@NullMarked
package dev.vedette.store.snapshot;

import org.jspecify.annotations.NullMarked;
