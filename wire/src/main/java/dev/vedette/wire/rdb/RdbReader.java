package dev.vedette.wire.rdb;

import static dev.vedette.wire.rdb.RdbFormat.*;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a dump of any version up to {@link RdbFormat#VERSION_READ_MAX} and tells an {@link RdbVisitor} what is in it,
 * all at once ({@link #read}) or in steps of one key ({@link #next}). It waits when its source waits; it belongs to no
 * thread, calls must not overlap. Once it has failed it is of no use.
 *
 * <p>The bytes are not trusted. Whatever is wrong ends in one {@link RdbFormatException}; a length never allocates more
 * than {@link #ALLOCATE_UNSEEN_BYTES_MAX} before bytes have come that justify it; every loop consumes bytes; no value is
 * longer than a Java array.
 */
public final class RdbReader {

    /** Room taken at once for a string whose bytes have not come yet; it doubles as they come. */
    public static final int ALLOCATE_UNSEEN_BYTES_MAX = 1 << 20;

    /** The highest hint that a visitor gets for the size of a collection. */
    public static final int SIZE_HINT_MAX = 1 << 16;

    private static final int BUFFER_BYTES = 64 * 1024;
    /** The longest string whose length takes two bytes. */
    private static final int SHORT_STRING_BYTES_MAX = (1 << 14) - 1;

    private static final long STRING_BYTES_MAX = Integer.MAX_VALUE - 64;
    private static final int CHECKSUM_SINCE_VERSION = 5;
    private static final int STREAM_ID_BYTES = 16;
    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT_LE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_BE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] EMPTY = {};

    private final RdbSource source;
    private final boolean verifyChecksum;
    private final byte[] buffer;
    private int at;
    private int limit;
    // Offset in the dump of buffer[0].
    private long bufferOffset;
    // Bytes of the buffer before this one are in the checksum (and in the capture) already.
    private int accounted;
    private long crc;
    private boolean capturing;
    // Holds one decompressed string.
    private byte[] unpacked = EMPTY;
    private byte[] captured = EMPTY;
    private int capturedBytes;

    private int version;
    private boolean ended;
    // A value of a DUMP payload: it cannot be skipped when it is empty, as a key of a file is.
    private boolean bare;
    private long expireAtMillis = -1;
    private long idleSeconds = -1;
    private int frequency = -1;

    /** A reader that verifies the checksum. */
    public RdbReader(RdbSource source) {
        this(source, true);
    }

    /**
     * A reader.
     *
     * @param verifyChecksum false reads past the checksum without a look (rdbchecksum no)
     */
    public RdbReader(RdbSource source, boolean verifyChecksum) {
        this(source, verifyChecksum, new byte[BUFFER_BYTES], 0);
    }

    /** A reader that begins with the bytes already in {@code buffer}, and never writes to it unless it refills. */
    RdbReader(RdbSource source, boolean verifyChecksum, byte[] buffer, int limit) {
        this.source = source;
        this.verifyChecksum = verifyChecksum;
        this.buffer = buffer;
        this.limit = limit;
    }

    /** How many bytes of the dump were consumed; after the end that is its length, even if the source has more. */
    public long position() {
        return bufferOffset + at;
    }

    /** The version that the header told, 0 before. */
    public int version() {
        return version;
    }

    /** The bytes that the reader took from its source beyond the end of the dump; they belong to whoever comes next. */
    public byte[] leftover() {
        return Arrays.copyOfRange(buffer, at, limit);
    }

    /** Reads all of it. */
    public void read(RdbVisitor visitor) throws IOException {
        while (next(visitor)) {
            // Each turn consumes at least one byte.
        }
    }

    /**
     * Reads the header, or one opcode, or one key with its value.
     *
     * @return false when the end was read
     */
    public boolean next(RdbVisitor visitor) throws IOException {
        if (version == 0) {
            header(visitor);
            return true;
        }
        if (ended) {
            return false;
        }
        int type = unsignedByte();
        switch (type) {
            case OPCODE_EXPIRETIME -> expireAtMillis = intLittleEndian() * 1000L;
            case OPCODE_EXPIRETIME_MS -> expireAtMillis = longLittleEndian();
            case OPCODE_FREQ -> frequency = unsignedByte();
            case OPCODE_IDLE -> idleSeconds = count("an idle time");
            case OPCODE_SELECTDB -> visitor.selectDb(smallCount("a database number"));
            case OPCODE_RESIZEDB -> visitor.resizeDb(count("a number of keys"), count("a number of expires"));
            case OPCODE_AUX -> visitor.aux(string(), string());
            case OPCODE_FUNCTION2 -> visitor.function(string());
            case OPCODE_FUNCTION_PRE_GA -> visitor.function(functionOfReleaseCandidate());
            case OPCODE_MODULE_AUX -> visitor.moduleAux(moduleAux());
            case OPCODE_EOF -> {
                footer();
                ended = true;
                visitor.end();
                return false;
            }
            default -> key(type, visitor);
        }
        return true;
    }

    private void header(RdbVisitor visitor) throws IOException {
        byte[] magic = exactly(9);
        if (!"REDIS".equals(new String(magic, 0, 5, StandardCharsets.ISO_8859_1))) {
            throw new RdbFormatException(
                    RdbFormatException.Kind.SIGNATURE, 0, "Wrong signature trying to load DB from file");
        }
        int told = 0;
        for (int i = 5; i < 9 && magic[i] >= '0' && magic[i] <= '9'; i++) {
            told = told * 10 + magic[i] - '0';
        }
        if (told < 1 || told > VERSION_READ_MAX) {
            throw new RdbFormatException(RdbFormatException.Kind.VERSION, 5, "Can't handle RDB format version " + told);
        }
        version = told;
        visitor.version(told);
    }

    private void footer() throws IOException {
        if (version < CHECKSUM_SINCE_VERSION) {
            return;
        }
        account();
        long expected = crc;
        long footerOffset = position();
        long told = longLittleEndian();
        if (verifyChecksum && told != 0 && told != expected) {
            throw new RdbFormatException(
                    RdbFormatException.Kind.CHECKSUM,
                    footerOffset,
                    "Wrong RDB checksum expected: (" + Long.toHexString(expected) + ") but got ("
                            + Long.toHexString(told) + "). Aborting now.");
        }
    }

    private void key(int type, RdbVisitor visitor) throws IOException {
        boolean known = type <= TYPE_MODULE_2 || (type >= TYPE_HASH_ZIPMAP && type <= TYPE_STREAM_LISTPACKS_3);
        if (!known) {
            throw corrupt("Unknown RDB encoding type " + type);
        }
        RdbMeta meta = expireAtMillis == -1 && idleSeconds == -1 && frequency == -1
                ? RdbMeta.NONE
                : new RdbMeta(expireAtMillis, idleSeconds, frequency);
        expireAtMillis = -1;
        idleSeconds = -1;
        frequency = -1;
        if (type != TYPE_STRING || !stringInPlace(meta, visitor)) {
            value(type, string(), meta, visitor);
        }
    }

    /** A string that is in the buffer whole, as nearly all are. False, and nothing is consumed, for any other. */
    private boolean stringInPlace(RdbMeta meta, RdbVisitor visitor) throws IOException {
        int keyLength = shortLength(at);
        int keyFrom = at + shortLengthBytes(at);
        if (keyLength < 0 || keyLength > limit - keyFrom) {
            return false;
        }
        int told = keyFrom + keyLength;
        if (told < limit && (buffer[told] & 0xff) == (LENGTH_ENCODED | STRING_LZF)) {
            return compressedInPlace(keyFrom, keyLength, told + 1, meta, visitor);
        }
        int length = shortLength(told);
        int from = told + shortLengthBytes(told);
        if (length < 0 || length > limit - from) {
            return false;
        }
        at = from + length;
        visitor.string(buffer, keyFrom, keyLength, buffer, from, length, meta);
        return true;
    }

    private boolean compressedInPlace(int keyFrom, int keyLength, int told, RdbMeta meta, RdbVisitor visitor)
            throws IOException {
        int packedLength = shortLength(told);
        int toldWhole = told + shortLengthBytes(told);
        int length = packedLength < 0 ? -1 : shortLength(toldWhole);
        int from = toldWhole + shortLengthBytes(toldWhole);
        if (length < 0 || packedLength > limit - from) {
            return false;
        }
        if (unpacked.length < length) {
            unpacked = new byte[SHORT_STRING_BYTES_MAX];
        }
        if (!Lzf.decompress(buffer, from, from + packedLength, unpacked, length)) {
            return false;
        }
        at = from + packedLength;
        visitor.string(buffer, keyFrom, keyLength, unpacked, 0, length, meta);
        return true;
    }

    /** How many bytes {@link #shortLength} looked at; small lengths may take two, too. */
    private int shortLengthBytes(int from) {
        return from < limit && (buffer[from] & LENGTH_14_BIT) != 0 ? 2 : 1;
    }

    /** A length of one or two bytes that is in the buffer, or -1. */
    private int shortLength(int from) {
        if (limit - from < 2) {
            return -1;
        }
        int first = buffer[from] & 0xff;
        return switch (first & LENGTH_ENCODED) {
            case 0 -> first;
            case LENGTH_14_BIT -> ((first & 0x3f) << 8) | (buffer[from + 1] & 0xff);
            default -> -1;
        };
    }

    /** Reads one value that has its type but no key before it, and no empty collection. */
    void bareValue(byte[] key, RdbVisitor visitor) throws IOException {
        bare = true;
        value(unsignedByte(), key, RdbMeta.NONE, visitor);
    }

    /** Reads one function library alone. */
    byte[] bareFunction() throws IOException {
        return switch (unsignedByte()) {
            case OPCODE_FUNCTION2 -> string();
            case OPCODE_FUNCTION_PRE_GA -> functionOfReleaseCandidate();
            default -> throw corrupt("a function library");
        };
    }

    private void empty(byte[] key, RdbVisitor visitor) throws IOException {
        if (bare) {
            throw corrupt("a collection that is not empty");
        }
        visitor.emptyKey(key);
    }

    private void value(int type, byte[] key, RdbMeta meta, RdbVisitor visitor) throws IOException {
        switch (type) {
            case TYPE_STRING -> visitor.string(key, string(), meta);
            case TYPE_LIST -> list(key, meta, visitor);
            case TYPE_SET -> set(key, meta, visitor);
            case TYPE_ZSET, TYPE_ZSET_2 -> zset(type, key, meta, visitor);
            case TYPE_HASH -> hash(key, meta, visitor);
            case TYPE_LIST_QUICKLIST, TYPE_LIST_QUICKLIST_2 -> quicklist(type, key, meta, visitor);
            case TYPE_HASH_ZIPMAP,
                    TYPE_LIST_ZIPLIST,
                    TYPE_SET_INTSET,
                    TYPE_ZSET_ZIPLIST,
                    TYPE_HASH_ZIPLIST,
                    TYPE_HASH_LISTPACK,
                    TYPE_ZSET_LISTPACK,
                    TYPE_SET_LISTPACK -> packed(type, key, meta, visitor);
            case TYPE_STREAM_LISTPACKS, TYPE_STREAM_LISTPACKS_2, TYPE_STREAM_LISTPACKS_3 -> {
                visitor.beginStream(key, meta);
                stream(type, visitor);
                visitor.endValue();
            }
            case TYPE_MODULE_2 -> {
                startCapture();
                count64();
                skipModuleParts();
                visitor.opaque(key, meta, type, endCapture());
            }
            case TYPE_MODULE ->
                throw corrupt("a value of a module of an old kind, whose end only that module can tell");
            default -> throw corrupt("Unknown RDB encoding type " + type);
        }
    }

    // ---- Collections, element by element -------------------------------------------------------------------------

    private void list(byte[] key, RdbMeta meta, RdbVisitor visitor) throws IOException {
        long count = count("a number of elements");
        if (count == 0) {
            empty(key, visitor);
            return;
        }
        visitor.beginList(key, meta, hint(count));
        for (long i = 0; i < count; i++) {
            visitor.element(string());
        }
        visitor.endValue();
    }

    private void set(byte[] key, RdbMeta meta, RdbVisitor visitor) throws IOException {
        long count = count("a number of members");
        if (count == 0) {
            empty(key, visitor);
            return;
        }
        visitor.beginSet(key, meta, hint(count));
        for (long i = 0; i < count; i++) {
            visitor.member(string());
        }
        visitor.endValue();
    }

    private void hash(byte[] key, RdbMeta meta, RdbVisitor visitor) throws IOException {
        long count = count("a number of fields");
        if (count == 0) {
            empty(key, visitor);
            return;
        }
        visitor.beginHash(key, meta, hint(count));
        for (long i = 0; i < count; i++) {
            visitor.field(string(), string());
        }
        visitor.endValue();
    }

    private void zset(int type, byte[] key, RdbMeta meta, RdbVisitor visitor) throws IOException {
        long count = count("a number of members");
        if (count == 0) {
            empty(key, visitor);
            return;
        }
        visitor.beginZset(key, meta, hint(count));
        for (long i = 0; i < count; i++) {
            byte[] member = string();
            double score = type == TYPE_ZSET_2 ? Double.longBitsToDouble(longLittleEndian()) : textDouble();
            if (Double.isNaN(score)) {
                throw corrupt("Zset with NAN score detected");
            }
            visitor.member(member, score);
        }
        visitor.endValue();
    }

    private static int hint(long count) {
        return (int) Math.min(count, SIZE_HINT_MAX);
    }

    /** A score as written before version 8: a length byte and its text, or one of three special lengths. */
    private double textDouble() throws IOException {
        int length = unsignedByte();
        return switch (length) {
            case 253 -> Double.NaN;
            case 254 -> Double.POSITIVE_INFINITY;
            case 255 -> Double.NEGATIVE_INFINITY;
            default -> {
                double score = PackedBlob.score(exactly(length));
                if (Double.isNaN(score)) {
                    throw corrupt("a score that is a number");
                }
                yield score;
            }
        };
    }

    // ---- Collections packed into a blob --------------------------------------------------------------------------

    private void quicklist(int type, byte[] key, RdbMeta meta, RdbVisitor visitor) throws IOException {
        long nodes = count("a number of list nodes");
        boolean begun = false;
        for (long i = 0; i < nodes; i++) {
            boolean plain = false;
            if (type == TYPE_LIST_QUICKLIST_2) {
                int container = smallCount("a kind of list node");
                if (container != 1 && container != 2) {
                    throw corrupt("Quicklist integrity check failed.");
                }
                plain = container == 1;
            }
            byte[] node = string();
            if (node.length == 0) {
                throw corrupt("a list node that is not empty");
            }
            if (plain) {
                if (!begun) {
                    visitor.beginList(key, meta, hint(nodes));
                    begun = true;
                }
                visitor.element(node);
                continue;
            }
            PackedBlob blob = type == TYPE_LIST_QUICKLIST_2 ? new ListpackBlob(node) : new ZiplistBlob(node);
            int elements = validated(
                    blob,
                    type == TYPE_LIST_QUICKLIST_2
                            ? "Listpack integrity check failed."
                            : "Ziplist integrity check failed.");
            if (elements > 0 && !begun) {
                visitor.beginList(key, meta, hint(nodes == 1 ? elements : Math.max(nodes, elements)));
                begun = true;
            }
            while (blob.hasNext()) {
                visitor.element(blob.next());
            }
        }
        if (begun) {
            visitor.endValue();
        } else {
            empty(key, visitor);
        }
    }

    private void packed(int type, byte[] key, RdbMeta meta, RdbVisitor visitor) throws IOException {
        byte[] bytes = string();
        PackedBlob blob;
        String failure;
        switch (type) {
            case TYPE_HASH_ZIPMAP -> {
                blob = new ZipmapBlob(bytes);
                failure = "Zipmap integrity check failed.";
            }
            case TYPE_SET_INTSET -> {
                blob = new IntsetBlob(bytes);
                failure = "Intset integrity check failed.";
            }
            case TYPE_LIST_ZIPLIST -> {
                blob = new ZiplistBlob(bytes);
                failure = "List ziplist integrity check failed.";
            }
            case TYPE_ZSET_ZIPLIST -> {
                blob = new ZiplistBlob(bytes);
                failure = "Zset ziplist integrity check failed.";
            }
            case TYPE_HASH_ZIPLIST -> {
                blob = new ZiplistBlob(bytes);
                failure = "Hash ziplist integrity check failed.";
            }
            case TYPE_ZSET_LISTPACK -> {
                blob = new ListpackBlob(bytes);
                failure = "Zset listpack integrity check failed.";
            }
            case TYPE_HASH_LISTPACK -> {
                blob = new ListpackBlob(bytes);
                failure = "Hash listpack integrity check failed.";
            }
            default -> {
                blob = new ListpackBlob(bytes);
                failure = "Set listpack integrity check failed.";
            }
        }
        int elements = validated(blob, failure);
        if (elements == 0) {
            empty(key, visitor);
            return;
        }
        switch (type) {
            case TYPE_LIST_ZIPLIST -> {
                visitor.beginList(key, meta, hint(elements));
                while (blob.hasNext()) {
                    visitor.element(blob.next());
                }
            }
            case TYPE_SET_INTSET, TYPE_SET_LISTPACK -> {
                visitor.beginSet(key, meta, hint(elements));
                while (blob.hasNext()) {
                    visitor.member(blob.next());
                }
            }
            case TYPE_HASH_ZIPMAP, TYPE_HASH_ZIPLIST, TYPE_HASH_LISTPACK -> {
                requirePairs(elements, failure);
                visitor.beginHash(key, meta, hint(elements / 2));
                while (blob.hasNext()) {
                    visitor.field(blob.next(), blob.next());
                }
            }
            default -> {
                requirePairs(elements, failure);
                visitor.beginZset(key, meta, hint(elements / 2));
                while (blob.hasNext()) {
                    byte[] member = blob.next();
                    double score = PackedBlob.score(blob.next());
                    if (Double.isNaN(score)) {
                        throw corrupt(failure);
                    }
                    visitor.member(member, score);
                }
            }
        }
        visitor.endValue();
    }

    private int validated(PackedBlob blob, String failure) throws RdbFormatException {
        int elements = blob.validate();
        if (elements < 0) {
            throw corrupt(failure);
        }
        return elements;
    }

    private void requirePairs(int elements, String failure) throws RdbFormatException {
        if (elements % 2 != 0) {
            throw corrupt(failure);
        }
    }

    // ---- Streams -------------------------------------------------------------------------------------------------

    private void stream(int type, RdbVisitor visitor) throws IOException {
        long blocks = count("a number of stream nodes");
        long live = 0;
        for (long i = 0; i < blocks; i++) {
            live += streamBlock(visitor);
        }
        boolean counted = type != TYPE_STREAM_LISTPACKS;
        RdbStream state = new RdbStream(
                count64(),
                count64(),
                count64(),
                counted ? count64() : 0,
                counted ? count64() : 0,
                counted ? count64() : 0,
                counted ? count64() : 0,
                counted ? count64() : 0,
                counted);
        if (state.length() != live) {
            throw corrupt("Stream length inconsistent with rax entries");
        }
        visitor.streamState(state);
        long groups = count("a number of consumer groups");
        for (long i = 0; i < groups; i++) {
            visitor.streamGroup(string(), count64(), count64(), counted ? count64() : -1);
            streamGroup(type, visitor);
        }
    }

    private long streamBlock(RdbVisitor visitor) throws IOException {
        byte[] id = string();
        if (id.length != STREAM_ID_BYTES) {
            throw corrupt("Stream node key entry is not the size of a stream ID");
        }
        byte[] listpack = string();
        long live = new StreamBlob(listpack).validate();
        if (live < 0) {
            throw corrupt("Stream listpack integrity check failed.");
        }
        visitor.streamBlock((long) LONG_BE.get(id, 0), (long) LONG_BE.get(id, 8), listpack);
        return live;
    }

    private void streamGroup(int type, RdbVisitor visitor) throws IOException {
        long pending = count("a number of pending entries");
        for (long i = 0; i < pending; i++) {
            visitor.streamPending(longBigEndian(), longBigEndian(), longLittleEndian(), count64());
        }
        long consumers = count("a number of consumers");
        for (long i = 0; i < consumers; i++) {
            visitor.streamConsumer(string(), longLittleEndian());
            if (type == TYPE_STREAM_LISTPACKS_3) {
                // When it was last given an entry: Redis 7.2.
                skip(8);
            }
            long owned = count("a number of pending entries");
            for (long k = 0; k < owned; k++) {
                visitor.streamOwned(longBigEndian(), longBigEndian());
            }
        }
    }

    // ---- What is passed on as it is ------------------------------------------------------------------------------

    private String moduleAux() throws IOException {
        long module = count64();
        if (count64() != MODULE_UINT) {
            throw corrupt("bad when_opcode");
        }
        count64();
        skipModuleParts();
        return moduleName(module);
    }

    private void skipModuleParts() throws IOException {
        while (true) {
            long part = count64();
            if (part == MODULE_EOF) {
                return;
            } else if (part == MODULE_SINT || part == MODULE_UINT) {
                count64();
            } else if (part == MODULE_FLOAT) {
                skip(4);
            } else if (part == MODULE_DOUBLE) {
                skip(8);
            } else if (part == MODULE_STRING) {
                skipString();
            } else {
                throw corrupt("a part of a module's value, not " + part);
            }
        }
    }

    /** A module's id is nine letters of six bits each and ten bits of version. */
    private static String moduleName(long module) {
        String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        StringBuilder name = new StringBuilder();
        for (int shift = 58; shift >= 10; shift -= 6) {
            name.append(letters.charAt((int) (module >>> shift) & 63));
        }
        return name.toString();
    }

    /** Release candidates of Redis 7.0 stored name, engine and description beside the code. */
    private byte[] functionOfReleaseCandidate() throws IOException {
        byte[] name = string();
        byte[] engine = string();
        if (count("whether there is a description") != 0) {
            skipString();
        }
        byte[] code = string();
        byte[] head = ("#!" + new String(engine, StandardCharsets.ISO_8859_1) + " name="
                        + new String(name, StandardCharsets.ISO_8859_1) + "\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        if (head.length > STRING_BYTES_MAX - code.length) {
            throw corrupt("a function library that is not that large");
        }
        byte[] whole = Arrays.copyOf(head, head.length + code.length);
        System.arraycopy(code, 0, whole, head.length, code.length);
        return whole;
    }

    // ---- Lengths and strings -------------------------------------------------------------------------------------

    /** A length in any of its four forms, as an unsigned number of 64 bits. */
    private long count64() throws IOException {
        int first = unsignedByte();
        return switch (first & LENGTH_ENCODED) {
            case 0 -> first;
            case LENGTH_14_BIT -> fourteenBits(first);
            case LENGTH_32_BIT -> longLength(first);
            default -> throw corrupt("a length, not an encoded string");
        };
    }

    private int fourteenBits(int first) throws IOException {
        return ((first & 0x3f) << 8) | unsignedByte();
    }

    private long longLength(int first) throws IOException {
        if (first == LENGTH_32_BIT) {
            return intBigEndian() & 0xffff_ffffL;
        } else if (first == LENGTH_64_BIT) {
            return longBigEndian();
        }
        throw corrupt("Unknown length encoding " + first + " in rdbLoadLen()");
    }

    private long count(String what) throws IOException {
        long count = count64();
        if (count < 0) {
            throw corrupt(what + ", not " + Long.toUnsignedString(count));
        }
        return count;
    }

    private int smallCount(String what) throws IOException {
        long count = count(what);
        if (count > Integer.MAX_VALUE) {
            throw corrupt(what + ", not " + count);
        }
        return (int) count;
    }

    private int stringLength(long length) throws RdbFormatException {
        if (length < 0 || length > STRING_BYTES_MAX) {
            throw corrupt("a string of at most " + STRING_BYTES_MAX + " bytes, not " + Long.toUnsignedString(length));
        }
        return (int) length;
    }

    private byte[] string() throws IOException {
        int first = unsignedByte();
        return switch (first & LENGTH_ENCODED) {
            case 0 -> exactly(first);
            case LENGTH_14_BIT -> exactly(fourteenBits(first));
            case LENGTH_32_BIT -> exactly(stringLength(longLength(first)));
            default ->
                switch (first & 0x3f) {
                    case STRING_INT8 -> PackedBlob.decimal((byte) unsignedByte());
                    case STRING_INT16 -> PackedBlob.decimal((short) (unsignedByte() | (unsignedByte() << 8)));
                    case STRING_INT32 -> PackedBlob.decimal(intLittleEndian());
                    case STRING_LZF -> lzf();
                    default -> throw corrupt("Unknown RDB string encoding type " + (first & 0x3f));
                };
        };
    }

    private byte[] lzf() throws IOException {
        int packedLength = stringLength(count64());
        int length = stringLength(count64());
        byte[] packed = exactly(packedLength);
        if (length > (long) packed.length * Lzf.EXPANSION_MAX) {
            throw corrupt("Invalid LZF compressed string");
        }
        byte[] whole = new byte[length];
        if (!Lzf.decompress(packed, whole)) {
            throw corrupt("Invalid LZF compressed string");
        }
        return whole;
    }

    private void skipString() throws IOException {
        int first = unsignedByte();
        switch (first & LENGTH_ENCODED) {
            case 0 -> skip(first);
            case LENGTH_14_BIT -> skip(fourteenBits(first));
            case LENGTH_32_BIT -> skip(stringLength(longLength(first)));
            default -> {
                switch (first & 0x3f) {
                    case STRING_INT8 -> skip(1);
                    case STRING_INT16 -> skip(2);
                    case STRING_INT32 -> skip(4);
                    case STRING_LZF -> {
                        int packedLength = stringLength(count64());
                        stringLength(count64());
                        skip(packedLength);
                    }
                    default -> throw corrupt("Unknown RDB string encoding type " + (first & 0x3f));
                }
            }
        }
    }

    // ---- Bytes ---------------------------------------------------------------------------------------------------

    private RdbFormatException corrupt(String expectation) {
        return RdbFormatException.corruptAt(position(), expectation);
    }

    private void account() throws RdbFormatException {
        int fresh = at - accounted;
        if (fresh == 0) {
            return;
        }
        if (verifyChecksum) {
            crc = Crc64.update(crc, buffer, accounted, fresh);
        }
        if (capturing) {
            if (fresh > STRING_BYTES_MAX - capturedBytes) {
                throw corrupt("a value of at most " + STRING_BYTES_MAX + " bytes");
            }
            if (fresh > captured.length - capturedBytes) {
                long doubled = Math.min(2L * captured.length, STRING_BYTES_MAX);
                captured = Arrays.copyOf(captured, (int) Math.max(doubled, capturedBytes + fresh));
            }
            System.arraycopy(buffer, accounted, captured, capturedBytes, fresh);
            capturedBytes += fresh;
        }
        accounted = at;
    }

    private void startCapture() throws RdbFormatException {
        account();
        capturing = true;
        capturedBytes = 0;
    }

    private byte[] endCapture() throws RdbFormatException {
        account();
        capturing = false;
        byte[] whole = captured.length == capturedBytes ? captured : Arrays.copyOf(captured, capturedBytes);
        captured = EMPTY;
        return whole;
    }

    /** Gets more bytes once all of the buffer was consumed. */
    private void refill() throws IOException {
        account();
        bufferOffset += at;
        at = 0;
        accounted = 0;
        limit = 0;
        int got = source.fill(buffer, 0, buffer.length);
        if (got < 0) {
            throw new RdbFormatException(
                    RdbFormatException.Kind.UNEXPECTED_EOF,
                    bufferOffset,
                    "Internal error in RDB reading offset " + bufferOffset + " -> Unexpected EOF reading RDB file");
        }
        if (got == 0) {
            throw new IOException("the source of a dump gave no bytes and did not end");
        }
        limit = got;
    }

    private int unsignedByte() throws IOException {
        if (at == limit) {
            refill();
        }
        return buffer[at++] & 0xff;
    }

    private byte[] exactly(int length) throws IOException {
        if (length <= limit - at) {
            byte[] bytes = Arrays.copyOfRange(buffer, at, at + length);
            at += length;
            return bytes;
        }
        byte[] bytes = new byte[Math.min(length, ALLOCATE_UNSEEN_BYTES_MAX)];
        int got = 0;
        while (got < length) {
            if (at == limit) {
                refill();
            }
            if (got == bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * bytes.length));
            }
            int taken = Math.min(bytes.length - got, limit - at);
            System.arraycopy(buffer, at, bytes, got, taken);
            at += taken;
            got += taken;
        }
        return bytes;
    }

    private void skip(int length) throws IOException {
        int left = length;
        while (left > limit - at) {
            left -= limit - at;
            at = limit;
            refill();
        }
        at += left;
    }

    private int intLittleEndian() throws IOException {
        if (limit - at >= 4) {
            at += 4;
            return (int) INT_LE.get(buffer, at - 4);
        }
        return (int) INT_LE.get(exactly(4), 0);
    }

    private int intBigEndian() throws IOException {
        if (limit - at >= 4) {
            at += 4;
            return (int) INT_BE.get(buffer, at - 4);
        }
        return (int) INT_BE.get(exactly(4), 0);
    }

    private long longLittleEndian() throws IOException {
        if (limit - at >= 8) {
            at += 8;
            return (long) LONG_LE.get(buffer, at - 8);
        }
        return (long) LONG_LE.get(exactly(8), 0);
    }

    private long longBigEndian() throws IOException {
        if (limit - at >= 8) {
            at += 8;
            return (long) LONG_BE.get(buffer, at - 8);
        }
        return (long) LONG_BE.get(exactly(8), 0);
    }
}
