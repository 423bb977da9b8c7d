/**
 * The hands: carries out the effects that {@code decide} asked for, in their order, nothing before what it depends on
 * is on disk.
 *
 * <p>What enters: {@link dev.vedette.sentinel.decide.Effect}s. What leaves: commands to data nodes and sentinels,
 * ballots in the Hazelcast map, records on the event bus, script processes. The verticle's event loop owns it; waiting
 * for scripts happens on a worker thread.
 */
@NullMarked
package dev.vedette.sentinel.act;

import org.jspecify.annotations.NullMarked;
