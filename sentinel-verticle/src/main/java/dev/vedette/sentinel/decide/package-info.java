/**
 * Sentinel as a pure function: {@code step(rules, state, event) -> (state, effects)}. Nothing here reads a clock,
 * draws a random number, opens a socket or knows Vert.x and Hazelcast; the same arguments always give the same result,
 * so that a run of thousands of simulated failures can be replayed from its seed.
 *
 * <p>Enters: {@link dev.vedette.sentinel.decide.Event}s, one at a time. Leaves: {@link
 * dev.vedette.sentinel.decide.Effect}s, to be carried out in order. Threads: none of its own; everything is immutable.
 */
@NullMarked
package dev.vedette.sentinel.decide;

import org.jspecify.annotations.NullMarked;
