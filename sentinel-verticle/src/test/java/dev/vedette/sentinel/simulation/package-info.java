/**
 * A simulated world for the sentinel's decisions: data nodes with a simple model of replication, sentinels that run
 * {@link dev.vedette.sentinel.decide.Sentinel#step}, a network and a Hazelcast bus between them, and one virtual clock.
 * Everything random comes from one seed, so a run with the same seed is the same run.
 *
 * <p>Enters: a seed, or a scripted scenario. Leaves: a transcript, and an {@link java.lang.AssertionError} that names
 * the broken invariant and the seed. Single-threaded.
 */
@NullMarked
package dev.vedette.sentinel.simulation;

import org.jspecify.annotations.NullMarked;
