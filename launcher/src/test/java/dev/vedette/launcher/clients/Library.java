package dev.vedette.launcher.clients;

import java.util.function.Consumer;

/**
 * A client library, connected to the master that the sentinels name. It does what its documentation tells an application
 * to do, and no more. Waits are bounded: what takes longer fails.
 */
interface Library extends AutoCloseable {

    /** How long a library waits for an answer, or for a connection, before it fails. */
    int PATIENCE_MILLIS = 2000;

    /** Adds a number to a set; returns when the master has acknowledged that. */
    void write(String key, long number) throws Exception;

    /** Listens to a channel of the master, whoever that is, until the library is closed. */
    void listen(String channel, Consumer<String> messages) throws Exception;

    /** Listens to a channel of one sentinel until the library is closed. */
    void listenAtSentinel(String channel, Consumer<String> messages) throws Exception;

    /** A field of SENTINEL MASTER as the library reads that answer. */
    String masterFieldAtSentinel(String field) throws Exception;

    @Override
    void close();
}
