package dev.vedette.sentinel.simulation;

import dev.vedette.sentinel.decide.Event;
import dev.vedette.sentinel.decide.Master;
import dev.vedette.sentinel.decide.Persisted;
import dev.vedette.sentinel.decide.Rules;
import dev.vedette.sentinel.decide.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One random life of a cluster: it finds itself, suffers for a while, is healed, and must then come to rest with one
 * master that everyone follows and every sentinel knows.
 */
final class Chaos {

    private static final long WARM_UP_MS = 4_000;
    private static final long HEAL_LIMIT_MS = 60_000;
    private static final long REST_MS = 2_000;

    private final World world;
    private final SplittableRandom random;
    private final List<String> groups = new ArrayList<>();
    private final int quorum;
    private long restMs = Long.MAX_VALUE;

    Chaos(long seed, boolean recording) {
        world = new World(seed, recording);
        random = world.random;
        int groupCount = random.nextInt(10) == 0 ? 2 : 1;
        for (int g = 0; g < groupCount; g++) {
            groups.add("master" + (g + 1));
            int size = 2 + random.nextInt(3);
            SimNode first = world.addNode(groups.get(g), 6379);
            for (int i = 1; i < size; i++) {
                world.addNode(groups.get(g), 6379).following(first);
            }
        }
        int sentinels = random.nextInt(5) == 0 ? 5 : 3;
        quorum = 1 + random.nextInt(sentinels / 2 + 1);
        for (int i = 0; i < sentinels; i++) {
            SimSentinel sentinel =
                    world.addSentinel(String.valueOf((char) ('a' + i)).repeat(40));
            sentinel.rules = quick(sentinel.rules);
            sentinel.configure(new Persisted(
                    sentinel.id, 0, groups.stream().map(name -> entry(name)).toList()));
        }
        world.connect();
        if (random.nextInt(3) == 0) {
            world.delayMaxMs = random.nextLong(5, 150);
        }
        boolean refusing = random.nextInt(3) != 0;
        for (SimNode node : world.nodes) {
            node.handsOver = random.nextInt(4) != 0;
            node.refusesEmptyMaster = refusing;
            node.quietMs = random.nextLong(4000);
        }
        introduce(seed, sentinels);
    }

    private void introduce(long seed, int sentinels) {
        world.say(
                "world",
                "of seed " + seed + ": " + sentinels + " sentinels, quorum " + quorum + ", delays up to "
                        + world.delayMaxMs + " ms");
        for (SimNode node : world.nodes) {
            world.say(
                    node.name(),
                    "of " + node.group + " is " + node.address + (node.master == null ? ", master" : ", replica")
                            + (node.handsOver ? "" : ", knows no FAILOVER")
                            + (node.refusesEmptyMaster ? ", refuses an empty master" : ""));
        }
    }

    private Persisted.Entry entry(String name) {
        Settings settings = Settings.of(quorum, 1000, 6000, 1 + random.nextInt(2))
                .with(new Event.Setting.RebootDownAfter(random.nextInt(4) == 0 ? 200 : 0))
                .with(new Event.Setting.DownAfterHint(random.nextInt(4) == 0 ? 150 : 0));
        SimNode first = world.nodes.stream()
                .filter(n -> n.group.equals(name))
                .findFirst()
                .orElseThrow();
        return new Persisted.Entry(name, settings, first.address, 0, 0, List.of(), List.of());
    }

    /** Timers in about a fifth of their usual size, so that much happens in little time. */
    static Rules quick(Rules rules) {
        Rules quick = rules;
        Map<String, Long> timers = Map.of(
                "ping-period", 300L,
                "info-period", 2000L,
                "ask-period", 300L,
                "publish-period", 500L,
                "tilt-trigger", 800L,
                "tilt-period", 3000L,
                "slave-reconf-timeout", 2000L,
                "min-link-reconnect-period", 3000L,
                "election-timeout", 2000L);
        for (Map.Entry<String, Long> timer : timers.entrySet()) {
            Rules changed = quick.withTimer(timer.getKey(), timer.getValue());
            if (changed == null) {
                throw new IllegalArgumentException(timer.getKey());
            }
            quick = changed;
        }
        return quick;
    }

    String transcript() {
        return world.transcript();
    }

    /** How long after healing it came to rest. */
    long restMs() {
        return restMs;
    }

    World world() {
        return world;
    }

    // ------------------------------------------------------------------ the life

