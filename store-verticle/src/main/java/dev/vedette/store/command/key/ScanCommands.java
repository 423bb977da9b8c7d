package dev.vedette.store.command.key;

import dev.vedette.store.command.Command;
import java.util.List;

/** Walking the keyspace: SCAN, KEYS, RANDOMKEY. */
public final class ScanCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private ScanCommands() {}
}
