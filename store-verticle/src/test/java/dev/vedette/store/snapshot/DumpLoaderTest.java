package dev.vedette.store.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.store.config.ServerConfig;
import dev.vedette.store.keyspace.Keyspace;
import dev.vedette.store.snapshot.DumpLoader.Outcome;
import dev.vedette.store.snapshot.DumpLoader.Purpose;
import dev.vedette.wire.rdb.RdbSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
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

    /** A file that comes as the test says. */
    private final class Arriving implements RdbSource {
        private final byte[] whole;
        private final Semaphore bytes = new Semaphore(0);
        private final AtomicInteger at = new AtomicInteger();
        private volatile boolean ended;
        private volatile boolean broken;
        private volatile boolean closed;

        Arriving() throws Exception {
            whole = Files.readAllBytes(file);
        }

        void end() {
            ended = true;
            bytes.release(whole.length + 1);
        }

        void breakOff() {
            broken = true;
            bytes.release(whole.length);
        }

        @Override
        public int fill(byte[] array, int offset, int length) throws IOException {
            bytes.acquireUninterruptibly();
            if (broken) {
                throw new IOException("broken off");
            }
            if (at.get() == whole.length) {
                while (!ended) {
                    bytes.acquireUninterruptibly();
                }
                return -1;
            }
            array[offset] = whole[at.getAndIncrement()];
            return 1;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private final PersistenceState state = new PersistenceState();

    @Test
    void whatWasReadWhileItArrivedIsThereSoonAndDidNotShow() throws Exception {
        save();
        DumpLoader loader = new DumpLoader(config, state, test.workplace);
        Arriving arriving = new Arriving();
        loader.ahead(file, arriving);
        arriving.bytes.release(arriving.whole.length);
        Awaitility.await().until(() -> arriving.at.get() == arriving.whole.length);
        assertFalse(state.isLoading());
        assertFalse(test.logged("Loading RDB produced by"));
        arriving.end();
        loader.file(file, Purpose.FULL_SYNC, () -> file, told::add);
        test.until(() -> !told.isEmpty());
        assertLoaded();
        assertFalse(state.isLoading());
        assertTrue(arriving.closed);
        assertTrue(test.logged("Loading RDB produced by"));
        assertTrue(test.logged("Done loading RDB"));
    }

    @Test
    void theRestOfWhatArrivedIsLoadedAsAlways() throws Exception {
        save();
        DumpLoader loader = new DumpLoader(config, state, test.workplace);
        Arriving arriving = new Arriving();
        loader.ahead(file, arriving);
        arriving.bytes.release(1000);
        loader.file(file, Purpose.FULL_SYNC, () -> file, told::add);
        assertTrue(state.isLoading());
        arriving.end();
        test.until(() -> !told.isEmpty());
        assertLoaded();
        assertFalse(state.isLoading());
    }

    @Test
    void whatNobodyAskedForIsDropped() throws Exception {
        save();
        DumpLoader loader = new DumpLoader(config, state, test.workplace);
        Arriving broken = new Arriving();
        loader.ahead(file, broken);
        broken.bytes.release(1000);
        broken.breakOff();
        Awaitility.await().until(() -> broken.closed);
        Arriving left = new Arriving();
        loader.ahead(file, left);
        left.end();
        Awaitility.await().until(() -> left.closed);
        loader.dropAhead();
        loader.file(file, Purpose.FULL_SYNC, () -> file, told::add);
        test.until(() -> !told.isEmpty());
        assertLoaded();
        assertFalse(test.logged("broken off"));
    }

    @Test
    void aDamagedDumpFailsAsAlwaysWhenItIsReadAhead() throws Exception {
        save();
        DumpLoader loader = new DumpLoader(config, state, test.workplace);
        Arriving arriving = new Arriving();
        arriving.whole[arriving.whole.length - 1] ^= 1;
        loader.ahead(file, arriving);
        arriving.end();
        Awaitility.await().until(() -> arriving.closed);
        loader.file(file, Purpose.FULL_SYNC, () -> file, told::add);
        test.until(() -> !told.isEmpty());
        assertInstanceOf(Outcome.Failed.class, told.getFirst());
        assertTrue(test.logged("CRC error"));
        assertFalse(state.isLoading());
    }
}
