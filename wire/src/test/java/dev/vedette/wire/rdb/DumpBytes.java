package dev.vedette.wire.rdb;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Assembles dumps byte by byte, in the encodings that {@link RdbWriter} does not write. */
final class DumpBytes {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }

    /** So many bytes of a number, little endian. */
    static byte[] little(long value, int bytes) {
        byte[] all = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
        return java.util.Arrays.copyOf(all, bytes);
    }

    static DumpBytes version(int version) {
        return new DumpBytes().raw(ascii(String.format("REDIS%04d", version)));
    }

    DumpBytes raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    DumpBytes raw(int... bytes) {
        for (int b : bytes) {
            out.write(b);
        }
        return this;
    }

    DumpBytes length(int length) {
        if (length < 64) {
            return raw(length);
        } else if (length < 1 << 14) {
            return raw(0x40 | (length >> 8), length & 0xff);
        }
        return raw(0x80, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff);
    }

    DumpBytes string(byte[] bytes) {
        return length(bytes.length).raw(bytes);
    }

    DumpBytes string(String text) {
        return string(ascii(text));
    }

    DumpBytes key(int type, String key) {
        return raw(type).string(key);
    }

    /** The end with the right checksum. */
    byte[] end() {
        raw(255);
        byte[] all = out.toByteArray();
        return join(all, little(Crc64.update(0, all, 0, all.length), 8));
    }

    byte[] endWithoutChecksum() {
        return raw(255).out.toByteArray();
    }

    byte[] unfinished() {
        return out.toByteArray();
    }

    /** Field, value, field, value; each value followed by that many unused bytes. */
    static byte[] zipmap(int unused, String... fieldsAndValues) {
        DumpBytes map = new DumpBytes().raw(fieldsAndValues.length / 2);
        for (int i = 0; i < fieldsAndValues.length; i++) {
            byte[] text = ascii(fieldsAndValues[i]);
            map.raw(
                    text.length < 254
                            ? new byte[] {(byte) text.length}
                            : join(new byte[] {(byte) 254}, little(text.length, 4)));
            if (i % 2 == 1) {
                map.raw(unused);
            }
            map.raw(text);
            if (i % 2 == 1) {
                map.raw(new byte[unused]);
            }
        }
        return map.raw(255).unfinished();
    }

    static byte[] intset(int width, long... values) {
        DumpBytes set = new DumpBytes().raw(little(width, 4)).raw(little(values.length, 4));
        for (long value : values) {
            set.raw(little(value, width));
        }
        return set.unfinished();
    }

    /** Entries are String or Long. */
    static byte[] ziplist(Object... entries) {
        List<byte[]> encoded = new ArrayList<>();
        int before = 0;
        int tail = 10;
        int at = 10;
        for (Object entry : entries) {
            byte[] link = before < 254 ? new byte[] {(byte) before} : join(new byte[] {(byte) 254}, little(before, 4));
            byte[] whole =
                    join(link, entry instanceof Long number ? ziplistNumber(number) : ziplistText(entry.toString()));
            encoded.add(whole);
            before = whole.length;
            tail = at;
            at += whole.length;
        }
        DumpBytes list =
                new DumpBytes().raw(little(at + 1, 4)).raw(little(tail, 4)).raw(little(entries.length, 2));
        encoded.forEach(list::raw);
        return list.raw(255).unfinished();
    }

    private static byte[] ziplistText(String text) {
        int n = text.length();
        DumpBytes entry = new DumpBytes();
        if (n < 64) {
            entry.raw(n);
        } else if (n < 1 << 14) {
            entry.raw(0x40 | (n >> 8), n & 0xff);
        } else {
            entry.raw(0x80, n >>> 24, (n >> 16) & 0xff, (n >> 8) & 0xff, n & 0xff);
        }
        return entry.raw(ascii(text)).unfinished();
    }

    private static byte[] ziplistNumber(long value) {
        DumpBytes entry = new DumpBytes();
        if (value >= 0 && value <= 12) {
            entry.raw(0xF1 + (int) value);
        } else if (value == (byte) value) {
            entry.raw(0xFE).raw(little(value, 1));
        } else if (value == (short) value) {
            entry.raw(0xC0).raw(little(value, 2));
        } else if (value >= -(1 << 23) && value < 1 << 23) {
            entry.raw(0xF0).raw(little(value, 3));
        } else if (value == (int) value) {
            entry.raw(0xD0).raw(little(value, 4));
        } else {
            entry.raw(0xE0).raw(little(value, 8));
        }
        return entry.unfinished();
    }

    /** Entries are String or Long. */
    static byte[] listpack(Object... entries) {
        DumpBytes body = new DumpBytes();
        for (Object entry : entries) {
            byte[] encoded = entry instanceof Long number ? listpackNumber(number) : listpackText(entry.toString());
            body.raw(encoded).raw(backLength(encoded.length));
        }
        byte[] all = body.raw(255).unfinished();
        return join(little(all.length + 6, 4), little(entries.length, 2), all);
    }

    private static byte[] backLength(int length) {
        int bytes = length <= 127 ? 1 : length < 16383 ? 2 : length < 2097151 ? 3 : 4;
        byte[] back = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            back[bytes - 1 - i] = (byte) (((length >> (7 * i)) & 0x7f) | (i < bytes - 1 ? 0x80 : 0));
        }
        return back;
    }

    private static byte[] listpackText(String text) {
        int n = text.length();
        DumpBytes entry = new DumpBytes();
        if (n < 64) {
            entry.raw(0x80 | n);
        } else if (n < 4096) {
            entry.raw(0xE0 | (n >> 8), n & 0xff);
        } else {
            entry.raw(0xF0).raw(little(n, 4));
        }
        return entry.raw(ascii(text)).unfinished();
    }

    private static byte[] listpackNumber(long value) {
        DumpBytes entry = new DumpBytes();
        if (value >= 0 && value <= 127) {
            entry.raw((int) value);
        } else if (value >= -4096 && value <= 4095) {
            entry.raw(0xC0 | ((int) (value >> 8) & 0x1f), (int) value & 0xff);
        } else if (value == (short) value) {
            entry.raw(0xF1).raw(little(value, 2));
        } else if (value >= -(1 << 23) && value < 1 << 23) {
            entry.raw(0xF2).raw(little(value, 3));
        } else if (value == (int) value) {
            entry.raw(0xF3).raw(little(value, 4));
        } else {
            entry.raw(0xF4).raw(little(value, 8));
        }
        return entry.unfinished();
    }
}
