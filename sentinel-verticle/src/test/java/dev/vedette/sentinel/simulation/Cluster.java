package dev.vedette.sentinel.simulation;

import dev.vedette.sentinel.decide.Address;
import dev.vedette.sentinel.decide.Master;
import dev.vedette.sentinel.decide.Persisted;
import dev.vedette.sentinel.decide.Replica;
import dev.vedette.sentinel.decide.Settings;
import java.util.ArrayList;
import java.util.List;

/** A simulated cluster for a scripted scenario: real timers, a steady network, nothing random but the seed 1. */
final class Cluster {

    static final String GROUP = "host6379";
    private static final List<String> IDS = List.of(
            "673a6620f7e7ec1c2ead4c3db0a654084498d454",
            "8f1d05f3f7d0a9f0b6a9c2f51f10be2b8a7e4c11",
            "c7a2f0b94de1556d0d4df3a1f5be7d0f9d3b2a90",
            "d01e5b7a9c8f4e3d2b1a0f9e8d7c6b5a49382716",
            "e9f8d7c6b5a4938271605f4e3d2c1b0a99887766");

    final World world = new World(1, true);
    final List<String> groups = new ArrayList<>();

    static Cluster of(int sentinels, int quorum) {
        return of(sentinels, quorum, 1, 30_000);
    }

    /** One or more groups of a master and two replicas, on ports 6379, 6380, 6381 and 7379, 7380, 7381. */
    static Cluster of(int sentinels, int quorum, int groupCount, long downAfterMs) {
        Cluster cluster = new Cluster();
        for (int g = 0; g < groupCount; g++) {
            int port = 6379 + 1000 * g;
            String group = "host" + port;
            cluster.groups.add(group);
            SimNode master = cluster.world.addNode(group, Address.of("127.0.0.1", port));
            cluster.world.addNode(group, Address.of("127.0.0.1", port + 1)).following(master);
            cluster.world.addNode(group, Address.of("127.0.0.1", port + 2)).following(master);
        }
        for (int i = 0; i < sentinels; i++) {
            SimSentinel sentinel = cluster.world.addSentinel(IDS.get(i), Address.of("127.0.0.1", 26379 + i));
            sentinel.configure(new Persisted(
                    sentinel.id,
                    0,
                    cluster.groups.stream()
                            .map(group -> cluster.entry(group, quorum, downAfterMs))
                            .toList()));
        }
        cluster.world.connect();
        cluster.world.run(3000); // The replicas sync.
        return cluster;
    }

    private Persisted.Entry entry(String group, int quorum, long downAfterMs) {
        Settings settings = Settings.of(quorum, downAfterMs, 180_000, 1);
        return new Persisted.Entry(group, settings, first(group).address, 0, 0, List.of(), List.of());
    }

    private SimNode first(String group) {
        return world.nodes.stream()
                .filter(n -> n.group.equals(group))
                .findFirst()
                .orElseThrow();
    }

    Cluster start() {
        for (SimSentinel sentinel : world.sentinels) {
            sentinel.start();
            world.run(37);
        }
        return run(25_000);
    }

    Cluster run(long ms) {
        world.run(ms);
        return this;
    }

    SimNode node(int port) {
        SimNode node = world.nodeAt(Address.of("127.0.0.1", port));
        if (node == null) {
            throw new IllegalArgumentException("no node at " + port);
        }
        return node;
    }

    SimSentinel sentinel(int number) {
        return world.sentinels.get(number - 1);
    }

    Master master(int sentinel) {
        return master(sentinel, groups.getFirst());
    }

    Master master(int sentinel, String group) {
        Master master = sentinel(sentinel).state.masters().get(group);
        if (master == null) {
            throw new IllegalStateException("sentinel " + sentinel + " does not watch " + group);
        }
        return master;
    }

    Replica replica(int sentinel, int port) {
        Replica replica = master(sentinel).replicas().get(Address.of("127.0.0.1", port));
        if (replica == null) {
            throw new IllegalStateException("sentinel " + sentinel + " knows no replica at " + port);
        }
        return replica;
    }

    /** Lines of the transcript of one sentinel or node, without time and name, from that moment on. */
    List<String> said(String who, long sinceMs) {
        List<String> lines = new ArrayList<>();
        for (String line : world.transcript().lines().toList()) {
            long ms = Math.round(Double.parseDouble(line.substring(0, 11).trim()) * 1000);
            if (ms >= sinceMs && line.substring(12, 21).trim().equals(who)) {
                lines.add(line.substring(22));
            }
        }
        return lines;
    }
}
