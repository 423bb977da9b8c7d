package dev.vedette.sentinel.act;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import dev.vedette.sentinel.decide.Address;
import dev.vedette.sentinel.decide.Event;
import dev.vedette.sentinel.decide.Moment;
import dev.vedette.wire.bus.BallotCast;
import dev.vedette.wire.bus.JsonCodec;
import dev.vedette.wire.bus.MasterSwitched;
import dev.vedette.wire.bus.NodeStatus;
import dev.vedette.wire.bus.SentinelEvent;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The other carrier of votes and news: a Hazelcast map of ballots, and records on the clustered event bus.
 *
 * <p>A ballot is the entry {@code master/epoch/voter}; its voter alone writes it, once, after it is on its own disk.
 * So whatever Hazelcast does when a cluster splits or merges, it can lose or delay ballots but never change one. What
 * is read from the map or the bus becomes the same event as a vote learnt over TCP.
 */
public final class Cluster {

    private static final long BALLOT_HOURS = 24;
    private static final String NOT_READ = "Cannot read ballots of the cluster: {0}";

    private final EventBus bus;
    private final Context context;
    private final Logger log;
    private final HazelcastInstance hazelcast;
    private final IMap<String, String> ballots;
    private final Consumer<Function<Moment, Event>> events;
    private final List<MessageConsumer<?>> consumers = new ArrayList<>();
    private final UUID entries;
    private final UUID lifecycle;

    /** Joins in; ballots and switches are heard from now on, those of before are read from the map. */
    public Cluster(
            Vertx vertx,
            Context context,
            HazelcastInstance hazelcast,
            Consumer<Function<Moment, Event>> events,
            Logger log) {
        this.bus = vertx.eventBus();
        this.context = context;
        this.hazelcast = hazelcast;
        this.events = events;
        this.log = log;
        JsonCodec.registerAll(bus);
        this.ballots = hazelcast.getMap(BallotCast.MAP);
        consumers.add(bus.<BallotCast>consumer(BallotCast.ADDRESS, message -> {
            BallotCast ballot = message.body();
            seen(ballot.key(), ballot.leader());
        }));
        consumers.add(bus.<MasterSwitched>consumer(MasterSwitched.ADDRESS, message -> {
            MasterSwitched news = message.body();
            events.accept(at -> new Event.SwitchAnnounced(
                    at, news.master(), news.epoch(), news.sentinelId(), Address.of(news.host(), news.port())));
        }));
        this.entries = ballots.addEntryListener(
                new BallotListener((key, leader) -> context.runOnContext(v -> seen(key, leader))), true);
        this.lifecycle = hazelcast.getLifecycleService().addLifecycleListener(change -> {
            if (change.getState() == LifecycleState.MERGED) {
                context.runOnContext(v -> replay());
            }
        });
        replay();
    }

    /** Takes ballots from wherever Hazelcast's threads find them. */
    private record BallotListener(BiConsumer<String, String> seen)
            implements EntryAddedListener<String, String>,
                    EntryUpdatedListener<String, String>,
                    EntryMergedListener<String, String> {

        @Override
        public void entryAdded(EntryEvent<String, String> event) {
            seen.accept(event.getKey(), event.getValue());
        }

        @Override
        public void entryUpdated(EntryEvent<String, String> event) {
            seen.accept(event.getKey(), event.getValue());
        }

        @Override
        public void entryMerged(EntryEvent<String, String> event) {
            seen.accept(event.getKey(), event.getValue());
        }
    }

    private void replay() {
        context.<Map<String, String>>executeBlocking(() -> Map.copyOf(ballots))
                .onSuccess(all -> all.forEach(this::seen))
                .onFailure(failure -> log.log(Level.WARNING, NOT_READ, failure));
    }

    /** A master's name may hold slashes; epoch and voter may not. */
    private void seen(String key, String leader) {
        int voterAt = key.lastIndexOf('/');
        int epochAt = voterAt < 0 ? -1 : key.lastIndexOf('/', voterAt - 1);
        if (epochAt < 0) {
            return;
        }
        long epoch;
        try {
            epoch = Long.parseLong(key.substring(epochAt + 1, voterAt));
        } catch (NumberFormatException notABallot) {
            return;
        }
        String master = key.substring(0, epochAt);
        String voter = key.substring(voterAt + 1);
        events.accept(at -> new Event.BallotSeen(at, master, epoch, voter, leader));
    }

    /** Casts a ballot that is on disk. */
    public void cast(BallotCast ballot) {
        ballots.setAsync(ballot.key(), ballot.leader(), BALLOT_HOURS, TimeUnit.HOURS)
                .whenComplete((done, failure) -> context.runOnContext(v -> {
                    if (failure != null) {
                        log.log(Level.WARNING, "Cannot store a ballot in the cluster: {0}", failure);
                    }
                    // The announcement stands on its own: whoever hears it need not wait for the map.
                    bus.publish(BallotCast.ADDRESS, ballot);
                }));
    }

    /** Tells all sentinels of a new master. */
    public void announce(MasterSwitched news) {
        bus.publish(MasterSwitched.ADDRESS, news);
    }

    /** Tells the console of an event. */
    public void publish(SentinelEvent event) {
        bus.publish(SentinelEvent.ADDRESS, event);
    }

    /** Tells how this sentinel is. */
    public void publish(NodeStatus status) {
        bus.publish(NodeStatus.ADDRESS, status);
    }

    /** Tells it whenever somebody asks. */
    public void answerStatus(Supplier<NodeStatus> status) {
        consumers.add(bus.consumer(NodeStatus.ASK_ADDRESS, message -> publish(status.get())));
    }

    /** Leaves; the Hazelcast instance itself stays. */
    public void close() {
        consumers.forEach(MessageConsumer::unregister);
        if (hazelcast.getLifecycleService().isRunning()) {
            ballots.removeEntryListener(entries);
            hazelcast.getLifecycleService().removeLifecycleListener(lifecycle);
        }
    }
}
