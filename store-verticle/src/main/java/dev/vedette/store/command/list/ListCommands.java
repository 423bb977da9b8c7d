package dev.vedette.store.command.list;

import dev.vedette.store.command.Command;
import java.util.List;

/** Lists. */
public final class ListCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private ListCommands() {}
}
