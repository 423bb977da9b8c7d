package dev.vedette.store.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.store.config.ServerConfig;
import dev.vedette.store.keyspace.Keyspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dump file is there whole, or as it was; and the state says so. */
class SavingTest {

    @TempDir
    Path folder;

    private final TestWorkplace test = new TestWorkplace();
    private final PersistenceState state = new PersistenceState();
    private Keyspace keyspace = new Keyspace(16);
    private ServerConfig config;
    private Saving saving;

    @BeforeEach
    void setUp() throws Exception {
        start("save 60 2");
    }

    @AfterEach
    void leaveTheFolderAlone() {
        test.until(() -> !saving.isRunning());
    }

    private void start(String... lines) throws Exception {
        config = ServerConfig.parse(null, String.join("\n", lines) + "\nenable-protected-configs yes", folder, false);
        keyspace = new Keyspace(16);
        state.lastSaveMillis = test.nowMillis;
        saving = new Saving(keyspace, config, state, test.workplace, () -> null);
        set(1);
    }

    private void set(long value) {
        keyspace.database(0).setInteger(new byte[] {'k'}, 0, 1, value, -1);
        state.dirty++;
    }

    private void set(String directive, String value) {
        assertEquals(null, config.set(List.of(directive, value), true, false));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void writesAFileOfTheNamePresentlyConfigured() throws Exception {
        assertTrue(saving.save());
        set("dbfilename", "other.rdb");
        assertTrue(saving.saveInBackground());
        assertTrue(state.bgsaveInProgress);
        assertEquals(1, state.saveKeysTotal);
        test.until(() -> !saving.isRunning());
        assertEquals(List.of("dump.rdb", "other.rdb"), files());
        assertFalse(state.bgsaveInProgress);
        assertTrue(test.logged("INFO DB saved on disk"));
        assertTrue(test.logged("INFO Background saving started by pid 4711"));
        assertTrue(test.logged("INFO Background saving terminated with success"));
    }

    @Test
    void countsWhatHappensWhileItSavesAsUnsaved() {
        set(2);
        saving.saveInBackground();
        set(3);
        test.nowMillis += 5_000;
        test.until(() -> !saving.isRunning());
        assertEquals(1, state.dirty);
        assertEquals(test.nowMillis, state.lastSaveMillis);
        assertEquals(5, state.lastBgsaveSeconds);
    }

    @Test
    void aSavePointActsWhenThereAreEnoughChangesForLongEnough() {
        test.nowMillis += 100_000;
        saving.tick();
        assertFalse(saving.isRunning(), "one change is not enough");
        set(2);
        saving.tick();
        assertTrue(saving.isRunning());
        assertTrue(test.logged("2 changes in 60 seconds. Saving..."));
        test.until(() -> !saving.isRunning());
        set(3);
        set(4);
        test.nowMillis += 60_000;
        saving.tick();
        assertFalse(saving.isRunning(), "not long enough");
        test.nowMillis += 1_000;
        saving.tick();
        assertTrue(saving.isRunning());
    }

    @Test
    void aScheduledSaveBeginsWhenNoneIsGoingOn() {
        saving.saveInBackground();
        saving.schedule();
        saving.tick();
        assertTrue(state.bgsaveScheduled);
        test.until(() -> !saving.isRunning());
        saving.tick();
        assertTrue(saving.isRunning());
        assertFalse(state.bgsaveScheduled);
    }

    @Test
    void aFailureIsToldAndLeavesTheOldFile() throws Exception {
        assertTrue(saving.save());
        byte[] before = Files.readAllBytes(folder.resolve("dump.rdb"));
        set(2);
        set(3);
        Path gone = Files.createDirectory(folder.resolve("sub"));
        set("dir", gone.toString());
        Files.delete(gone);
        saving.saveInBackground();
        test.until(() -> !saving.isRunning());
        assertTrue(state.lastBgsaveFailed);
        assertTrue(state.isSavingBroken());
        assertTrue(test.logged("WARNING Failed opening the temp RDB file temp-4711"), test.lines::toString);
        assertTrue(test.logged("for saving: No such file or directory"));
        assertTrue(test.logged("WARNING Background saving error"));
        assertFalse(saving.save());
        test.nowMillis += 100_000;
        saving.tick();
        assertTrue(saving.isRunning(), "tries again after a while");
        test.until(() -> !saving.isRunning());
        test.nowMillis += 2_000;
        saving.tick();
        assertFalse(saving.isRunning(), "but not all the time");
        set("dir", folder.toString());
        assertArrayEquals(before, Files.readAllBytes(folder.resolve("dump.rdb")));
        assertTrue(saving.save());
        assertFalse(state.isSavingBroken());
        assertEquals(0, state.dirty);
    }

    @Test
    void aFileThatCannotBePutInPlaceLeavesNothingBehind() throws Exception {
        Files.createDirectory(folder.resolve("dump.rdb"));
        Files.createFile(folder.resolve("dump.rdb").resolve("in the way"));
        assertFalse(saving.save());
        saving.saveInBackground();
        test.until(() -> !saving.isRunning());
        assertTrue(test.logged("Error moving temp DB file temp-4711"), test.lines::toString);
        assertEquals(List.of("dump.rdb"), files());
    }

    @Test
    void isBrokenOnlyWithSavePoints() throws Exception {
        state.lastBgsaveFailed = true;
        assertTrue(state.isSavingBroken());
        set("save", "");
        assertFalse(state.isSavingBroken());
    }

    @Test
    void afterFlushAllTheFileIsEmptyToo() throws Exception {
        set("rdb-key-save-delay", "10000000");
        saving.saveInBackground();
        keyspace.database(0).clear();
        saving.afterFlushAll();
        test.until(() -> !saving.isRunning());
        assertEquals(List.of("dump.rdb"), files());
        assertFalse(state.lastBgsaveFailed);
        assertTrue(Files.size(folder.resolve("dump.rdb")) < 110);
    }
}
