/**
 * What a write leaves behind: the change stream, and this node's place in replication as the store knows it.
 *
 * <p>What enters: encoded commands from the dispatcher, at the end of each execution unit. What leaves: one {@link
 * dev.vedette.wire.bus.ToReplication.ChangeBatch} for each event-loop turn. This is the sole exit to replication; nothing
 * here knows a command. Thread: the event loop of the store verticle.
 */
@NullMarked
package dev.vedette.store.change;

import org.jspecify.annotations.NullMarked;
