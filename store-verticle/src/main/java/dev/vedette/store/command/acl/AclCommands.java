package dev.vedette.store.command.acl;

import dev.vedette.store.command.Command;
import java.util.List;

/** ACL and its subcommands. */
public final class AclCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private AclCommands() {}
}
