package dev.vedette.launcher.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.launcher.interop.TreePlan.Step;
import dev.vedette.launcher.nodes.Maker;
import dev.vedette.launcher.nodes.Node;
import dev.vedette.launcher.nodes.Servers;
import dev.vedette.launcher.nodes.Talk;
import dev.vedette.wire.resp.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * The servers of a {@link TreePlan}, and what their data must be: every so often a number is appended to a list, so that
 * what a server holds of it tells how far its history goes and whether anything is missing before that.
 */
final class Tree implements AutoCloseable {

    private static final String MARKS = "marks";
    /** A mark comes with every so many commands. */
    private static final int MARK_EVERY = 20;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final byte[][] TO_THE_MARKS = words("SELECT", "0");

    private final List<Node> nodes = new ArrayList<>();
    private final int[] masters = new int[TreePlan.SERVERS];
    private final Load load;
    /** The marks of every history that there has been; the last one is that of the present master. */
    private final List<List<String>> histories = new ArrayList<>(List.of(new ArrayList<>()));

    private int marked;
    private int master;
    private Talk talk;
    /** Commands whose answers have not been read. */
    private List<byte[][]> unanswered = new ArrayList<>();

    Tree(Servers servers, List<Maker> makers, long seed) throws IOException {
        for (Maker maker : makers) {
            nodes.add(servers.start(maker, "shutdown-timeout 1"));
        }
        load = new Load(seed);
        talk = nodes.get(master).talk();
        Writer.send(talk, load.firstOfAll());
    }

