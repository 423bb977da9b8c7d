package dev.vedette.store.command.sortedset;

import dev.vedette.store.command.Command;
import java.util.List;

/** Sorted sets: ranges by rank, score and member. */
public final class SortedSetRangeCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private SortedSetRangeCommands() {}
}
