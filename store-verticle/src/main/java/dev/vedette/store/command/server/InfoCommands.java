package dev.vedette.store.command.server;

import dev.vedette.store.command.Command;
import java.util.List;

/** INFO. */
public final class InfoCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private InfoCommands() {}
}
