/**
 * The collections that a key can hold: lists, hashes, sets, sorted sets, streams.
 *
 * <p>What enters: slices of the arguments' arrays, and the size limits of the small forms, which the configuration may
 * change at any time. What leaves: slices of the collection's own arrays, valid until its next change. A collection
 * begins in a small packed form and turns into its large form by itself; {@code encoding()} names them as Redis 7.0 does.
 * Nothing here knows keys, clients, replies or snapshots.
 *
 * <p>Thread: the event loop that owns the keyspace, or the loader that fills a keyspace aside.
 */
@NullMarked
package dev.vedette.store.keyspace.value;

import org.jspecify.annotations.NullMarked;
