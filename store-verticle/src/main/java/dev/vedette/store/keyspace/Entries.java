package dev.vedette.store.keyspace;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a slot of the table holds, read through static functions so that a string costs one object.
 *
 * <p>A string that is not large is packed with its key into one array:
 *
 * <pre>
 *   0      1..3     [4..11]            next         ...       to the end
 *   flags  access   expire (if TTL)    key length   key       value
 *   |                                  1 byte, or 5 with the first 0xff
 *   +-- bit 0: value is a 64-bit integer, 8 bytes
 *       bit 1: a TTL is there
 *       bit 2: OBJECT ENCODING says raw whatever the length (the string was appended to)
 * </pre>
 *
 * Everything else is an {@link Entry} object. A packed array is immutable but for its access bytes, and for its time,
 * integers and values of equal length while no snapshot holds on to it.
 */
public final class Entries {

    /** Strings up to this many bytes are packed; longer ones are {@link StringValue} objects. */
    public static final int PACKED_VALUE_BYTES_MAX = 4096;

    static final int INTEGER = 1;
    static final int TTL = 2;
    static final int RAW = 4;

    private static final int EMBEDDED_BYTES_MAX = 44;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private Entries() {}

    // ------------------------------------------------------------------ making

    static byte[] pack(
            byte[] key, int keyOffset, int keyLength, byte[] value, int offset, int length, long expireAt, int flags) {
        byte[] packed = allocate(key, keyOffset, keyLength, length, expireAt, flags & RAW);
        System.arraycopy(value, offset, packed, packed.length - length, length);
        return packed;
    }

    static byte[] packInteger(byte[] key, int keyOffset, int keyLength, long value, long expireAt) {
        byte[] packed = allocate(key, keyOffset, keyLength, 8, expireAt, INTEGER);
        LONGS.set(packed, packed.length - 8, value);
        return packed;
    }

    /** A string of that many zero bytes, to be written to. */
    static Object raw(byte[] key, int keyOffset, int keyLength, int length) {
        return length > PACKED_VALUE_BYTES_MAX
                ? new Entry(
                        Arrays.copyOfRange(key, keyOffset, keyOffset + keyLength),
                        new StringValue(new byte[length]),
                        -1,
                        0)
                : allocate(key, keyOffset, keyLength, length, -1, RAW);
    }

    /** Whether the string could be made ready to be written to as it is, and at least that long. */
    static boolean growInPlace(Object string, int minLength, boolean mayChangeInPlace) {
        if (string instanceof Entry object) {
            ((StringValue) object.value).ensureLength(minLength);
            return true;
        }
        byte[] packed = (byte[]) string;
        return mayChangeInPlace && (packed[0] & (INTEGER | RAW)) == RAW && stringLength(packed) >= minLength;
    }

    /** A packed string with its TTL and access data as one of its own, raw, zero bytes added up to that length. */
    static Object grown(Object packedString, int minLength) {
        byte[] packed = (byte[]) packedString;
        int present = stringLength(packed);
        int length = Math.max(present, minLength);
        int from = packedKeyOffset(packed);
        byte[] bytes = isInteger(packed) ? Decimals.bytes(integer(packed)) : packed;
        int offset = bytes == packed ? stringOffset(packed) : 0;
        Object grown;
        if (length > PACKED_VALUE_BYTES_MAX) {
            StringValue value = new StringValue(Arrays.copyOfRange(bytes, offset, offset + present));
            value.ensureLength(length);
            grown = new Entry(key(packed), value, expireAt(packed), 0);
        } else {
            byte[] larger = allocate(packed, from, packedKeyLength(packed), length, expireAt(packed), RAW);
            System.arraycopy(bytes, offset, larger, larger.length - length, present);
            grown = larger;
        }
        setAccess(grown, access(packed));
        return grown;
    }

