package dev.vedette.store.command.key;

import dev.vedette.store.command.Command;
import java.util.List;

/** Values as opaque bytes: DUMP, RESTORE. */
public final class DumpCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private DumpCommands() {}
}
