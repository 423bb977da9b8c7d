package dev.vedette.sentinel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ConfigWordsTest {

    @Test
    void splitsAtWhiteSpaceAndReadsQuotes() {
        assertEquals(Optional.of(List.of("a", "b c", "d'e", "")), ConfigWords.split(" a \"b c\"\t'd\\'e' \"\""));
        assertEquals(
                Optional.of(List.of("\n\r\t\b\u0007\"\\A")), ConfigWords.split("\"\\n\\r\\t\\b\\a\\\"\\\\\\x41\""));
        assertEquals(Optional.of(List.of("é")), ConfigWords.split("\"\\xc3\\xa9\""));
    }

    @Test
    void refusesQuotesThatDoNotBalance() {
        for (String line : List.of("\"a", "'a", "\"a\"b", "'a'b", "a\"b", "\"a\\")) {
            assertEquals(Optional.empty(), ConfigWords.split(line), line);
        }
    }

    @Property
    void whatIsQuotedReadsBackTheSame(@ForAll String text) {
        String valid = new String(
                text.getBytes(java.nio.charset.StandardCharsets.UTF_8), java.nio.charset.StandardCharsets.UTF_8);
        assertEquals(Optional.of(List.of(valid)), ConfigWords.split(ConfigWords.quote(valid)));
        assertEquals(Optional.of(List.of("a", valid, "b")), ConfigWords.split("a " + ConfigWords.word(valid) + " b"));
    }
}
