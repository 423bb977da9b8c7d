package dev.vedette.sentinel.decide;

import dev.vedette.sentinel.decide.Effect.Level;
import dev.vedette.sentinel.decide.Effect.Report;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The workspace of one step: the state so far and the effects so far. Lives inside one call of {@link Sentinel#step}
 * and is the only thing here that changes.
 *
 * <p>Rules take a {@link Master} and return the changed one; whoever called them stores it with {@link #put}.
 */
final class Turn {

    final Rules rules;
    final Moment at;
    State state;
    private final List<Effect> effects = new ArrayList<>();
    private boolean unsaved;

    Turn(Rules rules, State state, Moment at) {
        this.rules = rules;
        this.state = state;
        this.at = at;
    }

    long now() {
        return at.monotonicMs();
    }

    /** Whether a rule has left this as it was: the same object, which is cheaper to see than equal content. */
    static boolean unchanged(Object after, Object before) {
        return after == before;
    }

    @Nullable
    Master master(String name) {
        return state.masters().get(name);
    }

    void put(Master master) {
        state = state.with(master);
    }

    void act(Effect effect) {
        effects.add(effect);
    }

    /** Something that sentinel.conf holds has changed. */
    void save() {
        unsaved = true;
    }

    /** Persist goes first, so that nothing is said that a crash could make us forget. */
    Decision decision() {
        if (unsaved) {
            effects.addFirst(new Effect.Persist(Persisted.of(state)));
        }
        return new Decision(state, List.copyOf(effects));
    }

    // ------------------------------------------------------------------ event texts, as Redis words them

    String name(Master master) {
        Address address = master.node().address();
        return "master " + master.name() + " " + address.shown(rules) + " " + address.port();
    }

    String name(Master master, Replica replica) {
        String host = replica.address().shown(rules);
        int port = replica.address().port();
        return "slave " + host + ":" + port + " " + host + " " + port + at(master);
    }

    String name(Master master, KnownSentinel sentinel) {
        Address address = sentinel.address();
        return "sentinel " + sentinel.runId() + " " + address.shown(rules) + " " + address.port() + at(master);
    }

    private String at(Master master) {
        Address address = master.node().address();
        return " @ " + master.name() + " " + address.shown(rules) + " " + address.port();
    }

    /** An event about a master. Warnings run its notification script. */
    void report(Level level, String type, Master master, String text) {
        effects.add(new Report(level, type, text));
        String script = master.settings().notificationScript();
        if (level == Level.WARNING && script != null) {
            effects.add(new Effect.RunScript(script, List.of(type, text)));
        }
    }

    void warn(String type, Master master) {
        report(Level.WARNING, type, master, name(master));
    }

    void warn(String type, Master master, Replica replica) {
        report(Level.WARNING, type, master, name(master, replica));
    }

    void note(String type, Master master, Replica replica) {
        report(Level.NOTICE, type, master, name(master, replica));
    }

    /** An event about the sentinel itself. */
    void report(String type, String text) {
        effects.add(new Report(Level.WARNING, type, text));
    }

    void log(String text) {
        effects.add(new Effect.LogLine(Level.WARNING, text));
    }

    void reply(long requestId, Effect.Outcome outcome) {
        if (requestId != Event.NO_REPLY) {
            effects.add(new Effect.Reply(requestId, outcome));
        }
    }

    /** The client-reconfig-script, if there is one. */
    void runReconfigScript(Master master, String role, Address from, Address to) {
        String script = master.settings().clientReconfigScript();
        if (script != null) {
            effects.add(new Effect.RunScript(
                    script,
                    List.of(
                            master.name(),
                            role,
                            "start",
                            from.shown(rules),
                            String.valueOf(from.port()),
                            to.shown(rules),
                            String.valueOf(to.port()))));
        }
    }
}
