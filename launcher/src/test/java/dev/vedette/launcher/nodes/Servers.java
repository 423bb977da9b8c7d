package dev.vedette.launcher.nodes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The servers of one test, which save nothing by themselves and are ready for each other; they end with it. */
public final class Servers implements AutoCloseable {

    private static final List<String> CONFIG =
            List.of("save \"\"", "enable-debug-command local", "repl-diskless-sync-delay 0");

    private final Path folder;
    private final List<Node> nodes = new ArrayList<>();

    /** None so far; each will have a home in that folder. */
    public Servers(Path folder) {
        this.folder = folder;
    }

    /** One more that runs and answers; these lines come on top of what all have. */
    public Node start(Maker maker, String... config) throws IOException {
        List<String> lines = new ArrayList<>(CONFIG);
        lines.addAll(List.of(config));
        Node node = Node.server(maker, folder.resolve("node" + nodes.size()), lines.toArray(String[]::new));
        nodes.add(node);
        return node;
    }

    /** Ends all; none may have written to standard error. */
    @Override
    public void close() throws IOException {
        nodes.forEach(Node::close);
        for (Node node : nodes) {
            assertEquals("", node.standardError(), node.toString());
        }
    }
}