    void run() {
        for (SimSentinel sentinel : world.sentinels) {
            world.in(random.nextLong(300), sentinel::start);
        }
        world.run(WARM_UP_MS);
        while (!acquainted()) {
            if (world.now() > 5 * WARM_UP_MS) {
                throw new AssertionError("the sentinels have not found one another");
            }
            world.run(500);
        }
        if (random.nextInt(4) == 0) {
            aMasterComesBackEmpty();
        }
        int blows = 1 + random.nextInt(6);
        for (int i = 0; i < blows; i++) {
            strike();
            world.run(random.nextLong(50, random.nextBoolean() ? 500 : 4000));
        }
        heal();
        restMs = comeToRest();
    }

    /** Runs until all has been well for a while; how long it took to become so. */
    private long comeToRest() {
        long healedMs = world.now();
        long restSinceMs = -1;
        world.say("world", "must now come to rest");
        while (restSinceMs < 0 || world.now() - restSinceMs < REST_MS) {
            world.run(250);
            notDuelling();
            String unrest = unrest();
            if (unrest == null) {
                restSinceMs = restSinceMs < 0 ? world.now() : restSinceMs;
            } else {
                restSinceMs = -1;
                if (world.now() - healedMs > HEAL_LIMIT_MS) {
                    throw new AssertionError("no rest " + HEAL_LIMIT_MS + " ms after healing: " + unrest);
                }
            }
        }
        return restSinceMs - healedMs;
    }

    /** While all is well: what replicas hold that refuse an empty master is not lost. */
    private void aMasterComesBackEmpty() {
        String group = groups.get(random.nextInt(groups.size()));
        SimNode master = world.nodes.stream()
                .filter(n -> n.group.equals(group) && n.master == null)
                .findFirst()
                .orElseThrow();
        for (SimNode node : world.nodes) {
            node.refusesEmptyMaster = true;
        }
        comeToRest();
        long data = master.data;
        master.quietMs = 60_000;
        master.crash();
        world.run(random.nextBoolean() ? random.nextLong(20, 900) : random.nextLong(20, 6000));
        master.restart(true);
        comeToRest();
        for (SimNode node : world.nodes) {
            if (node.group.equals(group) && node.data != data) {
                throw new AssertionError(node.name() + " has lost the data that replicas held");
            }
        }
        master.quietMs = random.nextLong(4000);
    }

    private void notDuelling() {
        long bearable = 10 + world.now() / 1000;
        if (world.invariants.elections > bearable) {
            throw new AssertionError(world.invariants.elections + " elections in " + world.now() + " ms: a duel");
        }
    }

    private boolean acquainted() {
        for (SimSentinel sentinel : world.sentinels) {
            for (Master master : sentinel.state.masters()) {
                long members = world.nodes.stream()
                        .filter(n -> n.group.equals(master.name()))
                        .count();
                if (master.sentinels().size() != world.sentinels.size() - 1
                        || master.replicas().size() != members - 1) {
                    return false;
                }
            }
        }
        return true;
    }

    /** What is not yet as it should be, null if all is well. */
    private @Nullable String unrest() {
        for (String group : groups) {
            SimNode only = null;
            for (SimNode node : world.nodes) {
                if (node.group.equals(group) && node.master == null) {
                    if (only != null) {
                        return only.name() + " and " + node.name() + " are both masters";
                    }
                    only = node;
                }
            }
            if (only == null) {
                return "there is no master of " + group;
            }
            for (SimNode node : world.nodes) {
                if (node.group.equals(group) && node != only && !(only.address.equals(node.master) && node.linkUp)) {
                    return node.name() + " does not follow " + only.name();
                }
            }
            for (SimSentinel sentinel : world.sentinels) {
                Master master = sentinel.state.masters().get(group);
                if (master == null || !master.node().address().equals(only.address)) {
                    return sentinel.name() + " does not watch " + only.name();
                }
                if (master.failover().inProgress() || master.node().health().down()) {
                    return sentinel.name() + " is still busy with " + group;
                }
            }
        }
        return null;
    }

    // ------------------------------------------------------------------ faults

    private SimNode node() {
        // Masters suffer most.
        List<SimNode> masters =
                world.nodes.stream().filter(n -> n.master == null && n.up).toList();
        return masters.isEmpty() || random.nextInt(3) == 0
                ? world.nodes.get(random.nextInt(world.nodes.size()))
                : masters.get(random.nextInt(masters.size()));
    }

    private SimSentinel sentinel() {
        return world.sentinels.get(random.nextInt(world.sentinels.size()));
    }

    private List<Integer> side() {
        List<Integer> side = new ArrayList<>();
        for (SimNode node : world.nodes) {
            if (random.nextInt(3) == 0) {
                side.add(node.host);
            }
        }
        for (SimSentinel sentinel : world.sentinels) {
            if (random.nextInt(3) == 0) {
                side.add(sentinel.host);
            }
        }
        return side;
    }

