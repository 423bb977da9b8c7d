package dev.vedette.sentinel.simulation;

import dev.vedette.sentinel.decide.Address;
import dev.vedette.sentinel.decide.Contents;
import dev.vedette.sentinel.decide.Info;
import dev.vedette.sentinel.decide.Info.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A data node: it has a role, an offset, and a link to its master that goes up after a sync and down with its peer. Its
 * data are a number that tells from which empty start they come, 0 for none.
 */
final class SimNode {

    private static final long LINK_TIMEOUT_MS = 1500;
    private static final long KEYS = 100;

    final World world;
    final int host;
    final String group;
    final Address address;
    int priority = 100;
    boolean announced = true;
    boolean rewritesConfig = true;

    /** Whether it knows FAILOVER. */
    boolean handsOver = true;

    /** Whether it refuses to follow a master that has lost its data. */
    boolean refusesEmptyMaster;

    /** How long nobody writes to a master that has become empty. */
    long quietMs = Long.MAX_VALUE / 2;

    boolean up = true;
    boolean paused;
    String runId;

    @Nullable
    Address master;

    private @Nullable Address configuredMaster;
    long replid;
    long replid2;
    long sharedOffset = -1;
    long offset;
    long data;
    boolean linkUp;

    /** Whether it says that it loads. */
    boolean loading;

    /** When it last had data. */
    long heldDataMs = -1;

    private boolean loadedNothing;
    private long emptySinceMs;
    private int linkLife;
    private long linkDownSinceMs;
    private long lastContactMs;
    private long syncDoneMs = -1;
    private int lives;
    private final List<Runnable> backlog = new ArrayList<>();

    SimNode(World world, int host, String group, Address address) {
        this.world = world;
        this.host = host;
        this.group = group;
        this.address = address;
        this.runId = newRunId();
        this.replid = world.random.nextLong();
        this.data = world.newData();
    }

    /** Starts as a replica. */
    SimNode following(SimNode other) {
        master = other.address;
        configuredMaster = other.address;
        data = 0;
        return this;
    }

    private String newRunId() {
        return String.format("%02d%02d", host, lives++) + "0".repeat(36);
    }

    String name() {
        return "node" + (host + 1);
    }

    Role role() {
        return master == null ? Role.MASTER : Role.REPLICA;
    }

    // ------------------------------------------------------------------ replication

    /** Called every 100 ms. */
    void replicate() {
        if (!up || paused) {
            return;
        }
        if (data != 0) {
            heldDataMs = world.now();
        }
        Address followed = master;
        if (followed == null) {
            offset += 10;
            if (data == 0 && world.now() - emptySinceMs >= quietMs) {
                data = world.newData();
            }
            return;
        }
        SimNode other = world.nodeAt(followed);
        boolean contact =
                other != null && other != this && other.up && !other.paused && world.reachBothWays(host, other.host);
        if (contact) {
            lastContactMs = world.now();
        }
        if (linkUp) {
            if (contact && other != null && other.lives == linkLife) {
                if (other.replid == replid || other.linkUp || other.master == null) {
                    copy(other);
                }
            } else if (contact) {
                down();
            } else if (other == null || !other.up || world.now() - lastContactMs > LINK_TIMEOUT_MS) {
                down();
            }
        } else if (!contact || other == null || (other.master != null && !other.linkUp) || refuses(other)) {
            syncDoneMs = -1;
        } else if (syncDoneMs < 0) {
            syncDoneMs = world.now() + (other.replid == replid ? 200 : world.random.nextLong(300, 1200));
        } else if (world.now() >= syncDoneMs) {
            syncDoneMs = -1;
            linkUp = true;
            linkLife = other.lives;
            copy(other);
        }
    }

    private boolean refuses(SimNode other) {
        return refusesEmptyMaster && data != 0 && other.data == 0 && other.replid != replid;
    }

    private void copy(SimNode other) {
        replid = other.replid;
        replid2 = other.replid2;
        sharedOffset = other.sharedOffset;
        offset = other.offset;
        if (data != 0 && other.data == 0) {
            emptySinceMs = world.now();
        }
        data = other.data;
    }

    /** A history of its own from here on, which begins where the one before ends. */
    private void branchOff() {
        replid2 = replid;
        sharedOffset = offset;
        replid = world.random.nextLong();
    }

    /** It has another role, as one of ours says it. */
    private void tellSentinels() {
        for (SimSentinel sentinel : world.sentinels) {
            sentinel.hearOther(this);
        }
    }

    private void down() {
        linkUp = false;
        linkDownSinceMs = world.now();
        syncDoneMs = -1;
    }

