package dev.vedette.sentinel.decide;

import static dev.vedette.sentinel.decide.Moment.NEVER;

import dev.vedette.sentinel.decide.Effect.Level;
import dev.vedette.sentinel.decide.Link.Wire;
import dev.vedette.sentinel.decide.LinkId.Channel;
import dev.vedette.sentinel.decide.Replica.Reconf;

/**
 * Keeps the connections and asks the questions: PING and hello to everyone, INFO to data nodes, each in its period. No
 * judgement here, so all of it goes on in TILT.
 *
 * <p>Redis asks each second at best. Here a question whose answer decides something (promotion, reconfiguration, a
 * fresh connection) is asked at once and repeated every {@link #EAGER_INFO_MS}.
 */
final class Probing {

    /** Distance of INFOs to a node whose next answer moves a failover on: each tick. */
    static final long EAGER_INFO_MS = Rules.TICK_MS / 2;

    /** Distance of INFOs to replicas while their master is in trouble. */
    static final long URGENT_INFO_MS = 1000;

    /** A connection attempt without an answer for so long is made anew. */
    static final long CONNECT_TIMEOUT_MS = 5000;

    /** A PING is due after this part of down-after-milliseconds, so that silence is noticed when it begins. */
    private static final long PINGS_PER_DOWN_AFTER = 10;

    /** A lost connection is tried again after this part of the time for which it has been missed. */
    private static final long RECONNECTS_PER_SILENCE = 20;

    private Probing() {}

    // ------------------------------------------------------------------ periodic

    static void everyone(Turn t) {
        long shortestDownAfter = Long.MAX_VALUE;
        for (int i = 0; i < t.state.masters().size(); i++) {
            Master master = t.state.masters().at(i);
            shortestDownAfter = Math.min(shortestDownAfter, master.settings().downAfterMs());
            t.put(group(t, master));
        }
        for (int i = 0; i < t.state.peers().size(); i++) {
            Peer peer = t.state.peers().at(i);
            Link link = connection(t, peer.link(), peer.linkId(), peer.address(), false, shortestDownAfter);
            link = ping(t, link, peer.linkId(), shortestDownAfter);
            t.state = t.state.with(Turn.unchanged(link, peer.link()) ? peer : peer.with(link));
        }
    }

    /** Asks what is due in a master's group. */
    static Master group(Turn t, Master before) {
        Master master = before;
        DataNode node = node(t, master, master.node(), masterInfoPeriod(t, master));
        if (!Turn.unchanged(node, master.node())) {
            master = master.with(node);
        }
        for (int i = 0; i < master.replicas().size(); i++) {
            Replica replica = master.replicas().at(i);
            node = node(t, master, replica.node(), replicaInfoPeriod(t, master, replica));
            if (!Turn.unchanged(node, replica.node())) {
                master = master.with(replica.with(node));
            }
        }
        for (int i = 0; i < master.sentinels().size(); i++) {
            KnownSentinel sentinel = master.sentinels().at(i);
            if (t.at.since(sentinel.helloMs()) > t.rules.publishPeriodMs()
                    && t.at.since(sentinel.helloAskedMs()) >= t.rules.pingPeriodMs()) {
                master = greet(t, master, sentinel);
            }
        }
        return master;
    }

    private static long masterInfoPeriod(Turn t, Master master) {
        boolean odd = master.node().role() != Info.Role.MASTER || master.comeback() != null;
        return odd ? Math.min(URGENT_INFO_MS, t.rules.infoPeriodMs()) : t.rules.infoPeriodMs();
    }

    private static long replicaInfoPeriod(Turn t, Master master, Replica replica) {
        long normal = t.rules.infoPeriodMs();
        if (replica.reconf() == Reconf.PROMOTED
                || replica.reconf() == Reconf.SENT
                || replica.reconf() == Reconf.IN_PROGRESS) {
            return Math.min(EAGER_INFO_MS, normal);
        }
        boolean urgent = master.node().health().down()
                || master.comeback() != null
                || master.down().down()
                || master.failover().inProgress()
                || replica.reported().linkDownMs() != 0
                || replica.node().role() != Info.Role.REPLICA
                || replica.address().equals(master.deposed());
        return urgent ? Math.min(URGENT_INFO_MS, normal) : normal;
    }