    private void strike() {
        switch (random.nextInt(21)) {
            case 0, 1, 2 -> node().crash();
            case 3 -> {
                SimNode node = node();
                node.crash();
                world.in(random.nextLong(100, 6000), () -> node.restart(random.nextInt(4) == 0));
            }
            case 4, 5 -> {
                SimNode node = node();
                node.pause();
                world.in(random.nextLong(100, 8000), node::resume);
            }
            case 6 -> {
                SimSentinel sentinel = sentinel();
                sentinel.crash();
                world.in(random.nextLong(10, 5000), () -> startAgain(sentinel));
            }
            case 7 -> {
                SimSentinel sentinel = sentinel();
                sentinel.crashSoon(random.nextInt(6));
                world.in(random.nextLong(1000, 5000), () -> startAgain(sentinel));
            }
            case 8 -> {
                SimSentinel sentinel = sentinel();
                sentinel.pause();
                world.in(random.nextLong(100, 6000), sentinel::resume);
            }
            case 9 -> {
                long ms = random.nextLong(500, 6000);
                for (SimSentinel sentinel : world.sentinels) {
                    sentinel.pause();
                    world.in(ms, sentinel::resume);
                }
            }
            case 10, 11 -> {
                List<Integer> side = side();
                world.say("network", "cuts off " + side);
                world.partition(side);
                if (random.nextBoolean()) {
                    world.in(random.nextLong(500, 6000), this::healNetwork);
                }
            }
            case 12 -> {
                int from = random.nextBoolean() ? node().host : sentinel().host;
                for (SimSentinel sentinel : world.sentinels) {
                    if (sentinel.host != from && random.nextBoolean()) {
                        world.say("network", "blocks the way from " + from + " to " + sentinel.host);
                        world.block(from, sentinel.host);
                    }
                }
            }
            case 13 -> {
                world.loss = random.nextDouble(0.3);
                world.duplication = random.nextDouble(0.3);
                world.delayMaxMs = random.nextLong(5, 300);
                world.say("network", "turns bad");
            }
            case 14 -> {
                List<Integer> side = List.of(random.nextInt(world.sentinels.size()));
                world.say("bus", "splits off " + side);
                world.splitBus(side);
                world.in(random.nextLong(100, 8000), world::mergeBus);
            }
            case 15 -> {
                for (SimSentinel sentinel : world.sentinels) {
                    sentinel.jumpWallClock(random.nextLong(-10_000_000, 10_000_000));
                }
            }
            case 16 -> {
                SimSentinel sentinel = sentinel();
                world.say("operator", "SENTINEL FAILOVER at " + sentinel.name());
                sentinel.feed(m -> new Event.FailoverRequested(m, 1, groups.getFirst()));
            }
            case 17 -> {
                SimNode master = node();
                SimNode replica = world.nodes.get(random.nextInt(world.nodes.size()));
                if (master.up && !master.paused && replica.group.equals(master.group)) {
                    world.say("operator", "FAILOVER to " + replica.name() + " at " + master.name());
                    master.handOver(replica.address, 3000);
                }
            }
            case 18 -> {
                SimNode node = node();
                node.crash();
                world.in(random.nextLong(10, 900), () -> node.restart(true));
            }
            case 19 -> {
                SimNode master = node();
                if (master.up && !master.paused && master.master == null) {
                    master.flushAll();
                    if (random.nextBoolean()) {
                        world.in(random.nextLong(10, 2000), () -> {
                            master.crash();
                            master.restart(random.nextBoolean());
                        });
                    }
                }
            }
            case 20 -> {
                SimNode node = node();
                world.say("bus", "loses " + node.name());
                for (SimSentinel sentinel : world.sentinels) {
                    sentinel.feed(m -> new Event.MemberLeft(m, node.address));
                }
            }
            default -> throw new AssertionError();
        }
    }

    private void startAgain(SimSentinel sentinel) {
        if (!sentinel.up) {
            sentinel.start();
        }
    }

    private void healNetwork() {
        world.say("network", "is whole");
        world.healNetwork();
    }

    private void heal() {
        world.say("world", "is healed");
        world.loss = 0;
        world.duplication = 0;
        world.delayMinMs = 1;
        world.delayMaxMs = 3;
        world.healNetwork();
        world.mergeBus();
        for (SimNode node : world.nodes) {
            node.resume();
            node.restart(random.nextInt(8) == 0);
        }
        for (SimSentinel sentinel : world.sentinels) {
            sentinel.resume();
            startAgain(sentinel);
            sentinel.crashSoon(-1);
        }
    }
}
