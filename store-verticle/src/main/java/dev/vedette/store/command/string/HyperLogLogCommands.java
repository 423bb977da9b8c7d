package dev.vedette.store.command.string;

import dev.vedette.store.command.Command;
import java.util.List;

/** Strings as cardinality sketches: PFADD, PFCOUNT, PFMERGE. */
public final class HyperLogLogCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private HyperLogLogCommands() {}
}
