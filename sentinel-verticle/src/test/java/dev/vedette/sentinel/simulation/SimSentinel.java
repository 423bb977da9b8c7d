package dev.vedette.sentinel.simulation;

import dev.vedette.sentinel.decide.Address;
import dev.vedette.sentinel.decide.Decision;
import dev.vedette.sentinel.decide.Effect;
import dev.vedette.sentinel.decide.Event;
import dev.vedette.sentinel.decide.Hello;
import dev.vedette.sentinel.decide.LinkId;
import dev.vedette.sentinel.decide.LinkId.Channel;
import dev.vedette.sentinel.decide.Moment;
import dev.vedette.sentinel.decide.Persisted;
import dev.vedette.sentinel.decide.Rules;
import dev.vedette.sentinel.decide.Sentinel;
import dev.vedette.sentinel.decide.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A sentinel's shell in the simulated world: carries out effects, turns what comes back into events. */
final class SimSentinel {

    /** An event that waits for its moment. */
    interface Happening {
        Event at(Moment moment);
    }

    /** One end of a connection. */
    private static final class Connection {
        final int host;
        boolean open;
        long lastSentMs;
        long lastReceivedMs;

        Connection(int host) {
            this.host = host;
        }
    }

    private record Key(LinkId link, Channel channel) {}

    final World world;
    final int host;
    final String id;
    final Address address;
    Rules rules;
    State state;
    boolean up;
    boolean paused;
    private Persisted disk;
    private long wallJumpMs;
    private int life;
    private long tickNumber;
    private long requests;
    // Ordered by insertion: an order by hash would differ from run to run, and with it every delay drawn.
    private final Map<Key, Connection> connections = new LinkedHashMap<>();
    private final Map<Long, Answer> waiting = new LinkedHashMap<>();
    private final List<Happening> inbox = new ArrayList<>();
    private boolean missedTick;

    /** What the last step came to. */
    List<Effect> lastEffects = List.of();

    /** How many effects of the next step that changes the disk are carried out before a crash; -1 for no crash. */
    private int crashAfterEffects = -1;

    private interface Answer {
        void down(boolean down, @Nullable String leader, long epoch);
    }

    SimSentinel(World world, int host, String id, Address address) {
        this.world = world;
        this.host = host;
        this.id = id;
        this.address = address;
        this.rules = Rules.defaults(address.port()).announcing(address.ip(), address.port(), false);
        this.disk = new Persisted(id, 0, List.of());
        this.state = disk.restore();
    }

    String name() {
        return "sentinel" + (host - 99);
    }

    // ------------------------------------------------------------------ life

    void configure(Persisted file) {
        disk = file;
    }

    Persisted disk() {
        return disk;
    }

    void start() {
        up = true;
        paused = false;
        life++;
        state = disk.restore();
        world.say(name(), "starts");
        feed(Event.Started::new);
    }

    void crash() {
        if (up) {
            world.say(name(), "crashes");
            up = false;
            paused = false;
            life++;
            connections.clear();
            waiting.clear();
            inbox.clear();
            missedTick = false;
            crashAfterEffects = -1;
            for (SimSentinel other : world.sentinels) {
                other.lost(this);
            }
        }
    }

    /** Crashes in the middle of the next step that writes to disk. */
    void crashSoon(int effects) {
        crashAfterEffects = effects;
    }

    void pause() {
        if (up && !paused) {
            world.say(name(), "is stopped");
            paused = true;
        }
    }

    void resume() {
        if (!paused) {
            return;
        }
        world.say(name(), "goes on");
        paused = false;
        boolean tickFirst = world.random.nextBoolean();
        if (tickFirst && missedTick) {
            missedTick = false;
            feed(Event.Tick::new);
        }
        List<Happening> waitingEvents = new ArrayList<>(inbox);
        inbox.clear();
        for (Happening happening : waitingEvents) {
            feed(happening);
        }
        if (missedTick) {
            missedTick = false;
            feed(Event.Tick::new);
        }
    }

    void jumpWallClock(long ms) {
        wallJumpMs += ms;
    }

    private Moment moment() {
        return new Moment(
                world.now() + 1000L * host,
                1_650_000_000_000L + world.now() + wallJumpMs,
                world.random.nextInt(1 << 30));
    }

    // ------------------------------------------------------------------ steps

