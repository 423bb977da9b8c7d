/**
 * Log lines in Redis's format, for one node each, and the bridges that bring what Vert.x, Netty and Hazelcast log into
 * the same place.
 *
 * <p>In: {@link java.lang.System.Logger} calls from any thread. Out: one write per line to standard output or the log
 * file. Nothing here writes to standard error.
 */
@NullMarked
package dev.vedette.launcher.log;

import org.jspecify.annotations.NullMarked;
