package dev.vedette.store.command.server;

import dev.vedette.store.command.Command;
import java.util.List;

/** COMMAND and its subcommands. */
public final class CommandCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private CommandCommands() {}
}
