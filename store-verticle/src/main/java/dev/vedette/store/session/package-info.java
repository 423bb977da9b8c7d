/**
 * What a command sees of its client: the arguments, the reply, the connection's state.
 *
 * <p>No sockets here: the connection package puts a Netty channel under a {@link dev.vedette.store.session.Session},
 * tests put a byte array. Thread: the event loop of the store verticle.
 */
@NullMarked
package dev.vedette.store.session;

import org.jspecify.annotations.NullMarked;
