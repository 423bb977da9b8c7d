package dev.vedette.console.show;

import dev.vedette.console.observe.ClusterState;
import dev.vedette.console.observe.ClusterView;
import dev.vedette.console.observe.Failover;
import dev.vedette.console.observe.History;
import dev.vedette.console.observe.InfoText;
import dev.vedette.console.observe.NodeView;
import dev.vedette.console.observe.SeenEvent;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the state of the cluster as JSON: whole, and as the difference from the version before.
 *
 * <p>A difference holds {@code version} and {@code base} (the version that it is to be applied to), {@code now},
 * {@code headline} if it changed, {@code nodes} that changed (whole, but without INFO), {@code info} (node to section to
 * field; null means gone), {@code gone} (ids of nodes), {@code samples} (node to new samples), {@code failovers} that
 * changed (whole) and {@code events} that are new.
 *
 * <p>Not thread-safe; owned by the console's event loop.
 */
final class StateJson {

    private final ClusterState state;
    private final boolean readOnly;
    private long version;
    private @Nullable ClusterView view;
    private Map<String, JsonObject> nodes = new LinkedHashMap<>();
    private Map<String, InfoText> infos = new HashMap<>();
    private final Map<String, Long> samplesSent = new HashMap<>();
    private Map<Long, Failover> failovers = new HashMap<>();
    private long nextEvent;

    StateJson(ClusterState state, boolean readOnly) {
        this.state = state;
        this.readOnly = readOnly;
    }

    long version() {
        return version;
    }

    /** Takes the next picture; returns the difference from the one before. */
    JsonObject advance(ClusterView next) {
        ClusterView before = view;
        JsonObject delta = new JsonObject()
                .put("version", version + 1)
                .put("base", version)
                .put("now", next.nowMillis());
        if (before == null || !before.headline().equals(next.headline())) {
            delta.put("headline", headline(next));
        }
        Map<String, JsonObject> nextNodes = new LinkedHashMap<>();
        Map<String, InfoText> nextInfos = new HashMap<>();
        JsonArray changed = new JsonArray();
        JsonObject changedInfo = new JsonObject();
        JsonObject samples = new JsonObject();
        for (NodeView node : next.nodes()) {
            JsonObject json = node(node);
            nextNodes.put(node.id(), json);
            nextInfos.put(node.id(), node.info());
            if (!json.equals(nodes.get(node.id()))) {
                changed.add(json);
            }
            JsonObject difference = difference(infos.getOrDefault(node.id(), InfoText.EMPTY), node.info());
            if (!difference.isEmpty()) {
                changedInfo.put(node.id(), difference);
            }
            JsonArray fresh = newSamples(node.id());
            if (!fresh.isEmpty()) {
                samples.put(node.id(), fresh);
            }
        }
        JsonArray gone = new JsonArray();
        nodes.keySet().stream().filter(id -> !nextNodes.containsKey(id)).forEach(gone::add);
        gone.forEach(id -> samplesSent.remove(String.valueOf(id)));

        Map<Long, Failover> nextFailovers = new HashMap<>();
        JsonArray changedFailovers = new JsonArray();
        for (Failover failover : next.failovers()) {
            nextFailovers.put(failover.number(), failover);
            if (!failover.equals(failovers.get(failover.number()))) {
                changedFailovers.add(failover(failover));
            }
        }
        JsonArray events = new JsonArray();
        for (SeenEvent event : next.events()) {
            if (event.seq() >= nextEvent) {
                events.add(event(event));
                nextEvent = event.seq() + 1;
            }
        }
        putIfAny(delta, "nodes", changed);
        if (!changedInfo.isEmpty()) {
            delta.put("info", changedInfo);
        }
        if (!samples.isEmpty()) {
            delta.put("samples", samples);
        }
        putIfAny(delta, "gone", gone);
        putIfAny(delta, "failovers", changedFailovers);
        putIfAny(delta, "events", events);
        nodes = nextNodes;
        infos = nextInfos;
        failovers = nextFailovers;
        view = next;
        version++;
        return delta;
    }

    /** All that is known, at the present version. */
    JsonObject full() {
        JsonObject full = new JsonObject().put("version", version).put("readOnly", readOnly);
        ClusterView present = view;
        if (present == null) {
            return full;
        }
        JsonObject info = new JsonObject();
        JsonObject samples = new JsonObject();
        JsonArray allNodes = new JsonArray();
        for (NodeView node : present.nodes()) {
            allNodes.add(nodes.get(node.id()));
            info.put(node.id(), difference(InfoText.EMPTY, node.info()));
            samples.put(node.id(), samples(node.id(), 0, samplesSent.getOrDefault(node.id(), 0L)));
        }
        JsonArray allFailovers = new JsonArray();
        present.failovers().forEach(f -> allFailovers.add(failover(f)));
        JsonArray events = new JsonArray();
        present.events().forEach(e -> events.add(event(e)));
        return full.put("now", present.nowMillis())
                .put("headline", headline(present))
                .put("nodes", allNodes)
                .put("info", info)
                .put("samples", samples)
                .put("failovers", allFailovers)
                .put("events", events);
    }

