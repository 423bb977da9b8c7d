package dev.vedette.store.config;

/** The limits of the three classes of clients that {@code client-output-buffer-limit} knows. */
public record OutputLimits(OutputLimit normal, OutputLimit replica, OutputLimit pubsub) {

    static final OutputLimits DEFAULT = new OutputLimits(
            new OutputLimit(0, 0, 0),
            new OutputLimit(256L << 20, 64L << 20, 60),
            new OutputLimit(32L << 20, 8L << 20, 60));
}
