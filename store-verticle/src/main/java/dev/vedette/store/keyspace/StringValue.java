package dev.vedette.store.keyspace;

import java.util.Arrays;

/**
 * A string that may grow in place: what SET left when it was large, or what APPEND, SETRANGE and SETBIT work on.
 *
 * <p>Holds spare room at its end, as Redis's strings do, so that n appends cost O(n) altogether.
 */
public final class StringValue extends Value {

    /** The largest spare room that an append leaves, in bytes. */
    private static final int SPARE_BYTES_MAX = 1 << 20;

    private byte[] bytes;
    private int length;
    private boolean raw;
    private boolean lent;

    /** Takes over {@code bytes}; the caller must not touch it again. */
    public StringValue(byte[] bytes) {
        this(bytes, false);
    }

    /** As the other one; {@code raw} when OBJECT ENCODING is to say so whatever the length. */
    StringValue(byte[] bytes, boolean raw) {
        this.bytes = bytes;
        this.length = bytes.length;
        this.raw = raw;
    }

    /** The array that holds the string from 0 to {@link #length()}; longer than that by the spare room. */
    public byte[] array() {
        return bytes;
    }

    /**
     * As {@link #array}, for a reader who is not done when the command is: what is in there up to the present length stays,
     * since whoever changes the string changes a copy.
     */
    public byte[] lend() {
        lent = true;
        return bytes;
    }

    @Override
    boolean isLent() {
        return lent;
    }

    /** Length in bytes. */
    public int length() {
        return length;
    }

    /** Makes the string at least {@code newLength} long, filling with zero bytes. */
    public void ensureLength(int newLength) {
        raw = true;
        if (newLength <= length) {
            return;
        }
        if (newLength > bytes.length) {
            int spare = Math.min(newLength, SPARE_BYTES_MAX);
            bytes = Arrays.copyOf(bytes, (int) Math.min((long) newLength + spare, Integer.MAX_VALUE - 16));
        } else {
            Arrays.fill(bytes, length, newLength, (byte) 0);
        }
        length = newLength;
    }

    /** Writes a part at {@code at}, growing as needed. */
    public void write(int at, byte[] from, int offset, int count) {
        ensureLength(at + count);
        System.arraycopy(from, offset, bytes, at, count);
    }

    @Override
    public ValueType type() {
        return ValueType.STRING;
    }

    @Override
    public String encoding() {
        if (raw || length > Entries.EMBEDDED_BYTES_MAX) {
            return "raw";
        }
        return Decimals.isInteger(bytes, 0, length) ? "int" : "embstr";
    }

    @Override
    public long size() {
        return length;
    }

    @Override
    public long memoryBytes() {
        return 40L + bytes.length;
    }

    @Override
    public StringValue copy() {
        return new StringValue(Arrays.copyOf(bytes, length), raw);
    }
}
