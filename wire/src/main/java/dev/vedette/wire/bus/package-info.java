/**
 * The records that verticles say to one another over the Vert.x event bus, one per message, each with its address.
 *
 * <p>Two kinds. <em>Local</em> records ({@link dev.vedette.wire.bus.ToStore}, {@link
 * dev.vedette.wire.bus.ToReplication}) travel between the store verticle and the replication verticle of one node,
 * by reference, through {@link dev.vedette.wire.bus.LocalCodec}; they never leave the JVM. <em>Clustered</em> records
 * ({@link dev.vedette.wire.bus.NodeStatus}, {@link dev.vedette.wire.bus.SentinelEvent} and their siblings) are small,
 * travel as JSON through {@link dev.vedette.wire.bus.JsonCodec}, and are what the console and the sentinels of a
 * Hazelcast cluster exchange.
 *
 * <p>Threads: records are immutable; a {@link io.vertx.core.buffer.Buffer} inside one belongs to the receiver from the
 * moment it is sent.
 */
@NullMarked
package dev.vedette.wire.bus;

import org.jspecify.annotations.NullMarked;
