package dev.vedette.store.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.store.config.ServerConfig;
import dev.vedette.store.keyspace.Keyspace;
import dev.vedette.store.snapshot.DumpLoader.Outcome;
import dev.vedette.store.snapshot.DumpLoader.Purpose;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A master's dump makes room for itself, but not when it turns out to be damaged. */
class DumpLoaderTest {

    @TempDir
    Path folder;

    private final TestWorkplace test = new TestWorkplace();
    private final List<Object> told = new ArrayList<>();
    private Keyspace keyspace;
    private ServerConfig config;
    private Path file;

    @BeforeEach
    void setUp() throws Exception {
        config = ServerConfig.of(folder);
        keyspace = new Keyspace(16);
        keyspace.setNowMillis(test.nowMillis);
        file = folder.resolve("dump.rdb");
        Mutations mutations = new Mutations(keyspace, new Random(1), 100_000);
        for (int i = 0; i < 20_000; i++) {
            mutations.change();
        }
    }

    private void save() {
        assertTrue(new Saving(keyspace, config, new PersistenceState(), test.workplace, () -> null).save());
    }

    private void load() {
        new DumpLoader(config, new PersistenceState(), test.workplace)
                .file(
                        file,
                        Purpose.FULL_SYNC,
                        () -> {
                            told.add("sound");
                            return file;
                        },
                        told::add);
        test.until(() -> !told.isEmpty() && told.getLast() instanceof Outcome);
    }

    private void assertLoaded() {
        Outcome.Loaded loaded = assertInstanceOf(Outcome.Loaded.class, told.getLast(), test.lines::toString);
        assertEquals(Contents.of(keyspace), Contents.of(loaded.dump().keyspace()));
    }

    @Test
    void aSoundDumpIsToldBeforeItIsRead() {
        save();
        load();
        assertEquals("sound", told.getFirst());
        assertEquals(2, told.size());
        assertLoaded();
    }

    @Test
    void aDamagedDumpIsNotSound() throws Exception {
        save();
        byte[] whole = Files.readAllBytes(file);
        for (int at : new int[] {0, 8, whole.length / 2, whole.length - 9, whole.length - 1}) {
            told.clear();
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            Files.write(file, damaged);
            load();
            assertEquals(1, told.size(), () -> "byte " + at);
            assertInstanceOf(Outcome.Failed.class, told.getFirst(), () -> "byte " + at);
        }
        for (int length : new int[] {0, 8, 9, 1000, whole.length - 1}) {
            told.clear();
            Files.write(file, Arrays.copyOf(whole, length));
            load();
            assertEquals(1, told.size(), () -> "length " + length);
            assertInstanceOf(Outcome.Failed.class, told.getFirst(), () -> "length " + length);
        }
    }

    @Test
    void aDumpWithoutChecksumIsNotKnownToBeSound() throws Exception {
        config = ServerConfig.of(folder, "rdbchecksum no");
        save();
        config = ServerConfig.of(folder);
        load();
        assertEquals(1, told.size());
        assertLoaded();
    }

    @Test
    void aChecksumThatNobodyWantsIsNotLookedAt() throws Exception {
        save();
        config = ServerConfig.of(folder, "rdbchecksum no");
        load();
        assertEquals(1, told.size());
        assertLoaded();
    }
}
