package dev.vedette.console.show;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.wire.resp.RespDecoder;
import dev.vedette.wire.resp.RespFormatException;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expectations are what redis-cli 7.0.15 printed for the same answers of a real server. */
class CliTextTest {

    private static String shown(String resp, String... command) {
        RespDecoder decoder = new RespDecoder();
        decoder.feed(Buffer.buffer(resp));
        try {
            return CliText.of(List.of(command), Objects.requireNonNull(decoder.next()));
        } catch (RespFormatException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            +PONG\\r\\n                     | PONG
            :42\\r\\n                       | (integer) 42
            $-1\\r\\n                       | (nil)
            *-1\\r\\n                       | (nil)
            _\\r\\n                         | (nil)
            ,1.5\\r\\n                      | (double) 1.5
            #t\\r\\n                        | (true)
            #f\\r\\n                        | (false)
            *0\\r\\n                        | (empty array)
            ~0\\r\\n                        | (empty set)
            %0\\r\\n                        | (empty hash)
            $0\\r\\n\\r\\n                  | ""
            -ERR unknown command\\r\\n      | (error) ERR unknown command
            =8\\r\\ntxt:abcd\\r\\n          | abcd
            """)
    void scalars(String resp, String text) {
        assertEquals(text, shown(resp.replace("\\r", "\r").replace("\\n", "\n")));
    }

    @Test
    void quotesWhatIsNotPrintable() {
        assertEquals("\"x\\x00y\\\"z\\n\\xc3\\xa9\"", shown("$8\r\nx\0y\"z\né\r\n"));
    }

    @Test
    void nestsArrays() {
        assertEquals("""
                1) (integer) 1
                2) 1) (integer) 2
                   2) 1) (integer) 3
                      2) (integer) 4
                3) (empty array)""", shown("*3\r\n:1\r\n*2\r\n:2\r\n*2\r\n:3\r\n:4\r\n*0\r\n"));
    }

    @Test
    void alignsNumbersOfDifferentWidth() {
        StringBuilder resp = new StringBuilder("*10\r\n");
        for (int i = 0; i < 9; i++) {
            resp.append("+x\r\n");
        }
        String text = shown(resp.append("*2\r\n:1\r\n:2\r\n").toString());

        assertEquals(" 1) x", text.lines().findFirst().orElse(""));
        assertEquals(
                List.of("10) 1) (integer) 1", "    2) (integer) 2"),
                text.lines().skip(9).toList());
    }

    @Test
    void showsMapsAndSets() {
        assertEquals("""
                1# "f" => "v"
                2# "modules" => (empty array)""", shown("%2\r\n$1\r\nf\r\n$1\r\nv\r\n$7\r\nmodules\r\n*0\r\n"));
        assertEquals("1~ \"a\"\n2~ \"b\"", shown("~2\r\n$1\r\na\r\n$1\r\nb\r\n"));
        assertEquals("1# a => \n   1) (integer) 1\n   2) (integer) 2", shown("%1\r\n+a\r\n*2\r\n:1\r\n:2\r\n"));
    }

    @Test
    void showsTextAnswersAsTheyAre() {
        assertEquals("# Server\nrole:master", shown("$23\r\n# Server\r\nrole:master\r\n\r\n", "INFO"));
        assertEquals("id=3 addr=1", shown("$12\r\nid=3 addr=1\n\r\n", "client", "LIST"));
        assertEquals("\"id=3\"", shown("$4\r\nid=3\r\n", "client", "getname"));
    }
}
