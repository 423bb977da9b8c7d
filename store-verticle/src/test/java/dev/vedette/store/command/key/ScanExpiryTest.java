package dev.vedette.store.command.key;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.store.MemoryClient;
import dev.vedette.store.MemoryServer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Expired keys that a walk comes across are removed one by one: replicas get no transaction. */
class ScanExpiryTest {

    @ParameterizedTest
    @ValueSource(strings = {"SCAN 0 COUNT 100", "RANDOMKEY"})
    void expiredKeysGoOneByOne(String command) {
        MemoryServer server = new MemoryServer();
        MemoryClient client = server.client();
        client.command("SET", "a", "1", "PX", "5");
        client.command("SET", "b", "1", "PX", "5");
        server.takeChanges();
        server.state.settings.activeExpire = false;
        server.advance(10);
        client.command(command.split(" "));
        String changes = new String(server.takeChanges(), StandardCharsets.US_ASCII);
        assertEquals(2, changes.split("DEL", -1).length - 1, changes);
        assertEquals(-1, changes.indexOf("MULTI"), changes);
    }
}
