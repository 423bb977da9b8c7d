package dev.vedette.store.command.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.store.MemoryClient;
import dev.vedette.store.MemoryServer;
import dev.vedette.wire.bus.ToStore.ReplicaGone;
import dev.vedette.wire.bus.ToStore.ReplicaProgress;
import dev.vedette.wire.bus.ToStore.ReplicaStatus;
import dev.vedette.wire.resp.Reply;
import org.junit.jupiter.api.Test;

/** A master that stood still writes nothing before it knows that it still is one. */
class StandstillTest {

    private final MemoryServer server = new MemoryServer();
    private final MemoryClient client = server.client();

    private void replica(long id) {
        server.state.roles.reported(
                new ReplicaProgress(id, "10.0.0.1", 6380, ReplicaStatus.ONLINE, 0, server.state.nowMillis(), 0));
    }

    private void standStill() {
        server.state.roles.standstill().alive(server.state.nowMillis());
        server.advance(3000);
    }

    @Test
    void readsGoOnAndWritesWaitUntilThereIsAnAnswer() {
        replica(91);
        standStill();
        server.state.roles.reported(new ReplicaGone(91));
        assertNull(client.command("SET", "k", "v"));
        assertNotNull(server.client().command("GET", "k"));
        server.advance(Standstill.LOOK_AFTER_MILLIS + 1);
        assertNull(client.next());
        server.advance(Standstill.HOLD_MILLIS);
        assertNotNull(client.next());
    }

    @Test
    void goesOnSoonWhenItsReplicasAreStillThere() {
        replica(91);
        standStill();
        assertNull(client.command("SET", "k", "v"));
        server.advance(Standstill.LOOK_AFTER_MILLIS);
        assertNotNull(client.next());
    }

    @Test
    void goesOnAsSoonAsAReplicaComesBack() {
        replica(91);
        standStill();
        server.state.roles.reported(new ReplicaGone(91));
        assertNull(client.command("SET", "k", "v"));
        replica(92);
        server.advance(1);
        assertNotNull(client.next());
    }

    @Test
    void whatWasHeldIsRefusedWhenItHasBeenReplaced() {
        replica(91);
        standStill();
        server.state.roles.reported(new ReplicaGone(91));
        long offset = server.state.changes.offset();
        assertNull(client.command("SET", "k", "v"));
        server.client().command("REPLICAOF", "10.0.0.1", "6380");
        server.advance(1);
        Reply reply = client.next();
        assertNotNull(reply);
        assertTrue(String.valueOf(reply.text()).startsWith("READONLY"), String.valueOf(reply));
        assertEquals(offset, server.state.changes.offset());
    }

    @Test
    void aSentinelsGreetingNeitherWaitsNorMovesTheHistory() {
        replica(91);
        standStill();
        server.state.roles.reported(new ReplicaGone(91));
        long offset = server.state.changes.offset();
        assertNotNull(client.command("PUBLISH", "__sentinel__:hello", "127.0.0.1,26379,me,0,m,127.0.0.1,6379,0"));
        assertEquals(offset, server.state.changes.offset());
        assertNull(server.client().command("PUBLISH", "news", "of the day"), "as any other message");
    }

    @Test
    void aMasterThatHasChangedNothingSinceItsStartGoesOnInTheHistoryBefore() {
        String former = "f".repeat(40);
        server.state.roles.restore(former, 100);
        server.client().command("REPLICAOF", "10.0.0.1", "6380");
        assertEquals(former, server.state.roles.identity().replid());
        MemoryServer other = new MemoryServer();
        other.state.roles.restore(former, 100);
        other.client().command("SET", "k", "v");
        other.client().command("REPLICAOF", "10.0.0.1", "6380");
        assertNotEquals(former, other.state.roles.identity().replid());
    }

    @Test
    void aMasterWithoutReplicasWaitsForNobody() {
        standStill();
        assertNotNull(client.command("SET", "k", "v"));
    }
}
