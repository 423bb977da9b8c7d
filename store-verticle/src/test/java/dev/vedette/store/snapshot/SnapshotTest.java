package dev.vedette.store.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.store.config.ServerConfig;
import dev.vedette.store.keyspace.Keyspace;
import dev.vedette.store.snapshot.DumpLoader.Outcome;
import dev.vedette.wire.bus.SnapshotContents;
import dev.vedette.wire.bus.StreamIdentity;
import dev.vedette.wire.bus.ToReplication;
import dev.vedette.wire.bus.ToReplication.SnapshotChunk;
import dev.vedette.wire.bus.ToReplication.SnapshotDone;
import dev.vedette.wire.bus.ToStore.SnapshotCancel;
import dev.vedette.wire.bus.ToStore.SnapshotCredit;
import dev.vedette.wire.bus.ToStore.SnapshotRequest;
import dev.vedette.wire.bus.ToStore.SnapshotTarget;
import dev.vedette.wire.rdb.RdbSource;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots are the keyspace at the cut, whatever happens while they are taken. */
class SnapshotTest {

    private static final String REPLID = "0123456789012345678901234567890123456789";

    @TempDir
    Path folder;

    private final TestWorkplace test = new TestWorkplace();
    private final PersistenceState state = new PersistenceState();
    private final List<ToReplication> sent = new ArrayList<>();
    private Keyspace keyspace;
    private ServerConfig config;
    private Saving saving;
    private Snapshots snapshots;

    @BeforeEach
    void setUp() throws Exception {
        config = ServerConfig.of(folder);
        keyspace = new Keyspace(16);
        keyspace.setNowMillis(test.nowMillis);
        saving = new Saving(keyspace, config, state, test.workplace, () -> null);
        snapshots = new Snapshots(keyspace, config, state, test.workplace, saving, sent::add);
    }

    private void request(long id, SnapshotTarget target, long credit) {
        request(id, target, SnapshotContents.ALL, credit);
    }

    private void request(long id, SnapshotTarget target, SnapshotContents contents, long credit) {
        snapshots.request(
                new SnapshotRequest(id, target, contents, credit),
                () -> new Snapshots.Cut(StreamIdentity.fresh(REPLID, 1000 + id), 3),
                identity -> assertEquals(1000 + id, identity.offset()));
    }

    private boolean isDone(long id) {
        return sent.stream().anyMatch(record -> record instanceof SnapshotDone done && done.snapshotId() == id);
    }

    /** Waits for the end of that snapshot, which must be a good one. */
    private SnapshotDone done(long id) {
        test.until(() -> isDone(id));
        SnapshotDone done = sent.stream()
                .filter(record -> record instanceof SnapshotDone one && one.snapshotId() == id)
                .map(SnapshotDone.class::cast)
                .findFirst()
                .orElseThrow();
        assertNull(done.error());
        return done;
    }

