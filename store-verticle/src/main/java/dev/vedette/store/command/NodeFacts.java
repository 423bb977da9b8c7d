package dev.vedette.store.command;

import java.util.function.Supplier;

/**
 * What the process around a server is, as INFO server tells it; all but the last fixed for the server's life.
 *
 * @param vedetteVersion this build
 * @param executable absolute path of the program
 * @param transport what waits for sockets: io_uring, epoll or nio
 * @param pid process id
 * @param warmUp how far the process is with its warm-up (off, pending, running, done, failed); asked on the event loop
 */
public record NodeFacts(
        String vedetteVersion, String executable, String transport, long pid, Supplier<String> warmUp) {}
