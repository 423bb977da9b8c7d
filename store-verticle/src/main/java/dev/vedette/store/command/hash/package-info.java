/**
 * Hashes.
 *
 * <p>What enters: a {@link dev.vedette.store.command.Call}. What leaves: one reply, and the changes reported to the call.
 * Thread: the event loop of the store verticle.
 */
@NullMarked
package dev.vedette.store.command.hash;

import org.jspecify.annotations.NullMarked;
