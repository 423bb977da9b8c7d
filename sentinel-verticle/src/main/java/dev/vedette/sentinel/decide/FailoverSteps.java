package dev.vedette.sentinel.decide;

import dev.vedette.sentinel.decide.Failover.State;
import dev.vedette.sentinel.decide.Replica.Reconf;
import dev.vedette.sentinel.decide.State.SimulatedFailure;
import org.jspecify.annotations.Nullable;

/**
 * A failover from candidature to switch. Each state is left as soon as what it waits for is known; only time-outs need
 * a tick.
 */
final class FailoverSteps {

    /** How long a planned failover asks for votes before it goes on without, as the operator ordered. */
    private static final long FORCED_GRACE_MS = 1000;

    /** How often SLAVEOF NO ONE is repeated to a chosen replica that still reports to be one. */
    private static final long REPEAT_ORDER_MS = 1000;

    /**
     * The TIMEOUT of FAILOVER: the longest pause of writes that a planned failover may cause when the replica does not
     * catch up.
     */
    private static final long HAND_OVER_TIMEOUT_MS = 5000;

    /** How long after that timeout a hand-over that did not come about is given up. */
    private static final long HAND_OVER_GRACE_MS = 1000;

    private FailoverSteps() {}

    /** Goes as far as can be gone now. */
    static Master advance(Turn t, Master before) {
        Master master = before;
        State state;
        do {
            state = master.failover().state();
            master = switch (state) {
                case NONE -> master;
                case WAIT_START -> waitStart(t, master);
                case SELECT_SLAVE -> selectSlave(t, master);
                case SEND_SLAVEOF_NOONE -> sendSlaveOfNoOne(t, master);
                case WAIT_PROMOTION -> waitPromotion(t, master);
                case RECONF_SLAVES -> reconfSlaves(t, master);
                case UPDATE_CONFIG -> updateConfig(t, master);
            };
        } while (master.failover().state() != state);
        return master;
    }

    // ------------------------------------------------------------------ before the order

    private static Master waitStart(Turn t, Master master) {
        Failover failover = master.failover();
        boolean late = t.at.since(failover.startedMs()) > Election.electionMs(t, master);
        Election.Tally tally = Election.tally(t, master);
        boolean decreed = failover.forced()
                && (tally == Election.Tally.LOST || t.at.since(failover.startedMs()) > FORCED_GRACE_MS);
        if (tally != Election.Tally.WON && !decreed) {
            if (masterIsBack(master)) {
                return masterIsBack(t, master);
            }
            if (late || tally == Election.Tally.LOST) {
                t.warn("-failover-abort-not-elected", master);
                int lost = Math.min(failover.attempts() + 1, 4);
                return abort(t, master, lost, t.at.random(lost * Rules.MAX_DESYNC_MS));
            }
            return master;
        }
        t.warn("+elected-leader", master);
        if (t.state.simulatedFailures().contains(SimulatedFailure.CRASH_AFTER_ELECTION)) {
            t.act(new Effect.Crash());
        }
        Master elected = master.with(failover.to(State.SELECT_SLAVE, t.now()));
        t.warn("+failover-state-select-slave", elected);
        return Probing.askReplicas(t, elected);
    }

    private static Master selectSlave(Turn t, Master master) {
        if (masterIsBack(master)) {
            return masterIsBack(t, master);
        }
        Failover failover = master.failover();
        boolean patient = t.at.since(failover.stateSinceMs()) <= t.rules.pingPeriodMs();
        if (patient && !Selection.complete(t, master, failover.stateSinceMs()) && !Selection.hopeless(master)) {
            return master;
        }
        Replica chosen = Selection.handedOverTo(t, master);
        if (chosen == null) {
            chosen = Selection.best(t, master);
        }
        if (chosen == null || mandateOver(t, master)) {
            t.warn("-failover-abort-no-good-slave", master);
            return abort(t, master, 0, Election.electionMs(t, master) + t.at.random(Rules.MAX_DESYNC_MS));
        }
        t.warn("+selected-slave", master, chosen);
        chosen = chosen.with(Reconf.PROMOTED, t.now());
        t.note("+failover-state-send-slaveof-noone", master, chosen);
        return master.with(chosen).with(failover.promoting(chosen.address()).to(State.SEND_SLAVEOF_NOONE, t.now()));
    }

    private static Master sendSlaveOfNoOne(Turn t, Master master) {
        if (masterIsBack(master)) {
            return masterIsBack(t, master);
        }
        Replica chosen = promoted(master);
        if (chosen == null || chosen.node().health().down() || mandateOver(t, master)) {
            t.warn("-failover-abort-slave-timeout", master);
            return abort(t, master, 0, t.at.random(Rules.MAX_DESYNC_MS));
        }
        if (!chosen.node().link().connected()) {
            return master;
        }
        Master ordered = canHandOver(master) ? askToHandOver(t, master, chosen) : order(t, master, chosen);
        t.note("+failover-state-wait-promotion", ordered, chosen);
        return ordered.with(ordered.failover().to(State.WAIT_PROMOTION, t.now()));
    }

