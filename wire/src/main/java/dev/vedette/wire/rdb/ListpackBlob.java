package dev.vedette.wire.rdb;

/**
 * A listpack, the packed list of Redis 7 (and of streams before).
 *
 * <pre>
 *   | bytes : u32 | count : u16, 65535 = unknown | entry | entry | ... | 255 |
 *
 *   entry = | encoding and data | length of that, seven bits a byte, to be read from its end |
 *
 *   0ddddddd                        a number 0..127
 *   10LLLLLL ...                    a string of L bytes
 *   110ddddd dddddddd               a number of 13 bits with sign
 *   1110LLLL LLLLLLLL ...           a string of L bytes
 *   11110000 L L L L ...            a string of L bytes, little endian
 *   11110001 .. 11110100            a number of 2, 3, 4, 8 bytes, little endian
 * </pre>
 */
final class ListpackBlob extends PackedBlob {

    private static final int HEADER_BYTES = 6;
    private static final int COUNT_UNKNOWN = 0xffff;
    private static final int END = 0xff;

    ListpackBlob(byte[] bytes) {
        super(bytes);
    }

    @Override
    int validate() {
        int size = bytes.length;
        if (size < HEADER_BYTES + 1 || (int) INT_LE.get(bytes, 0) != size || unsigned(size - 1) != END) {
            return -1;
        }
        int told = (short) SHORT_LE.get(bytes, 4) & 0xffff;
        int last = size - 1;
        int count = 0;
        at = HEADER_BYTES;
        while (at < last) {
            int headBytes = headBytes(unsigned(at));
            if (headBytes == 0 || at + headBytes > last) {
                return -1;
            }
            long length = headBytes + dataBytes(at);
            int backBytes = backBytes(length);
            if (at + length + backBytes > last || !backLengthIs(length, at + (int) length, backBytes)) {
                return -1;
            }
            at += (int) length + backBytes;
            count++;
        }
        if (told != COUNT_UNKNOWN && told != count) {
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
        if (isInteger()) {
            return decimal(nextInteger());
        }
        int start = at;
        int headBytes = headBytes(unsigned(start));
        skip();
        return copy(start + headBytes, (int) dataBytes(start));
    }

    /** Passes the next element. */
    void skip() {
        int length = headBytes(unsigned(at)) + (int) dataBytes(at);
        at += length + backBytes(length);
    }

    /** Whether the next element is a number. */
    boolean isInteger() {
        int head = unsigned(at);
        return head < 0x80 || head >= 0xC0 && head < 0xE0 || head > 0xF0;
    }

    /** The next element, which is a number. */
    long nextInteger() {
        int start = at;
        int head = unsigned(start);
        skip();
        if (head < 0x80) {
            return head;
        } else if (head < 0xE0) {
            int thirteenBits = acrossTwo(start, 5) << 19;
            return thirteenBits >> 19;
        }
        return switch (head) {
            case 0xF1 -> (short) SHORT_LE.get(bytes, start + 1);
            case 0xF2 -> int24(start + 1);
            case 0xF3 -> (int) INT_LE.get(bytes, start + 1);
            default -> (long) LONG_LE.get(bytes, start + 1);
        };
    }

    /** Bytes of an entry that tell its kind and length, 0 for a kind that does not exist. */
    private static int headBytes(int head) {
        if (head < 0xE0) {
            return 1;
        } else if (head < 0xF0) {
            return 2;
        } else if (head == 0xF0) {
            return 5;
        }
        return head <= 0xF4 ? 1 : 0;
    }

    /** Bytes of the entry's data after its head. */
    private long dataBytes(int start) {
        int head = unsigned(start);
        if (head < 0x80) {
            return 0;
        } else if (head < 0xC0) {
            return head & 0x3f;
        } else if (head < 0xE0) {
            return 1;
        } else if (head < 0xF0) {
            return acrossTwo(start, 4);
        }
        return switch (head) {
            case 0xF0 -> (int) INT_LE.get(bytes, start + 1) & 0xffff_ffffL;
            case 0xF1 -> 2;
            case 0xF2 -> 3;
            case 0xF3 -> 4;
            default -> 8;
        };
    }

    private static int backBytes(long length) {
        if (length <= 127) {
            return 1;
        } else if (length < 16383) {
            return 2;
        } else if (length < 2097151) {
            return 3;
        }
        return length < 268435455 ? 4 : 5;
    }

    private boolean backLengthIs(long length, int from, int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            int part = unsigned(from + count - 1 - i);
            value |= (long) (part & 0x7f) << (7 * i);
            boolean more = (part & 0x80) != 0;
            if (more != (i < count - 1)) {
                return false;
            }
        }
        return value == length;
    }
}
