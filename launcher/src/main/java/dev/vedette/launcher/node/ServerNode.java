package dev.vedette.launcher.node;

import dev.vedette.launcher.cluster.ClusterMember;
import dev.vedette.launcher.cluster.ClusterPresence;
import dev.vedette.launcher.cluster.NodeDoor;
import dev.vedette.launcher.log.NodeLog;
import dev.vedette.replication.ReplicationVerticle;
import dev.vedette.store.ReplicationSettings;
import dev.vedette.store.ServerProcess;
import dev.vedette.store.StoreVerticle;
import dev.vedette.store.command.NodeFacts;
import dev.vedette.store.command.persistence.Shutdown;
import dev.vedette.store.config.ServerConfig;
import dev.vedette.wire.bus.NodeAddresses;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One server: a store verticle and a replication verticle on one event loop, with the log lines and the pid file of a
 * redis-server around them.
 */
public final class ServerNode {

    private static final AtomicLong NUMBER = new AtomicLong();

    private final Vertx vertx;
    private final ServerConfig config;
    private final NodeLog log;
    private final StoreVerticle store;
    private final NodeAddresses addresses;
    private final List<String> deployments = new CopyOnWriteArrayList<>();
    private volatile @Nullable ClusterPresence presence;
    private volatile String warmUp = "off";

    /**
     * A node that is not started yet.
     *
     * @param vertx shared with other nodes, or the process's only one
     * @param end called on an event loop with the exit status when the server has ended by itself
     */
    public ServerNode(Vertx vertx, ServerConfig config, NodeLog log, IntConsumer end) {
        this.vertx = vertx;
        this.config = config;
        this.log = log;
        this.addresses = new NodeAddresses(
                config.bindAddresses() + ":" + config.getInt("port") + "#" + NUMBER.incrementAndGet());
        NodeFacts facts = new NodeFacts(
                Version.VEDETTE,
                Installation.program("vedette-server").toString(),
                TransportChoice.of().transport().name(),
                ProcessHandle.current().pid(),
                () -> warmUp);
        this.store = new StoreVerticle(addresses, config, facts, log, new ServerProcess() {
            @Override
            public void listening() {
                introduce();
            }

            @Override
            public void roleChanged(boolean replica) {
                log.setRole(replica ? 'S' : 'M');
                ClusterPresence present = presence;
                if (present != null) {
                    present.publishNow();
                }
            }

            @Override
            public void exit(int status) {
                ended();
                end.accept(status);
            }
        });
    }

    /** Starts to listen, loads the data, serves. Fails when the port is taken or the data cannot be loaded. */
    public Future<Void> start() {
        log.setRole(config.master() == null ? 'M' : 'S');
        ReplicationVerticle replication = new ReplicationVerticle(addresses, ReplicationSettings.of(config), log);
        return vertx.deployVerticle(replication)
                .compose(id -> {
                    deployments.add(id);
                    return vertx.deployVerticle(store);
                })
                .compose(id -> {
                    deployments.add(0, id);
                    return store.ready();
                })
                .onSuccess(loaded -> ready());
    }

    /** Says who this is, before anything is said of the data. */
    private void introduce() {
        Path pidFile = pidFile();
        if (pidFile != null) {
            PidFile.create(pidFile, log);
        }
        Banner.show(config, log);
        log.log(Level.WARNING, "Server initialized");
    }

    private void ready() {
        log.log(Level.INFO, "Ready to accept connections");
    }

    /** How far the process is with its {@link Rehearsal}, for INFO; from any thread. */
    public void warmUp(String state) {
        warmUp = state;
    }

    /** Tells a cluster of this node from now on; call once, after the start. */
    public void joined(ClusterMember member) {
        String name = announcedHost(member) + ":" + announcedPort();
        presence = new ClusterPresence(member.vertx(), name, door(), log);
    }

    /** What a member of a cluster whose process is this node alone says of itself, so that others know who left. */
    public String memberAttribute() {
        return config.getString("replica-announce-ip") + ":" + announcedPort();
    }

    /** How the cluster and the console reach this node from inside the process. */
    public NodeDoor door() {
        return new LoopbackDoor(store);
    }

    private String announcedHost(ClusterMember member) {
        String announced = config.getString("replica-announce-ip");
        return announced.isEmpty() ? member.host() : announced;
    }

    private int announcedPort() {
        int announced = config.getInt("replica-announce-port");
        return announced == 0 ? config.getInt("port") : announced;
    }

    private @Nullable Path pidFile() {
        return config.getString("pidfile").isEmpty() ? null : config.getPath("pidfile");
    }

    /**
     * Stops in good order: waits for replicas that lag, saves the data if the configuration says so.
     *
     * @param signal TERM or INT, which may be configured to do more or less ({@code shutdown-on-sigterm}); or empty
     * @return fails when the server goes on, since the data could not be saved
     */
    public Future<Void> shutdown(String signal) {
        return store.shutdown(optionsFor(signal)).compose(over -> {
            List<Future<Void>> closing = new ArrayList<>();
            for (String deployment : deployments) {
                closing.add(vertx.undeploy(deployment));
            }
            deployments.clear();
            return Future.join(closing).<Void>mapEmpty().onComplete(done -> ended());
        });
    }

    private Set<Shutdown.Option> optionsFor(String signal) {
        Set<Shutdown.Option> options = EnumSet.noneOf(Shutdown.Option.class);
        if (!signal.isEmpty()) {
            String chosen = String.valueOf(config.show("shutdown-on-sig" + signal.toLowerCase(Locale.ROOT)));
            for (Shutdown.Option option : Shutdown.Option.values()) {
                if (List.of(chosen.split(" ", -1)).contains(option.name().toLowerCase(Locale.ROOT))) {
                    options.add(option);
                }
            }
        }
        return options;
    }

    private void ended() {
        ClusterPresence present = presence;
        if (present != null) {
            present.close();
        }
        Path pidFile = pidFile();
        if (pidFile != null) {
            log.log(Level.INFO, "Removing the pid file.");
            PidFile.remove(pidFile, log);
        }
        log.log(Level.WARNING, "Redis is now ready to exit, bye bye...");
    }
}
