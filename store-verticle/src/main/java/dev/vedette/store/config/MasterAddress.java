package dev.vedette.store.config;

/** Where {@code replicaof} points. */
public record MasterAddress(String host, int port) {}
