package dev.vedette.launcher.interop;

import dev.vedette.launcher.nodes.Node;
import dev.vedette.launcher.nodes.Talk;
import dev.vedette.wire.resp.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Writes to a node without a pause, on a thread of its own, until it is closed. */
final class Writer implements AutoCloseable {

    private static final int BATCH = 32;
    /** So much that replicas keep up on a slow machine, and the test sees many moments of the transfer. */
    private static final int PAUSE_MILLIS = 2;

    private final Talk talk;
    private final Load load;
    private final Thread thread = new Thread(this::run, "writer");
    private final AtomicLong written = new AtomicLong();
    private volatile boolean stopping;
    private volatile @Nullable Throwable failure;

    Writer(Node node, long seed) throws IOException {
        talk = node.talk();
        load = new Load(seed);
        thread.start();
    }

    private void run() {
        try {
            while (!stopping) {
                List<byte[][]> batch = new ArrayList<>();
                while (batch.size() < BATCH) {
                    batch.addAll(load.next());
                }
                send(talk, batch);
                written.addAndGet(batch.size());
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (Exception | AssertionError e) {
            failure = e;
        }
    }

    /** Sends commands at once; none may be answered by an error. */
    static void send(Talk talk, List<byte[][]> commands) throws IOException {
        for (byte[][] command : commands) {
            talk.send(command);
        }
        read(talk, commands);
    }

    /** Reads the answers to commands that were sent; none may be an error. */
    static void read(Talk talk, List<byte[][]> commands) throws IOException {
        for (byte[][] command : commands) {
            Reply reply = talk.answer();
            if (reply.isError()) {
                throw new AssertionError(
                        new String(command[0], java.nio.charset.StandardCharsets.US_ASCII) + ": " + reply.text());
            }
            for (Reply inside : reply.elements()) {
                if (inside.isError()) {
                    throw new AssertionError("in a transaction: " + inside.text());
                }
            }
        }
    }

    /** Waits until so many more commands were written. */
    void awaitWritten(int commands) {
        long until = written.get() + commands;
        Awaitility.await("writes go on")
                .pollInterval(java.time.Duration.ofMillis(10))
                .until(() -> failure != null || written.get() >= until);
        check();
    }

    private void check() {
        Throwable failed = failure;
        if (failed != null) {
            throw new AssertionError("writing failed: " + failed.getMessage(), failed);
        }
    }

    /** Ends the writing; fails if a write failed. */
    void stop() throws InterruptedException {
        stopping = true;
        thread.join();
        check();
    }

    @Override
    public void close() throws IOException {
        stopping = true;
        talk.close();
    }
}
