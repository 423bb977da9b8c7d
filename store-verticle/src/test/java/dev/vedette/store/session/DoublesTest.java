package dev.vedette.store.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DoublesTest {

    private static double parse(String text) {
        byte[] padded = ("7" + text + "7").getBytes(StandardCharsets.ISO_8859_1);
        return Doubles.parse(padded, 1, padded.length - 2);
    }

    private static double bound(String text) {
        byte[] padded = ("7" + text + "7").getBytes(StandardCharsets.ISO_8859_1);
        return Doubles.parseBound(padded, 1, padded.length - 2);
    }

    @Property
    void readsWhatJavaReadsAndWhatItWrote(@ForAll double value) {
        if (!Double.isNaN(value)) {
            assertEquals(value, parse(Doubles.text(value)));
        }
    }

    @Property
    void shortDecimalsAreRoundedOnce(@ForAll @IntRange(min = 0) int digits, @ForAll @IntRange(max = 9) int places) {
        String padded = String.format("%010d", digits);
        String text = padded.substring(0, 10 - places) + "." + padded.substring(10 - places);
        assertEquals(Double.parseDouble(text), parse(text));
        assertEquals(Double.parseDouble("-" + text), parse("-" + text));
    }

    @Test
    void takesWhatStrtodTakes() {
        assertEquals(16, parse("0x10"));
        assertEquals(3, parse("0x1.8p1"));
        assertEquals(0.5, parse("0x.8"));
        assertEquals(5, parse("+5"));
        assertEquals(1, parse("1."));
        assertEquals(0.5, parse(".5"));
        assertEquals(12, parse("00012"));
        assertEquals(0, parse("0e-500"));
        assertEquals(Double.MIN_VALUE, parse("5e-324"));
        assertEquals(1 / -0.0, 1 / parse("-0"));
        assertEquals(Double.POSITIVE_INFINITY, parse("INF"));
        assertEquals(Double.POSITIVE_INFINITY, parse("+inf"));
        assertEquals(Double.NEGATIVE_INFINITY, parse("-infinity"));
        assertEquals(Double.parseDouble("123456789012345678"), parse("123456789012345678"));
        assertEquals(Double.parseDouble("0.1234567890123456789"), parse("0.1234567890123456789"));
    }

    @Test
    void refusesWhatRedisRefuses() {
        for (String text : new String[] {
            "",
            " 1",
            "1 ",
            "+",
            "-",
            ".",
            "-.",
            "1e",
            "0x",
            "1.2.3",
            "1e5f",
            "1d",
            "1_0",
            "+-5",
            "nan",
            "infinit",
            "x",
            "1e400",
            "-1e400",
            "1e-400",
            "0x1p-1080",
            "0x1p1024"
        }) {
            assertTrue(Double.isNaN(parse(text)), text);
        }
    }

    @Test
    void boundsMayOverflowAndBeginWithSpaces() {
        assertEquals(Double.POSITIVE_INFINITY, bound("1e400"));
        assertEquals(0, bound("1e-400"));
        assertEquals(0, bound(""));
        assertEquals(5, bound(" 5"));
        assertEquals(5, bound("\t+5"));
        assertTrue(Double.isNaN(bound("5 ")));
        assertTrue(Double.isNaN(bound(" ")));
        assertTrue(Double.isNaN(bound("nan")));
        assertTrue(Double.isNaN(bound("(5")));
    }
}
