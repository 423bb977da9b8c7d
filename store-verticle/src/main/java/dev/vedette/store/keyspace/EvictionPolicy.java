package dev.vedette.store.keyspace;

import java.util.Locale;

/** What maxmemory-policy says: which keys may go when memory is short, and which of them go first. */
public enum EvictionPolicy {
    NOEVICTION(Order.NONE, false),
    ALLKEYS_LRU(Order.IDLE, false),
    ALLKEYS_LFU(Order.FREQUENCY, false),
    ALLKEYS_RANDOM(Order.RANDOM, false),
    VOLATILE_LRU(Order.IDLE, true),
    VOLATILE_LFU(Order.FREQUENCY, true),
    VOLATILE_RANDOM(Order.RANDOM, true),
    VOLATILE_TTL(Order.TTL, true);

    /** By what keys are ranked. */
    private enum Order {
        NONE,
        IDLE,
        FREQUENCY,
        RANDOM,
        TTL
    }

    private static final int FREQUENCY_MAX = 255;

    private final Order order;
    private final boolean onlyWithTtl;

    EvictionPolicy(Order order, boolean onlyWithTtl) {
        this.order = order;
        this.onlyWithTtl = onlyWithTtl;
    }

    /**
     * The policy that the configuration names so.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static EvictionPolicy of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** Whether the uses of a key are counted, rather than the time of the last one kept. */
    public boolean isLfu() {
        return order == Order.FREQUENCY;
    }

    /** Whether any key may go. */
    public boolean evicts() {
        return order != Order.NONE;
    }

    /** Whether keys go by chance. */
    boolean isRandom() {
        return order == Order.RANDOM;
    }

    /** Whether keys without TTL stay. */
    boolean isOnlyWithTtl() {
        return onlyWithTtl;
    }

    /** Whether the entry may go at all. */
    boolean admits(Object entry) {
        return !onlyWithTtl || Entries.expireAt(entry) >= 0;
    }

    /** How well it would be to let the entry go: the higher, the sooner. It sinks only when the entry is used or changed. */
    long score(Object entry, long nowMillis) {
        return switch (order) {
            case IDLE -> Access.idleSeconds(Entries.access(entry), nowMillis);
            case FREQUENCY -> FREQUENCY_MAX - Access.counter(Entries.access(entry), nowMillis);
            case TTL -> Long.MAX_VALUE - Entries.expireAt(entry);
            case NONE, RANDOM -> 0;
        };
    }
}
