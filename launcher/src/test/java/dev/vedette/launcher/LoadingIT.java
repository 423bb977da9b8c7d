package dev.vedette.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.launcher.nodes.Maker;
import dev.vedette.launcher.nodes.Node;
import dev.vedette.launcher.nodes.Talk;
import dev.vedette.wire.resp.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who asks a server that has just been started. */
class LoadingIT {

    private static final int STARTS = 5;
    /** One after the other is listened at. */
    private static final String ADDRESSES =
            "bind 127.0.0.1 127.0.0.2 127.0.0.3 127.0.0.4 127.0.0.5 127.0.0.6 127.0.0.7";

    private static final long PATIENCE_NANOS = Duration.ofSeconds(60).toNanos();

    @TempDir
    Path directory;

    /** A write would be answered, and lost with the data that the load replaces. */
    @Test
    void nobodyFindsItBeforeItsDataIsThere() throws Exception {
        try (Node node = Node.server(Maker.VEDETTE, directory, ADDRESSES)) {
            try (Talk talk = node.talk()) {
                talk.text("SET", "key", "saved");
                talk.text("SAVE");
            }
            for (int i = 0; i < STARTS; i++) {
                node.signal("KILL");
                node.start();
                assertEquals("saved", firstAnswer(node));
            }
        }
    }

    private static String firstAnswer(Node node) throws IOException {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try (Talk talk = node.talk()) {
                Reply reply = talk.ask("GET", "key");
                if (!reply.isError()) {
                    return String.valueOf(reply.text());
                }
                assertEquals("LOADING Redis is loading the dataset in memory", reply.text());
            } catch (IOException notYet) {
                if (System.nanoTime() - until > 0) {
                    throw notYet;
                }
            }
        }
    }
}
