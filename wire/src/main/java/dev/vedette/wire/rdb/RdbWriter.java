package dev.vedette.wire.rdb;

import static dev.vedette.wire.rdb.RdbFormat.*;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes a dump of version {@link RdbFormat#VERSION_WRITTEN}, opcode by opcode, in the order of the calls: {@link
 * #header()}, {@link #aux}..., {@link #function}..., then for each database {@link #selectDb}, {@link #resizeDb} and its
 * keys, then {@link #end()}. A key is, where they apply, {@link #expireAtMillis}, {@link #idleSeconds} or {@link
 * #frequency}, and then its value: one {@link #string} or {@link #opaque}, or a begin call and exactly as many elements as
 * it announced (a stream: as many parts). A huge collection can so be written in slices, over as many turns as one likes.
 *
 * <p>The begin, string and opaque methods without a key write type and value alone, as a {@link DumpPayload} needs them.
 *
 * <p>It has no thread of its own and belongs to none; calls must not overlap. Bytes reach the sink whenever the buffer
 * is full, at {@link #flush()} and at {@link #end()}; what the sink throws passes through, and the writer is of no use after
 * that. Nothing is allocated per key (but for compression of strings beyond {@link #SCRATCH_KEPT_BYTES}).
 */
public final class RdbWriter {

    /** Size of the buffer unless said otherwise. */
    public static final int DEFAULT_BUFFER_BYTES = 64 * 1024;

    /** A compression buffer larger than this is not kept for the next string. */
    public static final int SCRATCH_KEPT_BYTES = 256 * 1024;

    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT_LE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_BE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle DOUBLE_LE =
            MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

    /** Below this LZF cannot win; Redis does not try either. */
    private static final int COMPRESS_ABOVE_BYTES = 20;

    private static final int COMPRESS_GAIN_BYTES_MIN = 4;
    private static final int INTEGER_DIGITS_MAX = 11;
    private static final int LONG_DIGITS_MAX = 20;

    private final RdbSink sink;
    private final boolean compression;
    private final boolean checksum;
    private final byte[] buffer;
    private final Lzf lzf = new Lzf();
    private byte[] scratch = new byte[0];
    private int filled;
    private long flushedBytes;
    private long crc;
    // Strings and scores that the collection begun last still owes.
    private long pending;

    /** A writer with the usual buffer. */
    public RdbWriter(RdbSink sink, boolean compression, boolean checksum) {
        this(sink, compression, checksum, DEFAULT_BUFFER_BYTES);
    }

    /**
     * A writer.
     *
     * @param compression whether strings longer than 20 bytes are compressed where that gains (rdbcompression)
     * @param checksum whether a checksum is computed (rdbchecksum); without it the footer is zero, which readers accept
     * @param bufferBytes how much is gathered before the sink gets it, at least 64
     */
    public RdbWriter(RdbSink sink, boolean compression, boolean checksum, int bufferBytes) {
        if (bufferBytes < 64) {
            throw new IllegalArgumentException("a buffer of " + bufferBytes + " bytes is too small");
        }
        this.sink = sink;
        this.compression = compression;
        this.checksum = checksum;
        this.buffer = new byte[bufferBytes];
    }

    /** How many bytes the dump has so far, those in the buffer included. */
    public long position() {
        return flushedBytes + filled;
    }

    /** The nine bytes by which a dump is known. */
    public void header() throws IOException {
        byte[] magic = String.format("REDIS%04d", VERSION_WRITTEN).getBytes(StandardCharsets.US_ASCII);
        raw(magic, 0, magic.length);
    }

    /** An auxiliary field, for instance {@code redis-ver}; readers ignore names that they do not know. */
    public void aux(String name, String value) throws IOException {
        opcode(OPCODE_AUX);
        utf8(name);
        utf8(value);
    }

    /** An auxiliary field with a number, for instance {@code ctime} in seconds. */
    public void aux(String name, long value) throws IOException {
        opcode(OPCODE_AUX);
        utf8(name);
        integerString(value);
    }

    /** The source of a function library. Only Redis 7.0 and later load a dump that holds one. */
    public void function(byte[] code) throws IOException {
        opcode(OPCODE_FUNCTION2);
        bulk(code, 0, code.length);
    }

    /** The keys that follow belong to this database. */
    public void selectDb(int database) throws IOException {
        opcode(OPCODE_SELECTDB);
        length(database);
    }

    /** Tells the reader how much room the database will need. */
    public void resizeDb(long keys, long expires) throws IOException {
        opcode(OPCODE_RESIZEDB);
        length(keys);
        length(expires);
    }

    /** The next key expires at this Unix time in milliseconds. */
    public void expireAtMillis(long millis) throws IOException {
        opcode(OPCODE_EXPIRETIME_MS);
        longLittleEndian(millis);
    }

    /** The next key was last used that many seconds ago. */
    public void idleSeconds(long seconds) throws IOException {
        opcode(OPCODE_IDLE);
        length(seconds);
    }

    /** The next key's LFU counter, 0 to 255. */
    public void frequency(int counter) throws IOException {
        opcode(OPCODE_FREQ);
        room(1);
        buffer[filled++] = (byte) counter;
    }

    /** What {@code meta} says, if anything, about the next key. */
    public void meta(RdbMeta meta) throws IOException {
        if (meta.expireAtMillis() != -1) {
            expireAtMillis(meta.expireAtMillis());
        }
        if (meta.idleSeconds() != -1) {
            idleSeconds(meta.idleSeconds());
        }
        if (meta.frequency() != -1) {
            frequency(meta.frequency());
        }
    }

    /** A key with a string. */
    public void string(byte[] key, int keyOffset, int keyLength, byte[] value, int valueOffset, int valueLength)
            throws IOException {
        opcode(TYPE_STRING);
        bulk(key, keyOffset, keyLength);
        bulk(value, valueOffset, valueLength);
    }

    /** A key with a string that is the decimal form of a number. */
    public void string(byte[] key, int keyOffset, int keyLength, long value) throws IOException {
        opcode(TYPE_STRING);
        bulk(key, keyOffset, keyLength);
        integerString(value);
    }

    /** Type and value of a string, without a key. */
    public void string(byte[] value, int offset, int length) throws IOException {
        opcode(TYPE_STRING);
        bulk(value, offset, length);
    }

    /** Type and value of a string that is the decimal form of a number, without a key. */
    public void string(long value) throws IOException {
        opcode(TYPE_STRING);
        integerString(value);
    }

    /** A key with a list: {@code count} calls of element follow, head first. */
    public void beginList(byte[] key, int keyOffset, int keyLength, long count) throws IOException {
        begin(TYPE_LIST, key, keyOffset, keyLength, count, 1);
    }

    /** A key with a set: {@code count} calls of element follow. */
    public void beginSet(byte[] key, int keyOffset, int keyLength, long count) throws IOException {
        begin(TYPE_SET, key, keyOffset, keyLength, count, 1);
    }

    /** A key with a hash: {@code count} times two calls of element follow, the field and then its value. */
    public void beginHash(byte[] key, int keyOffset, int keyLength, long count) throws IOException {
        begin(TYPE_HASH, key, keyOffset, keyLength, count, 2);
    }

    /** A key with a sorted set: {@code count} times element and {@link #score} follow, highest score first as Redis. */
    public void beginZset(byte[] key, int keyOffset, int keyLength, long count) throws IOException {
        begin(TYPE_ZSET_2, key, keyOffset, keyLength, count, 2);
    }

    /** A list without a key. */
    public void beginList(long count) throws IOException {
        begin(TYPE_LIST, count, 1);
    }

    /** A set without a key. */
    public void beginSet(long count) throws IOException {
        begin(TYPE_SET, count, 1);
    }

    /** A hash without a key. */
    public void beginHash(long count) throws IOException {
        begin(TYPE_HASH, count, 2);
    }

    /** A sorted set without a key. */
    public void beginZset(long count) throws IOException {
        begin(TYPE_ZSET_2, count, 2);
    }

    /** The next element of a list, member of a set or sorted set, field of a hash or value of a field. */
    public void element(byte[] array, int offset, int length) throws IOException {
        owed();
        bulk(array, offset, length);
    }

    /** The same for one that is the decimal form of a number. */
    public void element(long value) throws IOException {
        owed();
        integerString(value);
    }

    /** The score of the member of a sorted set that was written just before. */
    public void score(double score) throws IOException {
        owed();
        room(8);
        DOUBLE_LE.set(buffer, filled, score);
        filled += 8;
    }

    /**
     * A key with a stream: so many calls of {@link #streamBlock} follow, {@link #streamState}, and for each group {@link
     * #streamGroup}, as many of {@link #streamPending}, {@link #streamConsumers}, and for each of these {@link
     * #streamConsumer} with as many of {@link #streamOwned}. Only Redis 7.0 and later load a dump that holds one.
     */
    public void beginStream(byte[] key, int keyOffset, int keyLength, long blocks) throws IOException {
        opcode(TYPE_STREAM_LISTPACKS_2);
        bulk(key, keyOffset, keyLength);
        beginParts(blocks);
    }

    /** A stream without a key. */
    public void beginStream(long blocks) throws IOException {
        opcode(TYPE_STREAM_LISTPACKS_2);
        beginParts(blocks);
    }

    private void beginParts(long blocks) throws IOException {
        length(blocks);
        pending = blocks + 1;
    }

    /** The next block of the stream's entries: the id under which it is kept, and its listpack. */
    public void streamBlock(long millis, long sequence, byte[] listpack, int offset, int length) throws IOException {
        owed();
        length(16);
        id(millis, sequence);
        bulk(listpack, offset, length);
    }

    /** What else there is to know of the stream; it has to be counted. So many groups follow. */
    public void streamState(RdbStream state, long groups) throws IOException {
        owed();
        unsigned(state.length());
        unsigned(state.lastMillis());
        unsigned(state.lastSequence());
        unsigned(state.firstMillis());
        unsigned(state.firstSequence());
        unsigned(state.deletedMillis());
        unsigned(state.deletedSequence());
        unsigned(state.entriesAdded());
        length(groups);
        pending += groups;
    }

    /** The next group; {@code pendingEntries} follow, and the consumers. */
    public void streamGroup(byte[] name, long lastMillis, long lastSequence, long entriesRead, long pendingEntries)
            throws IOException {
        owed();
        bulk(name, 0, name.length);
        unsigned(lastMillis);
        unsigned(lastSequence);
        unsigned(entriesRead);
        length(pendingEntries);
        pending += pendingEntries + 1;
    }

    /** The next pending entry of the group; ids have to rise. */
    public void streamPending(long millis, long sequence, long deliveredAtMillis, long deliveries) throws IOException {
        owed();
        id(millis, sequence);
        longLittleEndian(deliveredAtMillis);
        unsigned(deliveries);
    }

    /** So many consumers of the group follow. */
    public void streamConsumers(long consumers) throws IOException {
        owed();
        length(consumers);
        pending += consumers;
    }

    /** The next consumer; so many of the group's pending entries, which follow, belong to it. */
    public void streamConsumer(byte[] name, long seenAtMillis, long owned) throws IOException {
        owed();
        bulk(name, 0, name.length);
        longLittleEndian(seenAtMillis);
        length(owned);
        pending += owned;
    }

    /** The next entry that belongs to the consumer; ids have to rise. */
    public void streamOwned(long millis, long sequence) throws IOException {
        owed();
        id(millis, sequence);
    }

    private void id(long millis, long sequence) throws IOException {
        room(16);
        LONG_BE.set(buffer, filled, millis);
        LONG_BE.set(buffer, filled + 8, sequence);
        filled += 16;
    }

    private void longLittleEndian(long value) throws IOException {
        room(8);
        LONG_LE.set(buffer, filled, value);
        filled += 8;
    }

    /** A length of 64 bits without a sign. */
    private void unsigned(long value) throws IOException {
        if (value >= 0) {
            length(value);
        } else {
            room(9);
            buffer[filled] = (byte) LENGTH_64_BIT;
            LONG_BE.set(buffer, filled + 1, value);
            filled += 9;
        }
    }

    /** A key with a value as {@link RdbVisitor#opaque} handed it over. */
    public void opaque(
            byte[] key, int keyOffset, int keyLength, int type, byte[] payload, int payloadOffset, int payloadLength)
            throws IOException {
        opcode(type);
        bulk(key, keyOffset, keyLength);
        raw(payload, payloadOffset, payloadLength);
    }

    /** Such a value without a key. */
    public void opaque(int type, byte[] payload, int offset, int length) throws IOException {
        opcode(type);
        raw(payload, offset, length);
    }

    /** The end of the dump: the last opcode, the checksum, and all of the buffer goes to the sink. */
    public void end() throws IOException {
        opcode(OPCODE_EOF);
        crcFooter();
    }

    /** Hands to the sink what is in the buffer. */
    public void flush() throws IOException {
        if (filled > 0) {
            int ready = filled;
            filled = 0;
            flushedBytes += ready;
            if (checksum) {
                crc = Crc64.update(crc, buffer, 0, ready);
            }
            sink.write(buffer, 0, ready);
        }
    }

    /** The footer of a {@link DumpPayload}: two bytes of version, eight of checksum. */
    void dumpFooter() throws IOException {
        complete();
        room(2);
        buffer[filled++] = VERSION_WRITTEN;
        buffer[filled++] = 0;
        crcFooter();
    }

    private void crcFooter() throws IOException {
        flush();
        LONG_LE.set(buffer, 0, crc);
        flushedBytes += 8;
        sink.write(buffer, 0, 8);
    }

    private void begin(int type, byte[] key, int keyOffset, int keyLength, long count, int partsPerElement)
            throws IOException {
        opcode(type);
        bulk(key, keyOffset, keyLength);
        count(count, partsPerElement);
    }

    private void begin(int type, long count, int partsPerElement) throws IOException {
        opcode(type);
        count(count, partsPerElement);
    }

    private void count(long count, int partsPerElement) throws IOException {
        // Redis drops an empty collection when it loads one, with a warning: none may be written.
        if (count <= 0) {
            throw new IllegalArgumentException("a collection of " + count + " elements cannot be dumped");
        }
        length(count);
        pending = count * partsPerElement;
    }

    private void owed() {
        if (--pending < 0) {
            throw new IllegalStateException("more elements than were announced");
        }
    }

    private void complete() {
        if (pending != 0) {
            throw new IllegalStateException("elements fewer or more than were announced: " + pending + " missing");
        }
    }

    private void opcode(int opcode) throws IOException {
        complete();
        room(1);
        buffer[filled++] = (byte) opcode;
    }

    private void room(int bytes) throws IOException {
        if (buffer.length - filled < bytes) {
            flush();
        }
    }

    private void length(long length) throws IOException {
        room(9);
        if (length < 0) {
            throw new IllegalArgumentException("negative length " + length);
        } else if (length < 1 << 6) {
            buffer[filled++] = (byte) length;
        } else if (length < 1 << 14) {
            buffer[filled++] = (byte) (LENGTH_14_BIT | (length >> 8));
            buffer[filled++] = (byte) length;
        } else if (length <= 0xffff_ffffL) {
            buffer[filled] = (byte) LENGTH_32_BIT;
            INT_BE.set(buffer, filled + 1, (int) length);
            filled += 5;
        } else {
            buffer[filled] = (byte) LENGTH_64_BIT;
            LONG_BE.set(buffer, filled + 1, length);
            filled += 9;
        }
    }

    private void utf8(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        bulk(bytes, 0, bytes.length);
    }

    private void bulk(byte[] array, int offset, int length) throws IOException {
        if (length <= INTEGER_DIGITS_MAX) {
            long value = canonicalInteger(array, offset, length);
            if (value == (int) value) {
                integerString(value);
                return;
            }
        } else if (compression && length > COMPRESS_ABOVE_BYTES && compressed(array, offset, length)) {
            return;
        }
        length(length);
        raw(array, offset, length);
    }

    /** The number whose only decimal form these bytes are; Long.MAX_VALUE when there is none, or none of 32 bits. */
    private static long canonicalInteger(byte[] array, int offset, int length) {
        if (length == 0) {
            return Long.MAX_VALUE;
        }
        int at = offset;
        int end = offset + length;
        boolean negative = array[at] == '-';
        if (negative) {
            at++;
        }
        if (at == end || array[at] < '0' || array[at] > '9') {
            return Long.MAX_VALUE;
        }
        if (array[at] == '0') {
            return length == 1 ? 0 : Long.MAX_VALUE;
        }
        long value = 0;
        while (at < end) {
            int digit = array[at++] - '0';
            if (digit < 0 || digit > 9) {
                return Long.MAX_VALUE;
            }
            value = value * 10 + digit;
        }
        return negative ? -value : value;
    }

    private void integerString(long value) throws IOException {
        room(1 + LONG_DIGITS_MAX);
        if (value == (byte) value) {
            buffer[filled++] = (byte) (LENGTH_ENCODED | STRING_INT8);
            buffer[filled++] = (byte) value;
        } else if (value == (short) value) {
            buffer[filled++] = (byte) (LENGTH_ENCODED | STRING_INT16);
            buffer[filled++] = (byte) value;
            buffer[filled++] = (byte) (value >> 8);
        } else if (value == (int) value) {
            buffer[filled] = (byte) (LENGTH_ENCODED | STRING_INT32);
            INT_LE.set(buffer, filled + 1, (int) value);
            filled += 5;
        } else {
            digits(value);
        }
    }

    /** A number beyond 32 bits is stored as its digits, at most 20 of them: a length of one byte. */
    private void digits(long value) {
        int digits = value < 0 ? 1 : 0;
        for (long rest = value; rest != 0; rest /= 10) {
            digits++;
        }
        buffer[filled++] = (byte) digits;
        int at = filled + digits;
        filled = at;
        for (long rest = value; rest != 0; rest /= 10) {
            buffer[--at] = (byte) ('0' + Math.abs(rest % 10));
        }
        if (value < 0) {
            buffer[--at] = '-';
        }
    }

    private boolean compressed(byte[] array, int offset, int length) throws IOException {
        int outMax = length - COMPRESS_GAIN_BYTES_MIN;
        byte[] out = scratch;
        if (out.length < outMax) {
            out = new byte[Math.max(outMax, Math.min(2 * outMax, SCRATCH_KEPT_BYTES))];
            if (out.length <= SCRATCH_KEPT_BYTES) {
                scratch = out;
            }
        }
        int packed = lzf.compress(array, offset, length, out, outMax);
        if (packed == 0) {
            return false;
        }
        room(1);
        buffer[filled++] = (byte) (LENGTH_ENCODED | STRING_LZF);
        length(packed);
        length(length);
        raw(out, 0, packed);
        return true;
    }

    private void raw(byte[] array, int offset, int length) throws IOException {
        if (length <= buffer.length - filled) {
            System.arraycopy(array, offset, buffer, filled, length);
            filled += length;
            return;
        }
        flush();
        if (length < buffer.length) {
            System.arraycopy(array, offset, buffer, 0, length);
            filled = length;
            return;
        }
        // Longer than the buffer: the sink takes it from where it is.
        flushedBytes += length;
        if (checksum) {
            crc = Crc64.update(crc, array, offset, length);
        }
        sink.write(array, offset, length);
    }
}
