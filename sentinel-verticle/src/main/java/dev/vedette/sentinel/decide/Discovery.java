package dev.vedette.sentinel.decide;

import static dev.vedette.sentinel.decide.Moment.NEVER;

import dev.vedette.sentinel.decide.Effect.Level;
import dev.vedette.sentinel.decide.Info.Role;
import dev.vedette.sentinel.decide.Replica.Reconf;
import org.jspecify.annotations.Nullable;

/** What INFO tells of a data node: its replicas, its role, its restart, how far it has come in a failover. */
final class Discovery {

    private Discovery() {}

    static void info(Turn t, Event.InfoArrived event) {
        Master master = t.master(event.link().master());
        if (master == null) {
            return;
        }
        if (master.node().address().equals(event.link().address())) {
            t.put(ofMaster(t, master, event.info()));
        } else {
            Replica replica = master.replicas().get(event.link().address());
            if (replica != null) {
                t.put(ofReplica(t, master, replica, event.info()));
            }
        }
    }

    private static Master ofMaster(Turn t, Master before, Info info) {
        Master master = before;
        DataNode node = master.node();
        if (rebooted(node, info)) {
            t.report(Level.NOTICE, "+reboot", master, t.name(master));
            if (master.settings().rebootDownAfterMs() != 0) {
                master = master.rebooting(t.now());
            }
            master = LostData.restarted(t, master);
        }
        node = node.informed(info, t.now());
        if (info.role() != node.role()) {
            node = node.reporting(info.role(), t.now());
            reportRole(t, master, t.name(master), info.role() == Role.MASTER, info.role());
            master = Probing.askReplicas(t, master); // Somebody else may be master now.
        }
        master = LostData.informed(t, master.with(node));
        if (info.role() == Role.MASTER) {
            for (Address address : info.replicas()) {
                if (!address.equals(node.address()) && !master.replicas().has(address)) {
                    Replica replica = Replica.created(address, t.now());
                    master = master.with(replica);
                    t.note("+slave", master, replica);
                    t.save();
                }
            }
        }
        // A replica may have been seen at odds with us before we knew our master to be sane.
        return t.state.tilt() ? master : Reconciliation.everyone(t, master);
    }

    private static Master ofReplica(Turn t, Master before, Replica known, Info info) {
        Master master = before;
        DataNode node = known.node();
        if (rebooted(node, info)) {
            t.note("+reboot", master, known);
        }
        node = node.informed(info, t.now());
        boolean roleChanged = info.role() != node.role();
        if (roleChanged) {
            node = node.reporting(info.role(), t.now());
        }
        Replica replica = known.with(node).with(reported(t, known.reported(), info, roleChanged));
        master = master.with(replica);
        if (roleChanged) {
            reportRole(t, master, t.name(master, replica), info.role() == Role.REPLICA, info.role());
        }
        if (t.state.tilt()) {
            return master;
        }
        master = Reconciliation.seen(master, replica);
        if (replica.reconf() == Reconf.PROMOTED
                && info.role() == Role.MASTER
                && master.failover().state() == Failover.State.WAIT_PROMOTION) {
            return FailoverSteps.promotionSeen(t, master, replica);
        }
        if (info.role() == Role.REPLICA) {
            master = reconfigured(t, master, replica);
        }
        Replica now = master.replicas().get(replica.address());
        return now == null ? master : Reconciliation.replica(t, master, now);
    }

    private static Replica.Reported reported(Turn t, Replica.Reported before, Info info, boolean roleChanged) {
        if (info.role() == Role.MASTER) {
            // What it said as a replica stays, its offset goes on.
            return new Replica.Reported(
                    before.master(),
                    before.masterSinceMs(),
                    before.linkUp(),
                    0,
                    before.priority(),
                    info.offset(),
                    before.announced());
        }
        Address master = info.master();
        boolean moved = roleChanged || !same(master, before.master());
        return new Replica.Reported(
                master,
                moved ? t.now() : before.masterSinceMs(),
                info.masterLinkUp(),
                info.masterLinkDownMs(),
                info.priority(),
                info.offset(),
                info.announced());
    }

    private static boolean same(@Nullable Address a, @Nullable Address b) {
        return a == null ? b == null : a.equals(b);
    }

    /** A replica on its way to the new master. */
    private static Master reconfigured(Turn t, Master before, Replica known) {
        Master master = before;
        Replica replica = known;
        Address promoted = master.failover().promoted();
        if (replica.reconf() == Reconf.SENT
                && promoted != null
                && promoted.equals(replica.reported().master())) {
            replica = replica.with(Reconf.IN_PROGRESS, t.now());
            master = master.with(replica);
            t.note("+slave-reconf-inprog", master, replica);
        }
        if (replica.reconf() == Reconf.IN_PROGRESS && replica.reported().linkUp()) {
            replica = replica.with(Reconf.DONE, t.now());
            master = master.with(replica);
            t.note("+slave-reconf-done", master, replica);
        }
        return master;
    }

    private static boolean rebooted(DataNode node, Info info) {
        return node.runId() != null && info.runId() != null && !node.runId().equals(info.runId());
    }

    private static void reportRole(Turn t, Master master, String name, boolean asConfigured, Role role) {
        t.report(
                Level.VERBOSE,
                asConfigured ? "+role-change" : "-role-change",
                master,
                name + " new reported role is " + role.word());
    }

    /** The first event: time begins for all that was read from the file. */
    static void started(Turn t) {
        for (int i = 0; i < t.state.masters().size(); i++) {
            Master master = t.state.masters().at(i);
            master = master.with(DataNode.created(master.node().address(), Role.MASTER, t.now()));
            for (int j = 0; j < master.replicas().size(); j++) {
                master = master.with(Replica.created(master.replicas().at(j).address(), t.now()));
            }
            for (int j = 0; j < master.sentinels().size(); j++) {
                KnownSentinel sentinel = master.sentinels().at(j);
                master = master.with(KnownSentinel.created(sentinel.runId(), sentinel.address(), t.now()));
            }
            t.put(master);
            t.report(
                    Level.WARNING,
                    "+monitor",
                    master,
                    t.name(master) + " quorum " + master.settings().quorum());
        }
        for (int i = 0; i < t.state.peers().size(); i++) {
            Peer peer = t.state.peers().at(i);
            t.state = t.state.with(peer.with(Link.created(t.now())));
        }
        t.state = t.state.ticked(t.now()).tilted(false, NEVER);
    }
}
