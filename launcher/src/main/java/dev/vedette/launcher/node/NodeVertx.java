package dev.vedette.launcher.node;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.concurrent.TimeUnit;

/** Makes the Vert.x instance of a process: one event loop per node, and nothing started that a node does not need. */
public final class NodeVertx {

    private NodeVertx() {}

    /**
     * Starts Vert.x.
     *
     * @param nodes how many nodes will share it
     * @param log gets a line about the transport
     */
    public static Vertx start(int nodes, System.Logger log) {
        TransportChoice choice = TransportChoice.of();
        if (choice.note() != null) {
            log.log(System.Logger.Level.WARNING, choice.note());
        }
        log.log(
                System.Logger.Level.DEBUG,
                "Network transport: " + choice.transport().name());
        return Vertx.builder()
                .with(options(nodes))
                .withTransport(choice.transport())
                .build();
    }

    /** Options for any Vert.x instance of ours. */
    public static VertxOptions options(int eventLoops) {
        return new VertxOptions()
                .setEventLoopPoolSize(eventLoops)
                .setWorkerPoolSize(4)
                .setInternalBlockingPoolSize(4)
                // DEBUG SLEEP and the like hold the event loop on purpose, as they hold Redis.
                .setBlockedThreadCheckInterval(1)
                .setBlockedThreadCheckIntervalUnit(TimeUnit.DAYS)
                .setDisableTCCL(true)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false));
    }
}
