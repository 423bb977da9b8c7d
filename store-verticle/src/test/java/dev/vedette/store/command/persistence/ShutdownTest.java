package dev.vedette.store.command.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.store.MemoryClient;
import dev.vedette.store.MemoryServer;
import dev.vedette.wire.bus.ToStore.ReplicaProgress;
import dev.vedette.wire.bus.ToStore.ReplicaStatus;
import dev.vedette.wire.resp.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server ends when its replicas have all it has, or the time is over, and its data is safe. */
class ShutdownTest {

    @TempDir
    Path folder;

    private void replicaAt(MemoryServer server, long offset) {
        server.state.roles.reported(
                new ReplicaProgress(99, "10.0.0.1", 6380, ReplicaStatus.ONLINE, offset, server.state.nowMillis(), 0));
    }

    @Test
    void endsAtOnceWithoutReplicasAndSavesWithSavePoints() throws IOException {
        MemoryServer server = new MemoryServer("dir " + folder, "save 60 1");
        MemoryClient client = server.client();
        client.command("SET", "k", "v");
        assertNull(client.command("SHUTDOWN"));
        assertTrue(server.ended);
        assertTrue(Files.size(folder.resolve("dump.rdb")) > 0);
    }

    @Test
    void savesNothingWithoutSavePointsOrWhenToldNotTo() {
        MemoryServer without = new MemoryServer("dir " + folder, "save \"\"");
        without.client().command("SHUTDOWN");
        assertTrue(without.ended);
        MemoryServer told = new MemoryServer("dir " + folder, "save 60 1");
        told.client().command("SHUTDOWN", "NOSAVE", "NOW");
        assertTrue(told.ended);
        MemoryServer loading = new MemoryServer("dir " + folder, "save 60 1");
        loading.state.persistence.loading = true;
        loading.state.shutdown.begin(Set.of(Shutdown.Option.SAVE));
        assertTrue(loading.ended);
        assertFalse(Files.exists(folder.resolve("dump.rdb")));
    }

    @Test
    void waitsForALaggingReplicaWithWritesPaused() {
        MemoryServer server = new MemoryServer("dir " + folder, "save \"\"");
        MemoryClient client = server.client();
        MemoryClient other = server.client();
        client.command("SET", "k", "v");
        replicaAt(server, 0);
        assertNull(client.command("SHUTDOWN"));
        assertFalse(server.ended);
        assertNull(other.command("SET", "k", "w"), "paused");
        server.advance(500);
        assertFalse(server.ended);
        replicaAt(server, server.state.changes.offset());
        server.advance(200);
        assertTrue(server.ended);
    }

    @Test
    void waitsNoLongerThanTheTimeout() {
        MemoryServer server = new MemoryServer("dir " + folder, "save \"\"", "shutdown-timeout 3");
        MemoryClient client = server.client();
        client.command("SET", "k", "v");
        replicaAt(server, 0);
        client.command("SHUTDOWN");
        server.advance(2900);
        assertFalse(server.ended);
        assertEquals(100, server.state.shutdown.millisecondsLeft());
        server.advance(200);
        assertTrue(server.ended);
    }

    @Test
    void canBeAborted() {
        MemoryServer server = new MemoryServer("dir " + folder, "save \"\"");
        MemoryClient client = server.client();
        MemoryClient other = server.client();
        client.command("SET", "k", "v");
        replicaAt(server, 0);
        client.command("SHUTDOWN");
        assertEquals(new Reply.Simple("OK"), other.command("SHUTDOWN", "ABORT"));
        assertEquals(new Reply.Error("ERR Errors trying to SHUTDOWN. Check logs."), client.next());
        assertEquals(new Reply.Simple("OK"), other.command("SET", "k", "w"));
        server.advance(20_000);
        assertFalse(server.ended);
        assertEquals(new Reply.Error("ERR No shutdown in progress."), other.command("SHUTDOWN", "ABORT"));
    }

    @Test
    void aSignalThatWasPostponedCanBeAborted() {
        MemoryServer server = new MemoryServer("dir " + folder, "save \"\"", "enable-debug-command yes");
        MemoryClient client = server.client();
        client.command("DEBUG", "PAUSE-CRON", "1");
        server.state.shutdown.begin(Set.of());
        assertFalse(server.ended);
        assertEquals(new Reply.Simple("OK"), client.command("SHUTDOWN", "ABORT"));
        client.command("DEBUG", "PAUSE-CRON", "0");
        assertFalse(server.ended);
        server.state.shutdown.begin(Set.of());
        assertTrue(server.ended);
    }

    @Test
    void goesOnWhenTheDataCannotBeSavedUnlessForced() throws IOException {
        Files.createDirectory(folder.resolve("dump.rdb"));
        MemoryServer server = new MemoryServer("dir " + folder, "save 60 1");
        MemoryClient client = server.client();
        assertEquals(new Reply.Error("ERR Errors trying to SHUTDOWN. Check logs."), client.command("SHUTDOWN"));
        assertFalse(server.ended);
        client.command("SHUTDOWN", "FORCE");
        assertTrue(server.ended);
    }
}
