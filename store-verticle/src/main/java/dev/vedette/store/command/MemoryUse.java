package dev.vedette.store.command;

import dev.vedette.store.session.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much memory this node uses, for INFO, MEMORY STATS and maxmemory. Cheap to ask: nothing walks the data.
 *
 * <p>Used counts what a Redis would count: data, clients' buffers, replication buffers. The Java heap's own figures would
 * not do, since garbage comes and goes with it, and maxmemory would drop good keys for it; {@link #heapUsedBytes} and
 * {@link #residentBytes} tell what the process as a whole takes.
 */
public final class MemoryUse {

    private static final long PAGE_BYTES = 4096;
    private static final long SYSTEM_BYTES = readSystemBytes();

    /** What counts as used without any data: about what tables, counters and settings take. */
    private static final long STARTUP_BYTES = 1 << 20;

    private final ServerState server;
    private long clientBytes;
    private long clientsMeasuredMillis;

    MemoryUse(ServerState server) {
        this.server = server;
    }

    /** used_memory; also keeps the peak up to date. */
    public long usedBytes() {
        long used = STARTUP_BYTES + server.keyspace.dataBytes() + clientBytes + replicationBytes();
        server.stats.peakMemoryBytes = Math.max(server.stats.peakMemoryBytes, used);
        return used;
    }

    /**
     * By how many bytes what is in use exceeds a limit; 0 when it does not. What waits for replicas beyond the backlog
     * does not count: each key that goes is told to them, so that letting keys go for it would make it grow.
     */
    public long excessBytes(long limit) {
        if (usedBytes() <= limit) {
            return 0;
        }
        if (usedBytes() - clientBytes <= limit && clientsMeasuredMillis != server.nowMillis()) {
            // No key shall go for buffers that have been emptied meanwhile.
            measureClients();
        }
        return Math.max(0, usedBytes() - notCountedBytes() - limit);
    }

    /** mem_not_counted_for_evict: what is in use and does not count for maxmemory. */
    public long notCountedBytes() {
        return Math.max(0, replicationBytes() - server.config.getLong("repl-backlog-size"));
    }

    /** The largest {@link #usedBytes} that was seen. */
    public long peakBytes() {
        usedBytes();
        return server.stats.peakMemoryBytes;
    }

    /** What is in use of a server without data. */
    public long startupBytes() {
        return STARTUP_BYTES;
    }

    /** What clients' replies and requests occupy, as it was at the last {@link #measureClients}. */
    public long clientBytes() {
        return clientBytes;
    }

    /** Looks at all clients; ten times a second is enough. */
    public void measureClients() {
        long bytes = 0;
        for (Session session : server.clients.all()) {
            bytes += session.replies().buffer().length
                    + session.connection().pendingOutputBytes()
                    + session.connection().pendingInputBytes();
        }
        clientBytes = bytes;
        clientsMeasuredMillis = server.nowMillis();
    }

    /** What the replication backlog and the replicas' queues hold, the changes that are on their way to them included. */
    public long replicationBytes() {
        return server.replication.backlog.memoryBytesAt(server.changes.offset());
    }

    /**
     * The part of {@link #replicationBytes} that a Redis would not hold: what replicas were sent already, for the case that
     * their link is cut before it has arrived, or that has been cut.
     */
    public long retainedBytes() {
        return server.replication.backlog.retainedBytes();
    }

    /** Bytes of the Java heap with something in them, garbage included. */
    public static long heapUsedBytes() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** Bytes of the Java heap that the operating system has given. */
    public static long heapCommittedBytes() {
        return Runtime.getRuntime().totalMemory();
    }

    /** Resident bytes of the process, or 0 where that cannot be read. */
    public static long residentBytes() {
        String[] pages = words(Path.of("/proc/self/statm"));
        return pages.length < 2 ? 0 : Long.parseLong(pages[1]) * PAGE_BYTES;
    }

    /** Memory of the machine in bytes, or 0 where that cannot be read. */
    public static long systemBytes() {
        return SYSTEM_BYTES;
    }

    private static long readSystemBytes() {
        String[] words = words(Path.of("/proc/meminfo"));
        return words.length < 2 ? 0 : Long.parseLong(words[1]) * 1024;
    }

    private static String[] words(Path file) {
        try {
            return Files.readString(file).trim().split("\\s+");
        } catch (IOException notThisSystem) {
            return new String[0];
        }
    }
}
