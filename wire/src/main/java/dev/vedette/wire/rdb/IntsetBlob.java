package dev.vedette.wire.rdb;

/**
 * A set of integers, ascending, all of one width. Everything is little endian.
 *
 * <pre>
 *   | width 2, 4 or 8 : u32 | count : u32 | integer | integer | ...
 * </pre>
 */
final class IntsetBlob extends PackedBlob {

    private static final int HEADER_BYTES = 8;
    private int width;

    IntsetBlob(byte[] bytes) {
        super(bytes);
    }

    @Override
    int validate() {
        if (bytes.length < HEADER_BYTES) {
            return -1;
        }
        width = (int) INT_LE.get(bytes, 0);
        long count = (int) INT_LE.get(bytes, 4) & 0xffff_ffffL;
        if ((width != 2 && width != 4 && width != 8) || count == 0 || HEADER_BYTES + count * width != bytes.length) {
            return -1;
        }
        for (int i = HEADER_BYTES + width; i < bytes.length; i += width) {
            if (value(i) <= value(i - width)) {
                return -1;
            }
        }
        at = HEADER_BYTES;
        return (int) count;
    }

    @Override
    boolean hasNext() {
        return at < bytes.length;
    }

    @Override
    byte[] next() {
        long value = value(at);
        at += width;
        return decimal(value);
    }

    private long value(int index) {
        return switch (width) {
            case 2 -> (short) SHORT_LE.get(bytes, index);
            case 4 -> (int) INT_LE.get(bytes, index);
            default -> (long) LONG_LE.get(bytes, index);
        };
    }
}