    void feed(Happening happening) {
        if (!up) {
            return;
        }
        if (paused) {
            inbox.add(happening);
            return;
        }
        Event event = happening.at(moment());
        State before = state;
        Decision decision = Sentinel.step(rules, before, event);
        state = decision.state();
        world.invariants.stepped(this, before, event, decision);
        int mine = life;
        List<Effect> effects = decision.effects();
        lastEffects = effects;
        boolean doomed = crashAfterEffects >= 0 && !effects.isEmpty() && effects.getFirst() instanceof Effect.Persist;
        for (int i = 0; i < effects.size() && life == mine; i++) {
            if (doomed && i > crashAfterEffects) {
                crash();
                return;
            }
            carryOut(effects.get(i));
        }
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.Persist e -> disk = e.persisted();
            case Effect.Report e -> {
                if (e.level() != Effect.Level.DEBUG) {
                    world.say(name(), e.type() + " " + e.text());
                }
            }
            case Effect.LogLine e -> world.say(name(), e.text());
            case Effect.RunScript e -> world.say(name(), "runs " + e.path() + " " + String.join(" ", e.arguments()));
            case Effect.ScheduleTick e -> scheduleTick(e.afterMs());
            case Effect.Crash e -> crash();
            case Effect.Reply e -> world.say(name(), "answers " + e.outcome());
            case Effect.Connect e -> connect(e);
            case Effect.Disconnect e -> connections.remove(new Key(e.link(), e.channel()));
            case Effect.SendPing e -> ping(e.link());
            case Effect.SendInfo e -> info(e.link());
            case Effect.PublishHello e -> publish(e.link(), e.hello());
            case Effect.AskMasterDown e -> ask(e);
            case Effect.CastBallot e ->
                world.publish(this, true, m -> new Event.BallotSeen(m, e.master(), e.epoch(), e.voter(), e.leader()));
            case Effect.AnswerMasterDown e -> {
                Answer answer = waiting.remove(e.requestId());
                if (answer != null) {
                    answer.down(e.down(), e.leader(), e.leaderEpoch());
                }
            }
            case Effect.AnnounceSwitch e ->
                world.publish(
                        this,
                        false,
                        m -> new Event.SwitchAnnounced(m, e.master(), e.epoch(), e.sentinel(), e.address()));
            case Effect.SlaveOf e -> slaveOf(e);
            case Effect.HandOver e -> handOver(e);
            case Effect.ScriptKill e ->
                world.say(name(), "SCRIPT KILL to " + e.link().address());
        }
    }

    private void scheduleTick(long afterMs) {
        long number = ++tickNumber;
        int mine = life;
        world.in(afterMs, () -> {
            if (number == tickNumber && life == mine && up) {
                if (paused) {
                    missedTick = true;
                } else {
                    feed(Event.Tick::new);
                }
            }
        });
    }

    // ------------------------------------------------------------------ connections

    private void connect(Effect.Connect e) {
        Key key = new Key(e.link(), e.channel());
        Connection connection = switch (e.link()) {
            case LinkId.ToNode to -> {
                SimNode node = world.nodeAt(e.address());
                yield new Connection(node == null ? -1 : node.host);
            }
            case LinkId.ToPeer to -> {
                SimSentinel peer = world.sentinel(to.runId());
                yield new Connection(peer == null ? -1 : peer.host);
            }
        };
        connections.put(key, connection);
        if (connection.host < 0 || !world.reachBothWays(host, connection.host)) {
            return; // SYN into the void.
        }
        world.in(world.delay() * 2, () -> {
            if (connections.get(key) == connection) {
                if (alive(connection.host)) {
                    connection.open = true;
                    feed(m -> new Event.LinkUp(m, e.link(), e.channel()));
                } else {
                    connections.remove(key);
                    feed(m -> new Event.LinkDown(m, e.link(), e.channel(), "Connection refused", true));
                }
            }
        });
    }

    private boolean alive(int otherHost) {
        return otherHost >= 100 ? world.sentinels.get(otherHost - 100).up : world.nodes.get(otherHost).up;
    }

    /** That node is gone: TCP says so where it can. */
    void lost(SimNode node) {
        for (Key key : List.copyOf(connections.keySet())) {
            if (key.link() instanceof LinkId.ToNode to && to.address().equals(node.address)) {
                closed(key, node.host);
            }
        }
    }

    private void lost(SimSentinel other) {
        for (Key key : List.copyOf(connections.keySet())) {
            if (key.link() instanceof LinkId.ToPeer to && to.runId().equals(other.id)) {
                closed(key, other.host);
            }
        }
    }

    /** CLIENT KILL of all normal and pubsub clients but the one that ordered it. */
    void killedBy(SimNode node, boolean ordering) {
        for (Key key : List.copyOf(connections.keySet())) {
            if (key.link() instanceof LinkId.ToNode to
                    && to.address().equals(node.address)
                    && !(ordering && key.channel() == Channel.COMMAND)) {
                closed(key, node.host);
            }
        }
    }

    private void closed(Key key, int otherHost) {
        Connection connection = connections.get(key);
        if (connection == null || !world.reachBothWays(host, otherHost)) {
            return;
        }
        world.in(world.delay(), () -> {
            if (connections.get(key) == connection) {
                connections.remove(key);
                feed(m -> new Event.LinkDown(m, key.link(), key.channel(), "Connection reset by peer", false));
            }
        });
    }

    private @Nullable Connection open(LinkId link, Channel channel) {
        Connection connection = connections.get(new Key(link, channel));
        return connection != null && connection.open ? connection : null;
    }

    /** Sends a request over the command connection; {@code request} runs at the other side. */
    private void request(LinkId link, Runnable request) {
        Connection connection = open(link, Channel.COMMAND);
        if (connection == null) {
            return;
        }
        int to = connection.host;
        connection.lastSentMs = world.send(host, to, connection.lastSentMs, () -> {
            if (to < 100) {
                world.nodes.get(to).receive(request);
            } else {
                SimSentinel peer = world.sentinels.get(to - 100);
                if (peer.up) {
                    request.run();
                }
            }
        });
    }

    /** Brings an answer back over the command connection. */
    private void reply(LinkId link, Happening happening) {
        Connection connection = connections.get(new Key(link, Channel.COMMAND));
        if (connection == null) {
            return;
        }
        connection.lastReceivedMs = world.send(connection.host, host, connection.lastReceivedMs, () -> {
            if (connections.get(new Key(link, Channel.COMMAND)) == connection) {
                feed(happening);
            }
        });
    }

    private void ping(LinkId link) {
        request(link, () -> {
            Connection connection = connections.get(new Key(link, Channel.COMMAND));
            if (connection != null && connection.host >= 100 && world.sentinels.get(connection.host - 100).paused) {
                return; // Its kernel takes the bytes, nobody answers; the next PING will be.
            }
            reply(link, m -> new Event.Ponged(m, link, Event.Pong.PONG));
        });
    }

    private void info(LinkId.ToNode link) {
        SimNode node = world.nodeAt(link.address());
        if (node != null) {
            request(link, () -> {
                var info = node.info();
                reply(link, m -> new Event.InfoArrived(m, link, info));
            });
        }
    }

    private void slaveOf(Effect.SlaveOf e) {
        SimNode node = world.nodeAt(e.link().address());
        if (node != null) {
            request(e.link(), () -> node.slaveOf(e.master(), this));
        }
    }

    private void handOver(Effect.HandOver e) {
        SimNode node = world.nodeAt(e.link().address());
        if (node != null) {
            request(e.link(), () -> {
                String refusal = node.handOver(e.replica(), e.timeoutMs());
                if (refusal != null) {
                    reply(e.link(), m -> new Event.HandOverRefused(m, e.link(), refusal));
                }
            });
        }
    }

    private void publish(LinkId link, Hello hello) {
        switch (link) {
            case LinkId.ToNode to -> {
                SimNode node = world.nodeAt(to.address());
                if (node != null) {
                    request(link, () -> {
                        for (SimSentinel sentinel : world.sentinels) {
                            sentinel.hear(node, hello);
                        }
                        reply(link, m -> new Event.HelloPublished(m, link, hello.master(), true));
                    });
                }
            }
            case LinkId.ToPeer to ->
                request(link, () -> {
                    SimSentinel peer = world.sentinel(to.runId());
                    if (peer != null) {
                        peer.feed(m -> new Event.HelloReceived(m, null, hello));
                        reply(link, m -> new Event.HelloPublished(m, link, hello.master(), true));
                    }
                });
        }
    }

    private void hear(SimNode node, Hello hello) {
        LinkId.ToNode link = new LinkId.ToNode(node.group, node.address);
        Connection connection = open(link, Channel.PUBSUB);
        if (connection != null) {
            // Hellos may overtake one another: what order they come in must not matter.
            world.send(node.host, host, 0, () -> {
                if (connections.get(new Key(link, Channel.PUBSUB)) == connection) {
                    feed(m -> new Event.HelloReceived(m, link, hello));
                }
            });
        }
    }

    /** That node says something on the channel of the hellos that is none. */
    void hearOther(SimNode node) {
        LinkId.ToNode link = new LinkId.ToNode(node.group, node.address);
        Connection connection = open(link, Channel.PUBSUB);
        if (connection != null) {
            world.send(node.host, host, 0, () -> {
                if (connections.get(new Key(link, Channel.PUBSUB)) == connection) {
                    feed(m -> new Event.PubsubHeard(m, link));
                }
            });
        }
    }

    private void ask(Effect.AskMasterDown e) {
        SimSentinel peer = world.sentinel(e.link().runId());
        if (peer == null) {
            return;
        }
        request(e.link(), () -> {
            long request = peer.requests++;
            peer.waiting.put(
                    request,
                    (down, leader, epoch) -> reply(
                            e.link(), m -> new Event.MasterDownAnswered(m, e.master(), peer.id, down, leader, epoch)));
            peer.feed(m -> new Event.MasterDownAsked(m, request, e.address(), e.epoch(), e.candidate()));
        });
    }
}
