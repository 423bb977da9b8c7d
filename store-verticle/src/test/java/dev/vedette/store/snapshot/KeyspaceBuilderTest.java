package dev.vedette.store.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.vedette.store.config.ServerConfig;
import dev.vedette.store.keyspace.Entries;
import dev.vedette.store.keyspace.Keyspace;
import dev.vedette.store.snapshot.KeyspaceBuilder.Expired;
import dev.vedette.wire.rdb.RdbMeta;
import dev.vedette.wire.rdb.RdbReader;
import dev.vedette.wire.rdb.RdbSource;
import dev.vedette.wire.rdb.RdbWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyspaceBuilderTest {

    private static final int KEYS = 50_000;
    /** The table takes some 10 bytes for each key; its value's bytes are not on the heap. */
    private static final long BYTES_PER_KEY_MAX = 32;

    @TempDir
    Path folder;

    private ServerConfig config;

    @BeforeEach
    void setUp() throws Exception {
        config = ServerConfig.of(folder);
    }

    private KeyspaceBuilder builder(boolean mayRepeatKeys) {
        return new KeyspaceBuilder(
                config, Expired.DROP, mayRepeatKeys, 1_000_000, System.getLogger(KeyspaceBuilderTest.class.getName()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] value(Keyspace keyspace, byte[] key) {
        Object entry = Objects.requireNonNull(keyspace.database(0).peek(key, 0, key.length));
        byte[] array = Entries.stringArray(entry);
        int offset = Entries.stringOffset(entry);
        return Arrays.copyOfRange(array, offset, offset + Entries.stringLength(entry));
    }

    /** Half of them compressed in the dump. */
    private static byte[] dump(int keys) throws IOException {
        Random random = new Random(7);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RdbWriter writer = new RdbWriter(out::write, true, true);
        writer.header();
        writer.selectDb(0);
        writer.resizeDb(keys, 0);
        for (int i = 0; i < keys; i++) {
            byte[] key = bytes("key:" + i);
            byte[] value = new byte[100];
            if (i % 2 == 0) {
                random.nextBytes(value);
            }
            writer.string(key, 0, key.length, value, 0, value.length);
        }
        writer.end();
        return out.toByteArray();
    }

    private KeyspaceBuilder load(byte[] dump) throws IOException {
        KeyspaceBuilder builder = builder(false);
        new RdbReader(RdbSource.of(dump)).read(builder);
        builder.settle();
        return builder;
    }

    @Test
    void stringsLeaveNoGarbage() throws IOException {
        byte[] dump = dump(KEYS);
        load(dump);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        KeyspaceBuilder builder = load(dump);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertEquals(KEYS, builder.keyspace().size());
        assertTrue(allocated < KEYS * BYTES_PER_KEY_MAX, () -> allocated / KEYS + " bytes for each key");
    }

    @Test
    void stringsOfAllSizesComeInTheirOrder() throws IOException {
        KeyspaceBuilder builder = builder(true);
        Random random = new Random(3);
        byte[][] values = new byte[500][];
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < values.length; i++) {
                values[i] = new byte[i % 7 == 0 ? random.nextInt(70_000) : random.nextInt(3000)];
                random.nextBytes(values[i]);
                byte[] key = bytes("key:" + i);
                byte[] lent = Arrays.copyOf(values[i], values[i].length);
                if (i % 2 == 0) {
                    builder.string(key, lent, RdbMeta.NONE); // which keeps the arrays
                } else {
                    byte[] both = Arrays.copyOf(key, key.length + lent.length);
                    System.arraycopy(lent, 0, both, key.length, lent.length);
                    builder.string(both, 0, key.length, both, key.length, lent.length, RdbMeta.NONE);
                    Arrays.fill(both, (byte) 0);
                }
            }
        }
        byte[] large = new byte[32 * 1024];
        Arrays.fill(large, (byte) 1);
        builder.string(new byte[0], 0, 0, large, 0, large.length, RdbMeta.NONE);
        builder.settle();
        builder.string(bytes("other"), bytes("text"), RdbMeta.NONE);
        builder.settle();
        assertEquals(values.length + 2, builder.keyspace().size());
        for (int i = 0; i < values.length; i++) {
            assertArrayEquals(values[i], value(builder.keyspace(), bytes("key:" + i)), "key:" + i);
        }
        assertArrayEquals(large, value(builder.keyspace(), new byte[0]));
    }

    @Test
    void aKeyThatComesTwiceIsNoticed() throws IOException {
        KeyspaceBuilder builder = builder(false);
        builder.string(bytes("k"), bytes("1"), RdbMeta.NONE);
        builder.string(bytes("k"), bytes("2"), RdbMeta.NONE);
        assertThrows(FatalDumpException.class, builder::settle);
    }

    @Test
    void keysWhoseTimeHasComeAreDroppedAndRemembered() throws IOException {
        KeyspaceBuilder builder = builder(false);
        byte[] lent = bytes("-old-new");
        builder.string(lent, 1, 3, lent, 4, 1, new RdbMeta(999_999, -1, -1));
        builder.string(lent, 5, 3, lent, 4, 1, new RdbMeta(1_000_001, -1, -1));
        Arrays.fill(lent, (byte) 0);
        builder.settle();
        assertEquals(1, builder.keyspace().size());
        assertArrayEquals(bytes("old"), builder.dropped().getFirst().key());
    }
}
