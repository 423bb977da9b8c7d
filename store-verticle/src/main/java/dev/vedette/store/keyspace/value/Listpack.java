package dev.vedette.store.keyspace.value;

import dev.vedette.store.keyspace.Decimals;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A listpack, Redis's packed list of numbers and texts, read and written in place through static functions.
 *
 * <pre>
 *   | bytes : u32 | count : u16, 65535 = unknown | element | element | ... | 255 |
 *
 *   element = | kind and data | length of that, seven bits a byte, to be read from its end |
 *
 *   0ddddddd                        a number 0..127
 *   10LLLLLL ...                    a text of L bytes
 *   110ddddd dddddddd               a number of 13 bits with sign
 *   1110LLLL LLLLLLLL ...           a text of L bytes
 *   11110000 L L L L ...            a text of L bytes, little endian
 *   11110001 .. 11110100            a number of 2, 3, 4, 8 bytes, little endian
 * </pre>
 *
 * Streams are kept like this so that a block is in memory what it is in a dump, and full where it would be full in Redis.
 * Nothing is checked here: what comes from outside has been when it gets here. A place is the offset of an element.
 */
final class Listpack {

    static final int HEADER_BYTES = 6;
    static final int END_BYTES = 1;
    /** The most that a number takes. */
    static final int INTEGER_BYTES_MAX = 10;

    private static final int COUNT_UNKNOWN = 0xffff;
    private static final int TEXT_32 = 0xF0;

    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Listpack() {}

    // ------------------------------------------------------------------ the whole

    /** Bytes of the listpack, which may be fewer than the array's. */
    static int bytes(byte[] pack) {
        return (int) INTS.get(pack, 0);
    }

    /** Where the element after the last would begin. */
    static int end(byte[] pack) {
        return bytes(pack) - END_BYTES;
    }

    /** So many elements were written, the last of which ends at {@code end}. */
    static void grown(byte[] pack, int end, int elements) {
        int count = (short) SHORTS.get(pack, 4) & 0xffff;
        pack[end] = (byte) 0xff;
        INTS.set(pack, 0, end + END_BYTES);
        SHORTS.set(pack, 4, (short) Math.min(COUNT_UNKNOWN, count + elements));
    }

    // ------------------------------------------------------------------ reading

    /** Where the next element begins. */
    static int next(byte[] pack, int at) {
        int bytes = elementBytes(pack, at);
        return at + bytes + backBytes(bytes);
    }

    /** Where the element begins that ends at {@code at}. */
    static int previous(byte[] pack, int at) {
        int place = at - 1;
        int bytes = pack[place] & 0x7f;
        int shift = 7;
        while (pack[place] < 0) {
            place--;
            bytes |= (pack[place] & 0x7f) << shift;
            shift += 7;
        }
        return place - bytes;
    }

    static boolean isInteger(byte[] pack, int at) {
        int kind = pack[at] & 0xff;
        return kind < 0x80 || kind >= 0xC0 && kind < 0xE0 || kind > TEXT_32;
    }

    /** The number at a place that holds one. */
    static long integer(byte[] pack, int at) {
        int kind = pack[at] & 0xff;
        if (kind < 0x80) {
            return kind;
        } else if (kind < 0xE0) {
            int thirteenBits = ((kind & 0x1f) << 8 | pack[at + 1] & 0xff) << 19;
            return thirteenBits >> 19;
        }
        return switch (kind) {
            case 0xF1 -> (short) SHORTS.get(pack, at + 1);
            case 0xF2 -> threeBytes(pack, at + 1);
            case 0xF3 -> (int) INTS.get(pack, at + 1);
            default -> (long) LONGS.get(pack, at + 1);
        };
    }

    private static int threeBytes(byte[] pack, int at) {
        return pack[at] & 0xff | (pack[at + 1] & 0xff) << 8 | pack[at + 2] << 16;
    }

    /** Where the bytes of a text begin. */
    static int textOffset(byte[] pack, int at) {
        int kind = pack[at] & 0xff;
        return at + (kind < 0xC0 ? 1 : kind < TEXT_32 ? 2 : 5);
    }

    /** The length of a text. */
    static int textLength(byte[] pack, int at) {
        int kind = pack[at] & 0xff;
        if (kind < 0xC0) {
            return kind & 0x3f;
        }
        return kind < TEXT_32 ? (kind & 0x0f) << 8 | pack[at + 1] & 0xff : (int) INTS.get(pack, at + 1);
    }

