package dev.vedette.sentinel.serve;

import static dev.vedette.sentinel.decide.Moment.NEVER;

import dev.vedette.sentinel.decide.Address;
import dev.vedette.sentinel.decide.DataNode;
import dev.vedette.sentinel.decide.Info;
import dev.vedette.sentinel.decide.KnownSentinel;
import dev.vedette.sentinel.decide.Link;
import dev.vedette.sentinel.decide.LinkId;
import dev.vedette.sentinel.decide.Master;
import dev.vedette.sentinel.decide.Peer;
import dev.vedette.sentinel.decide.Replica;
import dev.vedette.wire.resp.Reply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The maps by which SENTINEL MASTER, REPLICAS and SENTINELS describe an instance: Redis's fields in Redis's order. */
final class InstanceReplies {

    private final Watch watch;
    private final long nowMs;

    InstanceReplies(Watch watch) {
        this.watch = watch;
        this.nowMs = watch.nowMs();
    }

    Reply master(Master master) {
        DataNode node = master.node();
        List<String> flags = new ArrayList<>();
        addIf(flags, node.health().down(), "s_down");
        addIf(flags, master.down().down(), "o_down");
        flags.add("master");
        addIf(flags, isDisconnected(node.link()), "disconnected");
        addIf(flags, master.failover().inProgress(), "failover_in_progress");
        addIf(flags, master.failover().inProgress() && master.failover().forced(), "force_failover");
        addIf(flags, node.scriptKillSent(), "script_kill_sent");
        Answers.Fields fields = head(master.name(), node.address(), node.runId(), flags);
        link(fields, new LinkId.ToNode(master.name(), node.address()), 1);
        if (master.failover().inProgress()) {
            fields.put("failover-state", master.failover().state().word());
        }
        pings(fields, node.link());
        if (node.health().down()) {
            fields.put("s-down-time", nowMs - node.health().downSinceMs());
        }
        if (master.down().down()) {
            fields.put("o-down-time", nowMs - master.down().downSinceMs());
        }
        fields.put("down-after-milliseconds", master.settings().downAfterMs());
        reported(fields, node);
        fields.put("config-epoch", master.configEpoch())
                .put("num-slaves", master.replicas().size())
                .put("num-other-sentinels", master.sentinels().size())
                .put("quorum", master.settings().quorum())
                .put("failover-timeout", master.settings().failoverTimeoutMs())
                .put("parallel-syncs", master.settings().parallelSyncs());
        putIf(fields, "notification-script", master.settings().notificationScript());
        putIf(fields, "client-reconfig-script", master.settings().clientReconfigScript());
        if (master.settings().hintMs() > 0) {
            fields.put("down-after-hint-milliseconds", master.settings().hintMs());
        }
        putIf(fields, "failover-emptied-master", master.settings().failoverEmptied() ? null : "no");
        return fields.build();
    }

    Reply replica(Master master, Replica replica) {
        DataNode node = replica.node();
        List<String> flags = new ArrayList<>();
        addIf(flags, node.health().down(), "s_down");
        flags.add("slave");
        addIf(flags, isDisconnected(node.link()), "disconnected");
        switch (replica.reconf()) {
            case NONE -> {}
            case PROMOTED -> flags.add("promoted");
            case SENT -> flags.add("reconf_sent");
            case IN_PROGRESS -> flags.add("reconf_inprog");
            case DONE -> flags.add("reconf_done");
        }
        addIf(flags, node.scriptKillSent(), "script_kill_sent");
        String shown = node.address().shown(watch.rules());
        String name = (shown.contains(":") ? "[" + shown + "]" : shown) + ":"
                + node.address().port();
        Answers.Fields fields = head(name, node.address(), node.runId(), flags);
        link(fields, new LinkId.ToNode(master.name(), node.address()), 1);
        pings(fields, node.link());
        if (node.health().down()) {
            fields.put("s-down-time", nowMs - node.health().downSinceMs());
        }
        fields.put("down-after-milliseconds", master.settings().downAfterMs());
        reported(fields, node);
        Replica.Reported reported = replica.reported();
        @Nullable Address follows = reported.master();
        return fields.put("master-link-down-time", reported.linkDownMs())
                .put("master-link-status", reported.linkUp() ? "ok" : "err")
                .put("master-host", follows == null ? "?" : follows.host())
                .put("master-port", follows == null ? 0 : follows.port())
                .put("slave-priority", reported.priority())
                .put("slave-repl-offset", reported.offset())
                .put("replica-announced", reported.announced() ? 1 : 0)
                .build();
    }

    Reply sentinel(Master master, KnownSentinel sentinel) {
        @Nullable Peer peer = watch.state().peers().get(sentinel.runId());
        Link link = peer == null ? Link.created(nowMs) : peer.link();
        List<String> flags = new ArrayList<>();
        addIf(flags, sentinel.health().down(), "s_down");
        flags.add("sentinel");
        addIf(flags, !link.connected(), "disconnected");
        addIf(flags, sentinel.masterDown(), "master_down");
        int sharedBy = 0;
        for (Master other : watch.state().masters()) {
            sharedBy += other.sentinels().has(sentinel.runId()) ? 1 : 0;
        }
        Answers.Fields fields = head(sentinel.runId(), sentinel.address(), sentinel.runId(), flags);
        link(fields, new LinkId.ToPeer(sentinel.runId()), sharedBy);
        pings(fields, link);
        if (sentinel.health().down()) {
            fields.put("s-down-time", nowMs - sentinel.health().downSinceMs());
        }
        @Nullable String leader = sentinel.votedLeader();
        return fields.put("down-after-milliseconds", master.settings().downAfterMs())
                .put("last-hello-message", nowMs - sentinel.heardMs())
                .put("voted-leader", leader == null ? "?" : leader)
                .put("voted-leader-epoch", sentinel.votedEpoch())
                .build();
    }

    private Answers.Fields head(String name, Address address, @Nullable String runId, List<String> flags) {
        return new Answers.Fields()
                .put("name", name)
                .put("ip", address.shown(watch.rules()))
                .put("port", address.port())
                .put("runid", runId == null ? "" : runId)
                .put("flags", String.join(",", flags));
    }

    private void link(Answers.Fields fields, LinkId id, int sharedBy) {
        fields.put("link-pending-commands", watch.pendingCommands(id)).put("link-refcount", sharedBy);
    }

    private void pings(Answers.Fields fields, Link link) {
        fields.put("last-ping-sent", since(link.unansweredPingMs()))
                .put("last-ok-ping-reply", since(link.availableMs()))
                .put("last-ping-reply", since(link.pongMs()));
    }

    private void reported(Answers.Fields fields, DataNode node) {
        fields.put("info-refresh", since(node.infoMs()))
                .put("role-reported", node.role() == Info.Role.MASTER ? "master" : "slave")
                .put("role-reported-time", since(node.roleSinceMs()));
    }

    /** Milliseconds since then; 0 for never. */
    private long since(long thenMs) {
        return thenMs == NEVER ? 0 : nowMs - thenMs;
    }

    private static boolean isDisconnected(Link link) {
        return link.command() != Link.Wire.OPEN || link.pubsub() != Link.Wire.OPEN;
    }

    private static void addIf(List<String> flags, boolean condition, String flag) {
        if (condition) {
            flags.add(flag);
        }
    }

    private static void putIf(Answers.Fields fields, String key, @Nullable String value) {
        if (value != null) {
            fields.put(key, value);
        }
    }
}
