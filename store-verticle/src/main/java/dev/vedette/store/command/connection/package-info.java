/**
 * The connection itself and the clients of the server.
 *
 * <p>What enters: a {@link dev.vedette.store.command.Call}. What leaves: one reply, and the changes reported to the call.
 * Thread: the event loop of the store verticle.
 */
@NullMarked
package dev.vedette.store.command.connection;

import org.jspecify.annotations.NullMarked;
