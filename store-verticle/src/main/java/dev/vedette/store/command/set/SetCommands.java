package dev.vedette.store.command.set;

import dev.vedette.store.command.Command;
import java.util.List;

/** Sets. */
public final class SetCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private SetCommands() {}
}
