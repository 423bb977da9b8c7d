package dev.vedette.store.command.sortedset;

import dev.vedette.store.command.Command;
import java.util.List;

/** Sorted sets: changing and asking. */
public final class SortedSetCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private SortedSetCommands() {}
}
