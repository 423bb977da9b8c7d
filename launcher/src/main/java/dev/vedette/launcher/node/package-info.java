/**
 * Nodes: which verticles make up a server or a sentinel, how they start, and how they stop.
 *
 * <p>In: a parsed configuration. Out: a future that completes when the node serves, and one that completes when it may
 * be closed. Called from the main thread; a node's verticles share one event loop.
 */
@NullMarked
package dev.vedette.launcher.node;

import org.jspecify.annotations.NullMarked;
