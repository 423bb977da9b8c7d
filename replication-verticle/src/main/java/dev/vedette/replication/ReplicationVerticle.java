package dev.vedette.replication;

import dev.vedette.replication.backlog.History;
import dev.vedette.replication.bus.StoreLine;
import dev.vedette.replication.bus.Traffic;
import dev.vedette.replication.primary.Primary;
import dev.vedette.replication.replica.Follower;
import dev.vedette.wire.bus.LocalCodec;
import dev.vedette.wire.bus.NodeAddresses;
import dev.vedette.wire.bus.ReplicationConfig;
import dev.vedette.wire.bus.ToReplication;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Replication of one node, both ways: serves replicas from the node's change stream and follows a master when told to.
 *
 * <p>Takes {@link ToReplication} records at {@link NodeAddresses#replication()}, sends {@link dev.vedette.wire.bus.ToStore}
 * records. It must be deployed before the node's store sends its first record. Speaks the replication protocol of Redis
 * 7.0 (PSYNC2), so a real Redis may be at either end. Events are logged in Redis's words.
 */
public final class ReplicationVerticle extends VerticleBase {

    private static final long TICK_MILLIS = 1000;

    private final NodeAddresses node;
    private final ReplicationConfig initialConfig;
    private final System.Logger log;

    private @Nullable MessageConsumer<ToReplication> consumer;
    private @Nullable History history;
    private @Nullable Primary primary;
    private @Nullable Follower follower;
    private long term;

    /**
     * @param node whose replication this is
     * @param initialConfig settings until the first {@link ToReplication.ConfigChanged}
     * @param log DEBUG is Redis's verbose, INFO its notice
     */
    public ReplicationVerticle(NodeAddresses node, ReplicationConfig initialConfig, System.Logger log) {
        this.node = node;
        this.initialConfig = initialConfig;
        this.log = log;
    }

    @Override
    public Future<?> start() {
        LocalCodec.register(vertx.eventBus());
        StoreLine store = new StoreLine(vertx.eventBus(), node.store());
        History newHistory = new History(initialConfig.backlogSizeBytes());
        Traffic traffic = new Traffic(store);
        Primary newPrimary =
                new Primary(vertx, context, store, traffic, newHistory, initialConfig, log, System::currentTimeMillis);
        Follower newFollower = new Follower(
                vertx,
                context,
                store,
                traffic,
                newHistory,
                initialConfig,
                log,
                System::currentTimeMillis,
                newPrimary::masterLink);
        history = newHistory;
        primary = newPrimary;
        follower = newFollower;
        consumer = vertx.eventBus()
                .localConsumer(
                        node.replication(), message -> take(newHistory, newPrimary, newFollower, message.body()));
        vertx.setPeriodic(Traffic.REPORT_MILLIS, id -> traffic.report());
        vertx.setPeriodic(TICK_MILLIS, id -> {
            newPrimary.tick();
            newFollower.tick();
        });
        return Future.succeededFuture();
    }

    private void take(History history, Primary primary, Follower follower, ToReplication record) {
        switch (record) {
            case ToReplication.ChangeBatch batch -> primary.grown(history.append(batch));
            case ToReplication.IdentityChanged change -> {
                history.changed(change);
                primary.historyChanged(change.continues(), change.dropReplicas());
            }
            case ToReplication.ReplicaLink link -> primary.attach(link);
            case ToReplication.Follow follow -> {
                if (follow.term() >= term) {
                    term = follow.term();
                    primary.role(true);
                    follower.follow(follow);
                }
            }
            case ToReplication.Unfollow unfollow -> {
                if (unfollow.term() >= term) {
                    term = unfollow.term();
                    primary.role(false);
                    follower.unfollow();
                }
            }
            case ToReplication.DropMasterLink drop -> {
                if (drop.term() == term) {
                    follower.drop(drop.reason());
                }
            }
            case ToReplication.AckNow now -> {
                if (now.term() == term) {
                    follower.acknowledge();
                }
            }
            case ToReplication.SnapshotChunk chunk -> primary.chunk(chunk);
            case ToReplication.SnapshotDone done -> primary.done(done);
            case ToReplication.ConfigChanged changed -> {
                primary.configure(changed.config());
                follower.configure(changed.config());
            }
            case ToReplication.Closing closing -> {
                follower.close();
                primary.close();
            }
        }
    }

    @Override
    public Future<?> stop() {
        if (follower != null) {
            follower.unfollow();
        }
        if (primary != null) {
            primary.dropAll();
        }
        if (history != null) {
            history.free();
        }
        return Objects.requireNonNull(consumer).unregister();
    }
}
