/**
 * Scripts and functions in Lua.
 *
 * <p>What enters: a {@link dev.vedette.store.command.Call}. What leaves: one reply, and the changes reported to the call.
 * Thread: the event loop of the store verticle.
 */
@NullMarked
package dev.vedette.store.command.scripting;

import org.jspecify.annotations.NullMarked;
