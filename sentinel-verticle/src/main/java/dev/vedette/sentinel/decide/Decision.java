package dev.vedette.sentinel.decide;

import java.util.List;

/**
 * What a step came to.
 *
 * @param state the next state
 * @param effects what to do now, strictly in this order. When anything persistent changed, the first is {@link
 *     Effect.Persist}: it must be on disk before the second begins
 */
public record Decision(State state, List<Effect> effects) {}
