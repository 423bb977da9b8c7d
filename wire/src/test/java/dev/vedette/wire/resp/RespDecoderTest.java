package dev.vedette.wire.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RespDecoderTest {

    private static Buffer bytes(String text) {
        return Buffer.buffer(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static List<Reply> decoded(Buffer... chunks) throws RespFormatException {
        RespDecoder decoder = new RespDecoder();
        List<Reply> replies = new ArrayList<>();
        for (Buffer chunk : chunks) {
            decoder.feed(chunk);
            for (Reply reply = decoder.next(); reply != null; reply = decoder.next()) {
                replies.add(reply);
            }
        }
        return replies;
    }

    @Provide
    Arbitrary<Reply> replies() {
        return replies(2);
    }

    private static Arbitrary<Reply> replies(int depth) {
        Arbitrary<String> line =
                Arbitraries.strings().ascii().excludeChars('\r', '\n').ofMaxLength(20);
        Arbitrary<Reply> leaf = Arbitraries.oneOf(
                line.map(Reply.Simple::new),
                line.map(Reply.Error::new),
                Arbitraries.longs().map(Reply.Int::new),
                Arbitraries.strings().ofMaxLength(30).map(Reply.Bulk::of),
                Arbitraries.just(new Reply.Null(false)),
                Arbitraries.doubles().map(Reply.Double::new),
                Arbitraries.of(true, false).map(Reply.Bool::new),
                Arbitraries.bigIntegers().map(number -> new Reply.BigNumber(number.toString())),
                line.map(text -> new Reply.Verbatim("txt", text)));
        if (depth == 0) {
            return leaf;
        }
        Arbitrary<Reply> inner = replies(depth - 1);
        return Arbitraries.oneOf(
                leaf,
                inner.list().ofMaxSize(4).map(Reply.Array::new),
                inner.list().ofMaxSize(4).map(Reply.Set::new),
                inner.list().ofMinSize(1).ofMaxSize(4).map(Reply.Push::new),
                inner.list().ofSize(4).map(Reply.Map::new));
    }

    @Property(tries = 200)
    void everySplitDecodesTheSame(@ForAll("replies") Reply first, @ForAll("replies") Reply second)
            throws RespFormatException {
        Buffer wire = RespEncoder.reply(first, true).appendBuffer(RespEncoder.reply(second, true));
        List<Reply> expected = List.of(first, second);
        assertEquals(expected, decoded(wire));
        for (int at = 0; at <= wire.length(); at++) {
            assertEquals(expected, decoded(wire.getBuffer(0, at), wire.getBuffer(at, wire.length())));
        }
        Buffer[] single = new Buffer[wire.length()];
        for (int at = 0; at < single.length; at++) {
            single[at] = wire.getBuffer(at, at + 1);
        }
        assertEquals(expected, decoded(single));
    }

    @Property(tries = 200)
    void aCutReplyIsNotThereYet(@ForAll("replies") Reply reply) throws RespFormatException {
        Buffer wire = RespEncoder.reply(reply, true);
        for (int length = 0; length < wire.length(); length++) {
            assertEquals(List.of(), decoded(wire.getBuffer(0, length)));
        }
    }

    @Property(tries = 3000)
    void garbageFailsCleanly(@ForAll @Size(max = 40) List<@net.jqwik.api.From("shapes") Byte> garbage) {
        Buffer wire = Buffer.buffer();
        garbage.forEach(wire::appendByte);
        try {
            decoded(wire);
        } catch (RespFormatException expected) {
            assertEquals("Protocol error:", expected.getMessage().substring(0, 15));
        }
    }

    @Provide
    Arbitrary<Byte> shapes() {
        return Arbitraries.of("+-:$*_#,(!=%~>|0123456789\r\n\r\n\r\nabt."
                .chars()
                .mapToObj(c -> (byte) c)
                .toList());
    }

    @Test
    void whatEachVersionSays() throws RespFormatException {
        Reply map = new Reply.Map(List.of(Reply.Bulk.of("k"), new Reply.Double(0.1)));
        assertEquals(
                "%1\r\n$1\r\nk\r\n,0.10000000000000001\r\n",
                RespEncoder.reply(map, true).toString());
        assertEquals(
                "*2\r\n$1\r\nk\r\n$19\r\n0.10000000000000001\r\n",
                RespEncoder.reply(map, false).toString());
        assertEquals("*-1\r\n", RespEncoder.reply(new Reply.Null(true), false).toString());
        assertEquals("$-1\r\n", RespEncoder.reply(new Reply.Null(false), false).toString());
        assertEquals("_\r\n", RespEncoder.reply(new Reply.Null(true), true).toString());
        assertEquals(":1\r\n", RespEncoder.reply(new Reply.Bool(true), false).toString());
        assertEquals(
                "-ERR a  b\r\n",
                RespEncoder.reply(new Reply.Error("ERR a\r\nb"), false).toString());
        assertEquals(
                List.of(new Reply.Null(true), new Reply.Null(false), new Reply.Error("ERR x")),
                decoded(bytes("*-1\r\n$-1\r\n!5\r\nERR x\r\n")));
        assertEquals(
                List.of(Reply.Array.of(new Reply.Int(1), new Reply.Int(2))),
                decoded(bytes("|1\r\n+ttl\r\n:3\r\n*2\r\n:1\r\n|1\r\n+a\r\n+b\r\n:2\r\n")));
    }

    @Test
    void doublesAsRedisPrintsThem() {
        assertEquals("3", RespEncoder.doubleText(3));
        assertEquals("-0", RespEncoder.doubleText(-0.0));
        assertEquals("1e+17", RespEncoder.doubleText(1e17));
        assertEquals("10000000000000000", RespEncoder.doubleText(1e16));
        assertEquals("1.0000000000000001e-05", RespEncoder.doubleText(0.00001));
        assertEquals("0.0001", RespEncoder.doubleText(0.0001));
        assertEquals("-inf", RespEncoder.doubleText(Double.NEGATIVE_INFINITY));
        assertEquals("1.7976931348623157e+308", RespEncoder.doubleText(Double.MAX_VALUE));
    }

    @Test
    void aMastersKeepAliveIsSkippedAndTheSnapshotLeftAlone() throws RespFormatException {
        RespDecoder decoder = new RespDecoder();
        decoder.feed(bytes("\n\n+FULLRESYNC x 1\r\n$9999\r\nREDIS0009"));
        assertEquals(new Reply.Simple("FULLRESYNC x 1"), decoder.next());
        assertEquals("$9999\r\nREDIS0009", decoder.takeRest().toString());
        assertNull(decoder.next());
    }

    @Test
    void limits() {
        assertThrows(RespFormatException.class, () -> decoded(bytes("*1\r\n".repeat(65))));
        assertThrows(RespFormatException.class, () -> decoded(bytes("$536870913\r\n")));
        assertThrows(RespFormatException.class, () -> decoded(bytes("*9223372036854775807\r\n")));
        assertThrows(RespFormatException.class, () -> decoded(bytes("+" + "x".repeat(70_000))));
        assertThrows(RespFormatException.class, () -> decoded(bytes("HTTP/1.1 200 OK\r\n")));
        RespDecoder few = new RespDecoder(10, 3);
        few.feed(bytes("*2\r\n*2\r\n"));
        assertThrows(RespFormatException.class, few::next);
    }
}