    private static byte[] allocate(
            byte[] key, int keyOffset, int keyLength, int valueLength, long expireAt, int flags) {
        boolean ttl = expireAt >= 0;
        boolean longKey = keyLength >= 0xff;
        int header = 4 + (ttl ? 8 : 0) + (longKey ? 5 : 1);
        byte[] packed = new byte[Math.addExact(header + keyLength, valueLength)];
        packed[0] = (byte) (flags | (ttl ? TTL : 0));
        int at = 4;
        if (ttl) {
            LONGS.set(packed, at, expireAt);
            at += 8;
        }
        if (longKey) {
            packed[at] = (byte) 0xff;
            INTS.set(packed, at + 1, keyLength);
            at += 5;
        } else {
            packed[at++] = (byte) keyLength;
        }
        System.arraycopy(key, keyOffset, packed, at, keyLength);
        return packed;
    }

    // ------------------------------------------------------------------ key

    private static int keyLengthAt(byte[] packed) {
        return (packed[0] & TTL) == 0 ? 4 : 12;
    }

    static int packedKeyOffset(byte[] packed) {
        int at = keyLengthAt(packed);
        return packed[at] == (byte) 0xff ? at + 5 : at + 1;
    }

    static int packedKeyLength(byte[] packed) {
        int at = keyLengthAt(packed);
        return packed[at] == (byte) 0xff ? (int) INTS.get(packed, at + 1) : packed[at] & 0xff;
    }

    static boolean hasKey(Object entry, byte[] key, int offset, int length) {
        if (entry instanceof byte[] packed) {
            int at = packedKeyOffset(packed);
            int keyLength = packedKeyLength(packed);
            return keyLength == length && Arrays.equals(packed, at, at + keyLength, key, offset, offset + length);
        }
        byte[] own = ((Entry) entry).key;
        return own.length == length && Arrays.equals(own, 0, length, key, offset, offset + length);
    }

    static long hash(Object entry) {
        if (entry instanceof byte[] packed) {
            return KeyHash.of(packed, packedKeyOffset(packed), packedKeyLength(packed));
        }
        byte[] key = ((Entry) entry).key;
        return KeyHash.of(key, 0, key.length);
    }

    /** The array that holds the entry's key, from {@link #keyOffset} on. Not to be changed. */
    public static byte[] keyArray(Object entry) {
        return entry instanceof byte[] packed ? packed : ((Entry) entry).key;
    }

    /** Where the key begins in {@link #keyArray}. */
    public static int keyOffset(Object entry) {
        return entry instanceof byte[] packed ? packedKeyOffset(packed) : 0;
    }

    /** Length of the key in bytes. */
    public static int keyLength(Object entry) {
        return entry instanceof byte[] packed ? packedKeyLength(packed) : ((Entry) entry).key.length;
    }

    /** A copy of the key (for an object entry the key itself: not to be changed). */
    public static byte[] key(Object entry) {
        if (entry instanceof byte[] packed) {
            int at = packedKeyOffset(packed);
            return Arrays.copyOfRange(packed, at, at + packedKeyLength(packed));
        }
        return ((Entry) entry).key;
    }

    // ------------------------------------------------------------------ expiry and access data

    /** Wall-clock milliseconds at which the entry expires, or -1. */
    public static long expireAt(Object entry) {
        if (entry instanceof byte[] packed) {
            return (packed[0] & TTL) == 0 ? -1 : (long) LONGS.get(packed, 4);
        }
        return ((Entry) entry).expireAtMillis;
    }

    /** The entry with another expiry time (-1 for none): the same object where that is possible, else a copy. */
    static Object withExpire(Object entry, long expireAt, boolean mayChangeInPlace) {
        if (entry instanceof Entry object) {
            object.expireAtMillis = expireAt;
            return object;
        }
        byte[] packed = (byte[]) entry;
        boolean has = (packed[0] & TTL) != 0;
        if (has == (expireAt >= 0)) {
            if (!has) {
                return packed;
            }
            byte[] target = mayChangeInPlace ? packed : packed.clone();
            LONGS.set(target, 4, expireAt);
            return target;
        }
        byte[] target;
        if (has) {
            target = new byte[packed.length - 8];
            System.arraycopy(packed, 12, target, 4, packed.length - 12);
        } else {
            target = new byte[packed.length + 8];
            System.arraycopy(packed, 4, target, 12, packed.length - 4);
            LONGS.set(target, 4, expireAt);
        }
        System.arraycopy(packed, 1, target, 1, 3);
        target[0] = (byte) (packed[0] ^ TTL);
        return target;
    }

