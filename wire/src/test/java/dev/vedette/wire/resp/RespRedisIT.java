package dev.vedette.wire.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.vedette.wire.rdb.RealRedis;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real redis-server says, decoded and encoded again; what it says to broken commands, and what we would. */
class RespRedisIT {

    @TempDir
    Path folder;

    /** A connection that keeps the bytes of the last reply beside the reply. */
    private static final class Conversation implements AutoCloseable {
        private final Socket socket;
        private final RespDecoder decoder = new RespDecoder();
        private Buffer raw = Buffer.buffer();

        Conversation(RealRedis redis) throws IOException {
            socket = redis.connect();
        }

        Reply answer(Buffer request) throws IOException, RespFormatException {
            raw = Buffer.buffer();
            socket.getOutputStream().write(request.getBytes());
            byte[] chunk = new byte[8192];
            while (true) {
                Reply reply = decoder.next();
                if (reply != null) {
                    return reply;
                }
                int got = socket.getInputStream().read(chunk);
                if (got < 0) {
                    throw new AssertionError("closed after " + raw);
                }
                Buffer part = Buffer.buffer(Arrays.copyOf(chunk, got));
                raw.appendBuffer(part);
                decoder.feed(part);
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void everyTypeOfBothVersions() throws Exception {
        try (RealRedis redis = RealRedis.start(folder);
                Conversation talk = new Conversation(redis)) {
            for (boolean resp3 : new boolean[] {false, true}) {
                talk.answer(RespEncoder.command("HELLO", resp3 ? "3" : "2"));
                talk.answer(RespEncoder.command("DEL", "z"));
                talk.answer(
                        RespEncoder.command("ZADD", "z", "0.1", "a", "1e300", "b", "-inf", "c", "3", "d", "1e-7", "e"));
                List<List<String>> questions = new ArrayList<>();
                for (String type : List.of(
                        "string",
                        "integer",
                        "double",
                        "null",
                        "array",
                        "set",
                        "map",
                        "verbatim",
                        "true",
                        "false",
                        "bignum")) {
                    questions.add(List.of("DEBUG", "PROTOCOL", type));
                }
                questions.add(List.of("ZRANGE", "z", "0", "-1", "WITHSCORES"));
                questions.add(List.of("GET", "nothing"));
                questions.add(List.of("BLPOP", "nothing", "0.01"));
                questions.add(List.of("CONFIG", "GET", "*"));
                questions.add(List.of("COMMAND", "DOCS"));
                questions.add(List.of("NOSUCH"));
                questions.add(List.of("CLIENT", "LIST"));
                for (List<String> question : questions) {
                    Reply reply = talk.answer(RespEncoder.command(question));
                    assertEquals(
                            talk.raw.toString(StandardCharsets.ISO_8859_1),
                            RespEncoder.reply(reply, resp3).toString(StandardCharsets.ISO_8859_1),
                            question.toString());
                }
            }
            Reply described = talk.answer(RespEncoder.command("DEBUG", "PROTOCOL", "attrib"));
            assertEquals("Some real reply following the attribute", described.text());
        }
    }

    @Test
    void brokenCommandsGetTheSameWords() throws Exception {
        try (RealRedis redis = RealRedis.start(folder)) {
            for (String broken : List.of(
                    "*3000000000\r\n",
                    "*x\r\n",
                    "*01\r\n",
                    "*1\r\n$-1\r\n",
                    "*1\r\n$536870913\r\n",
                    "*1\r\n$ 1\r\n",
                    "*1\r\nx1\r\n",
                    "*1\r\n\r\n",
                    "set \"a\r\n",
                    "set \"a\"b\r\n",
                    "set 'a'b\r\n",
                    "x".repeat(64 * 1024 + 1),
                    "*" + "1".repeat(64 * 1024),
                    "*1\r\n$" + "1".repeat(64 * 1024))) {
                Buffer wire = Buffer.buffer(broken.getBytes(StandardCharsets.ISO_8859_1));
                CommandDecoder decoder = new CommandDecoder();
                decoder.feed(wire);
                String ours =
                        assertThrows(RespFormatException.class, decoder::next).getMessage();
                try (Conversation talk = new Conversation(redis)) {
                    assertEquals(new Reply.Error(ours), talk.answer(wire));
                }
            }
        }
    }

    @Test
    void inlineCommandsAreSplitTheSameWay() throws Exception {
        try (RealRedis redis = RealRedis.start(folder);
                Conversation talk = new Conversation(redis)) {
            for (String line : List.of(
                    "a b",
                    "\"a b\" c",
                    "'it\\'s' x",
                    "\"\\x41\\n\\q\\\\\"",
                    "a\"b\" c",
                    "'' \"\"",
                    "\\x41 a\\b",
                    "a\tb\u000bc d")) {
                List<String> words = CommandDecoder.words(line);
                List<String> command = new ArrayList<>(List.of("RPUSH", "words"));
                command.addAll(words == null ? List.of() : words);
                talk.answer(RespEncoder.command("DEL", "words"));
                talk.answer(RespEncoder.command(command));
                Reply ours = talk.answer(RespEncoder.command("LRANGE", "words", "0", "-1"));
                talk.answer(RespEncoder.command("DEL", "words"));
                talk.answer(Buffer.buffer("RPUSH words " + line + "\r\n"));
                assertEquals(talk.answer(RespEncoder.command("LRANGE", "words", "0", "-1")), ours, line);
            }
        }
    }
}