    private static DataNode node(Turn t, Master master, DataNode before, long infoPeriodMs) {
        LinkId.ToNode id = master.linkTo(before.address());
        DataNode node = before;
        long downAfterMs = master.settings().downAfterMs();
        Link link = connection(t, node.link(), id, node.address(), true, downAfterMs);
        link = ping(t, link, id, downAfterMs);
        if (!Turn.unchanged(link, node.link())) {
            node = node.with(link);
        }
        if (!link.connected()) {
            return node;
        }
        if (t.at.since(node.infoMs()) > infoPeriodMs
                && t.at.since(node.infoAskedMs()) >= Math.min(infoPeriodMs, t.rules.pingPeriodMs())) {
            t.act(new Effect.SendInfo(id));
            node = node.infoAsked(t.now());
        }
        if (t.at.since(node.helloMs()) > t.rules.publishPeriodMs()
                && t.at.since(node.helloAskedMs()) >= t.rules.pingPeriodMs()) {
            t.act(new Effect.PublishHello(id, hello(t, master)));
            node = node.helloAsked(t.now());
        }
        return node;
    }

    private static Link connection(
            Turn t, Link before, LinkId id, Address address, boolean wantsPubsub, long downAfterMs) {
        Link link = givenUp(t, before, id, downAfterMs);
        if (!link.anyClosed(wantsPubsub)
                || address.port() == 0
                || t.at.since(link.reconnectMs()) < reconnectPeriodMs(t, link)) {
            return link;
        }
        link = link.reconnecting(t.now());
        if (link.command() == Wire.CLOSED) {
            link = open(t, link, id, address, Channel.COMMAND);
        }
        if (wantsPubsub && link.pubsub() == Wire.CLOSED) {
            link = open(t, link, id, address, Channel.PUBSUB);
        }
        return link;
    }

    /** Often at first, since a restart is short; once in a PING period when it has been away for long. */
    private static long reconnectPeriodMs(Turn t, Link link) {
        return Math.min(t.rules.pingPeriodMs(), link.silentMs(t.now()) / RECONNECTS_PER_SILENCE);
    }

    private static Link open(Turn t, Link link, LinkId id, Address address, Channel channel) {
        t.act(new Effect.Connect(id, address, channel));
        return link.with(channel, Wire.OPENING, t.now());
    }

    /** Closes connections that look dead though TCP does not say so. */
    private static Link givenUp(Turn t, Link before, LinkId id, long downAfterMs) {
        Link link = before;
        boolean patient = t.rules.minLinkReconnectPeriodMs() >= t.at.since(link.commandSinceMs());
        if (link.command() == Wire.OPEN
                && !patient
                && link.unansweredPingMs() != NEVER
                && t.at.since(link.unansweredPingMs()) > downAfterMs / 2
                && t.at.since(link.pongMs()) > downAfterMs / 2) {
            link = close(t, link, id, Channel.COMMAND);
        }
        if (link.pubsub() == Wire.OPEN
                && t.at.since(link.pubsubSinceMs()) > t.rules.minLinkReconnectPeriodMs()
                && t.at.since(link.pubsubHeardMs()) > 3 * t.rules.publishPeriodMs()) {
            link = close(t, link, id, Channel.PUBSUB);
        }
        if (link.command() == Wire.OPENING && t.at.since(link.commandSinceMs()) > CONNECT_TIMEOUT_MS) {
            link = close(t, link, id, Channel.COMMAND);
        }
        if (link.pubsub() == Wire.OPENING && t.at.since(link.pubsubSinceMs()) > CONNECT_TIMEOUT_MS) {
            link = close(t, link, id, Channel.PUBSUB);
        }
        return link;
    }

    static Link close(Turn t, Link link, LinkId id, Channel channel) {
        if (link.wire(channel) == Wire.CLOSED) {
            return link;
        }
        t.act(new Effect.Disconnect(id, channel));
        return link.with(channel, Wire.CLOSED, t.now());
    }

    static Link closeBoth(Turn t, Link link, LinkId id) {
        return close(t, close(t, link, id, Channel.COMMAND), id, Channel.PUBSUB);
    }

    private static Link ping(Turn t, Link link, LinkId id, long downAfterMs) {
        long periodMs = Math.min(t.rules.pingPeriodMs(), Math.max(Rules.TICK_MS, downAfterMs / PINGS_PER_DOWN_AFTER));
        if (!link.connected() || t.at.since(link.pongMs()) <= periodMs || t.at.since(link.pingMs()) <= periodMs / 2) {
            return link;
        }
        t.act(new Effect.SendPing(id));
        return link.pinged(t.now());
    }

