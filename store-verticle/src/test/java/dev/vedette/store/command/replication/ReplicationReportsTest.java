package dev.vedette.store.command.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.store.MemoryClient;
import dev.vedette.store.MemoryServer;
import dev.vedette.wire.bus.ToStore;
import dev.vedette.wire.bus.ToStore.BacklogState;
import dev.vedette.wire.resp.Reply;
import org.junit.jupiter.api.Test;

/** Reports of the replication verticle, as clients see them. */
class ReplicationReportsTest {

    private static final Reply LOADING = new Reply.Error("LOADING Redis is loading the dataset in memory");

    private final MemoryServer server = new MemoryServer("enable-debug-command yes");
    private final MemoryClient client = server.client();

    private String info(String section, String field) {
        String text = String.valueOf(client.command("INFO", section));
        int at = text.indexOf("\n" + field + ":") + field.length() + 2;
        return text.substring(at, text.indexOf('\r', at));
    }

    @Test
    void countsBeginAnewAtResetstatWhateverWasCountedBefore() {
        server.state.roles.reported(new ToStore.SyncCounts(3, 2, 1));
        assertEquals("3", info("stats", "sync_full"));
        client.command("CONFIG", "RESETSTAT");
        assertEquals("0", info("stats", "sync_full"));
        server.state.roles.reported(new ToStore.SyncCounts(3, 4, 2));
        assertEquals("0", info("stats", "sync_full"));
        assertEquals("2", info("stats", "sync_partial_ok"));
        assertEquals("1", info("stats", "sync_partial_err"));
    }

    @Test
    void writesThatWereLostShowOnceThereAreSome() {
        assertTrue(!String.valueOf(client.command("INFO", "replication")).contains("lost_writes"));
        server.state.roles.reported(new ToStore.LostWrites("lost-writes-a-1.resp", 3));
        server.state.roles.reported(new ToStore.LostWrites("lost-writes-b-7.resp", 4));
        assertEquals("7", info("replication", "lost_writes"));
        assertEquals("2", info("replication", "lost_writes_files"));
        assertEquals("lost-writes-b-7.resp", info("replication", "lost_writes_last_file"));
    }

    @Test
    void whatIsOnItsWayToTheBacklogTakesMemoryToo() {
        BacklogState backlog = new BacklogState(true, 1, 32_768, 0, 32_768, 16_384);
        assertEquals(32_768, backlog.memoryBytesAt(100));
        assertEquals(32_768, backlog.memoryBytesAt(32_768));
        assertEquals(49_152, backlog.memoryBytesAt(32_769));
        assertEquals(65_536, backlog.memoryBytesAt(65_536));
        assertEquals(0, BacklogState.NONE.memoryBytesAt(1_000_000));
        server.state.roles.reported(new BacklogState(true, 1, 16_384, 0, 16_384, 16_384));
        client.command("SET", "k", "x".repeat(20_000));
        assertEquals(32_768, server.state.memory.replicationBytes());
    }

    @Test
    void whatIsHeldForLinksThatMayBeCutIsToldApart() {
        server.state.roles.reported(new BacklogState(true, 1, 5_000_000, 3_000_000, Long.MAX_VALUE, 16_384));
        assertEquals("3000000", info("memory", "mem_replication_retained"));
        assertEquals("2000000", info("memory", "mem_total_replication_buffers"));
        assertEquals("1048576", info("memory", "mem_replication_backlog"));
        assertEquals("" + (2_000_000 - 1_048_576), info("memory", "mem_clients_slaves"));
        assertEquals("" + (5_000_000 - 1_048_576), info("memory", "mem_not_counted_for_evict"));
        assertTrue(Long.parseLong(info("memory", "used_memory_overhead")) > 5_000_000);
    }

    @Test
    void whileDataIsLoadedAsideAllIsServedButWhatWouldDisturbTheLoad() {
        client.command("SET", "k", "v");
        server.state.persistence.asyncLoading = true;
        assertEquals(Reply.Bulk.of("v"), client.command("GET", "k"));
        assertEquals(LOADING, client.command("REPLICAOF", "NO", "ONE"));
        assertEquals(LOADING, client.command("CONFIG", "SET", "appendonly", "no"));
        assertEquals(LOADING, client.command("BGREWRITEAOF"));
        client.command("MULTI");
        assertEquals(LOADING, client.command("REPLICAOF", "NO", "ONE"));
        assertTrue(String.valueOf(client.command("EXEC")).contains("EXECABORT"));
        assertEquals("0", info("persistence", "loading"));
        assertEquals("1", info("persistence", "async_loading"));
        server.state.persistence.asyncLoading = false;
        assertEquals(new Reply.Simple("OK"), client.command("REPLICAOF", "NO", "ONE"));
    }
}
