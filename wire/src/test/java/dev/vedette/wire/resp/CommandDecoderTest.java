package dev.vedette.wire.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class CommandDecoderTest {

    private static Buffer bytes(String text) {
        return Buffer.buffer(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static List<List<String>> decoded(CommandDecoder decoder, Buffer... chunks) throws RespFormatException {
        List<List<String>> commands = new ArrayList<>();
        for (Buffer chunk : chunks) {
            decoder.feed(chunk);
            for (byte[][] command = decoder.next(); command != null; command = decoder.next()) {
                commands.add(Arrays.stream(command)
                        .map(argument -> new String(argument, StandardCharsets.ISO_8859_1))
                        .toList());
            }
        }
        return commands;
    }

    private static List<List<String>> decoded(String text) throws RespFormatException {
        return decoded(new CommandDecoder(), bytes(text));
    }

    private static void fails(String expected, String text) {
        RespFormatException failure = assertThrows(RespFormatException.class, () -> decoded(text));
        assertEquals("ERR Protocol error: " + expected, failure.getMessage());
    }

    @Property(tries = 300)
    void everySplitDecodesTheSame(@ForAll @Size(min = 1, max = 5) List<@Size(max = 20) byte[]> arguments)
            throws RespFormatException {
        List<String> command = arguments.stream()
                .map(argument -> new String(argument, StandardCharsets.ISO_8859_1))
                .toList();
        Buffer wire = RespEncoder.command(arguments.toArray(new byte[0][])).appendString("PING x\r\n");
        List<List<String>> expected = List.of(command, List.of("PING", "x"));
        for (int at = 0; at <= wire.length(); at++) {
            assertEquals(
                    expected, decoded(new CommandDecoder(), wire.getBuffer(0, at), wire.getBuffer(at, wire.length())));
            Buffer cut = wire.getBuffer(0, at);
            assertEquals(
                    at == wire.length() ? 2 : at >= wire.length() - 8 ? 1 : 0,
                    decoded(new CommandDecoder(), cut).size());
        }
    }

    @Property(tries = 2000)
    void garbageFailsCleanly(@ForAll @NotEmpty @Size(max = 40) byte[] garbage) {
        try {
            decoded(new CommandDecoder(), Buffer.buffer(garbage), Buffer.buffer("\r\n*"), Buffer.buffer(garbage));
        } catch (RespFormatException expected) {
            assertEquals("ERR Protocol error:", expected.getMessage().substring(0, 19));
        }
    }

    @Test
    void inlineCommands() throws RespFormatException {
        assertEquals(List.of(List.of("PING")), decoded("PING\r\n\n"));
        assertEquals(List.of(List.of("set", "a b", "c'd")), decoded("  set \"a b\" \"c'd\" \n"));
        assertEquals(
                List.of(List.of("\n\r\t\b\007\377q\\", "it's \\n", "")),
                decoded("\"\\n\\r\\t\\b\\a\\xfF\\q\\\\\" 'it\\'s \\n' ''\r\n"));
        assertEquals(List.of(List.of("ab", "c")), decoded("a\"b\" c\n"));
        assertEquals(List.of(), decoded("\r\n   \r\n*0\r\n*-1\r\n"));
        assertNull(CommandDecoder.words("a 'b"));
        assertEquals(List.of("save", ""), CommandDecoder.words("save \"\""));
    }

    @Test
    void redissWords() {
        fails("invalid multibulk length", "*3000000000\r\n");
        fails("invalid multibulk length", "*x\r\n");
        fails("invalid multibulk length", "*01\r\n");
        fails("invalid bulk length", "*1\r\n$-1\r\n");
        fails("invalid bulk length", "*1\r\n$536870913\r\n");
        fails("invalid bulk length", "*1\r\n$ 1\r\n");
        fails("expected '$', got 'x'", "*1\r\nx1\r\n");
        fails("unbalanced quotes in request", "set \"a\r\n");
        fails("unbalanced quotes in request", "set \"a\"b\r\n");
        fails("unbalanced quotes in request", "set 'a'b\r\n");
        fails("too big inline request", "x".repeat(64 * 1024 + 1));
        fails("too big mbulk count string", "*" + "1".repeat(64 * 1024));
        fails("too big bulk count string", "*1\r\n$" + "1".repeat(64 * 1024));
    }

    @Test
    void beforeAuthentication() throws RespFormatException {
        CommandDecoder decoder = new CommandDecoder();
        decoder.authenticationMissing(true);
        assertEquals(
                1, decoded(decoder, bytes("*2\r\n$4\r\nauth\r\n$1\r\nx\r\n")).size());
        decoder.feed(bytes("*11\r\n"));
        assertEquals(
                "ERR Protocol error: unauthenticated multibulk length",
                assertThrows(RespFormatException.class, decoder::next).getMessage());
    }
}
