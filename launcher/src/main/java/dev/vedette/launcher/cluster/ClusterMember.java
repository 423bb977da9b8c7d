package dev.vedette.launcher.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.XmlConfigBuilder;
import com.hazelcast.core.HazelcastInstance;
import dev.vedette.launcher.log.JulBridge;
import dev.vedette.wire.bus.JsonCodec;
import dev.vedette.wire.bus.NodeStatus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;

/** This process as a member of the cluster: the clustered Vert.x instance and the Hazelcast instance under it. */
public final class ClusterMember {

    private final Vertx vertx;
    private final HazelcastInstance hazelcast;

    private ClusterMember(Vertx vertx, HazelcastInstance hazelcast) {
        this.vertx = vertx;
        this.hazelcast = hazelcast;
    }

    /**
     * Joins in the background.
     *
     * @param clusterConfig Hazelcast's configuration, in its XML format
     * @param options of the clustered Vert.x instance
     * @param node {@link NodeStatus#MEMBER_ATTRIBUTE} of this member, or empty for none
     * @param log gets a line when this process has joined
     * @return completes on an event loop of that instance
     */
    public static Future<ClusterMember> join(Path clusterConfig, VertxOptions options, String node, System.Logger log) {
        Promise<ClusterMember> joined = Promise.promise();
        // Reading the XML and starting Hazelcast takes most of a second: not on an event loop.
        Thread joining = new Thread(
                () -> {
                    try {
                        start(clusterConfig, options, node, log).onComplete(joined);
                    } catch (Throwable failure) {
                        joined.fail(failure);
                    }
                },
                "vedette-join");
        joining.setDaemon(true);
        joining.start();
        return joined.future();
    }

    private static Future<ClusterMember> start(Path clusterConfig, VertxOptions options, String node, System.Logger log)
            throws java.io.IOException {
        JulBridge.install();
        Config config;
        try (InputStream xml = Files.newInputStream(clusterConfig)) {
            config = new XmlConfigBuilder(xml).build();
        }
        if (!node.isEmpty()) {
            config.getMemberAttributeConfig().setAttribute(NodeStatus.MEMBER_ATTRIBUTE, node);
        }
        HazelcastClusterManager manager = new HazelcastClusterManager(config);
        return Vertx.builder()
                .with(options)
                .withTransport(Transport.NIO)
                .withClusterManager(manager)
                .buildClustered()
                .map(vertx -> {
                    JsonCodec.registerAll(vertx.eventBus());
                    HazelcastInstance hazelcast = manager.getHazelcastInstance();
                    log.log(
                            Level.INFO,
                            "Joined the cluster '" + hazelcast.getConfig().getClusterName() + "' as "
                                    + hazelcast.getCluster().getLocalMember().getAddress() + ", members: "
                                    + hazelcast.getCluster().getMembers().size());
                    return new ClusterMember(vertx, hazelcast);
                });
    }

    /** The clustered instance. */
    public Vertx vertx() {
        return vertx;
    }

    /** What carries it. */
    public HazelcastInstance hazelcast() {
        return hazelcast;
    }

    /** The host under which the other members reach this one. */
    public String host() {
        return hazelcast.getCluster().getLocalMember().getAddress().getHost();
    }

    /** Leaves in good order, so that the others know at once. */
    public Future<Void> leave() {
        return vertx.close();
    }
}
