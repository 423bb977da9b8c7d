package dev.vedette.sentinel.decide;

import dev.vedette.sentinel.decide.Effect.Level;
import dev.vedette.sentinel.decide.Effect.Outcome;
import dev.vedette.sentinel.decide.Event.Setting;
import dev.vedette.sentinel.decide.LinkId.Channel;

/** The SENTINEL commands that change something. Those that only show something are the shell's. */
final class Commands {

    private static final Outcome OK = new Outcome.Ok();
    private static final Outcome NO_SUCH_MASTER = new Outcome.Failed("ERR No such master with that name");

    private Commands() {}

    static void monitor(Turn t, Event.Monitor event) {
        if (t.master(event.name()) != null) {
            t.reply(event.requestId(), new Outcome.Failed("ERR Duplicate master name."));
            return;
        }
        Master master =
                Master.created(event.name(), Settings.defaults(t.rules, event.quorum()), event.address(), t.now());
        t.save();
        t.reply(event.requestId(), OK);
        t.report(Level.WARNING, "+monitor", master, t.name(master) + " quorum " + event.quorum());
        t.put(Probing.group(t, master));
    }

    static void remove(Turn t, Event.Remove event) {
        Master master = t.master(event.name());
        if (master == null) {
            t.reply(event.requestId(), NO_SUCH_MASTER);
            return;
        }
        t.warn("-monitor", master);
        disconnect(t, master);
        t.state = t.state.without(master);
        Greetings.prunePeers(t);
        t.save();
        t.reply(event.requestId(), OK);
    }

    static void setOptions(Turn t, Event.SetOptions event) {
        Master master = t.master(event.name());
        if (master == null) {
            t.reply(event.requestId(), NO_SUCH_MASTER);
            return;
        }
        for (Setting setting : event.settings()) {
            master = master.with(master.settings().with(setting));
            if (setting instanceof Setting.AuthUser || setting instanceof Setting.AuthPass) {
                master = disconnect(t, master);
            }
            t.report(Level.WARNING, "+set", master, t.name(master) + " " + words(setting));
            t.save();
        }
        t.put(master);
        t.reply(event.requestId(), OK);
    }

    private static String words(Setting setting) {
        return switch (setting) {
            case Setting.DownAfter o -> "down-after-milliseconds " + o.ms();
            case Setting.FailoverTimeout o -> "failover-timeout " + o.ms();
            case Setting.ParallelSyncs o -> "parallel-syncs " + o.count();
            case Setting.Quorum o -> "quorum " + o.count();
            case Setting.RebootDownAfter o -> "master-reboot-down-after-period " + o.ms();
            case Setting.DownAfterHint o -> "down-after-hint-milliseconds " + o.ms();
            case Setting.FailoverEmptied o -> "failover-emptied-master " + (o.on() ? "yes" : "no");
            case Setting.NotificationScript o -> "notification-script " + o.path();
            case Setting.ClientReconfigScript o -> "client-reconfig-script " + o.path();
            case Setting.AuthUser o -> "auth-user " + o.user();
            case Setting.AuthPass o -> "auth-pass ******";
            case Setting.RenameCommand o -> "rename-command " + o.from() + " " + o.to();
        };
    }

    static void reset(Turn t, Event.Reset event) {
        int count = 0;
        for (String name : event.names()) {
            Master before = t.master(name);
            if (before != null) {
                disconnect(t, before);
                Master master = Master.created(
                        name,
                        before.settings(),
                        DataNode.created(before.node().address(), Info.Role.MASTER, t.now()),
                        before.configEpoch(),
                        new Vote(null, before.vote().epoch()));
                t.put(master);
                t.warn("+reset-master", master);
                t.save();
                count++;
            }
        }
        Greetings.prunePeers(t);
        t.reply(event.requestId(), new Outcome.Count(count));
    }

    static void failover(Turn t, Event.FailoverRequested event) {
        Master master = t.master(event.name());
        if (master == null) {
            t.reply(event.requestId(), NO_SUCH_MASTER);
        } else if (master.failover().inProgress()) {
            t.reply(event.requestId(), new Outcome.Failed("INPROG Failover already in progress"));
        } else if (Selection.best(t, master) == null) {
            t.reply(event.requestId(), new Outcome.Failed("NOGOODSLAVE No suitable replica to promote"));
        } else {
            t.log("Executing user requested FAILOVER of '" + master.name() + "'");
            t.put(Election.start(t, master, true));
            t.reply(event.requestId(), OK);
        }
    }

    static void simulateFailure(Turn t, Event.SimulateFailure event) {
        t.state = t.state.failing(event.failures());
        if (event.failures().contains(State.SimulatedFailure.CRASH_AFTER_ELECTION)) {
            t.log("Failure simulation: this Sentinel will crash after being successfully elected as failover leader");
        }
        if (event.failures().contains(State.SimulatedFailure.CRASH_AFTER_PROMOTION)) {
            t.log("Failure simulation: this Sentinel will crash after promoting the selected replica to master");
        }
        t.reply(event.requestId(), OK);
    }

    static void flushConfig(Turn t, Event.FlushConfig event) {
        t.save();
        t.reply(event.requestId(), OK);
    }

    static void peerCredentialsChanged(Turn t) {
        for (int i = 0; i < t.state.peers().size(); i++) {
            Peer peer = t.state.peers().at(i);
            t.state = t.state.with(peer.with(Probing.close(t, peer.link(), peer.linkId(), Channel.COMMAND)));
        }
    }

    /** Drops all connections to a master and its replicas; they are made anew at the next tick. */
    private static Master disconnect(Turn t, Master before) {
        Master master = before;
        DataNode node = master.node();
        master = master.with(node.with(Probing.closeBoth(t, node.link(), master.linkTo(node.address()))));
        for (int i = 0; i < master.replicas().size(); i++) {
            Replica replica = master.replicas().at(i);
            DataNode its = replica.node();
            master =
                    master.with(replica.with(its.with(Probing.closeBoth(t, its.link(), master.linkTo(its.address())))));
        }
        return master;
    }
}