    private static int elementBytes(byte[] pack, int at) {
        int kind = pack[at] & 0xff;
        if (kind < 0x80) {
            return 1;
        } else if (kind < 0xC0) {
            return 1 + (kind & 0x3f);
        } else if (kind < 0xE0) {
            return 2;
        } else if (kind < TEXT_32) {
            return 2 + ((kind & 0x0f) << 8 | pack[at + 1] & 0xff);
        }
        return switch (kind) {
            case TEXT_32 -> 5 + (int) INTS.get(pack, at + 1);
            case 0xF1 -> 3;
            case 0xF2 -> 4;
            case 0xF3 -> 5;
            default -> 9;
        };
    }

    /** Whether the element at that place is these bytes, as a text or as the number that they are. */
    static boolean holds(byte[] pack, int at, byte[] array, int offset, int length) {
        if (!isInteger(pack, at)) {
            int from = textOffset(pack, at);
            return textLength(pack, at) == length
                    && java.util.Arrays.equals(pack, from, from + length, array, offset, offset + length);
        }
        return Decimals.isInteger(array, offset, length) && Decimals.parse(array, offset, length) == integer(pack, at);
    }

    // ------------------------------------------------------------------ writing

    /** How many bytes a number takes, all in all. */
    static int sizeOf(long number) {
        int bytes;
        if (number >= 0 && number <= 127) {
            bytes = 1;
        } else if (number >= -4096 && number <= 4095) {
            bytes = 2;
        } else if (number == (short) number) {
            bytes = 3;
        } else if (number >= -(1 << 23) && number < 1 << 23) {
            bytes = 4;
        } else {
            bytes = number == (int) number ? 5 : 9;
        }
        return bytes + 1;
    }

    /** How many bytes these take at the most, as a text or as the number that they are. */
    static long sizeMax(int length) {
        return length + 10L;
    }

    /** Writes a number; answers where it ends. */
    static int write(byte[] pack, int at, long number) {
        int bytes = sizeOf(number) - 1;
        switch (bytes) {
            case 1 -> pack[at] = (byte) number;
            case 2 -> {
                pack[at] = (byte) (0xC0 | number >> 8 & 0x1f);
                pack[at + 1] = (byte) number;
            }
            case 3 -> {
                pack[at] = (byte) 0xF1;
                SHORTS.set(pack, at + 1, (short) number);
            }
            case 4 -> {
                pack[at] = (byte) 0xF2;
                pack[at + 1] = (byte) number;
                pack[at + 2] = (byte) (number >> 8);
                pack[at + 3] = (byte) (number >> 16);
            }
            case 5 -> {
                pack[at] = (byte) 0xF3;
                INTS.set(pack, at + 1, (int) number);
            }
            default -> {
                pack[at] = (byte) 0xF4;
                LONGS.set(pack, at + 1, number);
            }
        }
        pack[at + bytes] = (byte) bytes;
        return at + bytes + 1;
    }

    /** Writes bytes, as a number if they are one; answers where that ends. */
    static int write(byte[] pack, int at, byte[] array, int offset, int length) {
        if (length <= Decimals.LENGTH_MAX && Decimals.isInteger(array, offset, length)) {
            return write(pack, at, Decimals.parse(array, offset, length));
        }
        int to = at;
        if (length < 64) {
            pack[to++] = (byte) (0x80 | length);
        } else if (length < 4096) {
            pack[to++] = (byte) (0xE0 | length >> 8);
            pack[to++] = (byte) length;
        } else {
            pack[to] = (byte) TEXT_32;
            INTS.set(pack, to + 1, length);
            to += 5;
        }
        System.arraycopy(array, offset, pack, to, length);
        to += length;
        return writeBack(pack, to, to - at);
    }

    private static int writeBack(byte[] pack, int at, int bytes) {
        int count = backBytes(bytes);
        for (int i = 0; i < count; i++) {
            int part = bytes >>> 7 * (count - 1 - i) & 0x7f;
            pack[at + i] = (byte) (i == 0 ? part : part | 0x80);
        }
        return at + count;
    }

    private static int backBytes(int bytes) {
        if (bytes <= 127) {
            return 1;
        } else if (bytes < 16383) {
            return 2;
        } else if (bytes < 2097151) {
            return 3;
        }
        return bytes < 268435455 ? 4 : 5;
    }
}
