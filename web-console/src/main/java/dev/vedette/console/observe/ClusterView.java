package dev.vedette.console.observe;

import java.util.List;

/**
 * The whole cluster at one moment. Immutable.
 *
 * @param nowMillis console's clock
 * @param headline what matters most, in a sentence
 * @param nodes every node, by id
 * @param failovers latest first
 * @param events latest last, at most {@link ClusterState#EVENTS_MAX}
 */
public record ClusterView(
        long nowMillis, Headline headline, List<NodeView> nodes, List<Failover> failovers, List<SeenEvent> events) {

    /**
     * What matters most at this moment.
     *
     * @param level {@code ok}, {@code info}, {@code warn} or {@code alert}
     * @param title a few words
     * @param detail one or two sentences
     */
    public record Headline(String level, String title, String detail) {}
}
