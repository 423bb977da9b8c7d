/**
 * The door for clients: a RESP server that knows the fifteen commands of a sentinel, and Pub/Sub of its events.
 *
 * <p>What enters: connections, and through {@link dev.vedette.sentinel.serve.Watch} the state of the sentinel. What
 * leaves: answers, events to subscribers, and through {@link dev.vedette.sentinel.serve.Watch} what clients ask for.
 * Everything runs on the verticle's event loop.
 */
@NullMarked
package dev.vedette.sentinel.serve;

import org.jspecify.annotations.NullMarked;
