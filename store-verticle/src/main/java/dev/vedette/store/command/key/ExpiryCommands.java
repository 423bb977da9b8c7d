package dev.vedette.store.command.key;

import dev.vedette.store.command.Command;
import java.util.List;

/** Times to live: EXPIRE, TTL, PERSIST and their kin. */
public final class ExpiryCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private ExpiryCommands() {}
}