    private static byte[][] words(String... words) {
        byte[][] all = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            all[i] = words[i].getBytes(StandardCharsets.US_ASCII);
        }
        return all;
    }

    void take(Step step) throws Exception {
        switch (step) {
            case Step.Write write -> write(write.commands());
            case Step.Cut cut -> cut(cut.replica(), cut.atMaster());
            case Step.Move move -> move(move.replica(), move.master());
            case Step.Restart restart -> restart(restart.server());
            case Step.Kill kill -> kill(kill.replica());
            case Step.Promote promote -> promote(promote.replica());
            case Step.Freeze freeze -> nodes.get(freeze.replica()).signal("STOP");
            case Step.Thaw thaw -> nodes.get(thaw.replica()).signal("CONT");
            case Step.Quietly quietly -> quietly(quietly.step());
        }
    }

    // ------------------------------------------------------------------ writing

    private void write(int commands) throws IOException {
        readAnswers();
        for (int i = 0; i < commands; i++) {
            if (i % MARK_EVERY == 0) {
                String mark = Integer.toString(marked++);
                send(TO_THE_MARKS);
                send(words("RPUSH", MARKS, mark));
                histories.getLast().add(mark);
            }
            for (byte[][] command : load.next()) {
                send(command);
            }
        }
    }

    private void send(byte[][] command) throws IOException {
        talk.send(command);
        unanswered.add(command);
    }

    /** None may be an error. */
    private void readAnswers() throws IOException {
        List<byte[][]> commands = unanswered;
        unanswered = new ArrayList<>();
        Writer.read(talk, commands);
    }

    // ------------------------------------------------------------------ what is done to servers

    private void cut(int replica, boolean atMaster) throws IOException {
        try (Talk at = nodes.get(atMaster ? masters[replica] : replica).talk()) {
            at.text("CLIENT", "KILL", "TYPE", atMaster ? "replica" : "master");
        }
    }

    private void move(int replica, int to) throws IOException {
        try (Talk at = nodes.get(replica).talk()) {
            askWhenLoaded(
                    at, "REPLICAOF", "127.0.0.1", Integer.toString(nodes.get(to).port()));
        }
        masters[replica] = to;
    }

    private void restart(int server) throws Exception {
        Node node = nodes.get(server);
        if (server == master) {
            readAnswers();
        }
        try (Talk at = node.talk()) {
            at.text("CONFIG", "REWRITE");
            at.send("SHUTDOWN", "SAVE");
            assertEquals("", at.rest());
        }
        node.awaitExit();
        startAgain(node);
        if (server == master) {
            talk.close();
            talk = node.talk();
        }
    }

    private void kill(int replica) throws Exception {
        Node node = nodes.get(replica);
        try (Talk at = node.talk()) {
            at.text("CONFIG", "REWRITE");
        }
        node.signal("KILL");
        startAgain(node);
    }

    private static void startAgain(Node node) throws IOException {
        node.start();
        node.awaitServing();
    }

    /** A server that loads its master's data refuses most commands. */
    private static void askWhenLoaded(Talk at, String... words) {
        Awaitility.await(String.join(" ", words))
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    Reply reply = at.ask(words);
                    String text = String.valueOf(reply.text());
                    assertTrue(!reply.isError() || text.startsWith("LOADING"), text);
                    return !reply.isError();
                });
    }

    /**
     * What the old master alone has is lost. The new one may not have got that master's data at all, and have what an
     * earlier one had; but of what it has nothing may be missing.
     */
    private void promote(int replica) throws IOException {
        readAnswers();
        talk.close();
        Node promoted = nodes.get(replica);
        talk = promoted.talk();
        askWhenLoaded(talk, "REPLICAOF", "NO", "ONE");
        int formerMaster = master;
        master = replica;
        List<String> found = marks(talk);
        assertTrue(
                histories.stream().anyMatch(history -> begins(history, found)),
                () -> promoted + " has marks " + found + ", and the histories are " + histories);
        histories.add(found);
        move(formerMaster, replica);
    }

    private static boolean begins(List<String> history, List<String> found) {
        return found.size() <= history.size()
                && history.subList(0, found.size()).equals(found);
    }

    private static List<String> marks(Talk talk) throws IOException {
        talk.text("SELECT", "0");
        List<String> found = new ArrayList<>();
        for (Reply mark : talk.ask("LRANGE", MARKS, "0", "-1").elements()) {
            found.add(String.valueOf(mark.text()));
        }
        return found;
    }

    // ------------------------------------------------------------------ what must be

    private void quietly(Step step) throws Exception {
        settle();
        int restarted = step instanceof Step.Restart restart ? restart.server() : -1;
        int before = fullSyncs(restarted);
        take(step);
        settle();
        assertEquals(before, fullSyncs(restarted), "full synchronizations after " + step);
    }

    private int fullSyncs(int except) throws IOException {
        int fulls = 0;
        for (int i = 0; i < nodes.size(); i++) {
            fulls += i == except ? 0 : Integer.parseInt(nodes.get(i).info("stats", "sync_full"));
        }
        return fulls;
    }

    /** Waits until everybody has everything; then all must be equal, and know of each other. */
    void settle() throws IOException {
        readAnswers();
        Node head = nodes.get(master);
        int[] replicas = new int[nodes.size()];
        for (int i = 0; i < nodes.size(); i++) {
            if (i != master) {
                replicas[masters[i]]++;
                nodes.get(i).awaitSynced(head);
            }
        }
        assertEquals(histories.getLast(), marks(talk), "marks of the master");
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            node.awaitInfo("replication", "connected_slaves", Integer.toString(replicas[i]));
            assertAcknowledged(node, replicas[i]);
            if (i != master) {
                Contents.assertSame(head, node);
            }
        }
    }

    /** The replicas of a server have told it how far they are. */
    private static void assertAcknowledged(Node node, int replicas) {
        Awaitility.await("all replicas of " + node + " are online and where it is")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    try (Talk at = node.talk()) {
                        var info = at.info("replication");
                        String offset = ",offset=" + info.get("master_repl_offset") + ",";
                        return info.entrySet().stream()
                                        .filter(field -> field.getKey().matches("slave\\d+"))
                                        .filter(field -> field.getValue().contains(",state=online,")
                                                && field.getValue().contains(offset))
                                        .count()
                                == replicas;
                    }
                });
    }

    @Override
    public void close() throws IOException {
        talk.close();
    }
}
