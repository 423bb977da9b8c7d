package dev.vedette.launcher.seed;

import dev.vedette.launcher.nodes.Node;
import java.util.List;

/** A step of a transcript; {@code line} is where it stands in the file. */
sealed interface Step {

    int line();

    /** Starts nodes; without configuration as they were before. */
    record Start(int line, Node.Kind kind, List<Integer> nodes, List<String> config) implements Step {}

    /** Types a command at a node's prompt. */
    record Command(int line, int node, List<byte[]> words, Expected expected) implements Step {}

    /** Types commands again and again until all of them are answered as expected. */
    record Eventually(int line, List<Command> commands) implements Step {}

    /** Reads on in a node's log. */
    record Log(int line, int node, Expected expected) implements Step {}

    /** Sends a signal to a node. */
    record Signal(int line, int node, String name) implements Step {}

    /** Waits for the end of a node. */
    record Ends(int line, int node) implements Step {}

    /** Lets time pass. */
    record Sleep(int line, long millis) implements Step {}
}
