package dev.vedette.store.command.sortedset;

import dev.vedette.store.command.Command;
import java.util.List;

/** Sorted sets as maps: GEOADD, GEOSEARCH and their kin. */
public final class GeoCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private GeoCommands() {}
}
