package dev.vedette.wire.rdb;

import static dev.vedette.wire.rdb.DumpBytes.intset;
import static dev.vedette.wire.rdb.DumpBytes.listpack;
import static dev.vedette.wire.rdb.DumpBytes.version;
import static dev.vedette.wire.rdb.DumpBytes.ziplist;
import static dev.vedette.wire.rdb.DumpBytes.zipmap;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Every encoding that servers wrote between Redis 2.2 and 7.2, whole and damaged. */
class RdbEncodingsTest {

    private static final String LONG_TEXT = "y".repeat(300);
    private static final String HUGE_TEXT = "z".repeat(20_000);

    private static final Object[] NUMBERS_AND_TEXTS = {
        0L,
        12L,
        13L,
        -1L,
        127L,
        128L,
        -128L,
        4095L,
        4096L,
        -4096L,
        -4097L,
        32767L,
        -32768L,
        32768L,
        8388607L,
        -8388608L,
        8388608L,
        2147483647L,
        -2147483648L,
        2147483648L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        "",
        "abc",
        LONG_TEXT,
        HUGE_TEXT,
        "after a long entry",
        5L
    };

    /** What Redis 7.0 reads as well. */
    static byte[] oldEncodings() {
        return version(6)
                .raw(254)
                .length(0)
                .key(RdbFormat.TYPE_HASH_ZIPMAP, "zipmap")
                .string(zipmap(0, "f1", "v1", "f2", LONG_TEXT))
                .key(RdbFormat.TYPE_HASH_ZIPMAP, "zipmap with unused bytes")
                .string(zipmap(3, "f1", "", "f2", "v2"))
                .key(RdbFormat.TYPE_LIST_ZIPLIST, "ziplist")
                .string(ziplist(NUMBERS_AND_TEXTS))
                .key(RdbFormat.TYPE_SET_INTSET, "intset 2")
                .string(intset(2, -32768, -1, 0, 7, 32767))
                .key(RdbFormat.TYPE_SET_INTSET, "intset 4")
                .string(intset(4, -2147483648, 70000))
                .key(RdbFormat.TYPE_SET_INTSET, "intset 8")
                .string(intset(8, Long.MIN_VALUE, 0, Long.MAX_VALUE))
                .key(RdbFormat.TYPE_ZSET_ZIPLIST, "zset ziplist")
                .string(ziplist("a", 1L, "b", "1.5", 77L, "-inf", "d", "2.5e+30", "e", "inf"))
                .raw(253)
                .raw(DumpBytes.little(2_000_000_000, 4))
                .key(RdbFormat.TYPE_HASH_ZIPLIST, "hash ziplist")
                .string(ziplist("f", "v", 1L, -2L))
                .raw(252)
                .raw(DumpBytes.little(1_999_999_999_123L, 8))
                .key(RdbFormat.TYPE_ZSET, "zset text")
                .length(4)
                .string("m")
                .raw(3)
                .raw(DumpBytes.ascii("1.5"))
                .string("n")
                .raw(254)
                .string("o")
                .raw(255)
                .string("p")
                .raw(10)
                .raw(DumpBytes.ascii("1234567.25"))
                .key(RdbFormat.TYPE_LIST_QUICKLIST, "quicklist")
                .length(3)
                .string(ziplist("a", 1L))
                .string(ziplist())
                .string(ziplist("b", HUGE_TEXT))
                .key(RdbFormat.TYPE_LIST, "empty")
                .length(0)
                .key(RdbFormat.TYPE_LIST_QUICKLIST, "empty quicklist")
                .length(1)
                .string(ziplist())
                .end();
    }

    /** What the writers of Redis 7.0 and 7.2 make. */
    static byte[] newEncodings(boolean of72) {
        DumpBytes dump = version(of72 ? 11 : 10)
                .raw(250)
                .string("redis-ver")
                .string("7.2.4")
                .raw(245)
                .string("#!lua name=x\nredis.register_function('f', function() return 1 end)")
                .raw(254)
                .length(3)
                .raw(251)
                .length(5)
                .length(0)
                .raw(248)
                .length(70_000)
                .key(RdbFormat.TYPE_HASH_LISTPACK, "hash listpack")
                .string(listpack("f", "v", 1L, -2L))
                .raw(249, 255)
                .key(RdbFormat.TYPE_ZSET_LISTPACK, "zset listpack")
                .string(listpack("a", 1L, "b", "-1.5"))
                .key(RdbFormat.TYPE_LIST_QUICKLIST_2, "quicklist 2")
                .length(3)
                .length(2)
                .string(listpack(NUMBERS_AND_TEXTS))
                .length(1)
                .string(HUGE_TEXT)
                .length(2)
                .string(listpack("last"))
                .key(of72 ? RdbFormat.TYPE_STREAM_LISTPACKS_3 : RdbFormat.TYPE_STREAM_LISTPACKS_2, "stream")
                .raw(stream(of72));
        if (of72) {
            dump.key(RdbFormat.TYPE_SET_LISTPACK, "set listpack").string(listpack("a", 1L, HUGE_TEXT));
        }
        return dump.end();
    }

