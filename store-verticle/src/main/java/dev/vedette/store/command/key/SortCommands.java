package dev.vedette.store.command.key;

import dev.vedette.store.command.Command;
import java.util.List;

/** SORT and SORT_RO. */
public final class SortCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private SortCommands() {}
}
