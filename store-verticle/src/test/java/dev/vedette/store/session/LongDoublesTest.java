package dev.vedette.store.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LongDoublesTest {

    private static @Nullable BigDecimal parse(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return LongDoubles.parse(bytes, 0, bytes.length);
    }

    private static BigDecimal number(String text) {
        return Objects.requireNonNull(parse(text), text);
    }

    private static String text(BigDecimal value) {
        return new String(LongDoubles.text(value), StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @CsvSource({
        "0.1, 0.2, 0.3",
        "10.5, 0.1, 10.6",
        "3, 1.1, 4.1",
        "10000000000, 0.1, 10000000000.09999999962747097",
        "9007199254740993, 1, 9007199254740994",
        "18446744073709551615, 0, 18446744073709551615",
        "18446744073709551617, 0, 18446744073709551616",
        "1e-17, 0, 0.00000000000000001",
        "1e-18, 0, 0",
        "-1e-30, 0, 0",
        "5e3, -2e2, 4800",
        "0x10, 0x1p-1, 16.5",
        "+1, .5, 1.5"
    })
    void sumsAreRoundedTo64BitsAndShownWith17Decimals(String a, String b, String sum) {
        assertEquals(sum, text(Objects.requireNonNull(LongDoubles.add(number(a), number(b)))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", " 1", "1 ", "1,5", "nan", "inf", "1e", "e5", "--1", "1e5000", "1e-5000", "1f", "."})
    void otherTextIsNoNumber(String text) {
        assertNull(parse(text));
    }

    @Test
    void theLargestNumberIsThatOfTheExtendedFormat() {
        BigDecimal half = number("1.1e4932");
        assertNotNull(half);
        assertNull(LongDoubles.add(half, half));
        assertNull(parse("1.2e4932"));
    }

    @Test
    void wordsForInfinityAreToldFromNumbersThatAreTooLarge() {
        for (String word : new String[] {"inf", "-INF", "+infinity"}) {
            assertTrue(LongDoubles.isInfinity(word.getBytes(StandardCharsets.US_ASCII), 0, word.length()), word);
        }
        for (String word : new String[] {"1e5000", "in", "", "nan", "1"}) {
            assertFalse(LongDoubles.isInfinity(word.getBytes(StandardCharsets.US_ASCII), 0, word.length()), word);
        }
    }
}
