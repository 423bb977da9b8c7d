package dev.vedette.store.command.key;

import dev.vedette.store.command.Command;
import java.util.List;

/** Keys whatever they hold: DEL, EXISTS, TYPE, RENAME, COPY, OBJECT and their kin. */
public final class KeyCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private KeyCommands() {}
}
