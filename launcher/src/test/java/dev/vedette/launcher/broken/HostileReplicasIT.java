package dev.vedette.launcher.broken;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.launcher.nodes.Maker;
import dev.vedette.launcher.nodes.Node;
import dev.vedette.launcher.nodes.Servers;
import dev.vedette.launcher.nodes.Talk;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many replicas at once, and such as say what no replica says. */
@Execution(ExecutionMode.CONCURRENT)
class HostileReplicasIT {

    private static final int CROWD = 50;
    private static final int STORMS = 6;

    @AutoClose
    private final Servers servers;

    HostileReplicasIT(@TempDir Path folder) {
        servers = new Servers(folder);
    }

    private Node filled(Maker maker, String... config) throws IOException {
        Node master = servers.start(maker, config);
        try (Talk talk = master.talk()) {
            talk.text("DEBUG", "POPULATE", "2000", "key", "500");
        }
        return master;
    }

    private static List<FalseReplica> crowd(Node master) throws IOException {
        List<FalseReplica> crowd = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            crowd.add(new FalseReplica(master, 10_000 + i));
        }
        return crowd;
    }

    private static void leave(List<FalseReplica> crowd) throws IOException {
        for (FalseReplica replica : crowd) {
            replica.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCrowdSharesOneSnapshotAndTheStream(Maker maker) throws Exception {
        Node master = filled(maker, "repl-diskless-sync-delay 2", "repl-diskless-sync-max-replicas " + CROWD);
        List<FalseReplica> crowd = crowd(master);
        try (Talk talk = master.talk()) {
            for (FalseReplica replica : crowd) {
                replica.say("REPLCONF", "ACK", Long.toString(replica.transfer()));
            }
            assertEquals(2, master.log().split("Starting BGSAVE for SYNC", -1).length);
            talk.text("SET", "last", "1");
            String end = talk.info("replication", "master_repl_offset");
            for (FalseReplica replica : crowd) {
                replica.say("REPLCONF", "ACK", end);
            }
            assertEquals(Integer.toString(CROWD), talk.text("WAIT", Integer.toString(CROWD), "20000"));
        } finally {
            leave(crowd);
        }
        master.awaitInfo("replication", "connected_slaves", "0");
    }

    @ParameterizedTest
    @EnumSource
    void aStormOfReplicasThatComeAndGoLeavesNothingBehind(Maker maker) throws Exception {
        Node master = filled(maker);
        Node replica = servers.start(maker);
        replica.follow(master);
        replica.awaitUp();
        try (Talk talk = master.talk()) {
            for (int storm = 0; storm < STORMS; storm++) {
                List<FalseReplica> crowd = crowd(master);
                talk.text("SET", "storm", Integer.toString(storm));
                if (storm % 2 == 0) {
                    crowd.getFirst().transfer();
                }
                leave(crowd);
            }
            master.awaitInfo("replication", "connected_slaves", "1");
            master.awaitInfo("persistence", "rdb_bgsave_in_progress", "0");
            replica.awaitSynced(master);
            try (Talk there = replica.talk()) {
                assertEquals(talk.text("DEBUG", "DIGEST"), there.text("DEBUG", "DIGEST"));
            }
            assertEquals("1", talk.text("WAIT", "1", "20000"));
            long waiting = Long.parseLong(talk.info("memory", "mem_clients_slaves"));
            assertTrue(waiting < 1_000_000, waiting + " bytes");
        }
        assertEquals(Integer.toString(STORMS * CROWD + 1), master.info("stats", "sync_full"));
    }

    /** What a replica says it has is believed as far as it is a number and more than before. */
    @ParameterizedTest
    @EnumSource
    void nonsenseInAcknowledgementsIsPassedOver(Maker maker) throws Exception {
        Node master = filled(maker);
        try (FalseReplica replica = new FalseReplica(master, 1234);
                Talk talk = master.talk()) {
            replica.transfer();
            for (String offset : List.of("7", "-5", "abc", "1.5", "", "99999999999999999999", "6")) {
                replica.say("REPLCONF", "ACK", offset);
            }
            master.awaitInfo("replication", "slave0", "ip=127.0.0.1,port=1234,state=online,offset=7,lag=0");
            replica.say("REPLCONF", "ACK", Long.toString(Long.MAX_VALUE));
            talk.text("SET", "key", "value");
            assertEquals("1", talk.text("WAIT", "1", "20000"));
            // Nobody is where the master is: there is none to hand over to.
            talk.text("FAILOVER", "TIMEOUT", "300");
            master.awaitLog("Replica never caught up before timeout");
            assertEquals("master", talk.info("replication", "role"));
            assertEquals("OK", talk.text("SET", "key", "value"));
        }
    }

    /** A replica is no client: whoever answers it would break the stream. */
    @ParameterizedTest
    @EnumSource
    void aReplicaThatWantsAnAnswerIsLetGo(Maker maker) throws Exception {
        Node master = filled(maker);
        Node bystander = servers.start(maker);
        bystander.follow(master);
        bystander.awaitUp();
        Random random = new Random(3);
        byte[] noise = new byte[5000];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (byte) (1 + random.nextInt(255)); // Redis looks no further than a zero
        }
        noise[0] = '*';
        List<byte[]> said = List.of(
                "*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII),
                "*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n".getBytes(StandardCharsets.US_ASCII),
                "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n".getBytes(StandardCharsets.US_ASCII),
                "*1\r\n$abc\r\n".getBytes(StandardCharsets.US_ASCII),
                "*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK\r\n$600000000\r\n".getBytes(StandardCharsets.US_ASCII),
                noise);
        for (byte[] bytes : said) {
            try (FalseReplica replica = new FalseReplica(master, 1234)) {
                replica.transfer();
                replica.say("REPLCONF", "ACK", "0");
                master.awaitInfo("replication", "connected_slaves", "2");
                replica.raw(bytes);
                replica.raw("\r\n".getBytes(StandardCharsets.US_ASCII));
                master.awaitInfo("replication", "connected_slaves", "1");
            } catch (SocketException closed) {
                // It was let go before it had said all.
                master.awaitInfo("replication", "connected_slaves", "1");
            }
        }
        try (Talk talk = master.talk()) {
            assertEquals("0", talk.text("EXISTS", "a"));
            talk.text("SET", "last", "1");
            assertEquals("1", talk.text("WAIT", "1", "20000"));
        }
    }

    /** What a replica says is a command like any other's; that it gets no answer is said in the log. */
    @ParameterizedTest
    @EnumSource
    void whatAReplicaWasNotAnsweredIsLogged(Maker maker) throws Exception {
        Node master = filled(maker);
        Map<String, String> said = Map.of(
                "PING", "Replica generated a reply to command 'ping', disconnecting it: ",
                "GET key", said("Replica can't interact with the keyspace", "get"),
                "FLUSHALL", said("Replica can't interact with the keyspace", "flushall"),
                "GET", said("wrong number of arguments for 'get' command", "get"),
                "NOPE a", said("unknown command 'NOPE', with args beginning with: 'a' ", "<unknown>"),
                "CONFIG NOPE", said("unknown subcommand 'NOPE'. Try CONFIG HELP.", "<unknown>"),
                "OBJECT ENCODING key", said("Replica can't interact with the keyspace", "object|encoding"),
                "EXEC", said("EXEC without MULTI", "exec"),
                "REPLICAOF host 1", said("Command is not valid when client is a replica.", "replicaof"));
        for (Map.Entry<String, String> each : said.entrySet()) {
            try (FalseReplica replica = new FalseReplica(master, 1234)) {
                replica.transfer();
                replica.say("REPLCONF", "ACK", "0");
                replica.say("PSYNC", "?", "-1"); // asks again, which it need not: nothing is said
                master.awaitInfo("replication", "connected_slaves", "1");
                replica.say(each.getKey().split(" "));
                master.awaitLog(each.getValue());
                master.awaitInfo("replication", "connected_slaves", "0");
            }
        }
    }

    private static String said(String error, String command) {
        return "== CRITICAL == This master is sending an error to its replica: '" + error
                + "' after processing the command '" + command + "'";
    }
}
