package dev.vedette.store.command.server;

import dev.vedette.store.command.MemoryUse;
import dev.vedette.store.command.ServerState;

/**
 * The memory of a node at one instant, in bytes, with what follows from it; for INFO memory and MEMORY STATS.
 *
 * @param used used_memory
 * @param peak the largest value of it
 * @param startup what was used at the start
 * @param resident what the operating system has given to the process
 * @param allocated occupied part of the Java heap, garbage included, and of the cells for strings
 * @param active size of the Java heap and of the blocks that the cells are in
 * @param backlog the replication backlog
 * @param replicaBuffers what waits for replicas beyond the backlog
 * @param retained what replicas were sent, and is held for the case that their link is cut
 * @param clients what clients' requests and replies occupy
 */
record MemoryFigures(
        long used,
        long peak,
        long startup,
        long resident,
        long allocated,
        long active,
        long backlog,
        long replicaBuffers,
        long retained,
        long clients) {

    static MemoryFigures of(ServerState server) {
        MemoryUse memory = server.memory;
        long replication = memory.replicationBytes();
        long retained = memory.retainedBytes();
        long backlog = Math.min(replication - retained, server.config.getLong("repl-backlog-size"));
        return new MemoryFigures(
                memory.usedBytes(),
                memory.peakBytes(),
                memory.startupBytes(),
                MemoryUse.residentBytes(),
                MemoryUse.heapUsedBytes() + server.keyspace.cellBytes(),
                MemoryUse.heapCommittedBytes() + server.keyspace.cellBytes() + server.keyspace.freeCellBytes(),
                backlog,
                replication - retained - backlog,
                retained,
                memory.clientBytes());
    }

    /** What is not data. */
    long overhead() {
        return Math.min(used, startup + backlog + replicaBuffers + retained + clients);
    }

    /** What is data. */
    long dataset() {
        return used - overhead();
    }

    double datasetPercent() {
        return 100.0 * dataset() / Math.max(1, used - startup);
    }

    double peakPercent() {
        return 100.0 * used / Math.max(1, peak);
    }

    double heapRatio() {
        return (double) active / Math.max(1, allocated);
    }

    double residentRatio() {
        return (double) resident / Math.max(1, active);
    }

    double fragmentationRatio() {
        return (double) resident / Math.max(1, used);
    }
}
