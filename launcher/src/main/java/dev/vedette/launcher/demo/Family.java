package dev.vedette.launcher.demo;

import java.util.concurrent.CountDownLatch;

/** The nodes of a demo, however they are run. */
interface Family extends AutoCloseable {

    /**
     * Starts every node and waits until they know one another, telling how it goes.
     *
     * @param stop counted down when the user wants no more of it
     * @return false when something could not be started (which was then said) or the user gave up
     */
    boolean start(CountDownLatch stop) throws InterruptedException;

    /** Says what there is to try. */
    void explain();

    /** Stops every node in good order; sentinels first, so that they see no failure. */
    @Override
    void close();
}
