package dev.vedette.store.command.persistence;

/** What must happen outside of the store when a server has shut down in good order. */
@FunctionalInterface
public interface ShutdownPort {

    /**
     * All that is to be saved is saved: what is queued to replicas is sent as far as that goes at once, every connection
     * is closed, the process ends with status 0, or whoever embeds the server undeploys it. Called once, on the event
     * loop; no command runs after it.
     */
    void end();

    /** A shutdown came to nothing: it was aborted, or the data could not be saved. The server goes on. */
    default void cancelled() {}
}
