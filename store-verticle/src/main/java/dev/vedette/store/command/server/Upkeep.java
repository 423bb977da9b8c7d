package dev.vedette.store.command.server;

import dev.vedette.store.command.Dispatcher;
import dev.vedette.store.command.ServerState;

/** The periodic work behind INFO. The store verticle's timer calls it on the event loop. */
public final class Upkeep {

    private final ServerState server;

    /** The upkeep of that server's figures. */
    public Upkeep(ServerState server) {
        this.server = server;
    }

    /** Sees every command that this dispatcher runs from now on, for SLOWLOG, LATENCY and MONITOR. */
    public void observe(Dispatcher dispatcher) {
        dispatcher.addObserver(new Observation(server));
    }

    /** Takes the samples of the rates and notes the peak of the memory in use; ten times a second. */
    public void every100Millis() {
        server.stats.sample(server.nowMillis());
        server.memory.measureClients();
        server.memory.usedBytes();
    }
}
