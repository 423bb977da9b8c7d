package dev.vedette.store.command;

import java.util.Locale;

/** What COMMAND INFO calls flags. */
public enum CommandFlag {
    WRITE,
    READONLY,
    DENYOOM,
    ADMIN,
    PUBSUB,
    NOSCRIPT,
    BLOCKING,
    LOADING,
    STALE,
    SKIP_MONITOR,
    SKIP_SLOWLOG,
    ASKING,
    FAST,
    NO_AUTH,
    MAY_REPLICATE,
    SENTINEL,
    ONLY_SENTINEL,
    NO_MANDATORY_KEYS,
    PROTECTED,
    NO_ASYNC_LOADING,
    NO_MULTI,
    MOVABLEKEYS,
    ALLOW_BUSY,
    /** Ours, not shown: EXPIRE cycles and the like that must not be wrapped in MULTI when they leave several changes. */
    TOUCHES_ARBITRARY_KEYS;

    /** The flag's bit in {@link Command#flagBits}. */
    public long bit() {
        return 1L << ordinal();
    }

    /** The word in COMMAND INFO's reply. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
