package dev.vedette.launcher.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeLogTest {

    @TempDir
    Path directory;

    private List<String> logged(String loglevel) throws IOException {
        Path file = directory.resolve(loglevel);
        NodeLog log = new NodeLog("127.0.0.1:1");
        log.writeTo(file);
        log.setLevel(loglevel);
        log.log(Level.TRACE, "one");
        log.setRole('M');
        log.log(Level.DEBUG, "two");
        log.log(Level.INFO, "it''s {0}", 3);
        log.log(Level.WARNING, "it's {4}");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    @Test
    void linesAreRedisLines() throws IOException {
        List<String> lines = logged("debug");
        String time = "\\d\\d [A-Z][a-z][a-z] \\d{4} \\d\\d:\\d\\d:\\d\\d\\.\\d{3}";
        long pid = ProcessHandle.current().pid();
        assertTrue(lines.get(0).matches(pid + ":C " + time + " \\. one"), lines.get(0));
        assertTrue(lines.get(1).matches(pid + ":M " + time + " - two"), lines.get(1));
        assertTrue(lines.get(2).matches(pid + ":M " + time + " \\* it's 3"), lines.get(2));
        assertTrue(lines.get(3).matches(pid + ":M " + time + " # it's \\{4\\}"), lines.get(3));
    }

    @Test
    void loglevelDropsWhatIsBelow() throws IOException {
        assertEquals(4, logged("debug").size());
        assertEquals(3, logged("verbose").size());
        assertEquals(2, logged("notice").size());
        assertEquals(1, logged("warning").size());
    }

    @Test
    void anExceptionIsShownWithItsFrames() throws IOException {
        Path file = directory.resolve("e");
        NodeLog log = new NodeLog("n");
        log.writeTo(file);
        log.log(Level.ERROR, "a bug", new IllegalStateException("why", new IOException("deeper")));
        String text = Files.readString(file);
        assertTrue(text.contains(" # a bug\n") && text.contains(" # java.lang.IllegalStateException: why\n"), text);
        assertTrue(text.contains(" # java.io.IOException: deeper\n") && text.contains("NodeLogTest"), text);
    }

    @Test
    void aRotatedFileIsLeftAlone() throws IOException {
        Path file = directory.resolve("log");
        NodeLog log = new NodeLog("n");
        log.writeTo(file);
        log.log(Level.INFO, "before");
        Files.move(file, directory.resolve("log.1"));
        log.log(Level.INFO, "after");
        assertTrue(Files.readString(file).endsWith("after\n"));
        assertTrue(Files.readString(directory.resolve("log.1")).endsWith("before\n"));
    }
}
