package dev.vedette.console.observe;

import java.util.List;

/** Finds the sentence that tells someone who opens the page what is going on. */
final class Headlines {

    /** How long a failover that is over stays the headline. */
    static final long NEWS_MILLIS = 60_000;

    private Headlines() {}

    static ClusterView.Headline of(long nowMillis, List<NodeView> nodes, List<Failover> failovers) {
        for (Failover failover : failovers) {
            if (failover.phase().isRunning()) {
                return running(failover, nodes);
            }
        }
        if (!failovers.isEmpty() && nowMillis - failovers.get(0).lastMillis() < NEWS_MILLIS) {
            Failover failover = failovers.get(0);
            switch (failover.phase()) {
                case DONE -> {
                    return new ClusterView.Headline(
                            "info",
                            "Failover complete",
                            failover.newMaster() + " has taken over from " + failover.oldMaster() + " as master of '"
                                    + failover.master() + "'. It took "
                                    + seconds(failover.durationMillis()) + " from the first sign.");
                }
                case ABORTED -> {
                    return new ClusterView.Headline(
                            "alert",
                            "Failover given up",
                            "The failover of '" + failover.master()
                                    + "' did not succeed. The sentinels will try again if the master stays down.");
                }
                case CLEARED -> {
                    return new ClusterView.Headline(
                            "info",
                            "False alarm",
                            "The master " + failover.oldMaster() + " of '" + failover.master()
                                    + "' answers again; nothing was changed.");
                }
                default -> {}
            }
        }
        return calm(nodes);
    }

    private static ClusterView.Headline running(Failover failover, List<NodeView> nodes) {
        String name = "'" + failover.master() + "'";
        long watching = nodes.stream()
                .filter(node -> node.role().equals("sentinel") && !node.silent())
                .filter(node -> node.beliefs().stream().anyMatch(b -> b.master().equals(failover.master())))
                .count();
        long suspecting = nodes.stream()
                .filter(node -> node.role().equals("sentinel") && !node.silent())
                .filter(node -> node.beliefs().stream()
                        .anyMatch(b -> b.master().equals(failover.master())
                                && !b.status().equals("ok")
                                && b.address().equals(failover.oldMaster())))
                .count();
        String agree = watching > 0 && suspecting > 0
                ? " " + suspecting + " of " + watching + " sentinels take it for down."
                : "";
        return switch (failover.phase()) {
            case SUSPECTED ->
                new ClusterView.Headline(
                        "warn",
                        "Master under suspicion",
                        failover.oldMaster() + ", master of " + name + ", does not answer." + agree
                                + " Nothing happens before enough of them agree.");
            case AGREED ->
                new ClusterView.Headline(
                        "alert",
                        "Master is down",
                        failover.oldMaster() + ", master of " + name + ", is down: enough sentinels agree." + agree
                                + " They now elect the one that leads the failover.");
            case ELECTING ->
                new ClusterView.Headline(
                        "alert",
                        "Election of a leader",
                        "The sentinels vote for the one that replaces " + failover.oldMaster() + ", master of " + name
                                + "." + agree);
            case PROMOTING ->
                new ClusterView.Headline(
                        "alert",
                        "Promoting a replica",
                        "Sentinel " + failover.leader() + " leads the failover of " + name + ". "
                                + (failover.newMaster().isEmpty()
                                        ? "It looks for the best replica."
                                        : "It makes " + failover.newMaster() + " the new master."));
            default ->
                new ClusterView.Headline(
                        "warn",
                        "New master in place",
                        failover.newMaster() + " is the new master of " + name
                                + "; the remaining replicas and sentinels are turning to it.");
        };
    }

    private static ClusterView.Headline calm(List<NodeView> nodes) {
        if (nodes.isEmpty()) {
            return new ClusterView.Headline(
                    "warn",
                    "No node has reported yet",
                    "Start servers and sentinels with the same cluster configuration as this console, or point the "
                            + "console at nodes.");
        }
        List<String> silent =
                nodes.stream().filter(NodeView::silent).map(NodeView::id).toList();
        List<String> masters = nodes.stream()
                .filter(node -> node.role().equals("master") && !node.silent())
                .map(NodeView::id)
                .toList();
        List<String> unlinked = nodes.stream()
                .filter(node -> node.role().equals("replica") && !node.silent())
                .filter(node -> !node.following().link().equals("up"))
                .map(NodeView::id)
                .toList();
        if (masters.isEmpty() && nodes.stream().anyMatch(node -> !node.role().equals("sentinel"))) {
            return new ClusterView.Headline(
                    "alert", "No master", "No node that reports is a master; nothing can be written.");
        }
        if (!silent.isEmpty()) {
            return new ClusterView.Headline(
                    "warn",
                    silent.size() == 1 ? "A node is silent" : silent.size() + " nodes are silent",
                    "Nothing is heard from " + listed(silent) + ".");
        }
        if (!unlinked.isEmpty()) {
            return new ClusterView.Headline(
                    "warn",
                    unlinked.size() == 1 ? "A replica is out of touch" : unlinked.size() + " replicas are out of touch",
                    listed(unlinked) + (unlinked.size() == 1 ? " does" : " do") + " not receive changes at present.");
        }
        long replicas =
                nodes.stream().filter(node -> node.role().equals("replica")).count();
        long sentinels =
                nodes.stream().filter(node -> node.role().equals("sentinel")).count();
        List<String> mentioned = nodes.stream()
                .filter(node -> node.via() == NodeView.Via.MENTION)
                .map(NodeView::id)
                .toList();
        return new ClusterView.Headline(
                "ok",
                mentioned.isEmpty() ? "All is well" : "All that report are well",
                (masters.size() == 1 ? masters.get(0) + " is the master" : masters.size() + " masters") + ", "
                        + (replicas == 1 ? "1 replica follows" : replicas + " replicas follow")
                        + (sentinels == 0
                                ? "."
                                : ", " + (sentinels == 1 ? "1 sentinel" : sentinels + " sentinels") + " on watch.")
                        + (mentioned.isEmpty() ? "" : " Known from others only: " + listed(mentioned) + "."));
    }

    private static String listed(List<String> ids) {
        return ids.size() <= 3
                ? String.join(", ", ids)
                : String.join(", ", ids.subList(0, 3)) + " and " + (ids.size() - 3) + " more";
    }

    private static String seconds(long millis) {
        return (millis / 1000) + "." + (millis % 1000 / 100) + " s";
    }
}
