package dev.vedette.replication.replica;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArrivingFileTest {

    private static final int PATIENCE_SECONDS = 60;

    @TempDir
    Path folder;

    private Path path;
    private ArrivingFile file;

    @BeforeEach
    void begin() {
        path = folder.resolve("arriving.rdb");
        file = new ArrivingFile(path);
    }

    private CompletableFuture<byte[]> reader() {
        return CompletableFuture.supplyAsync(() -> {
            try (ArrivingFile closing = file) {
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                byte[] some = new byte[1000];
                for (int count = closing.fill(some, 3, 900); count >= 0; count = closing.fill(some, 3, 900)) {
                    all.write(some, 3, count);
                }
                return all.toByteArray();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void givesWhatIsThereAndNothingThatIsNotSaidToBe() throws Exception {
        byte[] bytes = new byte[300_000];
        new Random(1).nextBytes(bytes);
        CompletableFuture<byte[]> read = reader();
        Random random = new Random(2);
        try (OutputStream out = Files.newOutputStream(path)) {
            for (int at = 0; at < bytes.length; ) {
                int count = Math.min(bytes.length - at, random.nextInt(20_000));
                out.write(bytes, at, count);
                out.flush();
                file.grown(count);
                at += count;
            }
            out.write(1); // not said to be there
        }
        file.end();
        assertArrayEquals(bytes, read.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void failsWhenItWillNotBeWhole() throws Exception {
        Files.write(path, new byte[10]);
        file.grown(10);
        CompletableFuture<byte[]> read = reader();
        file.fail("the master has gone");
        ExecutionException failure =
                assertThrows(ExecutionException.class, () -> read.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertTrue(String.valueOf(failure.getMessage()).contains("the master has gone"), failure::toString);
    }

    @Test
    void isWholeForGoodWhenItHasEnded() throws Exception {
        Files.write(path, new byte[10]);
        file.grown(10);
        file.end();
        file.fail("too late");
        byte[] read = reader().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertEquals(10, read.length);
        assertArrayEquals(new byte[10], Arrays.copyOf(read, 10));
    }
}
