package dev.vedette.launcher.cluster;

import io.vertx.core.Future;
import io.vertx.core.VertxOptions;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A process's wish to be in a cluster: joins in the background, and again and again until it works. The node serves
 * with or without it. Thread safe.
 */
public final class Membership {

    private static final long RETRY_SECONDS = 5;

    private final Path clusterConfig;
    private final VertxOptions options;
    private final String node;
    private final System.Logger log;
    private final Consumer<ClusterMember> joined;
    private @Nullable ClusterMember member;
    private boolean ended;

    private Membership(
            Path clusterConfig, VertxOptions options, String node, System.Logger log, Consumer<ClusterMember> joined) {
        this.clusterConfig = clusterConfig;
        this.options = options;
        this.node = node;
        this.log = log;
        this.joined = joined;
    }

    /**
     * Begins to join.
     *
     * @param clusterConfig Hazelcast's configuration, in its XML format
     * @param options of the clustered Vert.x instance
     * @param node {@link dev.vedette.wire.bus.NodeStatus#MEMBER_ATTRIBUTE} of this process, empty when it is not one
     *     server alone
     * @param log gets a line when it worked, and one whenever it did not
     * @param joined called once, on an event loop of the clustered instance; not after {@link #end}
     */
    public static Membership begin(
            Path clusterConfig, VertxOptions options, String node, System.Logger log, Consumer<ClusterMember> joined) {
        Membership membership = new Membership(clusterConfig, options, node, log, joined);
        membership.join();
        return membership;
    }

    private synchronized void join() {
        if (ended) {
            return;
        }
        ClusterMember.join(clusterConfig, options, node, log)
                .onSuccess(this::joined)
                .onFailure(failure -> {
                    log.log(
                            Level.WARNING,
                            "Cannot join the cluster, trying again in " + RETRY_SECONDS + " s: " + failure);
                    CompletableFuture.delayedExecutor(RETRY_SECONDS, TimeUnit.SECONDS)
                            .execute(this::join);
                });
    }

    private void joined(ClusterMember fresh) {
        synchronized (this) {
            if (ended) {
                fresh.leave();
                return;
            }
            member = fresh;
        }
        joined.accept(fresh);
    }

    /** Leaves, or gives up joining; completes when the other members know. */
    public synchronized Future<Void> end() {
        ended = true;
        ClusterMember leaving = member;
        return leaving == null ? Future.succeededFuture() : leaving.leave();
    }
}
