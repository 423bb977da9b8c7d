package dev.vedette.sentinel.act;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
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
import dev.vedette.wire.bus.NodeAddresses;
import dev.vedette.wire.bus.NodeCommand;
import dev.vedette.wire.bus.NodeStatus;
import dev.vedette.wire.bus.SentinelEvent;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
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
 *
 * <p>Two event loops: the sentinel's own, on which every method is called and every callback comes back, and one of the
 * clustered Vert.x instance, which sends and receives. Where a process has a single Vert.x instance both may be the
 * same.
 */
public final class Cluster {

    private static final long BALLOT_HOURS = 24;
    private static final String NOT_READ = "Cannot read ballots of the cluster: {0}";
    private static final String NOT_STORED = "Cannot store a ballot in the cluster: {0}";

    private final EventBus bus;
    private final Context here;
    private final Context there;
    private final Logger log;
    private final HazelcastInstance hazelcast;
    private final IMap<String, String> ballots;
    private final Consumer<Function<Moment, Event>> events;
    /** Touched on the clustered event loop only. */
    private final List<MessageConsumer<?>> consumers = new ArrayList<>();

    private final UUID entries;
    private final UUID lifecycle;
    private final UUID members;

    /**
     * Joins in; ballots and switches are heard from now on, those of before are read from the map.
     *
     * @param here the sentinel's context, on which this is called
     * @param clustered the Vert.x instance on which {@code hazelcast} carries the event bus
     * @param events takes what is heard, on {@code here}
     */
    public static Future<Cluster> join(
            Context here,
            Vertx clustered,
            HazelcastInstance hazelcast,
            Consumer<Function<Moment, Event>> events,
            Logger log) {
        Promise<Context> there = Promise.promise();
        clustered.runOnContext(v -> there.complete(Vertx.currentContext()));
        // Hazelcast's calls wait for other members: not on an event loop.
        return there.future()
                .compose(context -> here.executeBlocking(
                        () -> new Cluster(here, context, clustered.eventBus(), hazelcast, events, log)))
                .onSuccess(Cluster::listen);
    }

    private Cluster(
            Context here,
            Context there,
            EventBus bus,
            HazelcastInstance hazelcast,
            Consumer<Function<Moment, Event>> events,
            Logger log) {
        this.bus = bus;
        this.here = here;
        this.there = there;
        this.hazelcast = hazelcast;
        this.events = events;
        this.log = log;
        this.ballots = hazelcast.getMap(BallotCast.MAP);
        this.entries = ballots.addEntryListener(
                new BallotListener((key, leader) -> here.runOnContext(v -> seen(key, leader))), true);
        this.lifecycle = hazelcast.getLifecycleService().addLifecycleListener(change -> {
            if (change.getState() == LifecycleState.MERGED) {
                here.runOnContext(v -> replay());
            }
        });
        this.members = hazelcast.getCluster().addMembershipListener(new Leaving());
    }

    /** Tells which servers' processes have left. */
    private final class Leaving implements MembershipListener {

        @Override
        public void memberAdded(MembershipEvent event) {}

        @Override
        public void memberRemoved(MembershipEvent event) {
            Member member = event.getMember();
            String node = member.getAttribute(NodeStatus.MEMBER_ATTRIBUTE);
            int colon = node == null ? -1 : node.lastIndexOf(':');
            if (node == null || colon < 0) {
                return;
            }
            String host = colon == 0 ? member.getAddress().getHost() : node.substring(0, colon);
            Address left = Address.of(host, Integer.parseInt(node.substring(colon + 1)));
            log.log(Level.DEBUG, "The process of " + left + " has left the cluster");
            here.runOnContext(v -> events.accept(at -> new Event.MemberLeft(at, left)));
        }
    }

    private void listen() {
        JsonCodec.registerAll(bus);
        this.<BallotCast>hear(BallotCast.ADDRESS, message -> {
            BallotCast ballot = message.body();
            seen(ballot.key(), ballot.leader());
        });
        this.<MasterSwitched>hear(MasterSwitched.ADDRESS, message -> {
            MasterSwitched news = message.body();
            events.accept(at -> new Event.SwitchAnnounced(
                    at, news.master(), news.epoch(), news.sentinelId(), Address.of(news.host(), news.port())));
        });
        replay();
    }

    private <T> void hear(String address, Handler<Message<T>> handler) {
        there.runOnContext(v ->
                consumers.add(bus.<T>consumer(address, message -> here.runOnContext(w -> handler.handle(message)))));
    }

    private void say(String address, Object record) {
        there.runOnContext(v -> bus.publish(address, record));
    }

    /** Where this member of the cluster is reached. */
    public String host() {
        return hazelcast.getCluster().getLocalMember().getAddress().getHost();
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
        here.<Map<String, String>>executeBlocking(() -> Map.copyOf(ballots))
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
        // The announcement stands on its own: whoever hears it need not wait for the map.
        say(BallotCast.ADDRESS, ballot);
        try {
            ballots.setAsync(ballot.key(), ballot.leader(), BALLOT_HOURS, TimeUnit.HOURS)
                    .whenComplete((done, failure) -> {
                        if (failure != null) {
                            log.log(Level.WARNING, NOT_STORED, failure);
                        }
                    });
        } catch (HazelcastInstanceNotActiveException left) {
            log.log(Level.WARNING, NOT_STORED, left);
        }
    }

    /** Tells all sentinels of a new master. */
    public void announce(MasterSwitched news) {
        say(MasterSwitched.ADDRESS, news);
    }

    /** Tells the console of an event. */
    public void publish(SentinelEvent event) {
        say(SentinelEvent.ADDRESS, event);
    }

    /** Tells how this sentinel is. */
    public void publish(NodeStatus status) {
        say(NodeStatus.ADDRESS, status);
    }

    /** Tells it whenever somebody asks. */
    public void answerStatus(Supplier<NodeStatus> status) {
        this.<Object>hear(NodeStatus.ASK_ADDRESS, message -> publish(status.get()));
    }

    /**
     * Answers what the console asks of a node.
     *
     * @param node the node's name on the bus
     * @param run runs one command, and gives the raw RESP answer to its second argument
     */
    public void answerCommands(String node, BiConsumer<NodeCommand, Consumer<Buffer>> run) {
        this.<NodeCommand>hear(
                new NodeAddresses(node).command(), message -> run.accept(message.body(), message::reply));
    }

    /** Leaves; the Hazelcast instance itself stays. */
    public Future<Void> close() {
        there.runOnContext(v -> consumers.forEach(MessageConsumer::unregister));
        return here.executeBlocking(() -> {
            if (hazelcast.getLifecycleService().isRunning()) {
                ballots.removeEntryListener(entries);
                hazelcast.getLifecycleService().removeLifecycleListener(lifecycle);
                hazelcast.getCluster().removeMembershipListener(members);
            }
            return null;
        });
    }
}
