package dev.vedette.sentinel.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.sentinel.decide.Address;
import io.vertx.core.Vertx;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NamesTest {

    private static final int SOON_MS = 20_000;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger lookups = new AtomicInteger();
    private final CountDownLatch answered = new CountDownLatch(1);

    @AfterEach
    void end() throws Exception {
        answered.countDown();
        vertx.close().toCompletionStage().toCompletableFuture().get(SOON_MS, TimeUnit.MILLISECONDS);
    }

    /** All calls are made on the event loop, as the sentinel makes them. */
    private Optional<Address> locate(Names names, String host) throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        List<Optional<Address>> found = new ArrayList<>();
        vertx.runOnContext(v -> names.locate(host, 6379).onComplete(result -> {
            found.add(result.result());
            done.countDown();
        }));
        assertTrue(done.await(SOON_MS, TimeUnit.MILLISECONDS), "nobody waits for ever");
        return found.getFirst();
    }

    private Names names(Names.Lookup lookup) {
        return new Names(vertx, () -> true, System.getLogger("names"), lookup);
    }

    @Test
    void aNameServerThatDoesNotAnswerHoldsNothingUp() throws Exception {
        Names names = names(host -> {
            if (lookups.getAndIncrement() > 0) {
                await();
            }
            return "10.0.0.1";
        });
        Optional<Address> before = locate(names, "redis.example");
        assertEquals("10.0.0.1", before.orElseThrow().ip());
        for (int i = 0; i < 3; i++) {
            assertEquals(before, locate(names, "redis.example"), "where it was last");
        }
        assertEquals(2, lookups.get(), "one lookup at a time");
    }

    private void await() {
        try {
            answered.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aNameThatLeadsElsewhereIsFollowed() throws Exception {
        Names names = names(host -> "10.0.0." + lookups.incrementAndGet());
        assertEquals("10.0.0.1", locate(names, "redis.example").orElseThrow().ip());
        assertEquals("10.0.0.2", locate(names, "redis.example").orElseThrow().ip());
    }

    @Test
    void aNameThatWasNeverFoundIsNowhere() throws Exception {
        Names names = names(host -> {
            throw new UnknownHostException(host);
        });
        assertEquals(Optional.empty(), locate(names, "redis.example"));
        assertEquals("10.0.0.9", locate(names, "10.0.0.9").orElseThrow().ip(), "an IP needs no looking up");
    }
}
