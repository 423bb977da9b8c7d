package dev.vedette.sentinel.decide;

import static dev.vedette.sentinel.decide.Moment.NEVER;

/**
 * The master's address changes: at the end of our own failover, or because a newer configuration was heard of. The
 * group is rearranged, suspicions start anew, the election slate is clean.
 *
 * <p>Connections stay as they are (Redis drops them all), so the new master is under watch without a gap.
 */
final class Switch {

    private Switch() {}

    /** Says +switch-master, once for each change of what {@link Master#currentAddress} says. */
    static void report(Turn t, Master before, Address from, Address to) {
        if (!from.equals(to)) {
            t.report(
                    Effect.Level.WARNING,
                    "+switch-master",
                    before,
                    before.name() + " " + from.shown(t.rules) + " " + from.port() + " " + to.shown(t.rules) + " "
                            + to.port());
        }
    }

    /** Switches, under that configuration epoch. */
    static Master to(Turn t, Master before, Address address, long configEpoch) {
        Address old = before.node().address();
        report(t, before, before.sentinels().size() > 0 ? before.currentAddress() : old, address);
        Replica chosen = before.replicas().get(address);
        Link link =
                chosen == null ? Link.created(t.now()) : chosen.node().link().pardoned(t.now());
        if (old.equals(address)) {
            link = before.node().link().pardoned(t.now());
        }
        Roster<String, KnownSentinel> sentinels = before.sentinels();
        for (int i = 0; i < sentinels.size(); i++) {
            sentinels = sentinels.with(sentinels.at(i).silenced(NEVER));
        }
        Master master = Master.created(
                        before.name(),
                        before.settings(),
                        DataNode.created(address, Info.Role.MASTER, t.now()).with(link),
                        configEpoch,
                        new Vote(null, before.vote().epoch()))
                .with(sentinels)
                .deposing(old.equals(address) ? null : old);
        for (Replica replica : before.replicas()) {
            if (!replica.address().equals(address)) {
                master = add(
                        t, master, again(t, replica.address(), replica.node().link(), replica.reported()));
            }
        }
        if (!old.equals(address)) {
            Replica blank = Replica.created(old, t.now());
            master = add(t, master, again(t, old, before.node().link(), blank.reported()));
        }
        t.save();
        master = master.with(Probing.askInfo(t, master, master.node()));
        master = Probing.greetAll(t, master);
        return Probing.askReplicas(t, master);
    }

    /** A replica as if just learnt of, except for its connections and for what rank it has. */
    private static Replica again(Turn t, Address address, Link link, Replica.Reported reported) {
        Replica replica = Replica.created(address, t.now());
        return replica.with(replica.node().with(link.pardoned(t.now())))
                .with(new Replica.Reported(
                        null, t.now(), false, 0, reported.priority(), reported.offset(), reported.announced()));
    }

    private static Master add(Turn t, Master master, Replica replica) {
        Master grown = master.with(replica);
        t.note("+slave", grown, replica);
        return grown;
    }

    /**
     * Two configurations under one epoch. An election cannot make them, but SENTINEL FAILOVER, which may go on without a
     * majority, can collide with one; Redis then disagrees for ever. Here the one that more of the sentinels heard of
     * lately hold prevails, and between equals the higher address.
     */
    static Master reconcileTwin(Turn t, Master master, Hello hello, String from) {
        Address mine = master.currentAddress();
        Address other = hello.masterAddress();
        if (hello.configEpoch() != master.configEpoch()
                || hello.configEpoch() == 0
                || other.equals(mine)
                || other.sameName(mine)) { // Its name leads elsewhere by now: a move, not a switch.
            return master;
        }
        int forMine = 1;
        int forOther = 0;
        for (KnownSentinel sentinel : master.sentinels()) {
            if (sentinel.heardConfigEpoch() == master.configEpoch()
                    && t.at.since(sentinel.heardMs()) <= 3 * t.rules.publishPeriodMs()) {
                forMine += mine.equals(sentinel.heardAddress()) ? 1 : 0;
                forOther += other.equals(sentinel.heardAddress()) ? 1 : 0;
            }
        }
        boolean heardEnough = forMine + forOther >= master.majority();
        boolean yields =
                forOther > forMine || (forOther == forMine && other.toString().compareTo(mine.toString()) > 0);
        if (!heardEnough || !yields) {
            return master;
        }
        t.report(Effect.Level.WARNING, "+config-update-from", master, from);
        Address old = master.node().address();
        Master switched = to(t, master, other, master.configEpoch());
        t.runReconfigScript(switched, "observer", old, other);
        return switched;
    }

    /** A configuration heard of: adopted only if its epoch is above ours. */
    static Master adopt(Turn t, Master before, Address address, long configEpoch, String from) {
        if (configEpoch <= before.configEpoch()) {
            return before;
        }
        Master master = before.configured(configEpoch);
        t.save();
        if (address.equals(master.node().address())) {
            report(t, master, master.currentAddress(), address);
            return master.failover().inProgress() ? FailoverSteps.overtaken(t, master) : master;
        }
        Address old = master.node().address();
        t.report(Effect.Level.WARNING, "+config-update-from", master, from);
        master = to(t, master, address, configEpoch);
        t.runReconfigScript(master, "observer", old, address);
        return master;
    }
}
