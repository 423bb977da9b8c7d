/**
 * The Sentinel verticle: watches masters and their replicas over TCP exactly as Redis Sentinel 7.0 does, and fails
 * over.
 *
 * <p>{@code observe} turns what happens on the network into events, {@code decide} (pure) turns events into effects,
 * {@code act} carries the effects out, {@code serve} answers clients, {@code config} is the memory on disk. What enters
 * this package: {@link dev.vedette.sentinel.SentinelOptions}. What leaves: log lines, and on the clustered bus the
 * records of {@code dev.vedette.wire.bus}. One event loop, that of the verticle, owns all of it but the writing of the
 * configuration file and the running of scripts, which worker threads do.
 */
@NullMarked
package dev.vedette.sentinel;

import org.jspecify.annotations.NullMarked;
