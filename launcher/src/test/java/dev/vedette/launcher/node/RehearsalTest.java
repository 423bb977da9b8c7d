package dev.vedette.launcher.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalTest {

    @TempDir
    Path temporary;

    /** It fails when anything of it is not as it should be. */
    @Test
    void comesToItsEndAndLeavesNothing() throws Exception {
        Path forgotten = Files.createDirectory(temporary.resolve("vedette-rehearsal1"));
        Files.writeString(forgotten.resolve("log"), "of a process that was killed");
        Files.setLastModifiedTime(forgotten, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
        Rehearsal.hold(temporary);
        assertEquals(List.of(), files());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            return files.toList();
        }
    }
}
