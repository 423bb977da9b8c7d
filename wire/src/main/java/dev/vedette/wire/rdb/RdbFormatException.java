package dev.vedette.wire.rdb;

import java.io.IOException;

/**
 * The bytes are not what they should be. The message is what Redis would log; the offset counts from the first byte of
 * the dump.
 */
public final class RdbFormatException extends IOException {

    private static final long serialVersionUID = 1L;

    /** What is wrong, as far as a caller acts on it. */
    public enum Kind {
        /** It does not begin with {@code REDIS}. */
        SIGNATURE,
        /** A version that cannot be read. */
        VERSION,
        /** The bytes end too early. */
        UNEXPECTED_EOF,
        /** All was read and the checksum differs. */
        CHECKSUM,
        /** Lengths, types or encodings that make no sense. */
        CORRUPT
    }

    private final Kind kind;
    private final String text;
    private final long offset;

    RdbFormatException(Kind kind, long offset, String message) {
        super(message);
        this.kind = kind;
        this.text = message;
        this.offset = offset;
    }

    static RdbFormatException corruptAt(long offset, String expectation) {
        return new RdbFormatException(
                Kind.CORRUPT, offset, "Internal error in RDB reading offset " + offset + " -> " + expectation);
    }

    /**
     * For a visitor that finds what the format alone cannot show, duplicates for instance.
     *
     * @param reason such as {@code Duplicate set members detected}
     */
    public static RdbFormatException corrupt(String reason) {
        return new RdbFormatException(Kind.CORRUPT, -1, "Internal error in RDB -> " + reason);
    }

    @Override
    public String getMessage() {
        return text;
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }

    /** Bytes from the beginning of the dump to the place where it was noticed, or -1 when not known. */
    public long offset() {
        return offset;
    }
}
