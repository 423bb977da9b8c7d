package dev.vedette.store.command;

import dev.vedette.store.session.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much memory this node uses, for INFO, MEMORY STATS and maxmemory. Cheap to ask: nothing walks the data.
 */
public final class MemoryUse {

    private static final long PAGE_BYTES = 4096;
    private static final long SYSTEM_BYTES = readSystemBytes();

    private final ServerState server;
    private final long startupBytes;

    MemoryUse(ServerState server) {
        this.server = server;
        this.startupBytes = heapUsedBytes();
    }

    /** used_memory; also keeps the peak up to date. */
    public long usedBytes() {
        long used = heapUsedBytes();
        server.stats.peakMemoryBytes = Math.max(server.stats.peakMemoryBytes, used);
        return used;
    }

    /** The largest {@link #usedBytes} that was seen. */
    public long peakBytes() {
        usedBytes();
        return server.stats.peakMemoryBytes;
    }

    /** What was in use when the server began. */
    public long startupBytes() {
        return startupBytes;
    }

    /** What clients' replies and requests occupy. */
    public long clientBytes() {
        long bytes = 0;
        for (Session session : server.clients.all()) {
            bytes += session.replies().buffer().length
                    + session.connection().pendingOutputBytes()
                    + session.connection().pendingInputBytes();
        }
        return bytes;
    }

    /** What the replication backlog and the replicas' queues hold. */
    public long replicationBytes() {
        return server.replication.backlog.memoryBytes();
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
