package dev.vedette.wire.rdb;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * LZF, the compression of long strings in a dump.
 *
 * <pre>
 *   000LLLLL                     then L+1 bytes that stand for themselves        (L 0..31)
 *   LLLooooo oooooooo            L+2 bytes as they stood o+1 bytes before        (L 1..6)
 *   111ooooo LLLLLLLL oooooooo   the same with L+9 bytes                         (L 0..255)
 * </pre>
 *
 * <p>An instance keeps its table of recent positions between calls; it belongs to one writer.
 */
final class Lzf {

    private static final int HASH_BITS = 14;
    private static final int LITERALS_MAX = 32;
    private static final int DISTANCE_MAX = 1 << 13;
    private static final int MATCH_MAX = 264;

    /** More output than this per byte of input is impossible: 264 bytes from a reference of 3. */
    static final int EXPANSION_MAX = 88;

    // Where three bytes with this hash were last seen, counted from the birth of the table, so that it need not be
    // cleared between strings: an entry below the base of the present string is void.
    private int @Nullable [] seen;
    private int base = 1;

    /**
     * Compresses {@code in} into {@code out}.
     *
     * @param outMax how many bytes the result may have
     * @return the length of the result, or 0 when it does not fit
     */
    int compress(byte[] in, int inOffset, int inLength, byte[] out, int outMax) {
        int[] table = seen;
        if (table == null) {
            table = new int[1 << HASH_BITS];
            seen = table;
        }
        if (base > Integer.MAX_VALUE - inLength - 1) {
            Arrays.fill(table, 0);
            base = 1;
        }
        int shift = base - inOffset;
        base += inLength;
        int end = inOffset + inLength;
        int at = inOffset;
        int literalsFrom = at;
        int written = 0;
        while (end - at >= 3) {
            int hash = hash(in, at);
            int candidate = table[hash] - shift;
            table[hash] = at + shift;
            // A void entry gives a candidate before inOffset.
            if (candidate >= inOffset
                    && at - candidate <= DISTANCE_MAX
                    && in[candidate] == in[at]
                    && in[candidate + 1] == in[at + 1]
                    && in[candidate + 2] == in[at + 2]) {
                int limit = Math.min(end - at, MATCH_MAX);
                int mismatch = Arrays.mismatch(in, candidate + 3, candidate + limit, in, at + 3, at + limit);
                int length = mismatch < 0 ? limit : mismatch + 3;
                written = literals(in, literalsFrom, at, out, written, outMax);
                if (written < 0 || written + 3 > outMax) {
                    return 0;
                }
                int distance = at - candidate - 1;
                if (length < 9) {
                    out[written++] = (byte) (((length - 2) << 5) | (distance >> 8));
                } else {
                    out[written++] = (byte) ((7 << 5) | (distance >> 8));
                    out[written++] = (byte) (length - 9);
                }
                out[written++] = (byte) distance;
                int next = at + length;
                // Remember the last places inside the match, for a run that continues from there.
                for (int inside = Math.max(at + 1, next - 2); inside < next && end - inside >= 3; inside++) {
                    table[hash(in, inside)] = inside + shift;
                }
                at = next;
                literalsFrom = at;
            } else {
                at++;
                if (at - literalsFrom + written > outMax) {
                    return 0;
                }
            }
        }
        written = literals(in, literalsFrom, end, out, written, outMax);
        return Math.max(written, 0);
    }

    private static int hash(byte[] in, int at) {
        int three = ((in[at] & 0xff) << 16) | ((in[at + 1] & 0xff) << 8) | (in[at + 2] & 0xff);
        return (three * 0x9E3779B1) >>> (32 - HASH_BITS);
    }

    private static int literals(byte[] in, int from, int to, byte[] out, int written, int outMax) {
        int at = from;
        int next = written;
        while (at < to) {
            int run = Math.min(to - at, LITERALS_MAX);
            if (next + run + 1 > outMax) {
                return -1;
            }
            out[next++] = (byte) (run - 1);
            System.arraycopy(in, at, out, next, run);
            next += run;
            at += run;
        }
        return next;
    }

    /** Whether {@code in} is exactly the compressed form of as many bytes as {@code out} has; they are put there. */
    static boolean decompress(byte[] in, byte[] out) {
        return decompress(in, 0, in.length, out, out.length);
    }

    /** The same of a part of {@code in}, for the first {@code outLength} bytes of {@code out}. */
    static boolean decompress(byte[] in, int inFrom, int inTo, byte[] out, int outLength) {
        int at = inFrom;
        int written = 0;
        while (at < inTo) {
            int control = in[at++] & 0xff;
            if (control < LITERALS_MAX) {
                int run = control + 1;
                if (run > inTo - at || run > outLength - written) {
                    return false;
                }
                System.arraycopy(in, at, out, written, run);
                at += run;
                written += run;
                continue;
            }
            int length = (control >> 5) + 2;
            if (length == 9) {
                if (at == inTo) {
                    return false;
                }
                length += in[at++] & 0xff;
            }
            if (at == inTo) {
                return false;
            }
            int distance = (((control & 0x1f) << 8) | (in[at++] & 0xff)) + 1;
            int from = written - distance;
            if (from < 0 || length > outLength - written) {
                return false;
            }
            if (distance >= length) {
                System.arraycopy(out, from, out, written, length);
                written += length;
            } else {
                // The source overlaps what is being written: that is how a run of one byte is told.
                for (int i = 0; i < length; i++) {
                    out[written++] = out[from++];
                }
            }
        }
        return written == outLength;
    }
}
