package dev.vedette.store.command.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.store.MemoryServer;
import dev.vedette.wire.rdb.RealRedis;
import dev.vedette.wire.resp.Reply;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** INFO has the sections and fields of a real redis-server's, in the same order. */
class InfoRedisIT {

    /** Fields that are ours alone. */
    private static final Set<String> OURS = Set.of(
            "server_name", "vedette_version", "vertx_version", "java_version", "warm_up", "mem_replication_retained");

    @TempDir
    Path folder;

    @Test
    void hasTheSameFieldsInTheSameOrder() throws Exception {
        MemoryServer ours = new MemoryServer();
        try (RealRedis redis = RealRedis.start(folder)) {
            for (String section : List.of("everything", "all", "default", "server", "stats", "modules")) {
                assertEquals(
                        fields(redis.command("INFO", section)),
                        fields(Objects.requireNonNull(ours.client().command("INFO", section))),
                        section);
            }
        }
    }

    @Test
    void hasTheSameFieldsOnAReplicaWithoutItsMaster() throws Exception {
        MemoryServer ours = new MemoryServer();
        ours.state.replication.follow("127.0.0.1", 1);
        try (RealRedis redis = RealRedis.start(folder, "--replicaof", "127.0.0.1", "1")) {
            assertEquals(
                    fields(redis.command("INFO", "replication")),
                    fields(Objects.requireNonNull(ours.client().command("INFO", "replication"))));
        }
    }

    /** Names of fields and sections; the statistics of single commands left out, since each server ran others. */
    private static String fields(Reply info) {
        return Objects.requireNonNull(info.text())
                .lines()
                .map(line -> line.contains(":") ? line.substring(0, line.indexOf(':')) : line)
                .filter(name -> !OURS.contains(name))
                .filter(name -> !name.startsWith("cmdstat_") && !name.startsWith("latency_percentiles_usec_"))
                .collect(Collectors.joining("\n"));
    }
}
