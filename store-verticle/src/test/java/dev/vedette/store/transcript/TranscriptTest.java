package dev.vedette.store.transcript;

import dev.vedette.store.MemoryClient;
import dev.vedette.store.MemoryServer;
import dev.vedette.wire.resp.CommandDecoder;
import dev.vedette.wire.resp.Reply;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Plays every transcript to a store in memory. */
class TranscriptTest {

    @TestFactory
    Stream<DynamicTest> transcripts() throws IOException, URISyntaxException {
        return Transcript.all()
                .map(file -> DynamicTest.dynamicTest(Transcript.name(file), () -> {
                    Transcript transcript = Transcript.read(file);
                    transcript.play(new InMemory(transcript));
                }));
    }

    private static final class InMemory implements Transcript.Stage {
        private final MemoryServer server;
        private final boolean resp3;
        private final Map<String, MemoryClient> clients = new HashMap<>();

        InMemory(Transcript transcript) {
            server = new MemoryServer(transcript.configuration().toArray(new String[0]));
            resp3 = transcript.resp3();
        }

        private MemoryClient client(String name) {
            return clients.computeIfAbsent(name, n -> {
                MemoryClient client = server.client();
                if (resp3) {
                    client.session().replies().setProtocol(3);
                }
                return client;
            });
        }

        @Override
        public Optional<Reply> command(String client, List<byte[]> words) {
            return Optional.ofNullable(client(client).command(words.toArray(new byte[0][])));
        }

        @Override
        public Optional<Reply> arrived(String client) {
            return Optional.ofNullable(client(client).next());
        }

        @Override
        public void pass(long millis) {
            server.advance(millis);
        }

        @Override
        public Optional<List<String>> changes() {
            CommandDecoder decoder = new CommandDecoder();
            decoder.feed(Buffer.buffer(server.takeChanges()));
            List<String> lines = new ArrayList<>();
            try {
                for (byte[][] words = decoder.next(); words != null; words = decoder.next()) {
                    if (!new String(words[0], StandardCharsets.ISO_8859_1).equals("SELECT")) {
                        lines.add(Arrays.stream(words)
                                .map(word -> new String(word, StandardCharsets.ISO_8859_1))
                                .collect(Collectors.joining(" ")));
                    }
                }
            } catch (dev.vedette.wire.resp.RespFormatException bad) {
                throw new AssertionError(bad);
            }
            return Optional.of(lines);
        }
    }
}
