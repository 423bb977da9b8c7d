package dev.vedette.store.command.connection;

import dev.vedette.store.command.Command;
import java.util.List;

/** CLIENT and its subcommands. */
public final class ClientCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private ClientCommands() {}
}
