package dev.vedette.sentinel.decide;

import dev.vedette.sentinel.decide.Effect.Level;
import dev.vedette.sentinel.decide.LinkId.Channel;
import org.jspecify.annotations.Nullable;

/** Hellos: who else watches, how far the epochs are, and where the others believe the master to be. */
final class Greetings {

    private Greetings() {}

    static void hello(Turn t, Event.HelloReceived event) {
        if (event.via() != null) {
            Probing.heard(t, event.via());
        }
        Hello hello = event.hello();
        Master master = t.master(hello.master());
        Address address = hello.sender();
        if (hello.runId().equals(t.state.myId()) || master == null || address == null) {
            return;
        }
        KnownSentinel known = master.sentinels().get(hello.runId());
        if (known == null || !known.address().equals(address)) {
            meet(t, master, known, hello.runId(), address);
        }
        master = require(t, hello.master());
        if (hello.currentEpoch() > t.state.currentEpoch()) {
            Election.newEpoch(t, master, hello.currentEpoch());
        }
        KnownSentinel sentinel = master.sentinels().get(hello.runId());
        if (sentinel != null) {
            sentinel = sentinel.heard(hello.currentEpoch(), hello.configEpoch(), hello.masterAddress(), t.now());
            master = master.with(sentinel);
            master = Switch.adopt(t, master, hello.masterAddress(), hello.configEpoch(), t.name(master, sentinel));
            master = Switch.reconcileTwin(t, master, hello, t.name(master, sentinel));
        }
        t.put(master);
    }

    /** The same news by the leader's announcement on the bus, which is faster. */
    static void switchAnnounced(Turn t, Event.SwitchAnnounced event) {
        Master master = t.master(event.master());
        KnownSentinel leader = master == null ? null : master.sentinels().get(event.sentinel());
        if (master == null || leader == null) {
            return;
        }
        if (event.epoch() > t.state.currentEpoch()) {
            Election.newEpoch(t, master, event.epoch());
        }
        t.put(Switch.adopt(t, master, event.address(), event.epoch(), t.name(master, leader)));
    }

    /**
     * A sentinel that we do not know, at least not there. One id has one address and one address one id: the older
     * entry gives way, since the newer hello is alive.
     */
    private static void meet(Turn t, Master before, @Nullable KnownSentinel known, String runId, Address address) {
        Master master = before;
        if (known != null) {
            t.report(
                    Level.NOTICE,
                    "+sentinel-address-switch",
                    master,
                    t.name(master) + " ip " + address.shown(t.rules) + " port " + address.port() + " for " + runId);
        } else {
            for (KnownSentinel other : master.sentinels()) {
                if (other.address().equals(address)) {
                    t.report(Level.NOTICE, "+sentinel-invalid-addr", master, t.name(master, other));
                    forgetEverywhere(t, other.runId());
                    master = require(t, master.name());
                    break;
                }
            }
        }
        KnownSentinel met = known == null ? KnownSentinel.created(runId, address, t.now()) : known.at(address);
        master = master.with(met);
        if (known == null) {
            t.report(Level.NOTICE, "+sentinel", master, t.name(master, met));
        }
        t.put(master);
        t.save();
        Peer peer = t.state.peers().get(runId);
        if (peer == null) {
            t.state = t.state.with(new Peer(runId, address, Link.created(t.now())));
        } else if (!peer.address().equals(address)) {
            Probing.close(t, peer.link(), peer.linkId(), Channel.COMMAND);
            t.state = t.state.with(new Peer(runId, address, Link.created(t.now())));
            moveElsewhere(t, master, met);
        }
    }

    private static void moveElsewhere(Turn t, Master here, KnownSentinel met) {
        int moved = 0;
        for (int i = 0; i < t.state.masters().size(); i++) {
            Master master = t.state.masters().at(i);
            KnownSentinel there = master.sentinels().get(met.runId());
            if (there != null && !there.address().equals(met.address())) {
                t.put(master.with(there.at(met.address())));
                moved++;
            }
        }
        if (moved > 0) {
            t.report(
                    Level.NOTICE,
                    "+sentinel-address-update",
                    here,
                    t.name(here, met) + " " + moved + " additional matching instances");
        }
    }

    private static void forgetEverywhere(Turn t, String runId) {
        for (int i = 0; i < t.state.masters().size(); i++) {
            Master master = t.state.masters().at(i);
            t.put(master.with(master.sentinels().without(runId)));
        }
        prunePeers(t);
    }

    /** Closes the links to sentinels that no master knows any more. */
    static void prunePeers(Turn t) {
        for (int i = t.state.peers().size() - 1; i >= 0; i--) {
            Peer peer = t.state.peers().at(i);
            boolean wanted = false;
            for (Master master : t.state.masters()) {
                wanted |= master.sentinels().has(peer.runId());
            }
            if (!wanted) {
                Probing.close(t, peer.link(), peer.linkId(), Channel.COMMAND);
                t.state = t.state.without(peer);
            }
        }
    }

    private static Master require(Turn t, String name) {
        Master master = t.master(name);
        if (master == null) {
            throw new IllegalStateException("master " + name + " vanished within a step");
        }
        return master;
    }
}
