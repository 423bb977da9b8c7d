package dev.vedette.replication.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.vedette.wire.resp.RespEncoder;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LostWritesFileTest {

    @TempDir
    Path folder;

    private static Buffer commands(String... lines) {
        Buffer all = Buffer.buffer();
        for (String line : lines) {
            all.appendBuffer(RespEncoder.command(line.split(" ")));
        }
        return all;
    }

    private static String text(String... lines) {
        return commands(lines).toString(StandardCharsets.ISO_8859_1);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void holdsTheWritesInTheirDatabasesAndNothingElse() throws IOException {
        Path file = folder.resolve(LostWritesFile.name("abc", 42));
        Files.writeString(file, "of an earlier try");
        Buffer lost = commands(
                "PING",
                "SET a 1",
                "REPLCONF GETACK *",
                "MULTI",
                "SET b 2",
                "DEL a",
                "EXEC",
                "PUBLISH channel message",
                "select 5",
                "SELECT 7",
                "RPUSH list x");
        long writes = LostWritesFile.write(
                file,
                List.of(commands("SELECT 1", "SET z 0", "SELECT 3", "SET z 0")),
                List.of(lost.slice(0, 50), lost.slice(50, lost.length())));
        assertEquals(4, writes);
        assertEquals(List.of("lost-writes-abc-42.resp"), files());
        assertEquals(
                text("SELECT 3", "SET a 1", "MULTI", "SET b 2", "DEL a", "EXEC", "SELECT 7", "RPUSH list x"),
                Files.readString(file, StandardCharsets.ISO_8859_1));
    }

    @Test
    void isNotMadeWhereNoWriteIsLost() throws IOException {
        Path file = folder.resolve("none.resp");
        assertEquals(0, LostWritesFile.write(file, List.of(), List.of(commands("PING", "SELECT 2", "PING"))));
        assertEquals(List.of(), files());
    }

    @Test
    void leavesNothingWhenTheStreamIsNotOne() throws IOException {
        Path file = folder.resolve("bad.resp");
        assertThrows(
                IOException.class,
                () -> LostWritesFile.write(file, List.of(), List.of(Buffer.buffer("*1\r\n!oops\r\n"))));
        assertEquals(List.of(), files());
    }
}
