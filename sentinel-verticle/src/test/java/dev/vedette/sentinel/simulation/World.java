package dev.vedette.sentinel.simulation;

import dev.vedette.sentinel.decide.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Virtual time, the network between hosts, the bus between sentinels, and the transcript. */
final class World {

    /** Something that will happen. */
    private record Due(long atMs, long order, Runnable what) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return atMs != other.atMs ? Long.compare(atMs, other.atMs) : Long.compare(order, other.order);
        }
    }

    /** A message that TCP will repeat when the way is free again. */
    private record Held(int from, int to, Runnable what) {}

    /** A message on the bus, as it lies in the map. */
    private record Ballot(int sender, SimSentinel.Happening what) {}

    final SplittableRandom random;
    final List<SimNode> nodes = new ArrayList<>();
    final List<SimSentinel> sentinels = new ArrayList<>();
    final Invariants invariants = new Invariants(this);

    /** How long a message takes at least and at most. */
    long delayMinMs = 1;

    long delayMaxMs = 3;

    /** Share of messages that TCP has to repeat, or that the bus loses. */
    double loss;

    /** Share of bus messages that come twice. */
    double duplication;

    private long nowMs;
    private long order;
    private final PriorityQueue<Due> queue = new PriorityQueue<>();
    private final List<Held> held = new ArrayList<>();
    private final List<Ballot> ballots = new ArrayList<>();
    private boolean[][] blocked = new boolean[0][0];
    private boolean[][] busBlocked = new boolean[0][0];
    private final @Nullable StringBuilder transcript;
    private long steps;
    private long lastData;

    World(long seed, boolean recording) {
        random = new SplittableRandom(seed);
        transcript = recording ? new StringBuilder() : null;
    }

    // ------------------------------------------------------------------ building

    SimNode addNode(String group, int port) {
        return addNode(group, Address.of("10.0.0." + (nodes.size() + 1), port));
    }

    SimNode addNode(String group, Address address) {
        SimNode node = new SimNode(this, nodes.size(), group, address);
        nodes.add(node);
        return node;
    }

    SimSentinel addSentinel(String id) {
        return addSentinel(id, Address.of("10.0.1." + (sentinels.size() + 1), 26379));
    }

    SimSentinel addSentinel(String id, Address address) {
        SimSentinel sentinel = new SimSentinel(this, 100 + sentinels.size(), id, address);
        sentinels.add(sentinel);
        return sentinel;
    }

    /** To be called when all are added. */
    void connect() {
        blocked = new boolean[100 + sentinels.size()][100 + sentinels.size()];
        busBlocked = new boolean[sentinels.size()][sentinels.size()];
        every(100, () -> nodes.forEach(SimNode::replicate));
    }

    private void every(long ms, Runnable what) {
        in(ms, () -> {
            what.run();
            every(ms, what);
        });
    }

    /** Data that were not there before. */
    long newData() {
        return ++lastData;
    }

    // ------------------------------------------------------------------ time

    long now() {
        return nowMs;
    }

    long steps() {
        return steps;
    }

    void in(long ms, Runnable what) {
        queue.add(new Due(nowMs + ms, order++, what));
    }

    /** Runs until that moment. */
    void runTo(long ms) {
        while (true) {
            Due due = queue.peek();
            if (due == null || due.atMs() > ms) {
                nowMs = ms;
                return;
            }
            queue.remove();
            nowMs = due.atMs();
            steps++;
            due.what().run();
        }
    }

    void run(long ms) {
        runTo(nowMs + ms);
    }

    // ------------------------------------------------------------------ network

    boolean reaches(int from, int to) {
        return !blocked[from][to];
    }

    boolean reachBothWays(int a, int b) {
        return reaches(a, b) && reaches(b, a);
    }

    void block(int from, int to) {
        blocked[from][to] = true;
    }

    /** Every way between the one side and the others. */
    void partition(List<Integer> side) {
        for (int a = 0; a < blocked.length; a++) {
            for (int b = 0; b < blocked.length; b++) {
                if (side.contains(a) != side.contains(b)) {
                    blocked[a][b] = true;
                }
            }
        }
    }

    void healNetwork() {
        for (boolean[] row : blocked) {
            java.util.Arrays.fill(row, false);
        }
        List<Held> late = new ArrayList<>(held);
        held.clear();
        for (Held message : late) {
            in(delay(), message.what());
        }
    }

    long delay() {
        return random.nextLong(delayMinMs, delayMaxMs + 1);
    }

    /**
     * Brings a message over.
     *
     * @param notBeforeMs arrival of the message before it on the same connection
     * @return when it arrives, if it does
     */
    long send(int from, int to, long notBeforeMs, Runnable what) {
        if (blocked[from][to]) {
            if (random.nextBoolean()) {
                held.add(new Held(from, to, what));
            }
            return notBeforeMs;
        }
        long ms = delay();
        if (loss > 0 && random.nextDouble() < loss) {
            ms += random.nextLong(200, 1000);
        }
        long arrivalMs = Math.max(nowMs + ms, notBeforeMs);
        in(arrivalMs - nowMs, what);
        return arrivalMs;
    }

    // ------------------------------------------------------------------ bus

    void splitBus(List<Integer> side) {
        for (int a = 0; a < busBlocked.length; a++) {
            for (int b = 0; b < busBlocked.length; b++) {
                busBlocked[a][b] = side.contains(a) != side.contains(b);
            }
        }
    }

    /** The halves of the map are merged, and everybody sees every ballot again. */
    void mergeBus() {
        for (boolean[] row : busBlocked) {
            java.util.Arrays.fill(row, false);
        }
        for (Ballot ballot : List.copyOf(ballots)) {
            for (SimSentinel sentinel : sentinels) {
                in(delay(), () -> sentinel.feed(ballot.what()));
            }
        }
    }

    void publish(SimSentinel sender, boolean kept, SimSentinel.Happening what) {
        int index = sentinels.indexOf(sender);
        if (kept) {
            ballots.add(new Ballot(index, what));
        }
        for (int i = 0; i < sentinels.size(); i++) {
            if (busBlocked[index][i] || blocked[sender.host][sentinels.get(i).host]) {
                continue;
            }
            SimSentinel receiver = sentinels.get(i);
            if (random.nextDouble() >= loss) {
                in(delay(), () -> receiver.feed(what));
            }
            if (duplication > 0 && random.nextDouble() < duplication) {
                in(delay() + random.nextLong(2000), () -> receiver.feed(what));
            }
        }
    }

    // ------------------------------------------------------------------ look-up

    @Nullable
    SimNode nodeAt(Address address) {
        for (SimNode node : nodes) {
            if (node.address.equals(address)) {
                return node;
            }
        }
        return null;
    }

    @Nullable
    SimSentinel sentinel(String id) {
        for (SimSentinel sentinel : sentinels) {
            if (sentinel.id.equals(id)) {
                return sentinel;
            }
        }
        return null;
    }

    // ------------------------------------------------------------------ transcript

    boolean recording() {
        return transcript != null;
    }

    void say(String who, String what) {
        if (transcript != null) {
            transcript.append(String.format("%7d.%03d %-9s %s\n", nowMs / 1000, nowMs % 1000, who, what));
        }
    }

    String transcript() {
        return transcript == null ? "" : transcript.toString();
    }
}
