package dev.vedette.sentinel.decide;

import java.util.List;

/** The sentinel as a pure function. See the package description for the order of the rules. */
public final class Sentinel {

    private Sentinel() {}

    /**
     * What follows from one event.
     *
     * @param rules the timers in force now
     * @param state as the last step left it, or as {@link Persisted#restore} made it
     * @param event what happened; its time is not before that of the last one
     * @return the next state and what to do; same arguments, same result
     */
    public static Decision step(Rules rules, State state, Event event) {
        return new Decision(state, List.of());
    }
}
