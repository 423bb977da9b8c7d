package dev.vedette.store.command;

/**
 * What the process around a server is, as INFO server tells it; fixed for the server's life.
 *
 * @param redisVersion the Redis whose behaviour is kept
 * @param vedetteVersion this build
 * @param executable absolute path of the program
 * @param transport what waits for sockets: io_uring, epoll or nio
 * @param pid process id
 */
public record NodeFacts(String redisVersion, String vedetteVersion, String executable, String transport, long pid) {}