    /** The 24 bits of LRU or LFU data. */
    public static int access(Object entry) {
        if (entry instanceof byte[] packed) {
            return (packed[1] & 0xff) << 16 | (packed[2] & 0xff) << 8 | packed[3] & 0xff;
        }
        return ((Entry) entry).access;
    }

    static void setAccess(Object entry, int access) {
        if (entry instanceof byte[] packed) {
            packed[1] = (byte) (access >>> 16);
            packed[2] = (byte) (access >>> 8);
            packed[3] = (byte) access;
        } else {
            ((Entry) entry).access = access;
        }
    }

    // ------------------------------------------------------------------ value

    /** What TYPE answers. */
    public static ValueType type(Object entry) {
        return entry instanceof byte[] ? ValueType.STRING : ((Entry) entry).value.type();
    }

    /** What OBJECT ENCODING answers. */
    public static String encoding(Object entry) {
        if (entry instanceof byte[] packed) {
            if ((packed[0] & INTEGER) != 0) {
                return "int";
            }
            return (packed[0] & RAW) == 0 && stringLength(packed) <= EMBEDDED_BYTES_MAX ? "embstr" : "raw";
        }
        return ((Entry) entry).value.encoding();
    }

    /** The value object, or null for a packed string. */
    public static @Nullable Value value(Object entry) {
        return entry instanceof Entry object ? object.value : null;
    }

    /** Whether the entry is a string, packed or not. */
    public static boolean isString(Object entry) {
        return entry instanceof byte[] || ((Entry) entry).value instanceof StringValue;
    }

    /** Whether the entry is a packed 64-bit integer. */
    public static boolean isInteger(Object entry) {
        return entry instanceof byte[] packed && (packed[0] & INTEGER) != 0;
    }

    /** The integer of an entry for which {@link #isInteger} holds. */
    public static long integer(Object entry) {
        byte[] packed = (byte[]) entry;
        return (long) LONGS.get(packed, packed.length - 8);
    }

    static void setInteger(byte[] packed, long value) {
        LONGS.set(packed, packed.length - 8, value);
    }

    /** The array that holds a string that is no integer, from {@link #stringOffset}, for {@link #stringLength} bytes. */
    public static byte[] stringArray(Object entry) {
        return entry instanceof byte[] packed ? packed : ((StringValue) ((Entry) entry).value).array();
    }

    /** See {@link #stringArray}. */
    public static int stringOffset(Object entry) {
        return entry instanceof byte[] packed ? packedKeyOffset(packed) + packedKeyLength(packed) : 0;
    }

    /** Length in bytes of the string as GET would answer it, integers included. */
    public static int stringLength(Object entry) {
        if (entry instanceof byte[] packed) {
            if ((packed[0] & INTEGER) != 0) {
                return Decimals.length(integer(packed));
            }
            return packed.length - stringOffset(packed);
        }
        return ((StringValue) ((Entry) entry).value).length();
    }

    /** A copy of the string as GET would answer it. */
    public static byte[] stringBytes(Object entry) {
        if (isInteger(entry)) {
            return Decimals.bytes(integer(entry));
        }
        int from = stringOffset(entry);
        return Arrays.copyOfRange(stringArray(entry), from, from + stringLength(entry));
    }

    /** Rough bytes on the heap of key and value. */
    public static long memoryBytes(Object entry) {
        if (entry instanceof byte[] packed) {
            return (12L + packed.length + 7 & ~7L) + 6;
        }
        Entry object = (Entry) entry;
        return 32 + (12L + object.key.length + 7 & ~7L) + object.value.memoryBytes() + 6;
    }
}