    /** One node of one entry; one group with one consumer and one pending entry. */
    private static byte[] stream(boolean of72) {
        byte[] id = {0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0};
        byte[] time = DumpBytes.little(1_700_000_000_000L, 8);
        DumpBytes stream = new DumpBytes()
                .length(1)
                .string(id)
                .string(listpack(1L, 0L, 1L, "f", 0L, 2L, 0L, 0L, "v", 4L))
                // length, last id, first id, greatest deleted id, entries added
                .raw(1, 1, 0, 1, 0, 0, 0, 1)
                .length(1)
                .string("group")
                .raw(1, 0, 1)
                .length(1)
                .raw(id)
                .raw(time)
                .raw(1)
                .length(1)
                .string("consumer")
                .raw(time);
        if (of72) {
            stream.raw(time);
        }
        return stream.length(1).raw(id).unfinished();
    }

    /** Dumps that a real server made; make-fixtures.sh beside them says how. */
    static byte[] fixture(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(RdbEncodingsTest.class.getResourceAsStream("/rdb/" + name + ".rdb.bin"), name)) {
            return in.readAllBytes();
        }
    }

    @Test
    void oldEncodingsAreRead() throws IOException {
        List<String> lines = Transcript.of(oldEncodings()).lines;
        assertEquals(
                List.of(
                        "db 0",
                        "hash zipmap = f1:v1 f2:" + Transcript.text(DumpBytes.ascii(LONG_TEXT)),
                        "hash zipmap\\x20with\\x20unused\\x20bytes = f1: f2:v2"),
                lines.subList(0, 3));
        assertEquals(
                List.of(
                        "set intset\\x202 = -1 -32768 0 32767 7",
                        "set intset\\x204 = -2147483648 70000",
                        "set intset\\x208 = -9223372036854775808 0 9223372036854775807",
                        "zset zset\\x20ziplist = 77@-Infinity a@1.0 b@1.5 d@2.5E30 e@Infinity",
                        "hash hash\\x20ziplist expires 2000000000000 = 1:-2 f:v",
                        "zset zset\\x20text expires 1999999999123 = m@1.5 n@Infinity o@-Infinity p@1234567.25",
                        "list quicklist = a 1 b " + Transcript.text(DumpBytes.ascii(HUGE_TEXT)),
                        "empty empty",
                        "empty empty\\x20quicklist"),
                lines.subList(4, 13));
        assertEquals(List.of(numbersAndTexts()), elements(oldEncodings(), "ziplist"));
    }

    @Test
    void newEncodingsAreRead() throws IOException {
        for (boolean of72 : new boolean[] {false, true}) {
            List<String> lines = Transcript.of(newEncodings(of72)).lines;
            assertEquals(
                    List.of(
                            "aux redis-ver 7.2.4",
                            "function "
                                    + Transcript.text(DumpBytes.ascii(
                                            "#!lua name=x\nredis.register_function('f', function() return 1 end)")),
                            "db 3",
                            "resize 5 0",
                            "hash hash\\x20listpack idle 70000 = 1:-2 f:v",
                            "zset zset\\x20listpack freq 255 = a@1.0 b@-1.5"),
                    lines.subList(0, 6));
            assertEquals(of72 ? 9 : 8, lines.size());
            assertEquals(streamLine(1, 1), lines.get(7));
            assertEquals(
                    List.of(numbersAndTexts() + "," + HUGE_TEXT + ",last"),
                    elements(newEncodings(of72), "quicklist 2"));
        }
    }

    private static String numbersAndTexts() {
        return String.join(
                ",", Arrays.stream(NUMBERS_AND_TEXTS).map(Object::toString).toList());
    }

    /** The elements of every list of that name, in full. */
    private static List<String> elements(byte[] dump, String name) throws IOException {
        List<String> lists = new java.util.ArrayList<>();
        new RdbReader(RdbSource.of(dump)).read(new Transcript() {
            private final List<String> parts = new java.util.ArrayList<>();
            private boolean wanted;

            @Override
            public void beginList(byte[] key, RdbMeta meta, int sizeHint) {
                super.beginList(key, meta, sizeHint);
                wanted = Arrays.equals(key, DumpBytes.ascii(name));
            }

            @Override
            public void element(byte[] element) {
                super.element(element);
                parts.add(new String(element, java.nio.charset.StandardCharsets.ISO_8859_1));
            }

            @Override
            public void endValue() {
                super.endValue();
                if (wanted) {
                    lists.add(String.join(",", parts));
                }
                wanted = false;
                parts.clear();
            }
        });
        return lists;
    }

    /** What a transcript says of {@link #stream}. */
    private static String streamLine(long entriesAdded, long entriesRead) {
        boolean counted = entriesRead >= 0;
        byte[] block = listpack(1L, 0L, 1L, "f", 0L, 2L, 0L, 0L, "v", 4L);
        return "stream stream = block 1-0 " + Transcript.text(block) + " "
                + new RdbStream(1, 1, 0, counted ? 1 : 0, 0, 0, 0, entriesAdded, counted)
                + " group group last 1-0 read " + entriesRead
                + " pending 1-0 at 1700000000000 times 1 consumer consumer seen 1700000000000 owns 1-0";
    }

    @Test
    void aStreamOfRedis5IsRead() throws IOException {
        byte[] id = {0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0};
        byte[] time = DumpBytes.little(1_700_000_000_000L, 8);
        byte[] dump = version(9)
                .key(15, "stream")
                .length(1)
                .string(id)
                .string(listpack(1L, 0L, 1L, "f", 0L, 2L, 0L, 0L, "v", 4L))
                .raw(1, 1, 0)
                .length(1)
                .string("group")
                .raw(1, 0)
                .length(1)
                .raw(id)
                .raw(time)
                .raw(1)
                .length(1)
                .string("consumer")
                .raw(time)
                .length(1)
                .raw(id)
                .end();
        assertEquals(List.of(streamLine(0, -1)), Transcript.of(dump).lines);
    }

    @Test
    void aStreamIsWrittenAsRedis70Does() throws IOException {
        byte[] dump = version(9).key(19, "stream").raw(stream(false)).end();
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        new RdbReader(RdbSource.of(dump)).read(new Transcriber(new RdbWriter(again::write, true, true)));
        assertArrayEquals(dump, again.toByteArray());
    }

    @Test
    void aBlockThatIsNoBlockIsCorrupt() {
        for (Object[] block : new Object[][] {
            {},
            {1L, 0L, 1L, "f"},
            {1L, 0L, -1L, 0L, 2L, 0L, 0L, 3L},
            {1L, 0L, 1L, "f", 1L, 2L, 0L, 0L, "v", 4L},
            {2L, 0L, 1L, "f", 0L, 2L, 0L, 0L, "v", 4L},
            {1L, 0L, 1L, "f", 0L, 2L, 0L, 0L, "v", 5L},
            {1L, 0L, 1L, "f", 0L, 0L, 0L, 0L, 1L, "g", "v", 5L},
            {1L, 0L, 1L, "f", 0L, 2L, "x", 0L, "v", 4L},
            {1L, 0L, 1L, "f", 0L, 3L, 0L, 0L, "v", 4L},
            {0L, 0L, 1L, "f", 0L},
            {1L, 0L, Long.MAX_VALUE, "f", 0L, 2L, 0L, 0L, "v", 4L}
        }) {
            RdbFormatException failure = assertThrows(
                    RdbFormatException.class,
                    () -> Transcript.of(version(10)
                            .key(19, "stream")
                            .length(1)
                            .string(new byte[16])
                            .string(listpack(block))
                            .raw(1, 1, 0, 1, 0, 0, 0, 1)
                            .length(0)
                            .end()));
            assertTrue(
                    String.valueOf(failure.getMessage()).contains("Stream listpack integrity"), Arrays.toString(block));
        }
    }

    @Test
    void modulesAndReleaseCandidates() throws IOException {
        byte[] id = {(byte) 0x81, 0x24, (byte) 0x92, 0x49, 0x24, (byte) 0x92, 0x49, 0x24, 1};
        byte[] parts = {5, 2, 'a', 'b', 2, 7, 1, 9, 3, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        byte[] dump = version(10)
                .raw(247)
                .raw(id)
                .raw(2, 1)
                .raw(parts)
                .raw(246)
                .string("lib")
                .string("lua")
                .raw(1)
                .string("about")
                .string("code")
                .key(7, "m")
                .raw(id)
                .raw(parts)
                .end();
        List<String> lines = Transcript.of(dump).lines;
        assertEquals(3, lines.size());
        assertEquals("module aux JJJJJJJJJ".length(), lines.get(0).length());
        assertEquals("function #!lua\\x20name=lib\\x0acode", lines.get(1));
        assertTrue(lines.get(2).startsWith("opaque 7 m = \\x81"));
    }

    @Test
    void aDumpOfVersion4HasNoChecksum() throws IOException {
        byte[] dump = version(4).key(0, "k").string("v").endWithoutChecksum();
        assertEquals(List.of("string k = v"), Transcript.of(dump).lines);
    }

    private static void assertCorrupt(byte[] dump) {
        RdbFormatException failure = assertThrows(RdbFormatException.class, () -> Transcript.of(dump));
        assertEquals(RdbFormatException.Kind.CORRUPT, failure.kind(), failure::getMessage);
    }

    @Test
    void packedBlobsThatLieAreCorrupt() {
        byte[] twoMore = DumpBytes.join(listpack("a"), new byte[2]);
        byte[] endless = ziplist("a", "b");
        endless[10 + 3] = 4; // the link of the second entry, which tells 4 bytes where 3 are
        byte[] wrongTail = ziplist("a", "b");
        wrongTail[4] = 10;
        byte[] wrongCount = listpack("a", "b");
        wrongCount[4] = 3;
        byte[] wrongBack = listpack("a", "b");
        wrongBack[8] = 9;
        assertCorrupt(
                version(9).key(18, "k").length(1).length(2).string(twoMore).end());
        assertCorrupt(version(9)
                .key(18, "k")
                .length(1)
                .length(3)
                .string(listpack("a"))
                .end());
        assertCorrupt(version(9).key(18, "k").length(1).length(2).string("").end());
        assertCorrupt(version(9).key(10, "k").string(endless).end());
        assertCorrupt(version(9).key(10, "k").string(wrongTail).end());
        assertCorrupt(version(9).key(16, "k").string(wrongCount).end());
        assertCorrupt(version(9).key(16, "k").string(wrongBack).end());
        assertCorrupt(version(9).key(16, "k").string(listpack("a")).end());
        assertCorrupt(version(9).key(17, "k").string(listpack("a", "b")).end());
        assertCorrupt(version(9).key(17, "k").string(listpack("a", "nan")).end());
        assertCorrupt(version(9).key(11, "k").string(intset(2, 2, 1)).end());
        assertCorrupt(version(9).key(11, "k").string(intset(2)).end());
        assertCorrupt(version(9).key(11, "k").string(intset(3, 1)).end());
        assertCorrupt(version(9).key(9, "k").string(zipmap(0)).end());
        assertCorrupt(version(9)
                .key(5, "k")
                .length(1)
                .string("m")
                .raw(DumpBytes.little(0x7ff8L << 48, 8))
                .end());
        assertCorrupt(version(9).key(3, "k").length(1).string("m").raw(253).end());
        assertCorrupt(version(9).key(8, "k").end());
        assertCorrupt(version(9).key(22, "k").end());
        assertCorrupt(version(9).key(6, "k").raw(1).end());
        assertCorrupt(version(9).key(0, "k").raw(0x82).end());
        assertCorrupt(version(9).key(0, "k").raw(0xC4).end());
        assertCorrupt(version(9).raw(254, 0xC0).end());
        assertCorrupt(version(9).raw(254, 0x80, 0xff, 0xff, 0xff, 0xff).end());
    }

    @Property(tries = 3000)
    void damageNeverDoesMoreThanFail(
            @ForAll @IntRange(max = 4) int which,
            @ForAll @Size(min = 1, max = 3) List<@IntRange(min = 9, max = 100_000) Integer> places,
            @ForAll @IntRange(max = 255) int value)
            throws IOException {
        byte[] dump = dump(which).clone();
        for (int place : places) {
            dump[9 + place % (dump.length - 9)] = (byte) value;
        }
        try {
            new RdbReader(RdbSource.of(dump), false).read(new Transcript());
        } catch (RdbFormatException expected) {
            assertTrue(expected.offset() >= 0);
        }
    }

    @Test
    void everyStructuralByteDamagedEveryWay() throws IOException {
        // The bytes of a small dump that holds one of each packed kind, one at a time, each of 256 values.
        byte[] dump = version(11)
                .key(9, "a")
                .string(zipmap(1, "f", "v"))
                .key(10, "b")
                .string(ziplist("x", 1L, 300L))
                .key(11, "c")
                .string(intset(2, 1, 2))
                .key(17, "d")
                .string(listpack("x", 300L))
                .key(18, "e")
                .length(2)
                .length(2)
                .string(listpack("x", 70_000L))
                .length(1)
                .string("p")
                .key(21, "f")
                .raw(stream(true))
                .raw(0)
                .string("lzf")
                .raw(0xC3, 9, 21, 1, 'a', 'b', 0xE0, 8, 1, 0, 'c', 'd')
                .end();
        for (int place = 0; place < dump.length; place++) {
            for (int value = 0; value < 256; value++) {
                byte[] damaged = dump.clone();
                damaged[place] = (byte) value;
                try {
                    new RdbReader(RdbSource.of(damaged), false).read(new Transcript());
                } catch (RdbFormatException expected) {
                    assertTrue(expected.offset() >= 0);
                }
            }
        }
    }

    @Test
    void everyTruncationFails() throws IOException {
        for (int which = 0; which <= 4; which++) {
            byte[] dump = dump(which);
            int step = 1 + dump.length / 3000;
            for (int length = 0; length < dump.length; length += step) {
                byte[] cut = Arrays.copyOf(dump, length);
                assertThrows(RdbFormatException.class, () -> Transcript.of(cut));
            }
        }
    }

    @Test
    void readByteByByteTheSameComesOut() throws IOException {
        for (int which = 0; which <= 4; which++) {
            java.io.ByteArrayInputStream in = new java.io.ByteArrayInputStream(dump(which));
            Transcript transcript = new Transcript();
            new RdbReader((array, offset, length) -> in.read(array, offset, 1)).read(transcript);
            assertEquals(Transcript.of(dump(which)).lines, transcript.lines);
        }
    }

    private static byte[] dump(int which) throws IOException {
        return switch (which) {
            case 0 -> oldEncodings();
            case 1 -> newEncodings(false);
            case 2 -> newEncodings(true);
            case 3 -> fixture("redis-7.0.15-packed");
            default -> fixture("redis-7.0.15-unpacked");
        };
    }

    @Test
    void aRealServersDumpsHoldTheSameHoweverPacked() throws IOException {
        List<String> packed = keys(fixture("redis-7.0.15-packed"));
        List<String> unpacked = keys(fixture("redis-7.0.15-unpacked"));
        assertEquals(packed, unpacked);
        assertEquals(19, packed.size(), packed::toString);
        assertTrue(packed.contains("zset zset:small = -1@-1.0 inf@Infinity m@1.5 ninf@-Infinity"), packed::toString);
        assertTrue(packed.contains("string str:int = 1234567"));
        assertTrue(packed.contains("hash hash:small expires 33000000000000 = f:v n:-7"));
        assertTrue(packed.contains("list list:small = a 1 -300 70000 9999999999 b"));
        assertTrue(
                packed.contains(
                        "function #!lua\\x20name=lib\\x0aredis.register_function('f',\\x20function()\\x20return\\x201\\x20end)"));
    }

    private static List<String> keys(byte[] dump) throws IOException {
        return Transcript.of(dump).lines.stream()
                // A stream tells when its consumer was seen, which was not the same moment for both.
                .map(line -> line.startsWith("stream stream = ") ? "stream" : line)
                .filter(line -> !line.startsWith("aux "))
                .sorted()
                .toList();
    }

    /** No server writes them so, but all read them. */
    @Test
    void lengthsMayTakeMoreBytesThanTheyNeed() throws IOException {
        byte[] key = {'k'};
        byte[] packed = {0x00, 'a', (byte) 0xe0, 0x02, 0x00}; // an a, and eleven as it was
        byte[] dump = version(9)
                .raw(RdbFormat.TYPE_STRING, 0x40, 1)
                .raw(key)
                .raw(0x40, 3)
                .raw(DumpBytes.ascii("abc"))
                .raw(RdbFormat.TYPE_STRING, 0x80, 0, 0, 0, 1)
                .raw(key)
                .raw(0x80, 0, 0, 0, 3)
                .raw(DumpBytes.ascii("abc"))
                .raw(RdbFormat.TYPE_STRING, 0x40, 1)
                .raw(key)
                .raw(0xc3, 0x40, packed.length, 0x40, 12)
                .raw(packed)
                .end();
        List<String> lines = Transcript.of(dump).lines;
        assertEquals(List.of("string k = abc", "string k = abc", "string k = aaaaaaaaaaaa"), lines.subList(0, 3));
        Transcript slowly = new Transcript();
        InputStream in = new ByteArrayInputStream(dump);
        new RdbReader((array, offset, length) -> in.read(array, offset, 1)).read(slowly);
        assertEquals(lines, slowly.lines);
    }
}
