package dev.vedette.wire.rdb;

/**
 * A ziplist, the packed list of Redis before 7. Everything is little endian unless said otherwise.
 *
 * <pre>
 *   | bytes : u32 | offset of the last entry : u32 | count : u16, 65535 = unknown | entry | ... | 255 |
 *
 *   entry = | length of the entry before: one byte below 254, or 254 and u32 | encoding | data |
 *
 *   00LLLLLL ...                    a string of L bytes
 *   01LLLLLL LLLLLLLL ...           a string of L bytes, big endian
 *   10...... L L L L ...            a string of L bytes, big endian
 *   11000000, 11010000, 11100000    a number of 2, 4, 8 bytes
 *   11110000, 11111110              a number of 3 bytes, of 1 byte
 *   1111dddd                        the number d-1, d from 1 to 13
 * </pre>
 */
final class ZiplistBlob extends PackedBlob {

    private static final int HEADER_BYTES = 10;
    private static final int COUNT_UNKNOWN = 0xffff;
    private static final int LONG_BEFORE = 254;
    private static final int END = 0xff;

    ZiplistBlob(byte[] bytes) {
        super(bytes);
    }

    @Override
    int validate() {
        int size = bytes.length;
        if (size < HEADER_BYTES + 1 || (int) INT_LE.get(bytes, 0) != size || unsigned(size - 1) != END) {
            return -1;
        }
        int last = size - 1;
        long tail = (int) INT_LE.get(bytes, 4) & 0xffff_ffffL;
        int told = (short) SHORT_LE.get(bytes, 8) & 0xffff;
        if (tail > last) {
            return -1;
        }
        int count = 0;
        int before = HEADER_BYTES;
        long beforeBytes = 0;
        at = HEADER_BYTES;
        while (at < last) {
            int start = at;
            int first = unsigned(start);
            int encoding = start + (first < LONG_BEFORE ? 1 : 5);
            if (first == END || encoding >= last) {
                return -1;
            }
            long beforeTold = first < LONG_BEFORE ? first : (int) INT_LE.get(bytes, start + 1) & 0xffff_ffffL;
            int headBytes = headBytes(unsigned(encoding));
            if (beforeTold != beforeBytes || headBytes == 0 || encoding + headBytes > last) {
                return -1;
            }
            long end = encoding + headBytes + dataBytes(encoding);
            if (end > last) {
                return -1;
            }
            before = start;
            beforeBytes = end - start;
            at = (int) end;
            count++;
        }
        if ((count > 0 && tail != before) || (told != COUNT_UNKNOWN && told != count)) {
            return -1;
        }
        at = HEADER_BYTES;
        return count;
    }

    @Override
    boolean hasNext() {
        return at < bytes.length - 1;
    }

    @Override
    byte[] next() {
        int encoding = at + (unsigned(at) < LONG_BEFORE ? 1 : 5);
        int head = unsigned(encoding);
        int data = encoding + headBytes(head);
        int length = (int) dataBytes(encoding);
        at = data + length;
        if (head < 0xC0) {
            return copy(data, length);
        }
        return decimal(
                switch (head) {
                    case 0xC0 -> (short) SHORT_LE.get(bytes, data);
                    case 0xD0 -> (int) INT_LE.get(bytes, data);
                    case 0xE0 -> (long) LONG_LE.get(bytes, data);
                    case 0xF0 -> int24(data);
                    case 0xFE -> bytes[data];
                    default -> (head & 0x0f) - 1;
                });
    }

    /** Bytes of the encoding with its length, 0 for an encoding that does not exist. */
    private static int headBytes(int head) {
        if (head < 0x40) {
            return 1;
        } else if (head < 0x80) {
            return 2;
        } else if (head < 0xC0) {
            return 5;
        }
        boolean number = head == 0xC0 || head == 0xD0 || head == 0xE0 || (head >= 0xF0 && head <= 0xFE);
        return number ? 1 : 0;
    }

    private long dataBytes(int encoding) {
        int head = unsigned(encoding);
        if (head < 0x40) {
            return head;
        } else if (head < 0x80) {
            return acrossTwo(encoding, 6);
        } else if (head < 0xC0) {
            return Integer.reverseBytes((int) INT_LE.get(bytes, encoding + 1)) & 0xffff_ffffL;
        }
        return switch (head) {
            case 0xC0 -> 2;
            case 0xD0 -> 4;
            case 0xE0 -> 8;
            case 0xF0 -> 3;
            case 0xFE -> 1;
            default -> 0;
        };
    }
}
