package dev.vedette.store;

/** What a store tells and asks of the process that it runs in. Called on the store's event loop. */
public interface ServerProcess {

    /** The server listens; it is about to load its data. */
    void listening();

    /** The server is a replica now, or a master; log lines say so from here on. */
    void roleChanged(boolean replica);

    /**
     * The server has shut down in good order, or gives up: the process ends, or whoever embeds the server undeploys it.
     *
     * @param status exit status: 0, or 1 when something could not be done
     */
    void exit(int status);
}