    /** Whether the master is there to pause its writes and wait for the replica, so that none is lost. */
    private static boolean canHandOver(Master master) {
        return master.failover().forced()
                && master.failover().handOver() == Failover.HandOver.NOT_ASKED
                && master.node().link().connected()
                && !master.node().health().down()
                && master.node().role() == Info.Role.MASTER;
    }

    private static Master askToHandOver(Turn t, Master master, Replica chosen) {
        t.act(new Effect.HandOver(
                master.linkTo(master.node().address()),
                chosen.address(),
                Math.min(HAND_OVER_TIMEOUT_MS, master.settings().failoverTimeoutMs())));
        return master.with(chosen.with(Probing.askInfo(t, master, chosen.node())))
                .with(master.failover().handingOver(Failover.HandOver.ASKED).ordered(t.now()));
    }

    /** The master did not take the order to hand over: then without its help, as long as we may order at all. */
    static void handOverRefused(Turn t, Event.HandOverRefused event) {
        Master master = t.master(event.link().master());
        if (master == null
                || !master.node().address().equals(event.link().address())
                || master.failover().handOver() != Failover.HandOver.ASKED
                || master.failover().state() != State.WAIT_PROMOTION) {
            return;
        }
        t.log("The master refused to hand over: " + event.reason());
        t.put(master.with(
                master.failover().handingOver(Failover.HandOver.REFUSED).to(State.SEND_SLAVEOF_NOONE, t.now())));
    }

    private static Master order(Turn t, Master master, Replica chosen) {
        t.act(new Effect.SlaveOf(master.linkTo(chosen.address()), null));
        return master.with(chosen.with(Probing.askInfo(t, master, chosen.node())))
                .with(master.failover().ordered(t.now()));
    }

    // ------------------------------------------------------------------ the order was given

    private static Master waitPromotion(Turn t, Master master) {
        Replica chosen = promoted(master);
        Failover failover = master.failover();
        if (chosen == null
                || chosen.node().health().down()
                || t.at.since(failover.stateSinceMs()) > promotionMs(master)) {
            t.warn("-failover-abort-slave-timeout", master);
            return abort(t, master, 0, t.at.random(Rules.MAX_DESYNC_MS));
        }
        if (failover.handOver() == Failover.HandOver.ASKED) {
            return master;
        }
        boolean deaf =
                chosen.node().infoMs() > failover.orderedMs() && t.at.since(failover.orderedMs()) >= REPEAT_ORDER_MS;
        if (deaf && chosen.node().link().connected() && !mandateOver(t, master)) {
            return order(t, master, chosen);
        }
        return master;
    }

    /** How long a promotion may take. */
    private static long promotionMs(Master master) {
        long longestMs = master.settings().failoverTimeoutMs();
        return master.failover().handOver() == Failover.HandOver.ASKED
                ? Math.min(longestMs, HAND_OVER_TIMEOUT_MS + HAND_OVER_GRACE_MS)
                : longestMs;
    }

    /** The chosen replica reports to be a master: from here on the new configuration exists, under our epoch. */
    static Master promotionSeen(Turn t, Master before, Replica chosen) {
        long epoch = before.failover().epoch();
        Master master = before.configured(epoch);
        t.save();
        t.warn("+promoted-slave", master, chosen);
        if (t.state.simulatedFailures().contains(SimulatedFailure.CRASH_AFTER_PROMOTION)) {
            t.act(new Effect.Crash());
        }
        master = master.with(master.failover().to(State.RECONF_SLAVES, t.now()));
        t.warn("+failover-state-reconf-slaves", master);
        if (master.sentinels().size() > 0) {
            // All of us say it now. Alone there is nobody to keep in step with, and the order of events is Redis's.
            Switch.report(t, master, master.node().address(), chosen.address());
        }
        t.runReconfigScript(master, "leader", master.node().address(), chosen.address());
        t.act(new Effect.AnnounceSwitch(master.name(), epoch, t.state.myId(), chosen.address()));
        master = Probing.greetAll(t, master);
        return master.failover().handOver() == Failover.HandOver.ASKED ? seal(t, master, chosen) : master;
    }

    /**
     * The two have changed places by themselves. They have still to write it into their configuration files and to end
     * their clients' connections, so that these ask for the master again; the orders change nothing else.
     */
    private static Master seal(Turn t, Master before, Replica chosen) {
        Master master = before;
        t.act(new Effect.SlaveOf(master.linkTo(master.node().address()), chosen.address()));
        t.act(new Effect.SlaveOf(master.linkTo(chosen.address()), null));
        master = master.with(Probing.askInfo(t, master, master.node()));
        return master;
    }

