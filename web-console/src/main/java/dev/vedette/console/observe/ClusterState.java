package dev.vedette.console.observe;

import dev.vedette.wire.bus.NodeStatus;
import dev.vedette.wire.bus.SentinelEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the console knows, built from the reports of nodes and the events of sentinels; {@link #view} makes an immutable
 * picture of it.
 *
 * <p>Everything is bounded: nodes, events, failovers, samples. Time is an argument, always the console's own clock: what
 * the senders' clocks say is shown, but never reckoned with.
 *
 * <p>Not thread-safe; owned by the console's event loop.
 */
public final class ClusterState {

    /** Nodes kept; more are ignored. */
    public static final int NODES_MAX = 500;

    /** Events kept besides those of the failovers. */
    public static final int EVENTS_MAX = 300;

    /** A node that has been silent for so long is no longer shown. */
    public static final long FORGET_MILLIS = 6 * 3600_000L;

    /** Nodes that report within this time after the start were there before; no event is made of it. */
    static final long WARM_UP_MILLIS = 5000;

    private static final class Tracked {
        final String id;
        String address;
        String kind;
        NodeView.Via via;
        long seenMillis;
        boolean silent;
        String problem = "";
        InfoText info = InfoText.EMPTY;
        final History history = new History();

        Tracked(String id, String address, String kind, NodeView.Via via) {
            this.id = id;
            this.address = address;
            this.kind = kind;
            this.via = via;
        }

        boolean isSentinel() {
            return kind.equals(NodeStatus.SENTINEL);
        }

        boolean isReplica() {
            return !isSentinel() && info.text("role").equals("slave");
        }

        long offset() {
            return Math.max(0, info.number(isReplica() ? "slave_repl_offset" : "master_repl_offset", 0));
        }
    }

    private record Attached(long offset, long lagSeconds, String state) {}

    private final long silentAfterMillis;
    private final long startedMillis;
    private final Map<String, Tracked> nodes = new TreeMap<>(BY_HOST_AND_PORT);
    private final Map<String, String> sentinelIds = new HashMap<>();
    private final Map<String, String> votes = new HashMap<>();
    private final Deque<SeenEvent> events = new ArrayDeque<>();
    private final FailoverLog failoverLog = new FailoverLog();
    private long eventCount;

    private static final Comparator<String> BY_HOST_AND_PORT = Comparator.comparing(
                    (String id) -> id.substring(0, Math.max(0, id.lastIndexOf(':'))))
            .thenComparingLong(id -> InfoText.whole(id.substring(id.lastIndexOf(':') + 1), 0))
            .thenComparing(Comparator.naturalOrder());

    /**
     * Knows nothing yet.
     *
     * @param silentAfterMillis a node that has not reported for longer is silent
     * @param nowMillis the console's clock
     */
    public ClusterState(long silentAfterMillis, long nowMillis) {
        this.silentAfterMillis = silentAfterMillis;
        this.startedMillis = nowMillis;
    }

    /** Expects a node that the console asks by itself, so that it is shown even before it has ever answered. */
    public void expect(String address, long nowMillis) {
        String id = NodeId.of(address);
        Tracked node = new Tracked(id, address, NodeStatus.SERVER, NodeView.Via.POLL);
        node.silent = true;
        node.seenMillis = 0;
        if (nodes.size() < NODES_MAX) {
            nodes.putIfAbsent(id, node);
        }
    }

    /** Takes a node's report; what a node says of itself on the bus outranks what the console asked it. */
    public void reported(NodeStatus status, NodeView.Via via, long nowMillis) {
        String id = NodeId.of(status.node());
        Tracked node = nodes.get(id);
        if (node == null) {
            if (nodes.size() >= NODES_MAX || status.node().isEmpty()) {
                return;
            }
            node = new Tracked(id, status.node(), status.kind(), via);
            nodes.put(id, node);
        } else if (node.via == NodeView.Via.BUS && via == NodeView.Via.POLL && !node.silent) {
            return;
        }
        InfoText before = node.info;
        boolean first = node.seenMillis == 0;
        boolean wasSilent = node.silent;
        boolean wasReplica = node.isReplica();
        node.address = status.node();
        node.kind = status.kind();
        node.via = via;
        node.seenMillis = nowMillis;
        node.silent = false;
        node.problem = "";
        node.info = InfoText.parse(status.info());
        if (!node.isSentinel()) {
            node.history.add(new History.Sample(
                    nowMillis,
                    node.info.number("instantaneous_ops_per_sec", 0),
                    node.info.number("used_memory", 0),
                    node.offset()));
        }
        if (first) {
            if (nowMillis - startedMillis > WARM_UP_MILLIS) {
                saw(nowMillis, "joined", id + " reports for the first time.");
            }
            return;
        }
        noteChanges(node, before, wasReplica, wasSilent, nowMillis);
    }

    /** Says why a node that the console asks does not answer. */
    public void unreachable(String address, String problem) {
        Tracked node = nodes.get(NodeId.of(address));
        if (node != null && node.via == NodeView.Via.POLL) {
            node.problem = problem;
        }
    }

    /** Takes an event of a sentinel. */
    public void said(SentinelEvent event, long nowMillis) {
        String source = NodeId.of(event.sentinel());
        if (sentinelIds.size() < NODES_MAX) {
            sentinelIds.put(event.sentinelId(), source);
        }
        if (event.type().equals("+vote-for-leader") && votes.size() < NODES_MAX) {
            votes.put(source, event.text().strip());
        }
        SeenEvent seen = new SeenEvent(
                eventCount++,
                nowMillis,
                event.timeMillis(),
                source,
                event.level(),
                event.type(),
                event.text(),
                EventMeaning.of(event.type(), event.text()));
        keep(seen);
        failoverLog.sentinelSaid(seen);
    }

    /** Lets time pass: nodes fall silent, old ones are forgotten, failovers come to rest. */
    public void tick(long nowMillis) {
        for (Tracked node : nodes.values()) {
            if (!node.silent && nowMillis - node.seenMillis > silentAfterMillis) {
                node.silent = true;
                saw(nowMillis, "silent", label(node) + " has gone silent.");
            }
        }
        nodes.values()
                .removeIf(node ->
                        node.via == NodeView.Via.BUS && node.silent && nowMillis - node.seenMillis > FORGET_MILLIS);
        failoverLog.tick(nowMillis);
    }

    /** The recorded figures of a node; null if there is no such node. */
    public @Nullable History history(String id) {
        Tracked node = nodes.get(id);
        return node == null ? null : node.history;
    }

    /** The picture at this moment. */
    public ClusterView view(long nowMillis) {
        Map<String, Map<String, Attached>> attached = new HashMap<>();
        for (Tracked node : nodes.values()) {
            if (!node.isSentinel() && !node.silent) {
                attached.put(node.id, attachedTo(node));
            }
        }
        Map<String, NodeView> views = new TreeMap<>(BY_HOST_AND_PORT);
        for (Tracked node : nodes.values()) {
            views.put(node.id, view(node, attached));
        }
        addMentioned(views, attached);
        List<Failover> failovers = failoverLog.failovers();
        List<NodeView> all = List.copyOf(views.values());
        return new ClusterView(nowMillis, Headlines.of(nowMillis, all, failovers), all, failovers, List.copyOf(events));
    }

    private NodeView view(Tracked node, Map<String, Map<String, Attached>> attached) {
        InfoText info = node.info;
        NodeView.Following following = NodeView.Following.NOBODY;
        String role = "unknown";
        if (node.isSentinel()) {
            role = "sentinel";
        } else if (node.isReplica()) {
            role = "replica";
            following = following(node, attached);
        } else if (info.text("role").equals("master")) {
            role = "master";
        }
        return new NodeView(
                node.id,
                node.address,
                node.kind,
                node.via,
                node.seenMillis,
                node.silent,
                node.problem,
                role,
                following,
                node.offset(),
                Math.max(0, info.number("instantaneous_ops_per_sec", 0)),
                Math.max(0, info.number("used_memory", 0)),
                keys(info),
                Math.max(0, info.number("connected_clients", 0)),
                info.text("run_id"),
                software(info),
                node.isSentinel() ? beliefs(node) : List.of(),
                node.isSentinel() ? vote(node.id) : "",
                info);
    }

    private NodeView.Following following(Tracked node, Map<String, Map<String, Attached>> attached) {
        InfoText info = node.info;
        String master = masterOf(node);
        boolean up = info.text("master_link_status").equals("up");
        String link = up ? "up" : info.number("master_sync_in_progress", 0) == 1 ? "sync" : "down";
        long lagBytes = -1;
        long lagSeconds = info.number("master_last_io_seconds_ago", -1);
        Tracked masterNode = nodes.get(master);
        Attached entry = attached.getOrDefault(master, Map.of()).get(node.id);
        if (entry != null && masterNode != null) {
            lagBytes = Math.max(0, masterNode.offset() - entry.offset());
            lagSeconds = entry.lagSeconds();
        } else if (masterNode != null && masterNode.seenMillis > 0) {
            lagBytes = Math.max(0, masterNode.offset() - node.offset());
        }
        long downSeconds = up ? -1 : info.number("master_link_down_since_seconds", -1);
        return new NodeView.Following(master, link, downSeconds, lagBytes, lagSeconds);
    }

    private String masterOf(Tracked replica) {
        String port = replica.info.text("master_port");
        String id = NodeId.of(replica.info.text("master_host"), port);
        if (nodes.containsKey(id)) {
            return id;
        }
        // A node may be known to others by another name (a container's host name, a second address). The same port and
        // the same history, in one node only, is evidence enough.
        String replid = replica.info.text("master_replid");
        List<String> same = nodes.values().stream()
                .filter(node -> node != replica && !node.isSentinel() && !node.silent)
                .filter(node -> node.id.endsWith(":" + port))
                .filter(node ->
                        !replid.isEmpty() && node.info.text("master_replid").equals(replid))
                .map(node -> node.id)
                .toList();
        return same.size() == 1 ? same.get(0) : id;
    }

    /** The replicas that a node lists in its INFO, by id. */
    private Map<String, Attached> attachedTo(Tracked node) {
        Map<String, Attached> attached = new HashMap<>();
        int count = (int) Math.min(NODES_MAX, node.info.number("connected_slaves", 0));
        for (int i = 0; i < count; i++) {
            Map<String, String> parts = InfoText.parts(node.info.text("slave" + i));
            String port = parts.getOrDefault("port", "");
            if (port.isEmpty()) {
                continue;
            }
            String id = NodeId.of(parts.getOrDefault("ip", ""), port);
            if (!nodes.containsKey(id)) {
                List<String> same = nodes.values().stream()
                        .filter(other -> other.isReplica() && !other.silent)
                        .filter(other -> other.id.endsWith(":" + port))
                        .filter(other -> masterOf(other).equals(node.id))
                        .map(other -> other.id)
                        .toList();
                id = same.size() == 1 ? same.get(0) : id;
            }
            attached.put(
                    id,
                    new Attached(
                            InfoText.whole(parts.getOrDefault("offset", ""), 0),
                            InfoText.whole(parts.getOrDefault("lag", ""), -1),
                            parts.getOrDefault("state", "")));
        }
        return attached;
    }

    /** Adds the nodes that others name but that never reported: a real Redis among the replicas, a lost master. */
    private void addMentioned(Map<String, NodeView> views, Map<String, Map<String, Attached>> attached) {
        attached.forEach((master, replicas) -> replicas.forEach((id, entry) -> {
            if (views.size() < NODES_MAX && !views.containsKey(id)) {
                Tracked masterNode = nodes.get(master);
                long masterOffset = masterNode == null ? 0 : masterNode.offset();
                NodeView.Following following = new NodeView.Following(
                        master,
                        entry.state().equals("online") ? "up" : "sync",
                        -1,
                        Math.max(0, masterOffset - entry.offset()),
                        entry.lagSeconds());
                views.put(id, mentioned(id, "replica", following, entry.offset()));
            }
        }));
        for (Tracked node : nodes.values()) {
            String master = node.isReplica() && !node.silent ? masterOf(node) : "";
            if (!master.isEmpty() && views.size() < NODES_MAX && !views.containsKey(master)) {
                views.put(master, mentioned(master, "master", NodeView.Following.NOBODY, 0));
            }
            if (node.isSentinel() && !node.silent) {
                for (NodeView.Belief belief : beliefs(node)) {
                    if (views.size() < NODES_MAX && !views.containsKey(belief.address())) {
                        views.put(
                                belief.address(), mentioned(belief.address(), "master", NodeView.Following.NOBODY, 0));
                    }
                }
            }
        }
    }

    private static NodeView mentioned(String id, String role, NodeView.Following following, long offset) {
        return new NodeView(
                id,
                id,
                NodeStatus.SERVER,
                NodeView.Via.MENTION,
                0,
                false,
                "",
                role,
                following,
                offset,
                0,
                0,
                0,
                0,
                "",
                "",
                List.of(),
                "",
                InfoText.EMPTY);
    }

    private List<NodeView.Belief> beliefs(Tracked sentinel) {
        List<NodeView.Belief> beliefs = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            String line = sentinel.info.text("master" + i);
            if (line.isEmpty()) {
                break;
            }
            Map<String, String> parts = InfoText.parts(line);
            beliefs.add(new NodeView.Belief(
                    parts.getOrDefault("name", ""),
                    NodeId.of(parts.getOrDefault("address", "")),
                    parts.getOrDefault("status", ""),
                    InfoText.whole(parts.getOrDefault("slaves", ""), 0),
                    InfoText.whole(parts.getOrDefault("sentinels", ""), 0)));
        }
        return beliefs;
    }

    private String vote(String sentinel) {
        String[] words = votes.getOrDefault(sentinel, "").split(" ");
        if (words.length < 2) {
            return "";
        }
        return sentinelIds.getOrDefault(words[0], words[0].substring(0, Math.min(8, words[0].length()))) + " (epoch "
                + words[1] + ")";
    }

    private static long keys(InfoText info) {
        long keys = 0;
        for (Map.Entry<String, String> database :
                info.sections().getOrDefault("Keyspace", Map.of()).entrySet()) {
            keys += InfoText.whole(InfoText.parts(database.getValue()).getOrDefault("keys", ""), 0);
        }
        return keys;
    }

    private static String software(InfoText info) {
        String vedette = info.text("vedette_version");
        String redis = info.text("redis_version");
        return !vedette.isEmpty() ? "Vedette " + vedette : redis.isEmpty() ? "" : "Redis " + redis;
    }

    private void noteChanges(Tracked node, InfoText before, boolean wasReplica, boolean wasSilent, long nowMillis) {
        InfoText after = node.info;
        boolean restarted =
                !before.text("run_id").isEmpty() && !before.text("run_id").equals(after.text("run_id"));
        if (restarted) {
            saw(nowMillis, "restarted", label(node) + " was restarted.");
        } else if (wasSilent) {
            saw(nowMillis, "back", label(node) + " is back.");
        }
        if (node.isSentinel() || before.text("role").isEmpty()) {
            return;
        }
        boolean isReplica = node.isReplica();
        String master = isReplica ? masterOf(node) : "";
        if (wasReplica && !isReplica) {
            saw(nowMillis, "role", node.id + " is a master now (was a replica).");
        } else if (!wasReplica && isReplica) {
            saw(nowMillis, "role", node.id + " is a replica of " + master + " now (was a master).");
        } else if (isReplica
                && !(before.text("master_host") + ":" + before.text("master_port"))
                        .equals(after.text("master_host") + ":" + after.text("master_port"))) {
            saw(nowMillis, "role", node.id + " follows " + master + " now.");
        }
        if (isReplica) {
            String linkBefore = wasReplica ? before.text("master_link_status") : "down";
            String link = after.text("master_link_status");
            if (!link.equals(linkBefore)) {
                saw(
                        nowMillis,
                        link.equals("up") ? "link-up" : "link-down",
                        link.equals("up")
                                ? node.id + " is in touch with its master " + master + "."
                                : node.id + " has lost its master " + master + ".");
            }
            if (after.number("master_sync_in_progress", 0) == 1 && before.number("master_sync_in_progress", 0) == 0) {
                saw(nowMillis, "sync", node.id + " takes a full copy of its master's data.");
            }
        }
    }

    private static String label(Tracked node) {
        String role = node.isSentinel() ? "Sentinel" : node.isReplica() ? "Replica" : "Master";
        return role + " " + node.id;
    }

    private void saw(long nowMillis, String type, String meaning) {
        SeenEvent seen = new SeenEvent(eventCount++, nowMillis, nowMillis, SeenEvent.CONSOLE, "*", type, "", meaning);
        keep(seen);
        failoverLog.consoleSaw(seen);
    }

    private void keep(SeenEvent event) {
        events.addLast(event);
        while (events.size() > EVENTS_MAX) {
            events.removeFirst();
        }
    }
}
