/**
 * The eyes: connections to masters, replicas and other sentinels, and what their answers mean.
 *
 * <p>Two connections to each data node (commands, and the subscription to {@code __sentinel__:hello}), one to each
 * sentinel. What enters: the requests of {@code act}. What leaves: {@link dev.vedette.sentinel.decide.Event}s. The
 * connections are plain sockets with the decoders of {@code wire}, and not a client library's: a hello has to name the
 * local address of the socket that it leaves by, a refused password must look like an instance that answers NOAUTH, and
 * an answer must be told apart from a connection that is slow. Everything runs on the verticle's event loop.
 */
@NullMarked
package dev.vedette.sentinel.observe;

import org.jspecify.annotations.NullMarked;
