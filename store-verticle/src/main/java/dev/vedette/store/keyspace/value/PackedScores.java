package dev.vedette.store.keyspace.value;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A small sorted set in one array: its members one after the other, in ascending order of (score, member).
 *
 * <pre>
 *   score    member length                member
 *   8 bytes  1 byte, or 0xff and 4 bytes
 * </pre>
 *
 * Everything is found by walking from the start, which for some hundred members costs less than any index.
 */
final class PackedScores {

    private static final VarHandle DOUBLES =
            MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int FIRST_BYTES = 24;

    private byte[] data;
    private int end;
    private int count;

    PackedScores() {
        this(new byte[FIRST_BYTES], 0, 0);
    }

    private PackedScores(byte[] data, int end, int count) {
        this.data = data;
        this.end = end;
        this.count = count;
    }

    PackedScores copy() {
        return new PackedScores(Arrays.copyOf(data, end), end, count);
    }

    int count() {
        return count;
    }

    int capacityBytes() {
        return data.length;
    }

    // ------------------------------------------------------------------ one pair, by where it begins

    byte[] data() {
        return data;
    }

    /** Where the last pair ends. */
    int end() {
        return end;
    }

    double score(int at) {
        return (double) DOUBLES.get(data, at);
    }

    int memberLength(int at) {
        int length = data[at + 8] & 0xff;
        return length == 0xff ? (int) INTS.get(data, at + 9) : length;
    }

    int memberOffset(int at) {
        return data[at + 8] == (byte) 0xff ? at + 13 : at + 9;
    }

    /** Where the pair after that one begins. */
    int after(int at) {
        int length = data[at + 8] & 0xff;
        return length == 0xff ? at + 13 + (int) INTS.get(data, at + 9) : at + 9 + length;
    }

    /** Where the pair of that rank begins; the rank is at most the count. */
    int seek(int rank) {
        int at = 0;
        for (int i = 0; i < rank; i++) {
            at = after(at);
        }
        return at;
    }

    /** Where that member's pair begins, or -1. */
    int find(byte[] member, int offset, int length) {
        byte[] data = this.data;
        int at = 0;
        if (length < 0xff) {
            byte first = length == 0 ? 0 : member[offset];
            while (at < end) {
                int otherLength = data[at + 8] & 0xff;
                int otherEnd = at + 9 + otherLength;
                if (otherLength == length) {
                    if (length == 0
                            || data[at + 9] == first
                                    && Arrays.equals(data, at + 9, otherEnd, member, offset, offset + length)) {
                        return at;
                    }
                } else if (otherLength == 0xff) {
                    otherEnd = after(at);
                }
                at = otherEnd;
            }
            return -1;
        }
        while (at < end) {
            int from = memberOffset(at);
            int to = after(at);
            if (to - from == length && Arrays.equals(data, from, to, member, offset, offset + length)) {
                return at;
            }
            at = to;
        }
        return -1;
    }

    /** How many pairs come before the one that begins there. */
    int rankOf(int position) {
        int rank = 0;
        for (int at = 0; at < position; at = after(at)) {
            rank++;
        }
        return rank;
    }

    // ------------------------------------------------------------------ changing

    /** Puts in a member that is not there. */
    void insert(double score, byte[] member, int offset, int length) {
        int at = 0;
        while (at < end) {
            double other = score(at);
            if (other > score) {
                break;
            }
            int next = after(at);
            if (other == score
                    && Arrays.compareUnsigned(data, memberOffset(at), next, member, offset, offset + length) > 0) {
                break;
            }
            at = next;
        }
        insertAt(at, score, member, offset, length);
    }

    /** Puts in a member that comes after all others. */
    void append(double score, byte[] member, int offset, int length) {
        insertAt(end, score, member, offset, length);
    }

    private void insertAt(int at, double score, byte[] member, int offset, int length) {
        int taken = length + (length < 0xff ? 9 : 13);
        if (data.length - end < taken) {
            int needed = end + taken;
            data = Arrays.copyOf(data, needed + Math.min(needed >> 1, 512));
        }
        System.arraycopy(data, at, data, at + taken, end - at);
        // Redis's packed form keeps integers as such, which have no minus zero.
        DOUBLES.set(data, at, score + 0.0);
        if (length < 0xff) {
            data[at + 8] = (byte) length;
        } else {
            data[at + 8] = (byte) 0xff;
            INTS.set(data, at + 9, length);
        }
        System.arraycopy(member, offset, data, at + taken - length, length);
        end += taken;
        count++;
    }

    /** Takes out the pairs from where one begins to where another begins, or to the end. */
    void remove(int from, int to, int pairs) {
        System.arraycopy(data, to, data, from, end - to);
        end -= to - from;
        count -= pairs;
        if (data.length > 4 * FIRST_BYTES && end < data.length >> 2) {
            data = Arrays.copyOf(data, end + (end >> 1));
        }
    }
}
