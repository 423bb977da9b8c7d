package dev.vedette.store.command.persistence;

import dev.vedette.store.command.Command;
import java.util.List;

/** SAVE, BGSAVE, LASTSAVE, BGREWRITEAOF, SHUTDOWN. */
public final class PersistenceCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private PersistenceCommands() {}
}
