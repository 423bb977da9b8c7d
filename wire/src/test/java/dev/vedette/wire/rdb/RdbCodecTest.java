package dev.vedette.wire.rdb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RdbCodecTest {

    private static final Supplier<byte[]> EVERYTHING = new Supplier<>() {
        private byte[] dump = {};

        @Override
        public byte[] get() {
            if (dump.length == 0) {
                try {
                    dump = written(true, true, 64, RdbCodecTest::everything);
                } catch (IOException impossible) {
                    throw new AssertionError(impossible);
                }
            }
            return dump;
        }
    };

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    interface Script {
        void on(RdbWriter writer) throws IOException;
    }

    private static byte[] written(boolean compression, boolean checksum, int bufferBytes, Script script)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RdbWriter writer = new RdbWriter(out::write, compression, checksum, bufferBytes);
        script.on(writer);
        assertTrue(out.size() > 0, "the end reaches the sink");
        assertEquals(out.size(), writer.position());
        return out.toByteArray();
    }

    static void everything(RdbWriter writer) throws IOException {
        writer.header();
        writer.aux("redis-ver", "7.0.15");
        writer.aux("redis-bits", 64);
        writer.aux("ctime", 1_700_000_000L);
        writer.aux("repl-offset", 123_456_789_012L);
        writer.function(bytes("#!lua name=l\nredis.register_function('f', function() return 1 end)"));
        writer.selectDb(0);
        writer.resizeDb(12, 2);
        byte[] key = bytes("..key..");
        for (long number : new long[] {
            0,
            1,
            -1,
            127,
            128,
            -128,
            -129,
            32767,
            32768,
            -32768,
            -32769,
            Integer.MAX_VALUE,
            Integer.MIN_VALUE,
            Integer.MAX_VALUE + 1L,
            Integer.MIN_VALUE - 1L,
            Long.MAX_VALUE,
            Long.MIN_VALUE
        }) {
            writer.string(key, 2, 3, number);
            byte[] digits = bytes(Long.toString(number));
            writer.string(key, 2, 3, digits, 0, digits.length);
        }
        for (String text :
                List.of("", "-", "-0", "007", "+1", "1a", "12345678901", "99999999999", "-2147483649", "a")) {
            writer.string(bytes(text), 0, text.length(), bytes(text), 0, text.length());
        }
        for (int length : new int[] {20, 21, 63, 64, 16383, 16384, 100_000}) {
            byte[] run = bytes("ab".repeat(length / 2) + "c".repeat(length % 2));
            writer.string(key, 2, 3, run, 0, length);
            byte[] mixed = new byte[length];
            new Random(length).nextBytes(mixed);
            writer.string(key, 2, 3, mixed, 0, length);
        }
        writer.selectDb(9);
        writer.expireAtMillis(1_999_999_999_999L);
        writer.beginList(key, 2, 3, 3);
        writer.element(key, 0, 2);
        writer.element(42);
        writer.element(key, 0, 0);
        writer.idleSeconds(100_000);
        writer.beginSet(key, 2, 3, 2);
        writer.element(-5);
        writer.element(key, 0, 7);
        writer.meta(new RdbMeta(5, -1, 200));
        writer.beginHash(key, 2, 3, 1);
        writer.element(key, 0, 7);
        writer.element(1L << 40);
        writer.meta(RdbMeta.NONE);
        writer.beginZset(key, 2, 3, 4);
        for (double score : new double[] {Double.NEGATIVE_INFINITY, -0.5, 3, Double.POSITIVE_INFINITY}) {
            writer.element(Math.round(score));
            writer.score(score);
        }
        writer.opaque(key, 2, 3, RdbFormat.TYPE_MODULE_2, new byte[] {1, 2, 63, 0}, 0, 4);
        writer.end();
    }

    @Test
    void whatWasWrittenIsRead() throws IOException {
        byte[] plain = written(false, true, RdbWriter.DEFAULT_BUFFER_BYTES, RdbCodecTest::everything);
        byte[] packed = written(true, true, RdbWriter.DEFAULT_BUFFER_BYTES, RdbCodecTest::everything);
        assertTrue(packed.length < plain.length - 100_000, packed.length + " against " + plain.length);
        List<String> lines = Transcript.of(plain).lines;
        assertEquals(lines, Transcript.of(packed).lines);
        assertTrue(lines.contains("db 9"));
        assertTrue(lines.contains("string key = -9223372036854775808"));
        assertTrue(lines.contains("string 007 = 007"));
        assertTrue(lines.contains("string -0 = -0"));
        assertTrue(lines.contains("list key expires 1999999999999 = .. 42 "));
        assertTrue(lines.contains("set key idle 100000 = -5 ..key.."), lines::toString);
        assertTrue(lines.contains("hash key expires 5 freq 200 = ..key..:1099511627776"));
        assertTrue(lines.contains("opaque 7 key = \\x01\\x02?\\x00"));
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("zset key = ") && line.contains("@-Infinity")));
        assertEquals(
                1,
                lines.stream().filter(line -> line.startsWith("function #!lua")).count());
    }

    @Test
    void theSizeOfTheWritersBufferDoesNotShow() throws IOException {
        byte[] large = written(true, true, RdbWriter.DEFAULT_BUFFER_BYTES, RdbCodecTest::everything);
        for (int size : new int[] {64, 65, 100, 1000}) {
            assertArrayEquals(large, written(true, true, size, RdbCodecTest::everything));
        }
    }

    @Test
    void everySplitOfTheSourceReadsTheSame() throws IOException {
        byte[] dump = written(true, true, 64, RdbCodecTest::everything);
        List<String> expected = Transcript.of(dump).lines;
        for (int first = 1; first < dump.length; first += first < 2000 || first > dump.length - 500 ? 1 : 97) {
            Transcript transcript = new Transcript();
            int border = first;
            ByteArrayInputStream in = new ByteArrayInputStream(dump);
            new RdbReader((array, offset, length) -> {
                        int upTo = dump.length - in.available() < border
                                ? border - (dump.length - in.available())
                                : length;
                        return in.read(array, offset, Math.min(length, upTo));
                    })
                    .read(transcript);
            assertEquals(expected, transcript.lines);
        }
        Transcript oneByOne = new Transcript();
        ByteArrayInputStream in = new ByteArrayInputStream(dump);
        new RdbReader((array, offset, length) -> in.read(array, offset, 1)).read(oneByOne);
        assertEquals(expected, oneByOne.lines);
        Transcript channel = new Transcript();
        new RdbReader(RdbSource.of(Channels.newChannel(new ByteArrayInputStream(dump)))).read(channel);
        assertEquals(expected, channel.lines);
    }

    @Test
    void everyTruncationIsAnUnexpectedEnd() throws IOException {
        byte[] dump = written(true, true, 64, RdbCodecTest::everything);
        for (int length = 0; length < dump.length; length += length < 3000 || length > dump.length - 500 ? 1 : 97) {
            byte[] cut = Arrays.copyOf(dump, length);
            RdbFormatException failure = assertThrows(RdbFormatException.class, () -> Transcript.of(cut));
            assertEquals(RdbFormatException.Kind.UNEXPECTED_EOF, failure.kind(), "cut at " + length);
            assertEquals(length, failure.offset());
        }
    }

    @Property(tries = 3000)
    void damageNeverDoesMoreThanFail(
            @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 5, max = 1200) Integer> places, @ForAll byte value)
            throws IOException {
        byte[] dump = EVERYTHING.get().clone();
        for (int place : places) {
            dump[place] = value;
        }
        try {
            new RdbReader(RdbSource.of(dump), false).read(new Transcript());
        } catch (RdbFormatException expected) {
            assertTrue(expected.offset() >= 0);
        }
    }

    @Test
    void everyChangedByteIsNoticed() throws IOException {
        byte[] dump = written(true, true, 64, RdbCodecTest::everything);
        for (int place = 0; place < 1500; place++) {
            byte[] damaged = dump.clone();
            damaged[place] ^= 0x10;
            assertThrows(RdbFormatException.class, () -> Transcript.of(damaged));
        }
        byte[] damaged = dump.clone();
        damaged[dump.length - 1] ^= 1;
        RdbFormatException failure = assertThrows(RdbFormatException.class, () -> Transcript.of(damaged));
        assertEquals(RdbFormatException.Kind.CHECKSUM, failure.kind());
        assertEquals(dump.length - 8, failure.offset());
    }

    @Test
    void withoutChecksumTheFooterIsZero() throws IOException {
        byte[] dump = written(true, false, 64, RdbCodecTest::everything);
        assertArrayEquals(new byte[8], Arrays.copyOfRange(dump, dump.length - 8, dump.length));
        assertTrue(Transcript.of(dump).ended);
    }

    @Test
    void signatureAndVersion() {
        RdbFormatException signature =
                assertThrows(RdbFormatException.class, () -> Transcript.of(bytes("RODIS0009 and so on")));
        assertEquals(RdbFormatException.Kind.SIGNATURE, signature.kind());
        assertEquals("Wrong signature trying to load DB from file", signature.getMessage());
        for (String version : List.of("0000", "0012", "0999", "abcd")) {
            RdbFormatException failure =
                    assertThrows(RdbFormatException.class, () -> Transcript.of(bytes("REDIS" + version + "\377")));
            assertEquals(RdbFormatException.Kind.VERSION, failure.kind());
        }
    }

    @Test
    void aLyingLengthAllocatesNothing() {
        // A string, a list and a stream that claim about 2 GiB, 2^62 elements and 2^62 nodes.
        for (String lie : List.of(
                "\0\1k\200\177\377\377\0abc",
                "\1\1k\201\100\0\0\0\0\0\0\0abc",
                "\17\1k\201\100\0\0\0\0\0\0\0abc",
                "\0\1k\303\3\200\177\0\0\0\2abc")) {
            long before = allocatedBytes();
            assertThrows(RdbFormatException.class, () -> Transcript.of(bytes("REDIS0009" + lie)));
            assertTrue(allocatedBytes() - before < 8L * RdbReader.ALLOCATE_UNSEEN_BYTES_MAX);
        }
    }

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }

    @Test
    void whatFollowsTheDumpIsLeftOver() throws IOException {
        byte[] dump = written(true, true, 64, RdbCodecTest::everything);
        byte[] longer = Arrays.copyOf(dump, dump.length + 4);
        longer[dump.length] = 'T';
        RdbReader reader = new RdbReader(RdbSource.of(longer));
        reader.read(new Transcript());
        assertEquals(dump.length, reader.position());
        assertArrayEquals(new byte[] {'T', 0, 0, 0}, reader.leftover());
    }

    @Test
    void aCollectionMustHaveWhatItAnnounced() throws IOException {
        RdbWriter writer = new RdbWriter((array, offset, length) -> {}, true, true);
        writer.header();
        writer.beginHash(bytes("h"), 0, 1, 1);
        writer.element(1);
        assertThrows(IllegalStateException.class, writer::end);
        writer.element(2);
        assertThrows(IllegalStateException.class, () -> writer.element(3));
        assertThrows(IllegalArgumentException.class, () -> new RdbWriter((a, o, l) -> {}, true, true).beginList(0));
    }

    @Property(tries = 300)
    void anyStringsComeBack(@ForAll @Size(max = 50) byte[] key, @ForAll @Size(max = 3000) byte[] value)
            throws IOException {
        byte[] dump = written(true, true, 64, writer -> {
            writer.header();
            writer.string(key, 0, key.length, value, 0, value.length);
            writer.end();
        });
        assertEquals(
                List.of("string " + Transcript.text(key) + " = " + Transcript.text(value)), Transcript.of(dump).lines);
    }

    @Test
    void aDumpPayloadRoundTrip() throws IOException {
        byte[] payload = DumpPayload.write(true, writer -> {
            writer.beginZset(2);
            writer.element(bytes("m"), 0, 1);
            writer.score(1.5);
            writer.element(7);
            writer.score(-2);
        });
        Transcript transcript = new Transcript();
        DumpPayload.read(payload, true, transcript);
        assertEquals(List.of("zset  = 7@-2.0 m@1.5"), transcript.lines);
        for (int place = 0; place < payload.length; place++) {
            byte[] damaged = payload.clone();
            damaged[place] ^= 4;
            assertThrows(RdbFormatException.class, () -> DumpPayload.read(damaged, true, new Transcript()));
            byte[] cut = Arrays.copyOf(payload, place);
            assertThrows(RdbFormatException.class, () -> DumpPayload.read(cut, true, new Transcript()));
        }
    }

    @Test
    void aDumpPayloadCannotBeEmpty() throws IOException {
        // A list of no elements with a right checksum.
        byte[] payload = {1, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        long crc = Crc64.update(0, payload, 0, 4);
        for (int i = 0; i < 8; i++) {
            payload[4 + i] = (byte) (crc >>> (8 * i));
        }
        RdbFormatException failure =
                assertThrows(RdbFormatException.class, () -> DumpPayload.read(payload, true, new Transcript()));
        assertEquals(RdbFormatException.Kind.CORRUPT, failure.kind());
    }

    /** Keys of every kind with whatever the seed says; lengths around the borders of the encodings are likely. */
    private static void anything(RdbWriter writer, Random random) throws IOException {
        writer.header();
        for (int keys = random.nextInt(12); keys > 0; keys--) {
            if (random.nextInt(4) == 0) {
                writer.selectDb(random.nextInt(20_000));
            }
            writer.meta(new RdbMeta(
                    random.nextBoolean() ? -1 : random.nextLong() >>> 1,
                    random.nextBoolean() ? -1 : random.nextLong() >>> random.nextInt(1, 64),
                    random.nextBoolean() ? -1 : random.nextInt(256)));
            byte[] key = anyString(random);
            int count = random.nextInt(1, 100);
            int kind = random.nextInt(5);
            switch (kind) {
                case 0 -> {
                    byte[] value = anyString(random);
                    writer.string(key, 0, key.length, value, 0, value.length);
                }
                case 1 -> writer.beginList(key, 0, key.length, count);
                case 2 -> writer.beginSet(key, 0, key.length, count);
                case 3 -> writer.beginHash(key, 0, key.length, count);
                default -> writer.beginZset(key, 0, key.length, count);
            }
            for (int i = 0; kind != 0 && i < count; i++) {
                byte[] element = anyString(random);
                writer.element(element, 0, element.length);
                if (kind == 3) {
                    writer.element(random.nextLong() >> random.nextInt(64));
                } else if (kind == 4) {
                    writer.score(random.nextGaussian());
                }
            }
        }
        writer.end();
    }

    private static byte[] anyString(Random random) {
        byte[] bytes = new byte[random.nextInt(5) == 0 ? 50 + random.nextInt(400) : random.nextInt(30)];
        int letters = random.nextInt(1, 256);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ('0' + random.nextInt(letters));
        }
        return bytes;
    }

    @Property(tries = 300)
    void readAndWrittenAgainTheBytesAreTheSame(
            @ForAll long seed, @ForAll boolean compression, @ForAll @IntRange(min = 1, max = 5000) int chunkBytesMax)
            throws IOException {
        byte[] dump = written(compression, true, 64, writer -> anything(writer, new Random(seed)));
        ByteArrayInputStream in = new ByteArrayInputStream(dump);
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        Random chunks = new Random(seed);
        new RdbReader((array, offset, length) ->
                        in.read(array, offset, Math.min(length, 1 + chunks.nextInt(chunkBytesMax))))
                .read(new Transcriber(new RdbWriter(again::write, compression, true)));
        assertArrayEquals(dump, again.toByteArray());
    }
}
