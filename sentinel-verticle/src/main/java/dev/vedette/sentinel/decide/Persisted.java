package dev.vedette.sentinel.decide;

import static dev.vedette.sentinel.decide.Moment.NEVER;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What sentinel.conf must hold: taken from a {@link State} by {@link #of}, made into one again by {@link #restore}.
 * The shell adds what only it knows (announce-ip, hostnames, sentinel-user and so on).
 *
 * @param myId sentinel myid
 * @param currentEpoch sentinel current-epoch
 * @param masters one for each sentinel monitor line, in order
 */
public record Persisted(String myId, long currentEpoch, List<Entry> masters) {

    public Persisted {
        masters = List.copyOf(masters);
    }

    /**
     * One master.
     *
     * @param address where clients should go; during the last part of a failover already the promoted replica
     * @param configEpoch sentinel config-epoch
     * @param leaderEpoch sentinel leader-epoch
     * @param replicas sentinel known-replica; the old master in the place of a promoted replica
     * @param sentinels sentinel known-sentinel
     */
    public record Entry(
            String name,
            Settings settings,
            Address address,
            long configEpoch,
            long leaderEpoch,
            List<Address> replicas,
            List<Known> sentinels) {

        public Entry {
            replicas = List.copyOf(replicas);
            sentinels = List.copyOf(sentinels);
        }
    }

    /** A known-sentinel line. */
    public record Known(String runId, Address address) {}

    /** The state of a sentinel that has never run, with nothing to watch. */
    public static State fresh(String myId) {
        return new Persisted(myId, 0, List.of()).restore();
    }

    /** What of that state must survive. */
    public static Persisted of(State state) {
        List<Entry> entries = new ArrayList<>(state.masters().size());
        for (Master master : state.masters()) {
            Address current = master.currentAddress();
            List<Address> replicas = new ArrayList<>(master.replicas().size());
            for (Replica replica : master.replicas()) {
                replicas.add(replica.address().equals(current) ? master.node().address() : replica.address());
            }
            List<Known> sentinels = new ArrayList<>(master.sentinels().size());
            for (KnownSentinel sentinel : master.sentinels()) {
                sentinels.add(new Known(sentinel.runId(), sentinel.address()));
            }
            entries.add(new Entry(
                    master.name(),
                    master.settings(),
                    current,
                    master.configEpoch(),
                    master.vote().epoch(),
                    replicas,
                    sentinels));
        }
        return new Persisted(state.myId(), state.currentEpoch(), entries);
    }

    /** The state to start from. Its times are set by {@link Event.Started}. */
    public State restore() {
        Roster<String, Master> restored = Roster.by(Master::name);
        Roster<String, Peer> peers = Roster.by(Peer::runId);
        long highest = currentEpoch;
        for (Entry entry : masters) {
            Master master = Master.created(
                    entry.name(),
                    entry.settings(),
                    DataNode.created(entry.address(), Info.Role.MASTER, NEVER),
                    entry.configEpoch(),
                    new Vote(null, entry.leaderEpoch()));
            for (Address address : entry.replicas()) {
                if (!address.equals(entry.address())) {
                    master = master.with(Replica.created(address, NEVER));
                }
            }
            for (Known known : entry.sentinels()) {
                if (!known.runId().equals(myId)) {
                    master = master.with(KnownSentinel.created(known.runId(), known.address(), NEVER));
                    peers = peers.with(new Peer(known.runId(), known.address(), Link.created(NEVER)));
                }
            }
            restored = restored.with(master);
            highest = Math.max(highest, Math.max(entry.configEpoch(), entry.leaderEpoch()));
        }
        // A hand-edited file may lack current-epoch; no vote or configuration is ever newer than it.
        return new State(myId, highest, restored, peers, false, NEVER, NEVER, Set.of());
    }
}
