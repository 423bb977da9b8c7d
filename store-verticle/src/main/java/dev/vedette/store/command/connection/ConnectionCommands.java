package dev.vedette.store.command.connection;

import dev.vedette.store.command.Command;
import java.util.List;

/** The connection itself: PING, AUTH, HELLO, SELECT and their kin. */
public final class ConnectionCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private ConnectionCommands() {}
}
