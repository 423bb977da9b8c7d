package dev.vedette.store.command.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.store.MemoryClient;
import dev.vedette.store.MemoryServer;
import dev.vedette.wire.rdb.RealRedis;
import dev.vedette.wire.resp.CommandDecoder;
import dev.vedette.wire.resp.Reply;
import dev.vedette.wire.resp.RespDecoder;
import dev.vedette.wire.resp.RespEncoder;
import io.vertx.core.buffer.Buffer;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MONITOR shows what a real redis-server shows: the same commands, quoted and redacted the same way. */
class MonitorRedisIT {

    private static final List<String> COMMANDS = List.of(
            "SELECT 5",
            "SET \"a\\x00b\" \"x\\\"y\\n\\r\\t\\a\\b\\\\z\\xff\"",
            "MULTI",
            "SET a b",
            "GET a",
            "EXEC",
            "AUTH x",
            "AUTH x y",
            "CONFIG SET masterauth secret",
            "NOSUCH a",
            "GET",
            "INFO server",
            "DEBUG SLEEP 0",
            "HELLO 2 AUTH a b",
            "CLIENT LIST",
            "CLIENT GETNAME",
            "MULTI",
            "FOO",
            "EXEC",
            "DISCARD",
            "MEMORY USAGE a",
            "SLOWLOG LEN",
            "LATENCY LATEST",
            "COMMAND COUNT",
            "PUBLISH a b",
            "SWAPDB 5 6",
            "EVAL \"redis.call('set', KEYS[1], '1') return redis.call('get', KEYS[1])\" 1 scripted",
            "EVAL \"no lua\" 0",
            "EVALSHA ffffffffffffffffffffffffffffffffffffffff 0",
            "FCALL nosuch 0",
            "MULTI",
            "EVAL \"redis.call('ping')\" 0",
            "EXEC",
            "PING last");

    @TempDir
    Path folder;

    @Test
    void showsTheSameLines() throws Exception {
        assertEquals(String.join("\n", real()), String.join("\n", ours()));
    }

    private static List<String> ours() throws Exception {
        MemoryServer server = new MemoryServer("enable-debug-command local");
        MemoryClient monitor = server.client();
        monitor.command("MONITOR");
        MemoryClient client = server.client();
        for (String command : COMMANDS) {
            client.command(words(command));
        }
        List<String> lines = new ArrayList<>();
        for (Reply reply : monitor.all()) {
            lines.add(withoutTime(reply));
        }
        return lines;
    }

    private List<String> real() throws Exception {
        List<String> lines = new ArrayList<>();
        try (RealRedis redis = RealRedis.start(folder);
                Socket monitor = redis.connect();
                Socket client = redis.connect()) {
            RespDecoder shown = new RespDecoder();
            RespDecoder replies = new RespDecoder();
            send(monitor, "MONITOR");
            next(monitor, shown);
            for (String command : COMMANDS) {
                send(client, command);
                next(client, replies);
            }
            do {
                lines.add(withoutTime(next(monitor, shown)));
            } while (!lines.getLast().contains("last"));
        }
        return lines;
    }

    private static byte[][] words(String command) {
        return Objects.requireNonNull(CommandDecoder.words(command.getBytes(StandardCharsets.UTF_8)))
                .toArray(new byte[0][]);
    }

    private static void send(Socket socket, String command) throws Exception {
        socket.getOutputStream().write(RespEncoder.commandBytes(words(command)));
    }

    private static Reply next(Socket socket, RespDecoder decoder) throws Exception {
        byte[] chunk = new byte[64 * 1024];
        while (true) {
            Reply reply = decoder.next();
            if (reply != null) {
                return reply;
            }
            int got = socket.getInputStream().read(chunk);
            decoder.feed(Buffer.buffer(Arrays.copyOf(chunk, got)));
        }
    }

    /** The database and what comes after the client's address. */
    private static String withoutTime(Reply reply) {
        String line = ((Reply.Simple) reply).value();
        return line.replaceFirst("^\\d+\\.\\d{6} \\[(\\d+) [^]]+]", "[$1]");
    }
}