    // ------------------------------------------------------------------ commands

    /** Runs a command that arrived, or keeps it until the process goes on. */
    void receive(Runnable command) {
        if (!up) {
            return;
        }
        if (paused) {
            backlog.add(command);
        } else {
            command.run();
        }
    }

    Info info() {
        List<Address> replicas = new ArrayList<>();
        if (master == null) {
            for (SimNode node : world.nodes) {
                if (node.up && node.linkUp && address.equals(node.master)) {
                    replicas.add(node.address);
                }
            }
        }
        long downMs = master == null || linkUp ? 0 : (world.now() - linkDownSinceMs) / 1000 * 1000;
        Contents contents = new Contents(
                Long.toHexString(replid),
                replid2 == 0 ? "" : Long.toHexString(replid2),
                sharedOffset,
                offset,
                loading ? Contents.KEYS_UNKNOWN : data == 0 ? 0 : KEYS,
                loadedNothing);
        return new Info(
                runId,
                role(),
                master,
                master != null && linkUp,
                downMs,
                priority,
                offset,
                announced,
                replicas,
                contents);
    }

    /** FLUSHALL. */
    void flushAll() {
        world.say(name(), "deletes all keys");
        data = 0;
        offset += 10;
        emptySinceMs = world.now();
    }

    /** SLAVEOF with all that comes with it. */
    void slaveOf(@Nullable Address newMaster, SimSentinel orderedBy) {
        boolean changes = newMaster == null ? master != null : !newMaster.equals(master);
        if (changes) {
            world.say(name(), newMaster == null ? "is now a master" : "now follows " + newMaster);
            if (newMaster == null) {
                branchOff();
            }
            master = newMaster;
            down();
        }
        if (rewritesConfig) {
            configuredMaster = master;
        }
        tellSentinels();
        for (SimSentinel sentinel : world.sentinels) {
            sentinel.killedBy(this, sentinel == orderedBy);
        }
    }

    /**
     * FAILOVER TO a replica: once it has everything, the two change places.
     *
     * @return why not, null when it will be tried
     */
    @Nullable
    String handOver(Address to, long timeoutMs) {
        if (!handsOver) {
            return "ERR unknown command 'FAILOVER'";
        }
        if (master != null) {
            return "ERR FAILOVER is not valid when server is a replica.";
        }
        SimNode other = world.nodeAt(to);
        if (other == null || !address.equals(other.master)) {
            return "ERR FAILOVER target HOST and PORT is not a replica.";
        }
        handOver(other, world.now() + timeoutMs);
        return null;
    }

    private void handOver(SimNode other, long deadlineMs) {
        int life = lives;
        world.in(20, () -> {
            if (lives != life || !up || master != null || world.now() > deadlineMs) {
                return;
            }
            boolean ready = !paused
                    && other.up
                    && !other.paused
                    && other.linkUp
                    && address.equals(other.master)
                    && world.reachBothWays(host, other.host);
            if (!ready) {
                handOver(other, deadlineMs);
                return;
            }
            world.say(name(), "changes places with " + other.name());
            other.copy(this);
            tellSentinels();
            other.tellSentinels();
            other.master = null;
            other.branchOff();
            master = other.address;
            copy(other);
            linkUp = true;
            linkLife = other.lives;
            lastContactMs = world.now();
        });
    }

    // ------------------------------------------------------------------ faults

    void crash() {
        if (!up) {
            return;
        }
        world.say(name(), "crashes");
        up = false;
        paused = false;
        backlog.clear();
        for (SimSentinel sentinel : world.sentinels) {
            sentinel.lost(this);
        }
    }

    void restart(boolean empty) {
        if (up) {
            return;
        }
        up = true;
        runId = newRunId();
        master = configuredMaster;
        if (empty) {
            replid = world.random.nextLong();
            replid2 = 0;
            sharedOffset = -1;
            offset = 0;
            data = 0;
        } else if (master == null) {
            branchOff();
        }
        loadedNothing = data == 0;
        emptySinceMs = world.now();
        down();
        world.say(
                name(),
                "starts as " + (master == null ? "a master" : "a replica of " + master) + (empty ? ", empty" : ""));
    }

    void pause() {
        if (up && !paused) {
            world.say(name(), "is stopped");
            paused = true;
        }
    }

    void resume() {
        if (paused) {
            world.say(name(), "goes on");
            paused = false;
            List<Runnable> waiting = new ArrayList<>(backlog);
            backlog.clear();
            waiting.forEach(Runnable::run);
        }
    }
}
