package dev.vedette.sentinel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.sentinel.config.ConfigReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentinelVerticleTest {

    private static final int SOON_S = 20;
    private static final int SILENCE_MILLIS = 300;
    private static final String PONG = "+PONG\r\n";

    private final Vertx vertx = Vertx.vertx();

    @TempDir
    Path directory;

    @AfterEach
    void end() throws Exception {
        get(vertx.close());
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(SOON_S, TimeUnit.SECONDS);
    }

    @Test
    void whoConnectsBeforeTheIdIsOnDiskIsAnsweredAfterIt() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String lines = "port " + port + "\nbind 127.0.0.1\n";
        Path file = Files.writeString(directory.resolve("sentinel.conf"), lines);
        ConfigReader.Outcome.Read read =
                assertInstanceOf(ConfigReader.Outcome.Read.class, ConfigReader.read(lines, "", directory));
        CountDownLatch listening = new CountDownLatch(1);
        CountDownLatch diskWorks = new CountDownLatch(1);
        Future<?> held = vertx.createSharedWorkerExecutor("vedette-sentinel-disk-" + port, 1)
                .executeBlocking(() -> diskWorks.await(SOON_S, TimeUnit.SECONDS));
        Future<String> deployed = vertx.deployVerticle(new SentinelVerticle(
                new SentinelOptions(
                        read.config(), file, "vedette-sentinel", "test", listening::countDown, status -> {}),
                System.getLogger("test")));
        assertTrue(listening.await(SOON_S, TimeUnit.SECONDS));
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            client.setSoTimeout(SILENCE_MILLIS);
            assertThrows(
                    SocketTimeoutException.class, () -> client.getInputStream().read());
            diskWorks.countDown();
            client.setSoTimeout((int) TimeUnit.SECONDS.toMillis(SOON_S));
            byte[] answer = client.getInputStream().readNBytes(PONG.length());
            assertEquals(PONG, new String(answer, StandardCharsets.US_ASCII));
            assertTrue(Files.readString(file).contains("sentinel myid "));
        }
        get(deployed);
        get(held);
    }
}
