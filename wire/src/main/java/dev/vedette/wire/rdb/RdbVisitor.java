package dev.vedette.wire.rdb;

import java.io.IOException;
import java.util.Arrays;

/**
 * What an {@link RdbReader} tells, in the order of the file, on the thread that calls the reader.
 *
 * <p>A string key comes as one {@link #string}. A collection comes as one begin call, then its elements one by one,
 * then {@link #endValue()}; however it was packed in the file, it looks the same here. When the reader fails, a value may
 * have been begun and never ended: whoever builds from this throws away what was built.
 *
 * <p>Arrays are fresh and belong to the receiver, but for those of {@link #string(byte[], int, int, byte[], int, int,
 * RdbMeta)}. Duplicates inside a set, hash or sorted set, and a key that comes
 * twice, are not detected by the reader; a receiver that finds one may throw {@link RdbFormatException#corrupt}.
 * Whatever a method throws ends the reading and reaches the caller of the reader.
 */
public interface RdbVisitor {

    /** The header was read; {@code version} is 1 to {@link RdbFormat#VERSION_READ_MAX}. */
    default void version(int version) throws IOException {}

    /** An auxiliary field: redis-ver, ctime, repl-id and so on. Unknown names are to be ignored. */
    default void aux(byte[] name, byte[] value) throws IOException {}

    /** The keys that follow belong to this database. Before the first call it is database 0. */
    default void selectDb(int database) throws IOException {}

    /** How many keys, and how many with an expiry, the file claims to hold for this database. Untrusted: a hint. */
    default void resizeDb(long keys, long expires) throws IOException {}

    /** The source code of one function library, with its {@code #!engine name=...} line. */
    default void function(byte[] code) throws IOException {}

    /** Data of a module that belongs to no key was skipped; {@code module} is the module type's name of 9 characters. */
    default void moduleAux(String module) throws IOException {}

    /** A string. Integers come as their decimal digits. */
    void string(byte[] key, byte[] value, RdbMeta meta) throws IOException;

    /** A string told where it lies: the arrays are the reader's, and change when this has returned. */
    default void string(
            byte[] keyArray,
            int keyOffset,
            int keyLength,
            byte[] valueArray,
            int valueOffset,
            int valueLength,
            RdbMeta meta)
            throws IOException {
        string(
                Arrays.copyOfRange(keyArray, keyOffset, keyOffset + keyLength),
                Arrays.copyOfRange(valueArray, valueOffset, valueOffset + valueLength),
                meta);
    }

    /**
     * A list begins; its elements follow from head to tail as {@link #element}.
     *
     * @param sizeHint how many elements are expected, capped at {@link RdbReader#SIZE_HINT_MAX} so that a lying file
     *     cannot make the receiver allocate
     */
    void beginList(byte[] key, RdbMeta meta, int sizeHint) throws IOException;

    /** The next element of the list. */
    void element(byte[] element) throws IOException;

    /** A set begins; see {@link #beginList} for the hint. */
    void beginSet(byte[] key, RdbMeta meta, int sizeHint) throws IOException;

    /** The next member of the set. */
    void member(byte[] member) throws IOException;

    /** A hash begins; see {@link #beginList} for the hint. */
    void beginHash(byte[] key, RdbMeta meta, int sizeHint) throws IOException;

    /** The next field of the hash. */
    void field(byte[] field, byte[] value) throws IOException;

    /** A sorted set begins; see {@link #beginList} for the hint. Members come in no promised order. */
    void beginZset(byte[] key, RdbMeta meta, int sizeHint) throws IOException;

    /** The next member of the sorted set; the score is never NaN. */
    void member(byte[] member, double score) throws IOException;

    /**
     * A stream begins: {@link #streamBlock} for each block of entries, {@link #streamState}, and then {@link #streamGroup}
     * for each consumer group, which is followed by its {@link #streamPending} and its consumers.
     */
    void beginStream(byte[] key, RdbMeta meta) throws IOException;

    /**
     * The next block of the stream's entries, kept under that id. That its listpack is a sound one, built as entries are,
     * has been seen; not that ids rise, or come once.
     */
    void streamBlock(long millis, long sequence, byte[] listpack) throws IOException;

    /** What else there is to know of the stream; its length is that of all blocks. */
    void streamState(RdbStream state) throws IOException;

    /**
     * A consumer group of the stream.
     *
     * @param entriesRead how many entries it has read, -1 when that is unknown
     */
    void streamGroup(byte[] name, long lastMillis, long lastSequence, long entriesRead) throws IOException;

    /** An entry that the group has delivered and nobody has acknowledged; whom it belongs to comes with the consumers. */
    void streamPending(long millis, long sequence, long deliveredAtMillis, long deliveries) throws IOException;

    /** A consumer of the group, last seen at that time. */
    void streamConsumer(byte[] name, long seenAtMillis) throws IOException;

    /** One of the group's pending entries belongs to the consumer that came last. */
    void streamOwned(long millis, long sequence) throws IOException;

    /** The collection is complete; it has at least one element, unless it is a stream. */
    void endValue() throws IOException;

    /**
     * A value that this codec does not take apart (a value of a module).
     *
     * @param type the type byte, for {@link RdbWriter#opaque}
     * @param payload everything between the key and the next opcode
     */
    void opaque(byte[] key, RdbMeta meta, int type, byte[] payload) throws IOException;

    /** A collection without elements, which old servers could write: Redis skips such a key and logs it. */
    default void emptyKey(byte[] key) throws IOException {}

    /** The end of the file; the checksum was right or absent. */
    default void end() throws IOException {}
}
