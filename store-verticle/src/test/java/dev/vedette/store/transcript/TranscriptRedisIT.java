package dev.vedette.store.transcript;

import dev.vedette.wire.rdb.RealRedis;
import dev.vedette.wire.resp.Reply;
import dev.vedette.wire.resp.RespDecoder;
import dev.vedette.wire.resp.RespEncoder;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Plays every transcript to a real redis-server: what they expect of us is what Redis does. */
class TranscriptRedisIT {

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> transcripts() throws IOException, URISyntaxException {
        return Transcript.all()
                .map(file -> {
                    try {
                        return Transcript.read(file);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                })
                .filter(transcript -> !transcript.memoryOnly())
                .map(transcript -> DynamicTest.dynamicTest(transcript.toString(), () -> {
                    Path own = Files.createTempDirectory(folder, "redis");
                    List<String> options = new ArrayList<>();
                    for (String line : transcript.configuration()) {
                        List<String> words = dev.vedette.wire.resp.CommandDecoder.words(line);
                        if (words == null) {
                            throw new AssertionError(line);
                        }
                        options.add("--" + words.getFirst());
                        options.addAll(words.subList(1, words.size()));
                    }
                    try (RealRedis redis = RealRedis.start(own, options.toArray(new String[0]));
                            Real stage = new Real(redis, transcript.resp3())) {
                        transcript.play(stage);
                    }
                }));
    }

    private static final class Real implements Transcript.Stage, AutoCloseable {

        /** How long a reply may take, and how long none must come for the client to be said to wait. */
        private static final int QUIET_MILLIS = 150;

        private record Talk(Socket socket, RespDecoder decoder) {}

        private final RealRedis redis;
        private final boolean resp3;
        private final Map<String, Talk> clients = new HashMap<>();

        Real(RealRedis redis, boolean resp3) {
            this.redis = redis;
            this.resp3 = resp3;
        }

        private Talk client(String name) throws Exception {
            Talk talk = clients.get(name);
            if (talk == null) {
                talk = new Talk(redis.connect(), new RespDecoder());
                clients.put(name, talk);
                talk.socket.setSoTimeout(QUIET_MILLIS);
                if (resp3) {
                    talk.socket
                            .getOutputStream()
                            .write(RespEncoder.commandBytes(
                                    "HELLO".getBytes(StandardCharsets.US_ASCII),
                                    "3".getBytes(StandardCharsets.US_ASCII)));
                    next(talk);
                }
            }
            return talk;
        }

        @Override
        public Optional<Reply> command(String client, List<byte[]> words) throws Exception {
            Talk talk = client(client);
            try {
                talk.socket.getOutputStream().write(RespEncoder.commandBytes(words.toArray(new byte[0][])));
            } catch (SocketException closed) {
                return Optional.empty();
            }
            return next(talk);
        }

        private static Optional<Reply> next(Talk talk) throws Exception {
            byte[] chunk = new byte[64 * 1024];
            while (true) {
                Reply reply = talk.decoder.next();
                if (reply != null) {
                    return Optional.of(reply);
                }
                try {
                    int got = talk.socket.getInputStream().read(chunk);
                    if (got < 0) {
                        return Optional.empty();
                    }
                    talk.decoder.feed(Buffer.buffer(Arrays.copyOf(chunk, got)));
                } catch (SocketTimeoutException | SocketException quietOrClosed) {
                    // A server that closes answers what comes late by a reset.
                    return Optional.empty();
                }
            }
        }

        @Override
        public Optional<Reply> arrived(String client) throws Exception {
            return next(client(client));
        }

        @Override
        public void pass(long millis) throws Exception {
            // The real server has no other clock than the real one.
            Thread.sleep(millis);
        }

        @Override
        public Optional<List<String>> changes() {
            return Optional.empty();
        }

        @Override
        public void close() throws IOException {
            for (Talk talk : clients.values()) {
                talk.socket.close();
            }
        }
    }
}
