package dev.vedette.store.command.string;

import dev.vedette.store.command.Command;
import java.util.List;

/** Strings: GET, SET, INCR and their kin. */
public final class StringCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private StringCommands() {}
}
