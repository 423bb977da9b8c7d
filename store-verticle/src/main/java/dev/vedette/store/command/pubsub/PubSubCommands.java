package dev.vedette.store.command.pubsub;

import dev.vedette.store.command.Command;
import java.util.List;

/** Publish and subscribe. */
public final class PubSubCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of();

    private PubSubCommands() {}
}
