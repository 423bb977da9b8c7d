/**
 * The way to the node's store: what enters are {@link dev.vedette.wire.bus.ToStore} records, what leaves are event-bus
 * messages and the futures of their replies. Thread: the replication verticle's context.
 */
@NullMarked
package dev.vedette.replication.bus;

import org.jspecify.annotations.NullMarked;
