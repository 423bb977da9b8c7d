package dev.vedette.store.session;

import dev.vedette.store.keyspace.Decimals;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The arguments of one command, the name included at index 0: slices of byte arrays, so that parsing makes no garbage.
 *
 * <p>Reused from command to command: who keeps an argument copies it ({@link #bytes}). An argument may stand in an array
 * of its own of exactly its length (large bulk strings do); {@link #bytes} then hands over that array.
 */
public final class Args {

    private byte[][] arrays = new byte[8][];
    private int[] offsets = new int[8];
    private int[] lengths = new int[8];
    private int count;

    /** Forgets all arguments, and lets go of arrays that large ones stood in. */
    public void clear() {
        if (count > 64) {
            arrays = new byte[8][];
            offsets = new int[8];
            lengths = new int[8];
        }
        count = 0;
    }

    /** Forgets all arguments and lets go of their arrays. */
    public void forget() {
        Arrays.fill(arrays, null);
        count = 0;
    }

    /** Adds an argument; the bytes are not copied. */
    public void add(byte[] array, int offset, int length) {
        if (count == arrays.length) {
            int larger = count * 2;
            arrays = Arrays.copyOf(arrays, larger);
            offsets = Arrays.copyOf(offsets, larger);
            lengths = Arrays.copyOf(lengths, larger);
        }
        arrays[count] = array;
        offsets[count] = offset;
        lengths[count++] = length;
    }

    /** Adds an argument that has an array of its own. */
    public void add(byte[] argument) {
        add(argument, 0, argument.length);
    }

    /** Arguments made of text, UTF-8. */
    public static Args of(String... words) {
        Args args = new Args();
        for (String word : words) {
            args.add(word.getBytes(StandardCharsets.UTF_8));
        }
        return args;
    }

    /** Arguments that keep the arrays given. */
    public static Args of(byte[][] words) {
        Args args = new Args();
        for (byte[] word : words) {
            args.add(word);
        }
        return args;
    }

    /** How many there are, the command's name included. */
    public int count() {
        return count;
    }

    /** The array in which argument {@code i} stands, from {@link #offset} for {@link #length} bytes. */
    public byte[] array(int i) {
        return arrays[i];
    }

    /** See {@link #array}. */
    public int offset(int i) {
        return offsets[i];
    }

    /** See {@link #array}. */
    public int length(int i) {
        return lengths[i];
    }

    /** Argument {@code i} as an array that the caller may keep, but must not change. */
    public byte[] bytes(int i) {
        byte[] array = arrays[i];
        return offsets[i] == 0 && lengths[i] == array.length
                ? array
                : Arrays.copyOfRange(array, offsets[i], offsets[i] + lengths[i]);
    }

    /** Argument {@code i} as text: UTF-8, bad bytes replaced. For messages and options, never for data. */
    public String text(int i) {
        return new String(arrays[i], offsets[i], lengths[i], StandardCharsets.UTF_8);
    }

    /** Argument {@code i} with a character for each byte, as error replies take it. */
    public String latin(int i) {
        return new String(arrays[i], offsets[i], lengths[i], StandardCharsets.ISO_8859_1);
    }

    /** Whether argument {@code i} is that word, given in lower case, whatever the case of its letters. */
    public boolean is(int i, String lowerCaseWord) {
        int length = lengths[i];
        if (length != lowerCaseWord.length()) {
            return false;
        }
        byte[] array = arrays[i];
        int offset = offsets[i];
        for (int k = 0; k < length; k++) {
            int c = array[offset + k];
            if (c >= 'A' && c <= 'Z') {
                c += 'a' - 'A';
            }
            if (c != lowerCaseWord.charAt(k)) {
                return false;
            }
        }
        return true;
    }

    /** Whether argument {@code i} is the canonical text of a 64-bit integer, so that {@link #integer} may be asked. */
    public boolean isInteger(int i) {
        return Decimals.isInteger(arrays[i], offsets[i], lengths[i]);
    }

    /** The integer of an argument for which {@link #isInteger} holds. */
    public long integer(int i) {
        return Decimals.parse(arrays[i], offsets[i], lengths[i]);
    }

    /** Whether two arguments hold the same bytes. */
    public boolean same(int i, int k) {
        return Arrays.equals(
                arrays[i], offsets[i], offsets[i] + lengths[i], arrays[k], offsets[k], offsets[k] + lengths[k]);
    }

    /** Bytes of all arguments together. */
    public long lengthSum() {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += lengths[i];
        }
        return sum;
    }

    /** Bytes of the command as an array of bulk strings. */
    public long encodedLength() {
        long bytes = 3L + Decimals.length(count);
        for (int i = 0; i < count; i++) {
            bytes += 5L + Decimals.length(lengths[i]) + lengths[i];
        }
        return bytes;
    }

    /** A copy that may be kept. */
    public Args copy() {
        Args copy = new Args();
        for (int i = 0; i < count; i++) {
            copy.add(bytes(i));
        }
        return copy;
    }

    /** All arguments as arrays that may be kept. */
    public byte[][] toArrays() {
        byte[][] all = new byte[count][];
        for (int i = 0; i < count; i++) {
            all[i] = bytes(i);
        }
        return all;
    }
}
