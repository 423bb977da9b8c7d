/**
 * Benchmarks: of single pieces of the store ({@link dev.vedette.bench.Micro}, on JMH), and of a running server's
 * latencies ({@link dev.vedette.bench.Load}).
 *
 * <p>What enters: the classes of the other modules as they are, or the address of a server. What leaves: figures.
 * Nothing depends on this module, and it is in no distribution. Threads: one, which takes the part of the event loop.
 */
@NullMarked
package dev.vedette.bench;

import org.jspecify.annotations.NullMarked;
