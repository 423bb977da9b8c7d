package dev.vedette.store.command.server;

import dev.vedette.store.command.Command;
import java.util.List;

/** Watching the server work: SLOWLOG, LATENCY, MEMORY, MONITOR. */
public final class ObservationCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private ObservationCommands() {}
}
