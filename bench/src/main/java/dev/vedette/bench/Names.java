package dev.vedette.bench;

/**
 * Names of one length with a number in them ({@code key:000000000123}), written into one array again and again, and the
 * numbers themselves, drawn evenly. Makes no garbage.
 */
public final class Names {

    private static final int DIGITS = 12;

    private final int prefixLength;
    private final byte[] bytes;
    private long seed = 0x9e3779b97f4a7c15L;

    /** Names that begin so. */
    public Names(String prefix) {
        prefixLength = prefix.length();
        bytes = new byte[prefixLength + DIGITS];
        for (int i = 0; i < prefixLength; i++) {
            bytes[i] = (byte) prefix.charAt(i);
        }
    }

    /** The name of that number, up to 10^12 - 1; valid until the next call. */
    public byte[] of(long number) {
        long rest = number;
        for (int i = bytes.length - 1; i >= prefixLength; i--) {
            long tenth = rest / 10;
            bytes[i] = (byte) ('0' + (rest - tenth * 10));
            rest = tenth;
        }
        return bytes;
    }

    /** One of so many names. */
    public byte[] any(int count) {
        return of(draw(count));
    }

    /** A number below {@code count}. */
    public int draw(int count) {
        seed ^= seed << 13;
        seed ^= seed >>> 7;
        seed ^= seed << 17;
        return (int) ((seed >>> 33) * count >>> 31);
    }

    /** Bytes of every name. */
    public int length() {
        return bytes.length;
    }
}
