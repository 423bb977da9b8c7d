/**
 * Sockets: where clients are accepted, how their bytes become commands, and how replies leave.
 *
 * <p>What enters: bytes of TCP and Unix connections, straight from the Netty pipeline. What leaves: {@link
 * dev.vedette.store.session.Args} to the dispatcher, the session's replies to the socket, one write and one flush for
 * each batch that was read. A connection that turns out to be a replica's is handed over whole. Thread: the event loop of
 * the store verticle, which owns every connection of the store.
 */
@NullMarked
package dev.vedette.store.connection;

import org.jspecify.annotations.NullMarked;