    // ------------------------------------------------------------------ at once

    /** INFO to that node now, if there is a connection. */
    static DataNode askInfo(Turn t, Master master, DataNode node) {
        if (!node.link().connected()) {
            return node;
        }
        t.act(new Effect.SendInfo(master.linkTo(node.address())));
        return node.infoAsked(t.now());
    }

    /** INFO to all replicas now. */
    static Master askReplicas(Turn t, Master before) {
        Master master = before;
        for (int i = 0; i < master.replicas().size(); i++) {
            Replica replica = master.replicas().at(i);
            if (t.at.since(replica.node().infoAskedMs()) > 0) {
                master = master.with(replica.with(askInfo(t, master, replica.node())));
            }
        }
        return master;
    }

    /** A hello to the whole group now, since what it says has changed. */
    static Master greetAll(Turn t, Master before) {
        Master master = before;
        master = master.with(greet(t, master, master.node()));
        for (int i = 0; i < master.replicas().size(); i++) {
            Replica replica = master.replicas().at(i);
            master = master.with(replica.with(greet(t, master, replica.node())));
        }
        for (int i = 0; i < master.sentinels().size(); i++) {
            master = greet(t, master, master.sentinels().at(i));
        }
        return master;
    }

    private static DataNode greet(Turn t, Master master, DataNode node) {
        if (!node.link().connected()) {
            return node.greeted(NEVER);
        }
        t.act(new Effect.PublishHello(master.linkTo(node.address()), hello(t, master)));
        return node.greeted(NEVER).helloAsked(t.now());
    }

    private static Master greet(Turn t, Master master, KnownSentinel sentinel) {
        Peer peer = t.state.peers().get(sentinel.runId());
        if (peer == null || !peer.link().connected()) {
            return master;
        }
        t.act(new Effect.PublishHello(peer.linkId(), hello(t, master)));
        return master.with(sentinel.helloAsked(t.now()));
    }

    private static Hello hello(Turn t, Master master) {
        String ip = t.rules.announceIp();
        return new Hello(
                ip == null ? null : Address.of(ip, t.rules.announcePort()),
                t.state.myId(),
                t.state.currentEpoch(),
                master.name(),
                master.currentAddress(),
                master.configEpoch());
    }

    // ------------------------------------------------------------------ answers

    static void linkUp(Turn t, Event.LinkUp event) {
        switch (event.link()) {
            case LinkId.ToNode id -> {
                Master master = t.master(id.master());
                DataNode node = master == null ? null : master.nodeAt(id.address());
                if (master != null && node != null) {
                    Link link = node.link().with(event.channel(), Wire.OPEN, t.now());
                    if (event.channel() == Channel.COMMAND) {
                        // First contact, or contact again: what it has become decides more than anything older. Of a
                        // master that is down it must be known before an answer to PING takes it back.
                        boolean infoFirst = Turn.unchanged(node, master.node())
                                && node.health().down();
                        if (!infoFirst) {
                            t.act(new Effect.SendPing(id));
                        }
                        node = askInfo(t, master, node.with(link.pinged(t.now())));
                        if (infoFirst) {
                            t.act(new Effect.SendPing(id));
                        }
                    } else {
                        node = node.with(link);
                    }
                    t.put(master.withNode(node));
                }
            }
            case LinkId.ToPeer id -> {
                Peer peer = t.state.peers().get(id.runId());
                if (peer != null && event.channel() == Channel.COMMAND) {
                    t.act(new Effect.SendPing(id));
                    t.state = t.state.with(peer.with(peer.link()
                            .with(Channel.COMMAND, Wire.OPEN, t.now())
                            .pinged(t.now())));
                }
            }
        }
    }

    static void linkDown(Turn t, Event.LinkDown event) {
        switch (event.link()) {
            case LinkId.ToNode id -> {
                Master master = t.master(id.master());
                DataNode node = master == null ? null : master.nodeAt(id.address());
                if (master != null && node != null) {
                    Replica replica = master.replicas().get(id.address());
                    reportLost(t, event, node.link(), replica == null ? t.name(master) : t.name(master, replica));
                    Link link = node.link().with(event.channel(), Wire.CLOSED, t.now());
                    t.put(master.withNode(node.with(event.refused() ? link.gone(t.now()) : link)));
                }
            }
            case LinkId.ToPeer id -> {
                Peer peer = t.state.peers().get(id.runId());
                if (peer != null) {
                    reportLost(t, event, peer.link(), "sentinel " + peer.runId() + " " + peer.address());
                    t.state = t.state.with(peer.with(peer.link().with(event.channel(), Wire.CLOSED, t.now())));
                }
            }
        }
    }

