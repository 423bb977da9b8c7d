package dev.vedette.wire.rdb;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/**
 * One value outside of a dump, as DUMP gives and RESTORE takes it.
 *
 * <pre>
 *   | type : u8 | value | version : u16 little endian | CRC-64 of all before : u64 little endian |
 * </pre>
 */
public final class DumpPayload {

    private static final int FOOTER_BYTES = 10;
    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte[] NO_KEY = {};

    /** Writes type and value with the methods of {@link RdbWriter} that take no key. */
    @FunctionalInterface
    public interface Value {
        /** Writes exactly one value. */
        void writeTo(RdbWriter writer) throws IOException;
    }

    private DumpPayload() {}

    /** The payload of one value. */
    public static byte[] write(boolean compression, Value value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        RdbWriter writer = new RdbWriter(bytes::write, compression, true, 1024);
        try {
            value.writeTo(writer);
            writer.dumpFooter();
        } catch (IOException impossible) {
            throw new AssertionError("an array cannot fail to take bytes", impossible);
        }
        return bytes.toByteArray();
    }

    /**
     * Verifies a payload and reads its value into the visitor, with an empty key and {@link RdbMeta#NONE}.
     *
     * @param checked whether the checksum must be right
     * @throws RdbFormatException of kind VERSION or CHECKSUM, where Redis says {@code ERR DUMP payload version or
     *     checksum are wrong}; of another kind where it says {@code ERR Bad data format}
     */
    public static void read(byte[] payload, boolean checked, RdbVisitor visitor) throws IOException {
        int valueEnd = verified(payload, checked);
        if (valueEnd == 0) {
            throw RdbFormatException.corruptAt(0, "a type");
        }
        RdbReader reader = reader(payload, valueEnd);
        reader.bareValue(NO_KEY, visitor);
        if (reader.position() != valueEnd) {
            throw RdbFormatException.corruptAt(reader.position(), "the end of the value");
        }
    }

    /**
     * Verifies a payload of function libraries (FUNCTION DUMP) and hands over the source of each.
     *
     * @param checked whether the checksum must be right
     * @throws RdbFormatException as {@link #read}; of kind CORRUPT where there is something else in it
     */
    public static void readFunctions(byte[] payload, boolean checked, Consumer<byte[]> sources) throws IOException {
        int end = verified(payload, checked);
        RdbReader reader = reader(payload, end);
        while (reader.position() < end) {
            sources.accept(reader.bareFunction());
        }
    }

    private static RdbReader reader(byte[] payload, int end) {
        RdbSource nothingMore = (array, offset, length) -> -1;
        return new RdbReader(nothingMore, false, payload, end);
    }

    /** Where the footer of a payload begins, which is as it should be, its checksum if that is to be looked at. */
    private static int verified(byte[] payload, boolean checked) throws RdbFormatException {
        int valueEnd = payload.length - FOOTER_BYTES;
        if (valueEnd < 0) {
            throw new RdbFormatException(
                    RdbFormatException.Kind.CHECKSUM, payload.length, "DUMP payload shorter than its footer");
        }
        int version = Byte.toUnsignedInt(payload[valueEnd]) | (Byte.toUnsignedInt(payload[valueEnd + 1]) << 8);
        if (version > RdbFormat.VERSION_READ_MAX) {
            throw new RdbFormatException(
                    RdbFormatException.Kind.VERSION, valueEnd, "Can't handle RDB format version " + version);
        }
        if (!checked) {
            return valueEnd;
        }
        long expected = Crc64.update(0, payload, 0, valueEnd + 2);
        if ((long) LONG_LE.get(payload, valueEnd + 2) != expected) {
            throw new RdbFormatException(
                    RdbFormatException.Kind.CHECKSUM,
                    valueEnd + 2L,
                    "Wrong DUMP checksum expected: (" + Long.toHexString(expected) + ")");
        }
        return valueEnd;
    }
}
