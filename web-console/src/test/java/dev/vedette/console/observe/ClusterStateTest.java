package dev.vedette.console.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.wire.bus.NodeStatus;
import dev.vedette.wire.bus.SentinelEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterStateTest {

    private static final String REPLID = "418e39999e908c633bf8103c2c4a6c8a5940274e";

    private long nowMillis = 1_000_000;
    private final ClusterState state = new ClusterState(3500, nowMillis);

    private void server(String node, String... lines) {
        state.reported(
                new NodeStatus(
                        node,
                        NodeStatus.SERVER,
                        0,
                        "# Replication\r\n" + String.join("\r\n", lines) + "\r\nmaster_replid:" + REPLID + "\r\n"),
                NodeView.Via.BUS,
                nowMillis);
    }

    private NodeView node(String id) {
        return state.view(nowMillis).nodes().stream()
                .filter(n -> n.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no node " + id));
    }

    private void family() {
        server(
                "127.0.0.1:6379",
                "role:master",
                "connected_slaves:1",
                "slave0:ip=127.0.0.1,port=6380,state=online,offset=900,lag=1",
                "master_repl_offset:1000");
        server(
                "127.0.0.1:6380",
                "role:slave",
                "master_host:localhost",
                "master_port:6379",
                "master_link_status:up",
                "slave_repl_offset:950",
                "connected_slaves:0");
    }

    @Test
    void knowsWhoFollowsWhomAndHowFarBehind() {
        family();

        NodeView replica = node("127.0.0.1:6380");
        assertEquals("replica", replica.role());
        assertEquals("127.0.0.1:6379", replica.following().master());
        assertEquals("up", replica.following().link());
        assertEquals(100, replica.following().lagBytes(), "by the master's own account, taken at one moment");
        assertEquals(1, replica.following().lagSeconds());
        assertEquals("master", node("127.0.0.1:6379").role());
    }

    @Test
    void saysOfWhomItOnlyHears() {
        server(
                "127.0.0.1:6379",
                "role:master",
                "connected_slaves:1",
                "slave0:ip=127.0.0.1,port=7000,state=online,offset=1000,lag=0",
                "master_repl_offset:1000");

        assertEquals(
                "All that report are well", state.view(nowMillis).headline().title());
        assertEquals(
                "127.0.0.1:6379 is the master, 1 replica follows. Known from others only: 127.0.0.1:7000.",
                state.view(nowMillis).headline().detail());
    }

    @Test
    void showsNodesThatOnlyOthersName() {
        server(
                "127.0.0.1:6379",
                "role:master",
                "connected_slaves:1",
                "slave0:ip=127.0.0.1,port=7000,state=online,offset=900,lag=0",
                "master_repl_offset:1000");
        server("127.0.0.1:6381", "role:slave", "master_host:10.0.0.9", "master_port:7777", "master_link_status:down");

        assertEquals(NodeView.Via.MENTION, node("127.0.0.1:7000").via());
        assertEquals("127.0.0.1:6379", node("127.0.0.1:7000").following().master());
        assertEquals(100, node("127.0.0.1:7000").following().lagBytes());
        assertEquals("master", node("10.0.0.9:7777").role());
    }

    @Test
    void recognisesAMasterUnderAnotherNameByPortAndHistory() {
        server("redis-a.internal:6379", "role:master", "master_repl_offset:1000");
        server("10.0.0.2:6380", "role:slave", "master_host:10.0.0.1", "master_port:6379", "master_link_status:up");

        assertEquals("redis-a.internal:6379", node("10.0.0.2:6380").following().master());
        assertEquals(2, state.view(nowMillis).nodes().size());
    }

    @Test
    void aNodeThatSaysNothingFallsSilentAndComesBack() {
        family();
        nowMillis += 3500;
        state.tick(nowMillis);
        assertFalse(node("127.0.0.1:6379").silent());
        nowMillis += 1;
        state.tick(nowMillis);
        assertTrue(node("127.0.0.1:6379").silent());
        assertEquals("master", node("127.0.0.1:6379").role(), "what it said last");
        assertEquals(1_000_000, node("127.0.0.1:6379").seenMillis());
        nowMillis += 10_000;
        family();
        assertFalse(node("127.0.0.1:6379").silent());

        assertEquals(
                List.of("silent", "silent", "back", "back"),
                state.view(nowMillis).events().stream().map(SeenEvent::type).toList());
    }

    @Test
    void anOldSilentNodeIsForgotten() {
        family();
        nowMillis += ClusterState.FORGET_MILLIS + 1;
        state.tick(nowMillis);

        assertEquals(List.of(), state.view(nowMillis).nodes());
    }

    @Test
    void tellsOfChangesThatNoSentinelReports() {
        family();
        server("127.0.0.1:6380", "role:master", "master_repl_offset:1000");
        server(
                "127.0.0.1:6380",
                "role:slave",
                "master_host:127.0.0.1",
                "master_port:6381",
                "master_link_status:down",
                "master_sync_in_progress:1");
        server("127.0.0.1:6380", "role:slave", "master_host:127.0.0.1", "master_port:6381", "master_link_status:up");

        assertEquals(
                List.of("role", "role", "sync", "link-up"),
                state.view(nowMillis).events().stream().map(SeenEvent::type).toList());
    }

    @Test
    void readsWhatASentinelBelievesAndHowItVoted() {
        state.reported(
                new NodeStatus(
                        "127.0.0.1:26379",
                        NodeStatus.SENTINEL,
                        0,
                        "# Sentinel\r\nmaster0:name=mymaster,status=odown,address=127.0.0.1:6379,slaves=2,sentinels=3\r\n"),
                NodeView.Via.BUS,
                nowMillis);
        state.said(new SentinelEvent("127.0.0.1:26380", "b".repeat(40), 0, "#", "+new-epoch", "7"), nowMillis);
        state.said(
                new SentinelEvent("127.0.0.1:26379", "a".repeat(40), 0, "#", "+vote-for-leader", "b".repeat(40) + " 7"),
                nowMillis);

        NodeView sentinel = node("127.0.0.1:26379");
        assertEquals(List.of(new NodeView.Belief("mymaster", "127.0.0.1:6379", "odown", 2, 3)), sentinel.beliefs());
        assertEquals("127.0.0.1:26380 (epoch 7)", sentinel.vote());
        assertEquals("master", node("127.0.0.1:6379").role(), "named by the sentinel, though it never reported");
    }

    @Test
    void headlineFollowsTheStory() {
        assertEquals(
                "No node has reported yet", state.view(nowMillis).headline().title());
        family();
        assertEquals("ok", state.view(nowMillis).headline().level());
        state.said(new SentinelEvent("s:1", "a", 0, "#", "+sdown", "master mymaster 127.0.0.1 6379"), nowMillis);
        assertEquals("Master under suspicion", state.view(nowMillis).headline().title());
        state.said(
                new SentinelEvent("s:1", "a", 0, "#", "+odown", "master mymaster 127.0.0.1 6379 #quorum 1/1"),
                nowMillis);
        assertEquals("Master is down", state.view(nowMillis).headline().title());
        state.said(
                new SentinelEvent("s:1", "a", 0, "#", "+switch-master", "mymaster 127.0.0.1 6379 127.0.0.1 6380"),
                nowMillis);
        assertEquals("Failover complete", state.view(nowMillis).headline().title());
        nowMillis += Headlines.NEWS_MILLIS;
        family();
        assertEquals("All is well", state.view(nowMillis).headline().title());
    }

    @Test
    void whatANodeSaysItselfOutranksWhatIsPolled() {
        family();
        state.reported(
                new NodeStatus("127.0.0.1:6379", NodeStatus.SERVER, 0, "# Replication\r\nrole:slave\r\n"),
                NodeView.Via.POLL,
                nowMillis);

        assertEquals("master", node("127.0.0.1:6379").role());
    }

    @Test
    void anExpectedNodeIsShownWithItsProblem() {
        state.expect("127.0.0.1:7001", nowMillis);
        state.unreachable("127.0.0.1:7001", "Connection refused");

        assertTrue(node("127.0.0.1:7001").silent());
        assertEquals("Connection refused", node("127.0.0.1:7001").problem());
    }

    @Test
    void keepsTenMinutesOfSamples() {
        History history = new History();
        for (int i = 0; i < 1000; i++) {
            history.add(new History.Sample(i * 1000L, i, 0, 0));
            history.add(new History.Sample(i * 1000L + 200, -1, 0, 0));
        }

        assertEquals(1000, history.count());
        assertEquals(400, history.get(history.first()).opsPerSecond());
        assertEquals(999, history.get(history.count() - 1).opsPerSecond());
    }
}
