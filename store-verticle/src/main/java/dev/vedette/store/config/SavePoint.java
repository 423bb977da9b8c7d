package dev.vedette.store.config;

/**
 * One {@code save} rule: write the data set when so many changes are that old.
 *
 * @param seconds at least 1
 * @param changes at least 0
 */
public record SavePoint(long seconds, int changes) {}