    /** A sign that a node's process is gone; asked at once, it may contradict. */
    static void memberLeft(Turn t, Event.MemberLeft event) {
        for (int i = 0; i < t.state.masters().size(); i++) {
            Master master = t.state.masters().at(i);
            DataNode node = master.nodeAt(event.address());
            if (node != null) {
                Link link = node.link().gone(t.now());
                if (link.connected()) {
                    t.act(new Effect.SendPing(master.linkTo(node.address())));
                    link = link.pinged(t.now());
                }
                t.put(master.withNode(node.with(link)));
            }
        }
    }

    /** A node's name leads to another address by now: it is the same node there, and connected anew. */
    static void moved(Turn t, Event.HostMoved event) {
        Master master = t.master(event.link().master());
        DataNode node = master == null ? null : master.nodeAt(event.link().address());
        Address to = event.moved();
        if (master == null || node == null || master.nodeAt(to) != null) {
            return;
        }
        DataNode there = node.with(closeBoth(t, node.link(), event.link())).at(to);
        Replica replica = master.replicas().get(node.address());
        String name = replica == null ? t.name(master) : t.name(master, replica);
        t.report(Level.NOTICE, "+address-change", master, name + " #now " + to);
        t.put(replica == null ? master.with(there) : master.replacing(replica, replica.with(there)));
        t.save();
    }

    private static void reportLost(Turn t, Event.LinkDown event, Link link, String name) {
        if (link.wire(event.channel()) == Wire.OPENING) {
            String type = event.channel() == Channel.COMMAND ? "-cmd-link-reconnection" : "-pubsub-link-reconnection";
            t.act(new Effect.Report(Level.DEBUG, type, name + " #" + event.reason()));
        }
    }

    static void ponged(Turn t, Event.Ponged event) {
        boolean acceptable = switch (event.answer()) {
            case PONG, ALIVE -> true;
            case BUSY, OTHER -> false;
        };
        switch (event.link()) {
            case LinkId.ToNode id -> {
                Master master = t.master(id.master());
                DataNode node = master == null ? null : master.nodeAt(id.address());
                if (master != null && node != null) {
                    if (event.answer() == Event.Pong.PONG
                            && Turn.unchanged(node, master.node())
                            && master.rebootSinceMs() != NEVER) {
                        master = master.rebooting(NEVER);
                    }
                    node = node.with(node.link().answered(acceptable, t.now()));
                    if (event.answer() == Event.Pong.BUSY && node.health().down() && !node.scriptKillSent()) {
                        t.act(new Effect.ScriptKill(id));
                        node = node.scriptKilled(true);
                    }
                    t.put(master.withNode(node));
                }
            }
            case LinkId.ToPeer id -> {
                Peer peer = t.state.peers().get(id.runId());
                if (peer != null) {
                    t.state = t.state.with(peer.with(peer.link().answered(acceptable, t.now())));
                }
            }
        }
    }

    static void helloPublished(Turn t, Event.HelloPublished event) {
        Master master = t.master(event.master());
        if (master == null || !event.accepted()) {
            return;
        }
        switch (event.link()) {
            case LinkId.ToNode id -> {
                DataNode node = master.nodeAt(id.address());
                if (node != null) {
                    t.put(master.withNode(node.greeted(t.now())));
                }
            }
            case LinkId.ToPeer id -> {
                KnownSentinel sentinel = master.sentinels().get(id.runId());
                if (sentinel != null) {
                    t.put(master.with(sentinel.greeted(t.now())));
                }
            }
        }
    }

    static void heard(Turn t, LinkId.ToNode id) {
        Master master = t.master(id.master());
        DataNode node = master == null ? null : master.nodeAt(id.address());
        if (master != null && node != null) {
            t.put(master.withNode(node.with(node.link().heard(t.now()))));
        }
    }

    /** A node says something that is no hello: one of ours does when its role has changed, so look. */
    static void heardOther(Turn t, LinkId.ToNode id) {
        heard(t, id);
        Master master = t.master(id.master());
        DataNode node = master == null ? null : master.nodeAt(id.address());
        if (master != null && node != null && t.at.since(node.infoAskedMs()) > 0) {
            t.put(master.withNode(askInfo(t, master, node)));
        }
    }
}
