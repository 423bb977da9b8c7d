package dev.vedette.store.command.transaction;

import dev.vedette.store.command.Command;
import java.util.List;

/** MULTI, EXEC, DISCARD, WATCH, UNWATCH. */
public final class TransactionCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private TransactionCommands() {}
}
