package dev.vedette.store.command.hash;

import dev.vedette.store.command.Command;
import java.util.List;

/** Hashes. */
public final class HashCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private HashCommands() {}
}
