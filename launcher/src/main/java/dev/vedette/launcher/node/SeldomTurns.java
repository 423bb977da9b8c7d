package dev.vedette.launcher.node;

import dev.vedette.wire.resp.RespEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What clients do now and then: a line typed by hand, a mistake, a key that is not there, a large value. Code that the JVM
 * compiled before it ever saw such a thing is thrown away when the first comes, and where requests are few all that follow
 * run in the interpreter, for minutes.
 */
final class SeldomTurns {

    private static final int LARGE_BYTES = 100_000;
    private static final int LONG_PIPELINE = 300;
    /** Until what was sent before has surely been read, on a machine that is not too busy. */
    private static final long READ_MILLIS = 2;

    /** So many of the answers of a master are errors; a replica refuses all writes, and must not be slow after that either. */
    static final int MISTAKES = 4;

    private static final List<String> COMMANDS = List.of(
            "GET nothing",
            "MGET nothing number",
            "LPUSH elements a b",
            "GET elements",
            "NOSUCHCOMMAND",
            "GET",
            "SET number 12",
            "STRLEN number",
            "APPEND number a",
            "STRLEN number",
            "SET soon gone EX 100",
            "SET soon 1 PX 100000",
            "GET soon",
            "SET large " + "v".repeat(LARGE_BYTES),
            "STRLEN large",
            "GET large",
            "DEL large soon nothing",
            "MULTI",
            "INCR count",
            "EXEC",
            "HELLO 3",
            "GET nothing",
            "HELLO 2");

    private final int port;
    private final int timeoutMillis;
    private final String password;
    private int errors;

    /** Of clients of the server at a port of the loopback interface. */
    SeldomTurns(int port, int timeoutMillis, String password) {
        this.port = port;
        this.timeoutMillis = timeoutMillis;
        this.password = password;
    }

    /** Does each once and leaves some keys behind; blocks until that is done. Returns how many answers were errors. */
    int play() throws IOException, InterruptedException {
        errors = 0;
        try (LoopbackClient client = connect()) {
            client.send(bytes("PING\r\n"));
            count(client);
            for (String command : COMMANDS) {
                ask(client, command);
            }
            inPieces(client);
            allAtOnce(client);
            waiting(client);
            client.send(bytes("*1\r\n$-4\r\n"));
            count(client);
        }
        return errors;
    }

    private void ask(LoopbackClient client, String command) throws IOException {
        client.send(List.of(command));
        count(client);
    }

    /** Takes the next answer. */
    private void count(LoopbackClient client) throws IOException {
        if (client.answer().isError()) {
            errors++;
        }
    }

    private void inPieces(LoopbackClient client) throws IOException, InterruptedException {
        byte[] command = RespEncoder.command("SET", "number", "12").getBytes();
        int half = command.length / 2;
        client.send(Arrays.copyOf(command, half));
        TimeUnit.MILLISECONDS.sleep(READ_MILLIS);
        client.send(Arrays.copyOfRange(command, half, command.length));
        count(client);
    }

    private void allAtOnce(LoopbackClient client) throws IOException {
        client.send(Collections.nCopies(LONG_PIPELINE, "SET number " + "v".repeat(100)));
        for (int i = 0; i < LONG_PIPELINE; i++) {
            count(client);
        }
    }

    private void waiting(LoopbackClient other) throws IOException, InterruptedException {
        try (LoopbackClient client = connect()) {
            client.send(List.of("BLPOP queue 1"));
            TimeUnit.MILLISECONDS.sleep(READ_MILLIS);
            ask(other, "RPUSH queue a");
            count(client);
            ask(client, "SUBSCRIBE channel");
            ask(other, "PUBLISH channel a");
            count(client);
        }
    }

    private LoopbackClient connect() throws IOException {
        LoopbackClient client = new LoopbackClient(port, timeoutMillis);
        client.ask("AUTH " + password);
        return client;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
