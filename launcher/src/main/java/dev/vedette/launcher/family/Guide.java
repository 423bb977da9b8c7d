package dev.vedette.launcher.family;

import dev.vedette.launcher.family.FamilyPlan.Node;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/** What there is to see and to try in a family that is up, as lines that can be typed. */
final class Guide {

    /** What an election and a promotion take besides the silence that sentinels allow a master. */
    private static final int FAILOVER_MILLIS = 1500;

    private final Family family;
    private final FamilyPlan plan;
    private final PrintStream out;

    Guide(Family family, FamilyPlan plan, PrintStream out) {
        this.family = family;
        this.plan = plan;
        this.out = out;
    }

    /** Prints it. */
    void show(double readyAfterSeconds) {
        List<Node> servers = plan.servers();
        Node master = new Readiness(plan).master().orElse(servers.getFirst());
        Optional<Node> replica =
                servers.stream().filter(server -> !server.equals(master)).findFirst();
        out.printf("%nReady after %.1f s.%n%n", readyAfterSeconds);
        for (Node node : plan.nodes()) {
            String role = node.equals(master) ? "master" : servers.contains(node) ? "replica" : "";
            out.printf("  %-15s %-8s %s%n", node, role, family.whereabouts(node));
        }
        out.println();
        out.println("Things to try, in another terminal:");
        line("redis-cli -p " + master.port() + " set greeting hello");
        replica.ifPresent(node -> line("redis-cli -p " + node.port() + " get greeting"));
        line("redis-cli -p " + master.port() + " info replication");
        if (plan.sentinels() > 0 && replica.isPresent()) {
            failover(master);
        }
        if (plan.consolePort() > 0) {
            out.println();
            out.println("Watch it all at http://localhost:" + plan.consolePort() + "/");
        }
        out.println();
        out.println("Ctrl-C stops everything.");
    }

    private void failover(Node master) {
        String who =
                "redis-cli -p " + plan.sentinelPort() + " sentinel get-master-addr-by-name " + FamilyPlan.MASTER_NAME;
        line(who);
        out.println();
        out.printf(
                "Kill the master, and a replica takes over in about %.0f s:%n",
                (plan.downAfterMillis() + FAILOVER_MILLIS) / 1000.0);
        line(family.killCommand(master));
        line(who);
        out.println();
        out.println("Start it again, and it comes back as a replica by itself:");
        line(family.startCommand(master));
    }

    private void line(String command) {
        out.println("  " + command);
    }
}
