/**
 * Membership in a Hazelcast cluster: joining, and what a server tells the cluster of itself.
 *
 * <p>In: {@code cluster.xml}, a way to ask the node. Out: a clustered Vert.x instance, {@link
 * dev.vedette.wire.bus.NodeStatus} on its bus. Nothing here is loaded by a node on its own. Joining happens on a thread
 * of its own; the rest on the event loop of the clustered Vert.x instance, which is not the node's.
 */
@NullMarked
package dev.vedette.launcher.cluster;

import org.jspecify.annotations.NullMarked;
