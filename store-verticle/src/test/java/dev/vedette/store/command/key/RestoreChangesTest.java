package dev.vedette.store.command.key;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.store.MemoryClient;
import dev.vedette.store.MemoryServer;
import dev.vedette.wire.resp.CommandDecoder;
import dev.vedette.wire.resp.Reply;
import dev.vedette.wire.resp.RespFormatException;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What RESTORE leaves to replicas; its payload is no text, so that this is no transcript. */
class RestoreChangesTest {

    private final MemoryServer server = new MemoryServer();
    private final MemoryClient client = server.client();
    private byte[] payload = {};

    @BeforeEach
    void makePayload() {
        client.command("SET", "source", "value");
        Reply dump = Objects.requireNonNull(client.command("DUMP", "source"));
        payload = ((Reply.Bulk) dump).bytes();
        server.takeChanges();
    }

    private void restore(String ttl, String... options) {
        List<byte[]> words = new ArrayList<>(List.of(ascii("RESTORE"), ascii("key"), ascii(ttl), payload));
        for (String option : options) {
            words.add(ascii(option));
        }
        Reply reply = Objects.requireNonNull(client.command(words.toArray(new byte[0][])));
        assertEquals("OK", reply.text());
    }

    private static byte[] ascii(String word) {
        return word.getBytes(StandardCharsets.US_ASCII);
    }

    private List<String> changes() throws RespFormatException {
        CommandDecoder decoder = new CommandDecoder();
        decoder.feed(Buffer.buffer(server.takeChanges()));
        List<String> lines = new ArrayList<>();
        for (byte[][] words = decoder.next(); words != null; words = decoder.next()) {
            lines.add(Arrays.stream(words)
                    .map(word ->
                            Arrays.equals(word, payload) ? "<payload>" : new String(word, StandardCharsets.US_ASCII))
                    .collect(Collectors.joining(" ")));
        }
        return lines;
    }

    @Test
    void withoutTimeItIsPassedOnAsItCame() throws RespFormatException {
        restore("0");
        assertEquals(List.of("RESTORE key 0 <payload>"), changes());
    }

    @Test
    void aTimeFromNowBecomesAbsolute() throws RespFormatException {
        restore("5000", "REPLACE");
        long at = server.state.nowMillis() + 5000;
        assertEquals(List.of("RESTORE key " + at + " <payload> REPLACE ABSTTL"), changes());
    }

    @Test
    void anAbsoluteTimeStaysAsItIs() throws RespFormatException {
        restore("9999999999999", "absttl");
        assertEquals(List.of("RESTORE key 9999999999999 <payload> absttl"), changes());
    }

    @Test
    void aTimeInThePastRemovesWhatIsReplaced() throws RespFormatException {
        restore("1", "ABSTTL");
        assertEquals(List.of(), changes());
        restore("0");
        restore("1", "ABSTTL", "REPLACE");
        assertEquals(List.of("RESTORE key 0 <payload>", "DEL key"), changes());
    }
}
