package dev.vedette.store.command.sortedset;

import dev.vedette.store.command.Command;
import java.util.List;

/** Sorted sets: unions, intersections, differences. */
public final class SortedSetAlgebraCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private SortedSetAlgebraCommands() {}
}