    private byte[] chunks(long id) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ToReplication record : List.copyOf(sent)) {
            if (record instanceof SnapshotChunk chunk && chunk.snapshotId() == id) {
                all.writeBytes(ByteBufUtil.getBytes(chunk.bytes()));
            }
        }
        return all.toByteArray();
    }

    private LoadedDump load(byte[] dump) {
        List<Outcome> outcomes = new ArrayList<>();
        new DumpLoader(config, new PersistenceState(), test.workplace)
                .source(RdbSource.of(dump), DumpLoader.Purpose.FULL_SYNC, outcomes::add);
        test.until(() -> !outcomes.isEmpty());
        return assertInstanceOf(Outcome.Loaded.class, outcomes.getFirst(), test.lines::toString)
                .dump();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void isTheKeyspaceAtTheCutWhileEverythingChanges(long seed) throws Exception {
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Mutations mutations = new Mutations(keyspace, random, seed % 3 == 0 ? 20 : 3000);
        for (int i = 0; i < 20_000; i++) {
            mutations.change();
        }
        Map<Long, Map<String, String>> expected = new HashMap<>();
        Map<Long, Long> granted = new HashMap<>();
        for (long id = 1; id <= 4; id++) {
            expected.put(id, Contents.of(keyspace));
            boolean stream = id != 2;
            request(id, stream ? SnapshotTarget.STREAM : SnapshotTarget.FILE, 100);
            granted.put(id, 100L);
            for (int i = 0; i < 5000; i++) {
                mutations.change();
                if (random.nextInt(50) == 0) {
                    test.turn();
                }
                if (random.nextInt(20) == 0) {
                    long to = 1 + random.nextLong(id);
                    snapshots.credit(new SnapshotCredit(to, 5000));
                    granted.merge(to, 5000L, Long::sum);
                }
            }
            if (stream) {
                assertTrue(chunks(id).length <= granted.get(id), "more was sent than granted");
            }
        }
        for (long id = 1; id <= 4; id++) {
            snapshots.credit(new SnapshotCredit(id, 1L << 40));
        }
        for (long id = 1; id <= 4; id++) {
            SnapshotDone done = done(id);
            byte[] dump = id == 2 ? Files.readAllBytes(Path.of(String.valueOf(done.path()))) : chunks(id);
            LoadedDump loaded = load(dump);
            assertEquals(expected.get(id), Contents.of(loaded.keyspace()));
            assertEquals(new ReplicationPoint(REPLID, 1000 + id, 3), loaded.point());
        }
        assertFalse(keyspace.isSnapshotActive());
        assertFalse(snapshots.isActive());
    }

    @Test
    void stopsWhenCancelledAndLeavesNothing() throws Exception {
        Mutations mutations = new Mutations(keyspace, new Random(1), 3000);
        for (int i = 0; i < 20_000; i++) {
            mutations.change();
        }
        config.set(List.of("rdb-key-save-delay", "1000000", "save", ""), true, false);
        request(1, SnapshotTarget.FILE, 0);
        request(2, SnapshotTarget.STREAM, 10);
        request(3, SnapshotTarget.FILE, 0);
        while (test.turn()) {}
        assertTrue(state.isSnapshotInProgress());
        snapshots.cancel(new SnapshotCancel(3));
        snapshots.cancel(new SnapshotCancel(2));
        snapshots.cancel(new SnapshotCancel(1));
        test.until(() -> !keyspace.isSnapshotActive());
        assertFalse(state.isSnapshotInProgress());
        assertFalse(snapshots.isActive());
        assertTrue(sent.stream().noneMatch(record -> record instanceof SnapshotDone));
        assertTrue(test.logged("Background saving terminated by signal 10"));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(), files.toList());
        }
        assertFalse(state.lastBgsaveFailed);
    }

    @Test
    void aFileThatReplicasNeedNoMoreIsASaveLikeAnyOtherWhereThereAreSavePoints() throws Exception {
        keyspace.database(0).setInteger(new byte[] {'a'}, 0, 1, 1, -1);
        config.set(List.of("save", "3600 1"), true, false);
        request(1, SnapshotTarget.FILE, 0);
        request(2, SnapshotTarget.FILE, 0);
        snapshots.cancel(new SnapshotCancel(2));
        snapshots.cancel(new SnapshotCancel(1));
        test.until(() -> !saving.isRunning());
        assertEquals(Map.of("0:a", "STRING -1 1"), Contents.of(loadFile().keyspace()));
        assertEquals(1, state.saves, "the one that had not begun never does");
        assertTrue(sent.stream().noneMatch(record -> record instanceof SnapshotDone));
    }

    @Test
    void whatIsStreamedBreaksOffWhenAllDataIsRemoved() throws Exception {
        for (int i = 0; i < 1000; i++) {
            keyspace.database(0).setInteger(("k" + i).getBytes(StandardCharsets.US_ASCII), 0, 2, i, -1);
        }
        request(1, SnapshotTarget.STREAM, 10);
        while (test.turn()) {}
        snapshots.afterFlushAll();
        test.until(() -> isDone(1));
        assertFalse(snapshots.isActive());
        assertFalse(state.isSnapshotInProgress());
        assertEquals(
                List.of(new SnapshotDone(1, "all data was removed", null)),
                sent.stream().filter(record -> record instanceof SnapshotDone).toList());
        request(2, SnapshotTarget.STREAM, 1_000_000);
        done(2);
    }

    @Test
    void holdsNoMoreThanItsReplicasWant() {
        keyspace.database(0).setInteger(new byte[] {'a'}, 0, 1, 1, -1);
        state.functionLibraries.add("a library".getBytes(StandardCharsets.US_ASCII));
        request(1, SnapshotTarget.STREAM, SnapshotContents.FUNCTIONS, 10_000);
        request(2, SnapshotTarget.STREAM, SnapshotContents.NOTHING, 10_000);
        request(3, SnapshotTarget.STREAM, SnapshotContents.ALL, 10_000);
        List<List<Integer>> sizes = new ArrayList<>();
        for (long id = 1; id <= 3; id++) {
            done(id);
            LoadedDump loaded = load(chunks(id));
            assertEquals(new ReplicationPoint(REPLID, 1000 + id, 3), loaded.point());
            sizes.add(List.of(
                    Contents.of(loaded.keyspace()).size(), loaded.functions().size()));
        }
        assertEquals(List.of(List.of(0, 1), List.of(0, 0), List.of(1, 1)), sizes);
        assertFalse(keyspace.isSnapshotActive());
        assertFalse(snapshots.isActive());
    }

    /** What Redis would call copy-on-write. */
    @Test
    void whatChangesLeaveForItIsCounted() {
        setAll(1);
        request(1, SnapshotTarget.STREAM, 10);
        assertEquals(0, keyspace.leftForSnapshotsBytes());
        setAll(2);
        long left = keyspace.leftForSnapshotsBytes();
        assertTrue(left >= 100 * 1000 && left < 100 * 1300, () -> left + " bytes of strings left");
        for (int i = 0; i < 100; i++) {
            setAll(3); // the snapshot has none of what goes now
        }
        assertEquals(left, keyspace.leftForSnapshotsBytes());
        snapshots.credit(new SnapshotCredit(1, 1_000_000));
        done(1);
        assertEquals(left, state.lastLeftBytes);
        request(2, SnapshotTarget.STREAM, 1_000_000);
        assertEquals(0, keyspace.leftForSnapshotsBytes());
        done(2);
        assertEquals(0, state.lastLeftBytes);
    }

    /** More than the writer gathers, and nothing to compress: a snapshot without credit cannot be through with it. */
    private void setAll(int seed) {
        byte[] bytes = new byte[1000];
        new Random(seed).nextBytes(bytes);
        for (byte i = 0; i < 100; i++) {
            keyspace.database(0).setString(new byte[] {i}, 0, 1, bytes, 0, bytes.length, -1);
        }
    }

    @Test
    void aSaveForReplicasWaitsForTheFile() {
        keyspace.database(0).setInteger(new byte[] {'a'}, 0, 1, 1, -1);
        assertTrue(saving.saveInBackground());
        assertFalse(saving.saveInBackground());
        request(7, SnapshotTarget.FILE, 0);
        keyspace.database(0).setInteger(new byte[] {'a'}, 0, 1, 2, -1);
        done(7);
        LoadedDump loaded = loadFile();
        assertEquals(Map.of("0:a", "STRING -1 2"), Contents.of(loaded.keyspace()));
        assertEquals(2, state.saves);
    }

    private LoadedDump loadFile() {
        List<Outcome> outcomes = new ArrayList<>();
        new DumpLoader(config, new PersistenceState(), test.workplace)
                .file(folder.resolve("dump.rdb"), DumpLoader.Purpose.START_AS_REPLICA, outcomes::add);
        test.until(() -> !outcomes.isEmpty());
        return assertInstanceOf(Outcome.Loaded.class, outcomes.getFirst(), test.lines::toString)
                .dump();
    }
}
