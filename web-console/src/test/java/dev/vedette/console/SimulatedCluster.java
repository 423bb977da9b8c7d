package dev.vedette.console;

import dev.vedette.wire.bus.NodeStatus;
import dev.vedette.wire.bus.SentinelEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A family of nodes that exists only as what it would say on the bus: master 6379, replicas 6380 and 6381, 6382 a
 * replica of 6381, sentinels 26379 to 26381 which guard "mymaster". A failover is played by {@link #failover()}'s steps.
 */
final class SimulatedCluster {

    static final String NAME = "mymaster";
    private static final String HOST = "127.0.0.1";

    private static final class Server {
        final int port;
        int master;
        boolean alive = true;
        boolean linkUp = true;
        long linkDownSeconds;
        long offset = 50_000;
        long ops = 1200;
        final String runId;

        Server(int port, int master) {
            this.port = port;
            this.master = master;
            this.runId = Integer.toHexString(port).repeat(12).substring(0, 40);
        }
    }

    private static final class Guard {
        final int port;
        final String runId;
        String status = "ok";
        int master = 6379;

        Guard(int port) {
            this.port = port;
            this.runId = Integer.toHexString(port).repeat(12).substring(0, 40);
        }
    }

    /** One step of a story: what happens, what the sentinels say, and when after the step before. */
    record Step(long afterMillis, Runnable change, List<SentinelEvent> events) {}

    private final Map<Integer, Server> servers = new LinkedHashMap<>();
    private final Map<Integer, Guard> guards = new LinkedHashMap<>();
    private long seconds;

    SimulatedCluster() {
        servers.put(6379, new Server(6379, 0));
        servers.put(6380, new Server(6380, 6379));
        servers.put(6381, new Server(6381, 6379));
        servers.put(6382, new Server(6382, 6381));
        for (int port = 26379; port <= 26381; port++) {
            guards.put(port, new Guard(port));
        }
    }

    /** Lets a second pass: writes happen at the master and reach those that are linked to it. */
    void second() {
        seconds++;
        for (Server server : servers.values()) {
            if (server.master == 0 && server.alive) {
                long wave = Math.round(900 * Math.sin(seconds / 17.0) + 250 * Math.sin(seconds / 3.1));
                server.ops = 1500 + wave;
                server.offset += server.ops * 41;
            }
        }
        for (int pass = 0; pass < 3; pass++) {
            for (Server server : servers.values()) {
                Server master = servers.get(server.master);
                if (master != null && server.alive && server.linkUp) {
                    server.offset = Math.max(server.offset, master.offset - server.port % 3 * 41L);
                    server.ops = master.ops / 2;
                }
            }
        }
        servers.values().forEach(server -> server.linkDownSeconds = server.linkUp ? 0 : server.linkDownSeconds + 1);
    }

    /** What every living node reports now. */
    List<NodeStatus> reports(long nowMillis) {
        List<NodeStatus> reports = new ArrayList<>();
        for (Server server : servers.values()) {
            if (server.alive) {
                reports.add(new NodeStatus(HOST + ":" + server.port, NodeStatus.SERVER, nowMillis, info(server)));
            }
        }
        for (Guard guard : guards.values()) {
            reports.add(new NodeStatus(HOST + ":" + guard.port, NodeStatus.SENTINEL, nowMillis, info(guard)));
        }
        return reports;
    }

    void kill(int port) {
        Server dead = server(port);
        dead.alive = false;
        servers.values().stream().filter(s -> s.master == port).forEach(s -> s.linkUp = false);
    }

    void revive(int port, int master) {
        Server server = server(port);
        server.alive = true;
        server.master = master;
        server.linkUp = true;
    }

    void follow(int port, int master) {
        Server server = server(port);
        server.master = master;
        server.linkUp = true;
    }

    void break_(int port) {
        server(port).linkUp = false;
    }

    /** 6379 dies; 26380 leads; 6380 takes over; 6381 is pointed to it; the others switch. */
    List<Step> failover() {
        String master = "master " + NAME + " " + HOST + " 6379";
        String at = " @ " + NAME + " " + HOST + " 6379";
        String chosen = "slave " + HOST + ":6380 " + HOST + " 6380" + at;
        String other = "slave " + HOST + ":6381 " + HOST + " 6381" + at;
        String switched = NAME + " " + HOST + " 6379 " + HOST + " 6380";
        String leader = guard(26380).runId;
        List<Step> steps = new ArrayList<>();
        steps.add(new Step(0, () -> kill(6379), List.of()));
        steps.add(new Step(3100, () -> believes(26380, "sdown"), List.of(event(26380, "#", "+sdown", master))));
        steps.add(new Step(220, () -> believes(26379, "sdown"), List.of(event(26379, "#", "+sdown", master))));
        steps.add(new Step(
                310,
                () -> believes(26380, "odown"),
                List.of(
                        event(26380, "#", "+odown", master + " #quorum 2/2"),
                        event(26380, "#", "+new-epoch", "1"),
                        event(26380, "#", "+try-failover", master),
                        event(26380, "#", "+vote-for-leader", leader + " 1"))));
        steps.add(new Step(
                90,
                () -> {},
                List.of(
                        event(26379, "#", "+new-epoch", "1"),
                        event(26379, "#", "+vote-for-leader", leader + " 1"),
                        event(26381, "#", "+new-epoch", "1"),
                        event(26381, "#", "+vote-for-leader", leader + " 1"))));
        steps.add(new Step(
                60,
                () -> believes(26379, "odown"),
                List.of(
                        event(26380, "#", "+elected-leader", master),
                        event(26380, "#", "+failover-state-select-slave", master))));
        steps.add(new Step(
                80,
                () -> {},
                List.of(
                        event(26380, "#", "+selected-slave", chosen),
                        event(26380, "*", "+failover-state-send-slaveof-noone", chosen),
                        event(26380, "*", "+failover-state-wait-promotion", chosen))));
        steps.add(new Step(
                620,
                () -> follow(6380, 0),
                List.of(
                        event(26380, "#", "+promoted-slave", chosen),
                        event(26380, "#", "+failover-state-reconf-slaves", master))));
        steps.add(new Step(
                240,
                () -> {
                    follow(6381, 6380);
                    turns(26379);
                    turns(26381);
                },
                List.of(
                        event(26380, "*", "+slave-reconf-sent", other),
                        event(26379, "#", "+config-update-from", "sentinel " + leader + " " + HOST + " 26380" + at),
                        event(26379, "#", "+switch-master", switched),
                        event(26381, "#", "+config-update-from", "sentinel " + leader + " " + HOST + " 26380" + at),
                        event(26381, "#", "+switch-master", switched))));
        steps.add(new Step(
                1010,
                () -> {},
                List.of(
                        event(26380, "*", "+slave-reconf-inprog", other),
                        event(26380, "*", "+slave-reconf-done", other))));
        steps.add(new Step(
                150,
                () -> turns(26380),
                List.of(event(26380, "#", "+failover-end", master), event(26380, "#", "+switch-master", switched))));
        return steps;
    }

    SentinelEvent event(int sentinel, String level, String type, String text) {
        return new SentinelEvent(HOST + ":" + sentinel, guard(sentinel).runId, 0, level, type, text);
    }

    private void believes(int sentinel, String status) {
        guard(sentinel).status = status;
    }

    private void turns(int sentinel) {
        guard(sentinel).status = "ok";
        guard(sentinel).master = 6380;
    }

    private Server server(int port) {
        Server server = servers.get(port);
        if (server == null) {
            throw new IllegalArgumentException("no server " + port);
        }
        return server;
    }

    private Guard guard(int port) {
        Guard guard = guards.get(port);
        if (guard == null) {
            throw new IllegalArgumentException("no sentinel " + port);
        }
        return guard;
    }

    private String info(Server server) {
        StringBuilder out = new StringBuilder();
        line(out, "# Server");
        line(out, "redis_version:7.0.15");
        line(out, "vedette_version:0.1.0");
        line(out, "redis_mode:standalone");
        line(out, "run_id:" + server.runId);
        line(out, "tcp_port:" + server.port);
        line(out, "uptime_in_seconds:" + (4000 + seconds));
        line(out, "");
        line(out, "# Clients");
        line(out, "connected_clients:" + (3 + seconds % 4));
        line(out, "");
        line(out, "# Memory");
        long memory = 12_000_000 + server.offset / 40 + seconds % 60 * 20_000;
        line(out, "used_memory:" + memory);
        line(out, "used_memory_human:" + memory / 1048576 + "M");
        line(out, "");
        line(out, "# Stats");
        line(out, "total_commands_processed:" + server.offset / 41);
        line(out, "instantaneous_ops_per_sec:" + server.ops);
        line(out, "");
        line(out, "# Replication");
        line(out, "role:" + (server.master == 0 ? "master" : "slave"));
        if (server.master != 0) {
            line(out, "master_host:" + HOST);
            line(out, "master_port:" + server.master);
            line(out, "master_link_status:" + (server.linkUp ? "up" : "down"));
            line(out, "master_last_io_seconds_ago:" + (server.linkUp ? 0 : -1));
            line(out, "master_sync_in_progress:0");
            line(out, "slave_read_repl_offset:" + server.offset);
            line(out, "slave_repl_offset:" + server.offset);
            if (!server.linkUp) {
                line(out, "master_link_down_since_seconds:" + server.linkDownSeconds);
            }
            line(out, "slave_priority:100");
            line(out, "slave_read_only:1");
        }
        List<Server> replicas = servers.values().stream()
                .filter(s -> s.master == server.port && s.alive && s.linkUp)
                .toList();
        line(out, "connected_slaves:" + replicas.size());
        for (int i = 0; i < replicas.size(); i++) {
            Server replica = replicas.get(i);
            line(
                    out,
                    "slave" + i + ":ip=" + HOST + ",port=" + replica.port + ",state=online,offset=" + replica.offset
                            + ",lag=" + replica.port % 2);
        }
        line(out, "master_failover_state:no-failover");
        line(out, "master_replid:418e39999e908c633bf8103c2c4a6c8a5940274e");
        line(out, "master_repl_offset:" + server.offset);
        line(out, "repl_backlog_active:1");
        line(out, "");
        line(out, "# Keyspace");
        line(out, "db0:keys=" + (1000 + seconds) + ",expires=12,avg_ttl=0");
        return out.toString();
    }

    private String info(Guard guard) {
        StringBuilder out = new StringBuilder();
        line(out, "# Server");
        line(out, "redis_version:7.0.15");
        line(out, "vedette_version:0.1.0");
        line(out, "redis_mode:sentinel");
        line(out, "run_id:" + guard.runId);
        line(out, "");
        line(out, "# Clients");
        line(out, "connected_clients:4");
        line(out, "");
        line(out, "# Sentinel");
        line(out, "sentinel_masters:1");
        line(out, "sentinel_tilt:0");
        line(
                out,
                "master0:name=" + NAME + ",status=" + guard.status + ",address=" + HOST + ":" + guard.master
                        + ",slaves=3,sentinels=3");
        return out.toString();
    }

    private static void line(StringBuilder out, String line) {
        out.append(line).append("\r\n");
    }
}
