package dev.vedette.store.command.replication;

import dev.vedette.store.command.Command;
import java.util.List;

/** REPLICAOF, ROLE, WAIT, PSYNC, REPLCONF, FAILOVER. */
public final class ReplicationCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private ReplicationCommands() {}
}
