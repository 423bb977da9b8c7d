package dev.vedette.launcher.family;

import dev.vedette.launcher.family.FamilyPlan.Node;
import java.io.IOException;
import java.util.Optional;

/** The nodes of a plan, however they are run. One thread calls all methods. */
interface Family extends AutoCloseable {

    /** Begins to start a node; does not wait for it. */
    void start(Node node) throws IOException;

    /** What became of a node that was started and runs no more; empty for one that runs. */
    Optional<String> end(Node node);

    /** Where a node runs and how to reach its log, in a few words. */
    String whereabouts(Node node);

    /** The command that kills a node without warning, or an equally sudden way; to be typed by someone. */
    String killCommand(Node node);

    /** The command that starts a node again; to be typed by someone. */
    String startCommand(Node node);

    /** Stops every node in good order; sentinels first, so that they see no failure. */
    @Override
    void close();
}
