package dev.vedette.console.show;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {

    private static String page(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(PageTest.class.getResourceAsStream("/vedette-console/" + name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void everyLibraryThatThePageNamesIsInAJar() throws IOException {
        Matcher libraries = Pattern.compile("src=\"(webjars/[^\"]+)\"").matcher(page("index.html"));
        int found = 0;
        while (libraries.find()) {
            String resource = "/META-INF/resources/" + libraries.group(1);
            assertNotNull(PageTest.class.getResource(resource), resource + ": is the version that of the pom?");
            found++;
        }
        assertTrue(found >= 4, "libraries found: " + found);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "index.html",
                "style.css",
                "app.js",
                "live.js",
                "topology.js",
                "failover.js",
                "nodes.js",
                "info.js",
                "charts.js",
                "events.js",
                "shell.js",
                "words.js"
            })
    void nothingComesFromElsewhereAndNothingIsMadeOfMarkup(String name) throws IOException {
        String text = page(name).replace("http://www.w3.org/2000/svg", "");

        assertFalse(text.contains("http://") || text.contains("https://"), "an address outside in " + name);
        assertFalse(
                text.contains("innerHTML") || text.contains("outerHTML") || text.contains("insertAdjacentHTML"),
                "values of nodes are hostile; only text nodes may hold them");
    }
}
