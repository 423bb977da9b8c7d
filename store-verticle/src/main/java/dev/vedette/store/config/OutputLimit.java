package dev.vedette.store.config;

/**
 * The {@code client-output-buffer-limit} of one class of clients.
 *
 * @param hardBytes close at once above this; 0 is no limit
 * @param softBytes close when above this for {@code softSeconds}; 0 is no limit
 * @param softSeconds how long the soft limit may be exceeded
 */
public record OutputLimit(long hardBytes, long softBytes, int softSeconds) {}
