/**
 * The data: databases, the table of entries, the cells of packed strings outside of the heap, values, expiry times.
 *
 * <p>What enters: key bytes and values, from commands, the RDB loader and the expiry cycle. What leaves: entries. The
 * package knows neither clients nor replies; what a write means to watchers, blocked clients and the change stream goes
 * out through {@link dev.vedette.store.keyspace.KeyspaceListener}.
 *
 * <p>Thread: a keyspace belongs to the event loop of its store verticle. A loader fills a keyspace of its own on another
 * thread and hands it over whole.
 */
@NullMarked
package dev.vedette.store.keyspace;

import org.jspecify.annotations.NullMarked;
