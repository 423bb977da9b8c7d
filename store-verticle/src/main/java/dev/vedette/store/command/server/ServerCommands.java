package dev.vedette.store.command.server;

import dev.vedette.store.command.Command;
import java.util.List;

/** The data set as a whole and the clock: DBSIZE, FLUSHALL, SWAPDB, TIME and their kin. */
public final class ServerCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private ServerCommands() {}
}
