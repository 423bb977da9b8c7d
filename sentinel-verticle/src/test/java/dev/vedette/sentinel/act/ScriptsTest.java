package dev.vedette.sentinel.act;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptsTest {

    private static final int SOON_S = 20;
    private static final long RUNTIME_MAX_MS = 1000;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicLong nowMs = new AtomicLong();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final Path directory;
    private final Scripts scripts;

    ScriptsTest(@TempDir Path directory) {
        this.directory = directory;
        this.scripts = new Scripts(
                vertx, directory, nowMs::get, this::timers, (warning, type, text) -> events.add(type + " " + text));
    }

    private Scripts.Timers timers() {
        return new Scripts.Timers(RUNTIME_MAX_MS, 10);
    }

    @AfterEach
    void end() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(SOON_S, TimeUnit.SECONDS);
    }

    /** All calls are made on the event loop, as the sentinel makes them. */
    private <T> T onLoop(Callable<T> call) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        vertx.runOnContext(v -> {
            try {
                result.complete(call.call());
            } catch (Exception failure) {
                result.completeExceptionally(failure);
            }
        });
        return result.get(SOON_S, TimeUnit.SECONDS);
    }

    private void script(String name, String text) throws Exception {
        Path file = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private String next() throws InterruptedException {
        return String.valueOf(events.poll(SOON_S, TimeUnit.SECONDS));
    }

    @Test
    void aScriptThatDoesNotEndHoldsNothingUpAndIsKilledInTheEnd() throws Exception {
        script("endless.sh", "while :; do sleep 1; done");
        script("quick.sh", "exit 0");
        onLoop(() -> {
            scripts.run("endless.sh", List.of("+sdown", "text"));
            return true;
        });
        assertTrue(next().startsWith("+script-child "));
        // The event loop is free, and so is the next script.
        onLoop(() -> {
            scripts.run("quick.sh", List.of());
            return true;
        });
        assertTrue(next().startsWith("+script-child "));
        assertTrue(next().endsWith(" 0 0"), "the quick one has ended well");
        assertEquals(1, onLoop(() -> scripts.list().size()));
        nowMs.set(RUNTIME_MAX_MS + 1);
        onLoop(() -> {
            scripts.tick();
            return true;
        });
        assertTrue(next().startsWith("-script-timeout endless.sh "));
        assertTrue(next().endsWith(" 0 9"), "killed");
        onLoop(() -> {
            scripts.close();
            return true;
        });
    }
}
