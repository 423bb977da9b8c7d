package dev.vedette.launcher.family;

import dev.vedette.launcher.family.FamilyPlan.Kind;
import dev.vedette.launcher.family.FamilyPlan.Node;
import dev.vedette.launcher.node.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * The files that a family starts from. A directory is taken up as it was left, so that whoever was the master is the
 * master again; where there is none, or it was left by another plan, configuration is written anew.
 */
final class FamilyFiles {

    private static final int FIRST_CLUSTER_PORT = 5701;
    private static final int CLUSTER_PORT_STEP = 100;
    private static final int LAST_CLUSTER_PORT = 19_901;
    /** Free ports beyond one for each node, for nodes that come back before their old port is free, and for guests. */
    private static final int SPARE_CLUSTER_PORTS = 8;

    private final FamilyPlan plan;
    private final Path planFile;

    FamilyFiles(FamilyPlan plan) {
        this.plan = plan;
        this.planFile = plan.directory().resolve("plan");
    }

    /**
     * Makes the directory ready for a start.
     *
     * @param fresh true to delete what an earlier run left in the nodes' directories
     */
    void prepare(boolean fresh) throws IOException {
        boolean keep =
                !fresh && Files.exists(planFile) && Files.readString(planFile).equals(plan + "\n");
        Files.deleteIfExists(planFile);
        for (Node node : plan.nodes()) {
            if (fresh) {
                Folders.delete(node.directory());
            }
            Files.createDirectories(node.directory());
            Files.deleteIfExists(node.log());
            if (node.kind() != Kind.CONSOLE && !(keep && Files.exists(node.config()))) {
                Files.writeString(node.config(), textFor(node));
            }
        }
        Files.writeString(plan.clusterConfig(), clusterText());
        Files.writeString(planFile, plan + "\n");
    }

    private String textFor(Node node) {
        String common = """
                # Written by vedette demo, which writes it anew when its options change.
                port %d
                bind 127.0.0.1
                dir "%s"
                logfile "log"
                pidfile "pid"
                """.formatted(node.port(), node.directory());
        if (node.kind() == Kind.SENTINEL) {
            return common
                    + """
                    sentinel monitor %1$s 127.0.0.1 %2$d %3$d
                    sentinel down-after-milliseconds %1$s %4$d
                    sentinel failover-timeout %1$s 10000
                    sentinel parallel-syncs %1$s 1
                    """.formatted(FamilyPlan.MASTER_NAME, plan.masterPort(), plan.quorum(), plan.downAfterMillis());
        }
        String server = common + "save 60 1\nrepl-diskless-sync-delay 0\nreplica-refuse-empty-master yes\n";
        return node.port() == plan.masterPort() ? server : server + "replicaof 127.0.0.1 " + plan.masterPort() + "\n";
    }

    /** The cluster.xml that is shipped, with a name and ports of the family's own. */
    private String clusterText() throws IOException {
        String template;
        try (InputStream in = FamilyFiles.class.getResourceAsStream("/cluster.xml")) {
            if (in == null) {
                throw new IOException("cluster.xml is missing in the launcher's jar");
            }
            template = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        CRC32C sum = new CRC32C();
        sum.update(plan.directory().toString().getBytes(StandardCharsets.UTF_8));
        String name = "vedette-" + HexFormat.of().toHexDigits((int) sum.getValue());
        int members = plan.nodes().size();
        int firstPort = freeClusterPort(members + SPARE_CLUSTER_PORTS);
        return template.replaceFirst("<cluster-name>.*?</cluster-name>", "<cluster-name>" + name + "</cluster-name>")
                .replaceFirst("(<port [^>]*>)\\d+</port>", "$1" + firstPort + "</port>")
                .replaceFirst("(join\\.port\\.try\\.count\">)\\d+<", "$1" + members + "<");
    }

    /** The first of some ports in a row that nobody uses, so that another family is not even asked. */
    private static int freeClusterPort(int count) {
        for (int first = FIRST_CLUSTER_PORT; first <= LAST_CLUSTER_PORT; first += CLUSTER_PORT_STEP) {
            if (IntStream.range(first, first + count).noneMatch(FamilyPlan::isTaken)) {
                return first;
            }
        }
        return FIRST_CLUSTER_PORT; // Each member takes the next free one, and the name keeps families apart.
    }
}
