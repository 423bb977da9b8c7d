package dev.vedette.store.command.server;

import dev.vedette.store.change.ReplicationState;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.LatencyHistogram;
import dev.vedette.store.command.MemoryUse;
import dev.vedette.store.command.PubSub;
import dev.vedette.store.command.ServerState;
import dev.vedette.store.command.ServerStats;
import dev.vedette.store.command.scripting.Scripting;
import dev.vedette.store.config.ServerConfig;
import dev.vedette.store.keyspace.Database;
import dev.vedette.store.keyspace.Entries;
import dev.vedette.store.session.Session;
import dev.vedette.store.snapshot.PersistenceState;
import dev.vedette.wire.bus.ToStore.LinkState;
import dev.vedette.wire.bus.ToStore.ReplicaProgress;
import dev.vedette.wire.bus.ToStore.ReplicaStatus;
import dev.vedette.wire.bus.ToStore.SyncCounts;
import dev.vedette.wire.resp.RedisVersion;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the text of one INFO: sections and fields in the order of Redis 7.0.15, since clients and dashboards read them.
 * What does not exist here (forks, the allocator's defragmentation, scripts) says the same as a Redis that does not use
 * it.
 */
final class InfoText {

    private final ServerState server;
    private final @Nullable Set<String> wanted;
    private final StringBuilder out = new StringBuilder(4096);

    /** Writes the {@code wanted} sections, all of them when null. */
    InfoText(ServerState server, @Nullable Set<String> wanted) {
        this.server = server;
        this.wanted = wanted;
    }

    String text() {
        section("server", "Server", this::server);
        section("clients", "Clients", this::clients);
        section("memory", "Memory", this::memory);
        section("persistence", "Persistence", this::persistence);
        section("stats", "Stats", this::stats);
        section("replication", "Replication", this::replication);
        section("cpu", "CPU", this::cpu);
        section(wanted != null && wanted.contains("module_list") ? "module_list" : "modules", "Modules", () -> {});
        section("commandstats", "Commandstats", this::commandStats);
        section("errorstats", "Errorstats", this::errorStats);
        section("latencystats", "Latencystats", this::latencyStats);
        section("cluster", "Cluster", () -> field("cluster_enabled", 0));
        section("keyspace", "Keyspace", this::keyspace);
        return out.toString();
    }

    private void section(String name, String title, Runnable fields) {
        if (wanted != null && !wanted.contains(name)) {
            return;
        }
        if (!out.isEmpty()) {
            out.append("\r\n");
        }
        out.append("# ").append(title).append("\r\n");
        fields.run();
    }

    private void field(String name, long value) {
        out.append(name).append(':').append(value).append("\r\n");
    }

    private void field(String name, String value) {
        out.append(name).append(':').append(value).append("\r\n");
    }

    private void field(String name, boolean value) {
        field(name, value ? 1 : 0);
    }

    private void zeros(String... names) {
        for (String name : names) {
            field(name, 0);
        }
    }

    private void bytes(String name, long bytes) {
        field(name, bytes);
        field(name + "_human", human(bytes));
    }

    // ------------------------------------------------------------------ server

    private void server() {
        ServerConfig config = server.config;
        long uptimeSeconds = (server.nowMillis() - server.startMillis) / 1000;
        long hz = config.getLong("hz");
        field("redis_version", RedisVersion.TEXT);
        field("server_name", "vedette");
        field("vedette_version", server.facts.vedetteVersion());
        field("vertx_version", Platform.VERTX_VERSION);
        field("java_version", Platform.JAVA_VERSION);
        field("redis_git_sha1", "00000000");
        field("redis_git_dirty", 0);
        field("redis_build_id", Platform.buildId(server.facts.vedetteVersion()));
        field("redis_mode", config.isSentinel() ? "sentinel" : "standalone");
        field("os", Platform.OS);
        field("arch_bits", 64);
        field("monotonic_clock", "POSIX clock_gettime");
        field("multiplexing_api", server.facts.transport());
        field("atomicvar_api", "java-varhandle");
        field("gcc_version", "0.0.0");
        field("process_id", server.facts.pid());
        field("process_supervised", "no");
        field("run_id", server.runId);
        field("tcp_port", port(config));
        field("server_time_usec", server.nowMillis() * 1000);
        field("uptime_in_seconds", uptimeSeconds);
        field("uptime_in_days", uptimeSeconds / 86_400);
        field("hz", hz);
        field("configured_hz", hz);
        field("lru_clock", server.nowMillis() / 1000 & 0xffffff);
        field("executable", server.facts.executable());
        field("config_file", config.file() == null ? "" : config.file().toString());
        field("io_threads_active", 0);
        field("warm_up", server.facts.warmUp().get());
        long shutdownMillis = server.shutdown.millisecondsLeft();
        if (shutdownMillis >= 0) {
            field("shutdown_in_milliseconds", shutdownMillis);
        }
    }

    private static long port(ServerConfig config) {
        long port = config.getLong("port");
        return port == 0 ? config.getLong("tls-port") : port;
    }

    // ------------------------------------------------------------------ clients

    private void clients() {
        long connected = 0;
        long blocked = 0;
        long withDeadline = 0;
        long maxInput = 0;
        long maxOutput = 0;
        for (Session session : server.clients.all()) {
            if (session.kind != Session.Kind.REPLICA) {
                connected++;
            }
            Session.Wait wait = session.waiting;
            blocked += session.postponed ? 1 : 0;
            if (wait != null) {
                blocked++;
                withDeadline += wait.deadlineMillis() == Long.MAX_VALUE ? 0 : 1;
            }
            maxInput = Math.max(maxInput, session.connection().pendingInputBytes());
            maxOutput = Math.max(
                    maxOutput,
                    session.connection().pendingOutputBytes()
                            + session.replies().length());
        }
        field("connected_clients", connected);
        field("cluster_connections", 0);
        field("maxclients", server.config.getLong("maxclients"));
        field("client_recent_max_input_buffer", maxInput);
        field("client_recent_max_output_buffer", maxOutput);
        field("blocked_clients", blocked);
        field("tracking_clients", server.tracking.clients());
        field("clients_in_timeout_table", withDeadline);
    }

    // ------------------------------------------------------------------ memory

    private void memory() {
        MemoryUse memory = server.memory;
        MemoryFigures figures = MemoryFigures.of(server);
        bytes("used_memory", figures.used());
        bytes("used_memory_rss", figures.resident());
        bytes("used_memory_peak", figures.peak());
        field("used_memory_peak_perc", fixed(figures.peakPercent(), 2) + "%");
        field("used_memory_overhead", figures.overhead());
        field("used_memory_startup", figures.startup());
        field("used_memory_dataset", figures.dataset());
        field("used_memory_dataset_perc", fixed(figures.datasetPercent(), 2) + "%");
        field("allocator_allocated", figures.allocated());
        field("allocator_active", figures.active());
        field("allocator_resident", figures.active());
        bytes("total_system_memory", MemoryUse.systemBytes());
        scripts();
        bytes("maxmemory", server.settings.maxMemoryBytes);
        field("maxmemory_policy", server.settings.maxMemoryPolicy);
        field("allocator_frag_ratio", fixed(figures.heapRatio(), 2));
        field("allocator_frag_bytes", figures.active() - figures.allocated());
        field("allocator_rss_ratio", "1.00");
        field("allocator_rss_bytes", 0);
        field("rss_overhead_ratio", fixed(figures.residentRatio(), 2));
        field("rss_overhead_bytes", figures.resident() - figures.active());
        field("mem_fragmentation_ratio", fixed(figures.fragmentationRatio(), 2));
        field("mem_fragmentation_bytes", figures.resident() - figures.used());
        field("mem_not_counted_for_evict", memory.notCountedBytes());
        field("mem_replication_backlog", figures.backlog());
        field("mem_total_replication_buffers", figures.backlog() + figures.replicaBuffers());
        field("mem_replication_retained", figures.retained());
        field("mem_clients_slaves", figures.replicaBuffers());
        field("mem_clients_normal", figures.clients());
        zeros("mem_cluster_links", "mem_aof_buffer");
        field("mem_allocator", "jvm");
        zeros("active_defrag_running", "lazyfree_pending_objects", "lazyfreed_objects");
    }

    private void scripts() {
        Scripting scripting = server.scripting;
        long eval = scripting.scriptMachineBytes();
        long functions = scripting.functionMachineBytes();
        field("used_memory_lua", eval);
        field("used_memory_vm_eval", eval);
        field("used_memory_lua_human", human(eval));
        field("used_memory_scripts_eval", scripting.scriptBytes());
        field("number_of_cached_scripts", scripting.scriptCount());
        field("number_of_functions", scripting.functionCount());
        field("number_of_libraries", scripting.libraryCount());
        field("used_memory_vm_functions", functions);
        field("used_memory_vm_total", eval + functions);
        field("used_memory_vm_total_human", human(eval + functions));
        field("used_memory_functions", scripting.functionBytes());
        field("used_memory_scripts", scripting.scriptBytes() + scripting.functionBytes());
        field("used_memory_scripts_human", human(scripting.scriptBytes() + scripting.functionBytes()));
    }

    // ------------------------------------------------------------------ persistence

    private void persistence() {
        PersistenceState state = server.persistence;
        long now = server.nowMillis();
        field("loading", state.loading && !state.asyncLoading);
        field("async_loading", state.asyncLoading);
        snapshot(state);
        field("rdb_changes_since_last_save", state.dirty);
        field("rdb_bgsave_in_progress", state.isSnapshotInProgress());
        field("rdb_last_save_time", state.lastSaveMillis / 1000);
        field("rdb_last_bgsave_status", state.lastBgsaveFailed ? "err" : "ok");
        field("rdb_last_bgsave_time_sec", state.lastBgsaveSeconds);
        field(
                "rdb_current_bgsave_time_sec",
                state.isSnapshotInProgress() ? (now - state.snapshotStartMillis()) / 1000 : -1);
        field("rdb_saves", state.saves);
        field("rdb_last_cow_size", state.lastLeftBytes);
        field("rdb_last_load_keys_expired", state.lastLoadKeysExpired);
        field("rdb_last_load_keys_loaded", state.lastLoadKeysLoaded);
        appendOnly();
        zeros("module_fork_in_progress", "module_fork_last_cow_size");
        if (state.loading || state.asyncLoading) {
            loading(state, now);
        }
    }

    /** The snapshot under way; what Redis calls copy-on-write is memory that changes of the data have left to it. */
    private void snapshot(PersistenceState state) {
        long left = state.isSnapshotInProgress() ? server.keyspace.leftForSnapshotsBytes() : 0;
        boolean toFile = state.bgsaveInProgress;
        long processed = toFile ? state.saveKeysProcessed : state.streamKeysProcessed();
        long total = toFile ? state.saveKeysTotal : state.streamKeysTotal();
        field("current_cow_peak", left);
        field("current_cow_size", left);
        zeros("current_cow_size_age");
        field("current_fork_perc", fixed(total == 0 ? 0 : 100.0 * processed / total, 2));
        field("current_save_keys_processed", processed);
        field("current_save_keys_total", total);
    }

    private void appendOnly() {
        field("aof_enabled", server.config.getBool("appendonly"));
        zeros("aof_rewrite_in_progress", "aof_rewrite_scheduled");
        field("aof_last_rewrite_time_sec", -1);
        field("aof_current_rewrite_time_sec", -1);
        field("aof_last_bgrewrite_status", "ok");
        zeros("aof_rewrites", "aof_rewrites_consecutive_failures");
        field("aof_last_write_status", "ok");
        zeros("aof_last_cow_size");
    }

    private void loading(PersistenceState state, long now) {
        long read = state.loadReadBytes;
        long total = state.loadTotalBytes;
        long elapsedSeconds = (now - state.loadStartMillis) / 1000;
        field("loading_start_time", state.loadStartMillis / 1000);
        field("loading_total_bytes", total);
        field("loading_rdb_used_mem", state.loadUsedMemoryBytes);
        field("loading_loaded_bytes", read);
        field("loading_loaded_perc", fixed(total == 0 ? 0 : 100.0 * read / total, 2));
        field("loading_eta_seconds", elapsedSeconds == 0 ? 1 : elapsedSeconds * Math.max(1, total - read) / (read + 1));
    }

    // ------------------------------------------------------------------ stats

    private void stats() {
        ServerStats stats = server.stats;
        ReplicationState replication = server.replication;
        field("total_connections_received", stats.connectionsReceived);
        field("total_commands_processed", stats.commandsProcessed);
        field("instantaneous_ops_per_sec", stats.commandRate.perSecond());
        field("total_net_input_bytes", stats.netInputBytes + stats.netReplicationInputBytes);
        field("total_net_output_bytes", stats.netOutputBytes + stats.netReplicationOutputBytes);
        field("total_net_repl_input_bytes", stats.netReplicationInputBytes);
        field("total_net_repl_output_bytes", stats.netReplicationOutputBytes);
        field("instantaneous_input_kbps", kilobytes(stats.inputRate.perSecond()));
        field("instantaneous_output_kbps", kilobytes(stats.outputRate.perSecond()));
        field("instantaneous_input_repl_kbps", kilobytes(stats.replicationInputRate.perSecond()));
        field("instantaneous_output_repl_kbps", kilobytes(stats.replicationOutputRate.perSecond()));
        field("rejected_connections", stats.rejectedConnections);
        SyncCounts counts = replication.counts();
        field("sync_full", counts.full());
        field("sync_partial_ok", counts.partialOk());
        field("sync_partial_err", counts.partialErr());
        field("expired_keys", stats.expiredKeys);
        field("expired_stale_perc", "0.00");
        field("expired_time_cap_reached_count", stats.expiredTimeCapReached);
        field("expire_cycle_cpu_milliseconds", stats.expireCycleNanos / 1_000_000);
        field("evicted_keys", stats.evictedKeys);
        field("evicted_clients", stats.evictedClients);
        field("total_eviction_exceeded_time", stats.evictionExceededMillis);
        field("current_eviction_exceeded_time", stats.currentEvictionExceededMillis(server.nowMillis()));
        field("keyspace_hits", stats.keyspaceHits);
        field("keyspace_misses", stats.keyspaceMisses);
        field("pubsub_channels", server.pubSub.all(PubSub.Kind.CHANNEL).size());
        field("pubsub_patterns", server.pubSub.all(PubSub.Kind.PATTERN).size());
        field("pubsubshard_channels", server.pubSub.all(PubSub.Kind.SHARD).size());
        zeros("latest_fork_usec");
        field("total_forks", stats.snapshots);
        zeros(
                "migrate_cached_sockets",
                "slave_expires_tracked_keys",
                "active_defrag_hits",
                "active_defrag_misses",
                "active_defrag_key_hits",
                "active_defrag_key_misses",
                "total_active_defrag_time",
                "current_active_defrag_time");
        field("tracking_total_keys", server.tracking.keys());
        field("tracking_total_items", server.tracking.items());
        field("tracking_total_prefixes", server.tracking.prefixes());
        field("unexpected_error_replies", stats.unexpectedErrorReplies);
        field("total_error_replies", stats.totalErrorReplies);
        field("dump_payload_sanitizations", stats.dumpPayloadSanitizations);
        field("total_reads_processed", stats.totalReadsProcessed);
        field("total_writes_processed", stats.totalWritesProcessed);
        zeros(
                "io_threaded_reads_processed",
                "io_threaded_writes_processed",
                "reply_buffer_shrinks",
                "reply_buffer_expands");
    }

    private static String kilobytes(long bytesPerSecond) {
        return fixed(bytesPerSecond / 1024.0, 2);
    }

    // ------------------------------------------------------------------ replication

    private void replication() {
        server.roles.lookAtMasterLink();
        ReplicationState state = server.replication;
        long offset = server.changes.offset();
        field("role", state.isReplica() ? "slave" : "master");
        if (state.isReplica()) {
            masterLink(state, offset);
        }
        replicas(state);
        field("master_failover_state", state.failoverState);
        field("master_replid", state.replid());
        field("master_replid2", state.replid2());
        field("master_repl_offset", offset);
        field("second_repl_offset", state.secondOffset());
        boolean backlog = state.backlog.active();
        long first = backlog ? state.backlog.firstByteOffset() : 0;
        field("repl_backlog_active", backlog);
        field("repl_backlog_size", server.config.getLong("repl-backlog-size"));
        field("repl_backlog_first_byte_offset", first);
        field("repl_backlog_histlen", backlog ? Math.max(0, offset - first + 1) : 0);
        if (state.lostFiles() > 0) {
            field("lost_writes", state.lostWrites());
            field("lost_writes_files", state.lostFiles());
            field("lost_writes_last_file", state.lastLostFile());
        }
    }

    private void masterLink(ReplicationState state, long offset) {
        long now = server.nowMillis();
        boolean up = state.link == LinkState.CONNECTED;
        field("master_host", String.valueOf(state.masterHost()));
        field("master_port", state.masterPort());
        field("master_link_status", up ? "up" : "down");
        field("master_last_io_seconds_ago", up ? secondsSince(state.lastIoMillis, now) : -1);
        field("master_sync_in_progress", state.link == LinkState.SYNC);
        field("slave_read_repl_offset", state.isEmptied() ? 1 : Math.max(state.readOffset, offset));
        field("slave_repl_offset", state.isEmptied() ? 1 : offset);
        if (state.link == LinkState.SYNC) {
            long total = state.syncTotalBytes;
            long read = state.syncReadBytes;
            field("master_sync_total_bytes", total);
            field("master_sync_read_bytes", read);
            field("master_sync_left_bytes", total - read);
            field("master_sync_perc", fixed(total == 0 ? 0 : 100.0 * read / total, 2));
            field("master_sync_last_io_seconds_ago", secondsSince(state.lastIoMillis, now));
        }
        if (!up) {
            field(
                    "master_link_down_since_seconds",
                    state.linkDownSinceMillis == 0 ? -1 : secondsSince(state.linkDownSinceMillis, now));
        }
        field("slave_priority", server.config.getLong("replica-priority"));
        field("slave_read_only", server.settings.replicaReadOnly);
        field("replica_announced", server.config.getBool("replica-announced"));
    }

    private void replicas(ReplicationState state) {
        long now = server.nowMillis();
        field("connected_slaves", state.replicas().size());
        if (server.settings.minReplicasToWrite > 0 && server.settings.minReplicasMaxLagMillis > 0) {
            field("min_slaves_good_slaves", state.goodReplicas(now, server.settings.minReplicasMaxLagMillis));
        }
        int number = 0;
        for (ReplicaProgress replica : state.replicas().values()) {
            boolean online = replica.status() == ReplicaStatus.ONLINE;
            out.append("slave").append(number++);
            out.append(":ip=").append(replica.host());
            out.append(",port=").append(replica.port());
            out.append(",state=").append(replica.status().name().toLowerCase(Locale.ROOT));
            out.append(",offset=").append(replica.ackOffset());
            out.append(",lag=").append(online ? secondsSince(replica.ackMillis(), now) : 0);
            out.append("\r\n");
        }
    }

    private static long secondsSince(long millis, long nowMillis) {
        return Math.max(0, nowMillis / 1000 - millis / 1000);
    }

    // ------------------------------------------------------------------ cpu

    private void cpu() {
        Platform.CpuTimes process = Platform.processCpu();
        Platform.CpuTimes thread = Platform.threadCpu();
        field("used_cpu_sys", seconds(process.systemTicks()));
        field("used_cpu_user", seconds(process.userTicks()));
        field("used_cpu_sys_children", seconds(process.childSystemTicks()));
        field("used_cpu_user_children", seconds(process.childUserTicks()));
        field("used_cpu_sys_main_thread", seconds(thread.systemTicks()));
        field("used_cpu_user_main_thread", seconds(thread.userTicks()));
    }

    private static String seconds(long ticks) {
        return fixed(ticks / 100.0, 6);
    }

    // ------------------------------------------------------------------ commands and errors

    private void commandStats() {
        for (Command command : server.commands.allRunnable()) {
            Command.Stats stats = command.stats;
            if (stats.calls != 0 || stats.failed != 0 || stats.rejected != 0) {
                out.append("cmdstat_").append(safe(command.fullName()));
                out.append(":calls=").append(stats.calls);
                out.append(",usec=").append(stats.microseconds);
                out.append(",usec_per_call=");
                out.append(fixed(stats.calls == 0 ? 0 : (double) stats.microseconds / stats.calls, 2));
                out.append(",rejected_calls=").append(stats.rejected);
                out.append(",failed_calls=").append(stats.failed);
                out.append("\r\n");
            }
        }
    }

    private void errorStats() {
        server.stats.errors.forEach((code, count) -> out.append("errorstat_")
                .append(safe(code))
                .append(":count=")
                .append(count)
                .append("\r\n"));
    }

    private void latencyStats() {
        if (!server.settings.latencyTracking) {
            return;
        }
        List<Double> percentiles = server.config.latencyPercentiles();
        for (Command command : server.commands.allRunnable()) {
            LatencyHistogram histogram = command.stats.latency;
            if (histogram != null) {
                out.append("latency_percentiles_usec_").append(safe(command.fullName()));
                char separator = ':';
                for (double percentile : percentiles) {
                    out.append(separator)
                            .append('p')
                            .append(shortest(percentile))
                            .append('=');
                    out.append(fixed(histogram.percentileNanos(percentile) / 1000.0, 3));
                    separator = ',';
                }
                out.append(percentiles.isEmpty() ? ":\r\n" : "\r\n");
            }
        }
    }

    /** A name as a field may hold it: what separates fields and lines becomes an underscore. */
    private static String safe(String name) {
        return name.replace('#', '_').replace(':', '_').replace('\n', '_').replace('\r', '_');
    }

    // ------------------------------------------------------------------ keyspace

    private static final int TTL_SAMPLES = 24;

    private void keyspace() {
        for (int i = 0; i < server.keyspace.databaseCount(); i++) {
            Database database = server.keyspace.database(i);
            if (database.size() > 0) {
                out.append("db").append(i);
                out.append(":keys=").append(database.size());
                out.append(",expires=").append(database.ttlCount());
                out.append(",avg_ttl=").append(averageTtlMillis(database));
                out.append("\r\n");
            }
        }
    }

    /** An estimate from a few entries chosen at random. */
    private static long averageTtlMillis(Database database) {
        if (database.ttlCount() == 0) {
            return 0;
        }
        long sum = 0;
        long found = 0;
        for (int i = 0; i < TTL_SAMPLES; i++) {
            Object entry = database.random();
            long at = entry == null ? -1 : Entries.expireAt(entry);
            long left = at - database.keyspace().nowMillis();
            if (at >= 0 && left > 0) {
                sum += left;
                found++;
            }
        }
        return found == 0 ? 0 : sum / found;
    }

    // ------------------------------------------------------------------ numbers

    /** Bytes as people read them: 943.30K. */
    static String human(long bytes) {
        String units = "BKMGTP";
        int unit = 0;
        double value = bytes;
        while (value >= 1024 && unit < units.length() - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + "B" : fixed(value, 2) + units.charAt(unit);
    }

    /** A number with so many digits after the point. */
    static String fixed(double value, int digits) {
        long scale = 1;
        for (int i = 0; i < digits; i++) {
            scale *= 10;
        }
        long scaled = Math.round(Math.abs(value) * scale);
        String fraction = Long.toString(scaled % scale);
        return (value < 0 && scaled > 0 ? "-" : "") + scaled / scale + "." + "0".repeat(digits - fraction.length())
                + fraction;
    }

    /** A number without the zeros at its end. */
    private static String shortest(double value) {
        String text = fixed(value, 6);
        int end = text.length();
        while (text.charAt(end - 1) == '0') {
            end--;
        }
        return text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
    }
}
