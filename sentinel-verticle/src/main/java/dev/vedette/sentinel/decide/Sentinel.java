package dev.vedette.sentinel.decide;

import org.jspecify.annotations.Nullable;

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
        Turn t = new Turn(rules, state, event.at());
        Tilt.notice(t);
        switch (event) {
            case Event.Started e -> {
                Discovery.started(t);
                tick(t);
            }
            case Event.Tick e -> tick(t);
            case Event.LinkUp e -> {
                Probing.linkUp(t, e);
                settle(t, masterOf(e.link()));
            }
            case Event.LinkDown e -> Probing.linkDown(t, e);
            case Event.MemberLeft e -> Probing.memberLeft(t, e);
            case Event.HostMoved e -> Probing.moved(t, e);
            case Event.Ponged e -> {
                Probing.ponged(t, e);
                acquit(t, masterOf(e.link()));
            }
            case Event.InfoArrived e -> {
                Discovery.info(t, e);
                settle(t, e.link().master());
            }
            case Event.HelloPublished e -> Probing.helloPublished(t, e);
            case Event.HelloReceived e -> {
                Greetings.hello(t, e);
                settle(t, e.hello().master());
            }
            case Event.PubsubHeard e -> Probing.heardOther(t, e.link());
            case Event.MasterDownAnswered e -> {
                Suspicion.answered(t, e);
                settle(t, e.master());
            }
            case Event.HandOverRefused e -> {
                FailoverSteps.handOverRefused(t, e);
                settle(t, e.link().master());
            }
            case Event.MasterDownAsked e -> Suspicion.answer(t, e);
            case Event.BallotSeen e -> {
                Election.ballot(t, e);
                settle(t, e.master());
            }
            case Event.SwitchAnnounced e -> {
                Greetings.switchAnnounced(t, e);
                settle(t, e.master());
            }
            case Event.Monitor e -> Commands.monitor(t, e);
            case Event.Remove e -> Commands.remove(t, e);
            case Event.SetOptions e -> {
                Commands.setOptions(t, e);
                settle(t, e.name());
            }
            case Event.Reset e -> Commands.reset(t, e);
            case Event.FailoverRequested e -> {
                Commands.failover(t, e);
                settle(t, e.name());
            }
            case Event.SimulateFailure e -> Commands.simulateFailure(t, e);
            case Event.FlushConfig e -> Commands.flushConfig(t, e);
            case Event.PeerCredentialsChanged e -> Commands.peerCredentialsChanged(t);
        }
        return t.decision();
    }

    /** Time passed: everything that is due. */
    private static void tick(Turn t) {
        t.state = t.state.ticked(t.now());
        Tilt.leaveIfOver(t);
        Probing.everyone(t);
        if (!t.state.tilt()) {
            for (int i = 0; i < t.state.masters().size(); i++) {
                Master master = t.state.masters().at(i);
                t.put(Suspicion.ask(t, act(t, Suspicion.members(t, master)), false));
            }
        }
        long usualMs = Rules.TICK_MS / 2 + t.at.random(Rules.TICK_MS / 2 + 1);
        t.act(new Effect.ScheduleTick(Math.min(usualMs, Suspicion.nextVerdictMs(t))));
    }

    /** Something about this master is known that was not known before: whatever it decides, decide it now. */
    private static void settle(Turn t, @Nullable String name) {
        Master master = name == null ? null : t.master(name);
        if (master != null && !t.state.tilt()) {
            t.put(act(t, master));
        }
    }

    private static Master act(Turn t, Master before) {
        Master master = Suspicion.master(t, before);
        master = Election.startIfNeeded(t, master);
        return FailoverSteps.advance(t, master);
    }

    /** An answer to PING can only take a suspicion back. */
    private static void acquit(Turn t, @Nullable String name) {
        Master master = name == null ? null : t.master(name);
        if (master != null && !t.state.tilt() && anyoneDown(master)) {
            t.put(act(t, Suspicion.members(t, master)));
        }
    }

    private static boolean anyoneDown(Master master) {
        if (master.node().health().down()) {
            return true;
        }
        for (Replica replica : master.replicas()) {
            if (replica.node().health().down()) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable String masterOf(LinkId link) {
        return switch (link) {
            case LinkId.ToNode id -> id.master();
            case LinkId.ToPeer id -> null;
        };
    }
}
