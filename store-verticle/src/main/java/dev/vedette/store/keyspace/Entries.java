package dev.vedette.store.keyspace;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a slot of the table holds, read through static functions whatever it is: a {@link PackedString} (strings that are
 * not large, with their key, outside of the heap) or an {@link Entry}, an object with an object for its value.
 *
 * <p>An entry that a database has shown may be read until the database is changed, or asked for eight more: a packed one
 * is a look at a place.
 */
public final class Entries {

    /** Strings up to this many bytes are packed; longer ones are {@link StringValue} objects. */
    public static final int PACKED_VALUE_BYTES_MAX = 4096;

    /** OBJECT ENCODING calls longer ones raw. */
    static final int EMBEDDED_BYTES_MAX = 44;

    private Entries() {}

    // ------------------------------------------------------------------ key

    /** The array that holds the entry's key, from {@link #keyOffset} on: not to be changed, good as long as the entry. */
    public static byte[] keyArray(Object entry) {
        return entry instanceof PackedString packed ? packed.bytes() : ((Entry) entry).key;
    }

    /** Where the key begins in {@link #keyArray}. */
    public static int keyOffset(Object entry) {
        if (entry instanceof PackedString packed) {
            long address = packed.address();
            return (int) (PackedString.keyAddress(address, PackedString.header(address)) - address);
        }
        return 0;
    }

    /** Length of the key in bytes. */
    public static int keyLength(Object entry) {
        if (entry instanceof PackedString packed) {
            return PackedString.keyLength(packed.address(), PackedString.header(packed.address()));
        }
        return ((Entry) entry).key.length;
    }

    static long hash(Object entry) {
        byte[] key = keyArray(entry);
        return KeyHash.of(key, keyOffset(entry), keyLength(entry));
    }

    /** A copy of the key (for an object entry the key itself: not to be changed). */
    public static byte[] key(Object entry) {
        if (entry instanceof PackedString packed) {
            byte[] key = new byte[keyLength(packed)];
            PackedString.copyOut(packed.address() + keyOffset(packed), key, 0, key.length);
            return key;
        }
        return ((Entry) entry).key;
    }

    // ------------------------------------------------------------------ expiry and access data

    /** Wall-clock milliseconds at which the entry expires, or -1. */
    public static long expireAt(Object entry) {
        return entry instanceof PackedString packed
                ? PackedString.expireAt(packed.address())
                : ((Entry) entry).expireAtMillis;
    }

    /** The 24 bits of LRU or LFU data. */
    public static int access(Object entry) {
        return entry instanceof PackedString packed ? PackedString.access(packed.address()) : ((Entry) entry).access;
    }

    static void setAccess(Object entry, int access) {
        if (entry instanceof PackedString packed) {
            PackedString.setAccess(packed.address(), access);
        } else {
            ((Entry) entry).access = access;
        }
    }

    // ------------------------------------------------------------------ value

    private static int flags(PackedString packed) {
        return PackedString.flags(PackedString.header(packed.address()));
    }

    /** What TYPE answers. */
    public static ValueType type(Object entry) {
        return entry instanceof PackedString ? ValueType.STRING : ((Entry) entry).value.type();
    }

    /** What OBJECT ENCODING answers. */
    public static String encoding(Object entry) {
        if (entry instanceof PackedString packed) {
            if (isInteger(packed)) {
                return "int";
            }
            return (flags(packed) & PackedString.RAW) == 0 && stringLength(packed) <= EMBEDDED_BYTES_MAX
                    ? "embstr"
                    : "raw";
        }
        return ((Entry) entry).value.encoding();
    }

    /** The value object, or null for a packed string. */
    public static @Nullable Value value(Object entry) {
        return entry instanceof Entry object ? object.value : null;
    }

    /** Whether the entry is a string, packed or not. */
    public static boolean isString(Object entry) {
        return entry instanceof PackedString || ((Entry) entry).value instanceof StringValue;
    }

    /** Whether the entry is a packed 64-bit integer. */
    public static boolean isInteger(Object entry) {
        return entry instanceof PackedString packed && (flags(packed) & PackedString.INTEGER) != 0;
    }

    /** The integer of an entry for which {@link #isInteger} holds. */
    public static long integer(Object entry) {
        return PackedString.integer(((PackedString) entry).address());
    }

    /**
     * The array that holds a string that is no integer, from {@link #stringOffset}, for {@link #stringLength} bytes: good
     * as long as the entry. Whoever has changed the bytes of an entry that may be changed says so by {@link #changed}.
     */
    public static byte[] stringArray(Object entry) {
        return entry instanceof PackedString packed ? packed.bytes() : ((StringValue) ((Entry) entry).value).array();
    }

    /** See {@link #stringArray}. */
    public static int stringOffset(Object entry) {
        if (entry instanceof PackedString packed) {
            long address = packed.address();
            return (int) (PackedString.valueAddress(address, PackedString.header(address)) - address);
        }
        return 0;
    }

    /** Takes over what has been written to the entry's {@link #stringArray}. */
    public static void changed(Object entry) {
        if (entry instanceof PackedString packed) {
            packed.writeBack();
        }
    }

    /** Length in bytes of the string as GET would answer it, integers included. */
    public static int stringLength(Object entry) {
        if (entry instanceof PackedString packed) {
            if (isInteger(packed)) {
                return Decimals.length(integer(packed));
            }
            return PackedString.valueLength(PackedString.header(packed.address()));
        }
        return ((StringValue) ((Entry) entry).value).length();
    }

    /** A copy of the string as GET would answer it. */
    public static byte[] stringBytes(Object entry) {
        if (entry instanceof PackedString packed) {
            return PackedString.value(packed.address());
        }
        return Arrays.copyOf(stringArray(entry), stringLength(entry));
    }

    /** Copies a part of a string that is no integer. */
    public static void copyString(Object entry, int from, byte[] to, int at, int length) {
        if (entry instanceof PackedString packed) {
            long address = packed.address();
            PackedString.copyOut(
                    PackedString.valueAddress(address, PackedString.header(address)) + from, to, at, length);
        } else {
            System.arraycopy(stringArray(entry), from, to, at, length);
        }
    }

    /** Rough bytes of key and value. */
    public static long memoryBytes(Object entry) {
        if (entry instanceof PackedString packed) {
            return Cells.bytesFor(PackedString.size(packed.address())) + (long) Segment.SLOT_BYTES;
        }
        Entry object = (Entry) entry;
        return 32 + (12L + object.key.length + 7 & ~7L) + object.value.memoryBytes() + Segment.SLOT_BYTES;
    }
}
