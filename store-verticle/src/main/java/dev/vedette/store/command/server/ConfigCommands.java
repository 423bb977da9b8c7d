package dev.vedette.store.command.server;

import dev.vedette.store.command.Command;
import java.util.List;

/** CONFIG and its subcommands. */
public final class ConfigCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private ConfigCommands() {}
}
