package dev.vedette.store.command.key;

import dev.vedette.store.command.Call;
import dev.vedette.store.keyspace.Entries;
import dev.vedette.store.keyspace.value.HashValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of SORT's BY and GET: {@code weight_*} leads to a string, {@code object_*->price} to a field of a hash, the
 * element in place of the star; {@code #} is the element itself.
 */
final class SortPattern {

    private final boolean self;
    private final boolean constant;
    private final byte[] prefix;
    private final byte[] suffix;
    private final byte @Nullable [] field;
    private final HashValue.Found found = new HashValue.Found();

    SortPattern(byte[] pattern) {
        String text = new String(pattern, StandardCharsets.ISO_8859_1);
        int star = text.indexOf('*');
        int arrow = star < 0 ? -1 : text.indexOf("->", star + 1);
        boolean hasField = arrow >= 0 && arrow + 2 < pattern.length;
        self = text.equals("#");
        constant = star < 0;
        prefix = Arrays.copyOf(pattern, Math.max(0, star));
        suffix = Arrays.copyOfRange(pattern, star + 1, hasField ? arrow : pattern.length);
        field = hasField ? Arrays.copyOfRange(pattern, arrow + 2, pattern.length) : null;
    }

    /** Whether it has no star, so that it leads nowhere. */
    boolean isConstant() {
        return constant;
    }

    /** What the pattern leads to for an element; null when there is nothing. */
    byte @Nullable [] value(Call call, byte[] array, int offset, int length) {
        if (self) {
            return Arrays.copyOfRange(array, offset, offset + length);
        }
        if (constant) {
            return null;
        }
        byte[] key = new byte[prefix.length + length + suffix.length];
        System.arraycopy(prefix, 0, key, 0, prefix.length);
        System.arraycopy(array, offset, key, prefix.length, length);
        System.arraycopy(suffix, 0, key, prefix.length + length, suffix.length);
        Object entry = call.db().lookup(key, 0, key.length);
        if (entry == null) {
            return null;
        }
        byte[] name = field;
        if (name == null) {
            return Entries.isString(entry) ? Entries.stringBytes(entry) : null;
        }
        return Entries.value(entry) instanceof HashValue hash && hash.get(name, 0, name.length, found)
                ? Arrays.copyOfRange(found.array(), found.offset(), found.offset() + found.length())
                : null;
    }
}