    private JsonArray newSamples(String id) {
        History history = state.history(id);
        if (history == null) {
            return new JsonArray();
        }
        long from = samplesSent.getOrDefault(id, 0L);
        samplesSent.put(id, history.count());
        return samples(id, from, history.count());
    }

    private JsonArray samples(String id, long from, long to) {
        JsonArray out = new JsonArray();
        History history = state.history(id);
        if (history != null) {
            for (long i = Math.max(from, history.first()); i < to; i++) {
                History.Sample sample = history.get(i);
                out.add(new JsonArray()
                        .add(sample.atMillis())
                        .add(sample.opsPerSecond())
                        .add(sample.memoryBytes())
                        .add(sample.offset()));
            }
        }
        return out;
    }

    private static void putIfAny(JsonObject target, String name, JsonArray values) {
        if (!values.isEmpty()) {
            target.put(name, values);
        }
    }

    private static JsonObject difference(InfoText before, InfoText after) {
        JsonObject out = new JsonObject();
        after.sections().forEach((section, fields) -> {
            Map<String, String> old = before.sections().getOrDefault(section, Map.of());
            JsonObject changed = new JsonObject();
            fields.forEach((field, value) -> {
                if (!value.equals(old.get(field))) {
                    changed.put(field, value);
                }
            });
            for (String field : old.keySet()) {
                if (!fields.containsKey(field)) {
                    changed.putNull(field);
                }
            }
            if (!changed.isEmpty()) {
                out.put(section, changed);
            }
        });
        for (String section : before.sections().keySet()) {
            if (!after.sections().containsKey(section)) {
                out.putNull(section);
            }
        }
        return out;
    }

    private static JsonObject headline(ClusterView view) {
        return new JsonObject()
                .put("level", view.headline().level())
                .put("title", view.headline().title())
                .put("detail", view.headline().detail());
    }

    private static JsonObject node(NodeView node) {
        JsonArray beliefs = new JsonArray();
        for (NodeView.Belief belief : node.beliefs()) {
            beliefs.add(new JsonObject()
                    .put("master", belief.master())
                    .put("address", belief.address())
                    .put("status", belief.status())
                    .put("replicas", belief.replicas())
                    .put("sentinels", belief.sentinels()));
        }
        return new JsonObject()
                .put("id", node.id())
                .put("kind", node.kind())
                .put("via", node.via().name().toLowerCase(Locale.ROOT))
                .put("seen", node.seenMillis())
                .put("silent", node.silent())
                .put("problem", node.problem())
                .put("role", node.role())
                .put("master", node.following().master())
                .put("link", node.following().link())
                .put("downSeconds", node.following().downSeconds())
                .put("lagBytes", node.following().lagBytes())
                .put("lagSeconds", node.following().lagSeconds())
                .put("offset", node.offset())
                .put("ops", node.opsPerSecond())
                .put("memory", node.memoryBytes())
                .put("keys", node.keys())
                .put("clients", node.clients())
                .put("runId", node.runId())
                .put("software", node.software())
                .put("beliefs", beliefs)
                .put("vote", node.vote());
    }

    private static JsonObject failover(Failover failover) {
        JsonObject milestones = new JsonObject();
        failover.milestones()
                .forEach((step, atMillis) -> milestones.put(step.name().toLowerCase(Locale.ROOT), atMillis));
        JsonArray events = new JsonArray();
        failover.events().forEach(e -> events.add(event(e)));
        return new JsonObject()
                .put("number", failover.number())
                .put("master", failover.master())
                .put("oldMaster", failover.oldMaster())
                .put("newMaster", failover.newMaster())
                .put("leader", failover.leader())
                .put("phase", failover.phase().name().toLowerCase(Locale.ROOT))
                .put("running", failover.phase().isRunning())
                .put("milestones", milestones)
                .put("started", failover.startedMillis())
                .put("last", failover.lastMillis())
                .put("events", events);
    }

    private static JsonObject event(SeenEvent event) {
        return new JsonObject()
                .put("seq", event.seq())
                .put("at", event.atMillis())
                .put("sent", event.sentMillis())
                .put("source", event.source())
                .put("level", event.level())
                .put("type", event.type())
                .put("text", event.text())
                .put("meaning", event.meaning());
    }
}
