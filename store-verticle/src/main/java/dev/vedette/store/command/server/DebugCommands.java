package dev.vedette.store.command.server;

import dev.vedette.store.command.Command;
import java.util.List;

/** DEBUG and its subcommands. */
public final class DebugCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private DebugCommands() {}
}
