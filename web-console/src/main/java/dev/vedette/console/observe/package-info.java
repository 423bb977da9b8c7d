/**
 * From what nodes say to a picture of the cluster. In: {@link dev.vedette.wire.bus.NodeStatus} and {@link
 * dev.vedette.wire.bus.SentinelEvent} records from the clustered event bus, and the same made by polling nodes that are
 * no cluster members. Out: the immutable {@link dev.vedette.console.observe.ClusterView}.
 *
 * <p>Thread: the console's event loop owns all that can change.
 */
@NullMarked
package dev.vedette.console.observe;

import org.jspecify.annotations.NullMarked;
