package dev.vedette.wire.rdb;

/**
 * A zipmap, the small hash of Redis before 2.6.
 *
 * <pre>
 *   | fields, 254 = unknown : u8 | length | field | length | unused : u8 | value | unused bytes | length | ... | 255 |
 *
 *   length = one byte below 254, or 254 and u32 little endian
 * </pre>
 */
final class ZipmapBlob extends PackedBlob {

    private static final int COUNT_UNKNOWN = 254;
    private static final int LONG_LENGTH = 254;
    private static final int END = 0xff;

    // Whether the element at hand is a value, which has a byte that tells the unused ones.
    private boolean value;

    ZipmapBlob(byte[] bytes) {
        super(bytes);
    }

    @Override
    int validate() {
        int size = bytes.length;
        if (size < 2 || unsigned(size - 1) != END) {
            return -1;
        }
        int last = size - 1;
        int elements = 0;
        at = 1;
        while (at < last) {
            boolean isValue = elements % 2 == 1;
            int first = unsigned(at);
            int data = at + (first < LONG_LENGTH ? 1 : 5) + (isValue ? 1 : 0);
            if (first == END || data > last) {
                return -1;
            }
            long end = data + lengthAt(at) + (isValue ? unsigned(data - 1) : 0);
            if (end > last) {
                return -1;
            }
            at = (int) end;
            elements++;
        }
        boolean countWrong = unsigned(0) < COUNT_UNKNOWN && unsigned(0) != elements / 2;
        if (elements == 0 || elements % 2 == 1 || countWrong) {
            return -1;
        }
        at = 1;
        value = false;
        return elements;
    }

    @Override
    boolean hasNext() {
        return at < bytes.length - 1;
    }

    @Override
    byte[] next() {
        int length = (int) lengthAt(at);
        int data = at + (unsigned(at) < LONG_LENGTH ? 1 : 5) + (value ? 1 : 0);
        at = data + length + (value ? unsigned(data - 1) : 0);
        value = !value;
        return copy(data, length);
    }

    private long lengthAt(int index) {
        int first = unsigned(index);
        return first < LONG_LENGTH ? first : (int) INT_LE.get(bytes, index + 1) & 0xffff_ffffL;
    }
}
