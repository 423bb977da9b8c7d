package dev.vedette.store.command.string;

import dev.vedette.store.command.Command;
import java.util.List;

/** Strings as bitmaps: SETBIT, BITCOUNT, BITFIELD and their kin. */
public final class BitCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private BitCommands() {}
}