    private static Master reconfSlaves(Turn t, Master before) {
        Master master = before;
        Replica promoted = promoted(master);
        if (promoted == null) {
            return end(t, master);
        }
        int underWay = 0;
        for (int i = 0; i < master.replicas().size(); i++) {
            Replica replica = master.replicas().at(i);
            if (replica.reconf() == Reconf.SENT
                    && t.at.since(replica.reconfSinceMs()) > t.rules.slaveReconfTimeoutMs()) {
                // Who does not come along now is put right later.
                t.note("-slave-reconf-sent-timeout", master, replica);
                master = master.with(replica.with(Reconf.DONE, t.now()));
            } else if (replica.reconf() == Reconf.SENT || replica.reconf() == Reconf.IN_PROGRESS) {
                underWay++;
            }
        }
        for (int i = 0;
                i < master.replicas().size() && underWay < master.settings().parallelSyncs();
                i++) {
            Replica replica = master.replicas().at(i);
            if (replica.reconf() == Reconf.NONE && replica.node().link().connected()) {
                master = follow(t, master, replica, promoted, "+slave-reconf-sent");
                underWay++;
            }
        }
        return detectEnd(t, master, promoted);
    }

    private static Master follow(Turn t, Master master, Replica replica, Replica promoted, String type) {
        t.act(new Effect.SlaveOf(master.linkTo(replica.address()), promoted.address()));
        t.note(type, master, replica);
        return master.with(
                replica.with(Probing.askInfo(t, master, replica.node())).with(Reconf.SENT, t.now()));
    }

    private static Master detectEnd(Turn t, Master before, Replica promoted) {
        Master master = before;
        if (promoted.node().health().down()) {
            // Redis would wait for it. But the switch has happened, and only who watches the new master can replace it.
            return end(t, master);
        }
        boolean timeout =
                t.at.since(master.failover().stateSinceMs()) > master.settings().failoverTimeoutMs();
        if (timeout) {
            t.warn("+failover-end-for-timeout", master);
            for (int i = 0; i < master.replicas().size(); i++) {
                Replica replica = master.replicas().at(i);
                if (replica.reconf() == Reconf.NONE && replica.node().link().connected()) {
                    master = follow(t, master, replica, promoted, "+slave-reconf-sent-be");
                }
            }
            return end(t, master);
        }
        for (Replica replica : master.replicas()) {
            boolean arrived = replica.reconf() == Reconf.PROMOTED || replica.reconf() == Reconf.DONE;
            if (!arrived && !replica.node().health().down()) {
                return master;
            }
        }
        return end(t, master);
    }

    private static Master end(Turn t, Master master) {
        t.warn("+failover-end", master);
        return master.with(master.failover().to(State.UPDATE_CONFIG, t.now()));
    }

    private static Master updateConfig(Turn t, Master master) {
        return Switch.to(t, master, master.currentAddress(), master.configEpoch());
    }

    // ------------------------------------------------------------------ giving up

    /** Ends a failover that has not promoted anybody; the next of our own may start after that delay. */
    static Master abort(Turn t, Master before, int lost, long delayMs) {
        Master master = before;
        Replica chosen = promoted(master);
        if (chosen != null) {
            master = master.with(chosen.with(Reconf.NONE, t.now()));
        }
        return master.with(master.failover().aborted(t.now() + delayMs, lost, t.now()));
    }

    /** A newer configuration confirms the old address: ours, whatever it has reached, is void. */
    static Master overtaken(Turn t, Master before) {
        Master master = before;
        t.warn("-failover-abort-not-elected", master);
        for (int i = 0; i < master.replicas().size(); i++) {
            Replica replica = master.replicas().at(i);
            if (replica.reconf() != Reconf.NONE) {
                master = master.with(replica.with(Reconf.NONE, t.now()));
            }
        }
        return master.with(master.failover().aborted(t.now(), 0, t.now()));
    }

    private static boolean masterIsBack(Master master) {
        return !master.failover().forced()
                && !master.down().down()
                && !master.node().health().down()
                && master.node().role() == Info.Role.MASTER;
    }

    private static Master masterIsBack(Turn t, Master master) {
        t.warn("-failover-abort-master-is-back", master);
        return abort(t, master, 0, 0);
    }

    private static @Nullable Replica promoted(Master master) {
        Address address = master.failover().promoted();
        return address == null ? null : master.replicas().get(address);
    }

    /**
     * How long after its candidature a leader may give its order: less than those who voted for it stand back, so that
     * two leaders never order at the same time.
     */
    static long mandateMs(Turn t, Master master) {
        return Election.electionMs(t, master) * 3 / 2;
    }

    private static boolean mandateOver(Turn t, Master master) {
        return t.at.since(master.failover().startedMs()) > mandateMs(t, master);
    }
}
