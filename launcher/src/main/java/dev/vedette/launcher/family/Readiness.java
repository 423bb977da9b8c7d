package dev.vedette.launcher.family;

import dev.vedette.launcher.family.FamilyPlan.Node;
import dev.vedette.launcher.node.LoopbackClient;
import dev.vedette.wire.resp.Reply;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Asks the nodes of a plan how far they are. Every method asks anew, and blocks for the answers. */
final class Readiness {

    private static final int RESP_MILLIS = 2000;
    private static final int CONNECT_MILLIS = 1000;
    private static final int READ_MILLIS = 2000;

    private final FamilyPlan plan;

    Readiness(FamilyPlan plan) {
        this.plan = plan;
    }

    /** Whether every server answers. */
    boolean serversAnswer() {
        return plan.servers().stream().allMatch(node -> ask(node, "PING").isPresent());
    }

    /** The server that all others follow, if that is so. */
    Optional<Node> master() {
        return plan.servers().stream()
                .filter(node -> ask(node, "INFO replication")
                        .map(Reply::text)
                        .filter(info ->
                                info.contains("role:master") && occurrences(info, "state=online") == plan.replicas())
                        .isPresent())
                .findFirst();
    }

    /** The server that the first sentinel which answers takes for the master. */
    Optional<Node> masterOfSentinels() {
        return plan.sentinelNodes().stream()
                .flatMap(sentinel ->
                        ask(sentinel, "SENTINEL GET-MASTER-ADDR-BY-NAME " + FamilyPlan.MASTER_NAME).stream())
                .findFirst()
                .flatMap(address -> plan.servers().stream()
                        .filter(server -> address.elements().contains(word(server.port())))
                        .findFirst());
    }

    /** Whether every sentinel knows every other, every replica, and no failure. */
    boolean sentinelsAgree() {
        return plan.sentinelNodes().stream()
                .allMatch(node -> ask(node, "SENTINEL MASTER " + FamilyPlan.MASTER_NAME)
                        .filter(master -> has(master, "num-other-sentinels", word(plan.sentinels() - 1))
                                && has(master, "num-slaves", word(plan.replicas()))
                                && has(master, "flags", Reply.Bulk.of("master")))
                        .isPresent());
    }

    /** The answer of a node that answers without an error. */
    private static Optional<Reply> ask(Node node, String command) {
        try (LoopbackClient client = new LoopbackClient(node.port(), RESP_MILLIS)) {
            return Optional.of(client.ask(command)).filter(reply -> !reply.isError());
        } catch (IOException notYet) {
            return Optional.empty();
        }
    }

    private static boolean has(Reply fields, String name, Reply value) {
        int at = fields.elements().indexOf(Reply.Bulk.of(name));
        return at >= 0 && fields.elements().get(at + 1).equals(value);
    }

    private static Reply word(int number) {
        return Reply.Bulk.of(Integer.toString(number));
    }

    /** Whether the console answers, and so is a member of the cluster. */
    boolean consoleAnswers() {
        return consoleState().isPresent();
    }

    /** Whether the console hears all other nodes, not only of them. */
    boolean consoleHearsAll() {
        Set<String> heard = consoleState().map(Readiness::heard).orElse(Set.of());
        return Stream.concat(plan.servers().stream(), plan.sentinelNodes().stream())
                .allMatch(node -> heard.contains("127.0.0.1:" + node.port()));
    }

    private static Set<String> heard(String state) {
        return new JsonObject(state)
                .getJsonArray("nodes").stream()
                        .map(JsonObject.class::cast)
                        .filter(node -> !node.getString("via").equals("mention"))
                        .map(node -> node.getString("id"))
                        .collect(Collectors.toSet());
    }

    private Optional<String> consoleState() {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create("http://localhost:" + plan.consolePort() + "/api/state")
                            .toURL()
                            .openConnection();
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout(READ_MILLIS);
            try (InputStream in = connection.getInputStream()) {
                return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (IOException notYet) {
            return Optional.empty();
        }
    }

    private static int occurrences(String text, String part) {
        int found = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
            found++;
        }
        return found;
    }
}
