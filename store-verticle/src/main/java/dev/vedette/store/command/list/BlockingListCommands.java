package dev.vedette.store.command.list;

import dev.vedette.store.command.Command;
import java.util.List;

/** Lists, with clients that wait for an element. */
public final class BlockingListCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private BlockingListCommands() {}
}
