package dev.vedette.store.command.string;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Errors;
import dev.vedette.store.keyspace.Entries;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Replies;
import org.jspecify.annotations.Nullable;

/**
 * LCS: the longest sequence of bytes that two strings have in common, in order but with gaps.
 *
 * <p>By the usual table: cell (i, j) holds the length for the first i bytes of one string and the first j of the other.
 * The sequence is read off backwards from the last cell.
 */
final class LongestCommonSubsequence {

    private final byte[] a;
    private final byte[] b;
    private final int width;
    private final int[] lengths;

    /** What to answer. */
    private static final class Options {
        boolean length;
        boolean ranges;
        boolean rangeLengths;
        long rangeLengthMin;
    }

    /** Takes the ranges that the two strings share, the last first. */
    interface RangeVisitor {
        void range(int aFirst, int aLast, int bFirst, int bLast);
    }

    LongestCommonSubsequence(byte[] a, byte[] b) {
        this.a = a;
        this.b = b;
        this.width = b.length + 1;
        this.lengths = new int[(a.length + 1) * width];
        for (int i = 1; i <= a.length; i++) {
            for (int j = 1; j <= b.length; j++) {
                lengths[i * width + j] = a[i - 1] == b[j - 1]
                        ? lengths[(i - 1) * width + j - 1] + 1
                        : Math.max(lengths[(i - 1) * width + j], lengths[i * width + j - 1]);
            }
        }
    }

    static void run(Call call) {
        Object first = call.lookup(1);
        Object second = call.lookup(2);
        if (!isString(first) || !isString(second)) {
            call.fail("ERR The specified keys must contain string values");
            return;
        }
        Options options = options(call);
        if (options == null) {
            return;
        }
        if (options.length && options.ranges) {
            call.fail("ERR If you want both the length and indexes, please just use IDX.");
            return;
        }
        byte[] a = first == null ? new byte[0] : Entries.stringBytes(first);
        byte[] b = second == null ? new byte[0] : Entries.stringBytes(second);
        long cells = (a.length + 1L) * (b.length + 1L);
        if (cells > call.server.settings.protoMaxBulkLen / Integer.BYTES) {
            call.fail("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
            return;
        }
        if (cells > Integer.MAX_VALUE - 16) {
            call.fail("ERR Insufficient memory, failed allocating transient memory for LCS");
            return;
        }
        new LongestCommonSubsequence(a, b).reply(call.out(), options);
    }

    private static boolean isString(@Nullable Object entry) {
        return entry == null || Entries.isString(entry);
    }

    private static @Nullable Options options(Call call) {
        Options options = new Options();
        Args args = call.args();
        for (int i = 3; i < args.count(); i++) {
            if (args.is(i, "idx")) {
                options.ranges = true;
            } else if (args.is(i, "len")) {
                options.length = true;
            } else if (args.is(i, "withmatchlen")) {
                options.rangeLengths = true;
            } else if (args.is(i, "minmatchlen") && i + 1 < args.count()) {
                options.rangeLengthMin = call.integerArg(++i);
            } else {
                call.fail(Errors.SYNTAX);
            }
            if (call.failed()) {
                return null;
            }
        }
        return options;
    }

    private void reply(Replies out, Options options) {
        if (options.length) {
            out.integer(length());
        } else if (options.ranges) {
            replyRanges(out, options);
        } else {
            out.bulk(sequence());
        }
    }

    private void replyRanges(Replies out, Options options) {
        out.map(2);
        out.bulk("matches");
        int mark = out.open();
        int[] count = {0};
        ranges((aFirst, aLast, bFirst, bLast) -> {
            int length = aLast - aFirst + 1;
            if (length >= options.rangeLengthMin) {
                count[0]++;
                out.array(options.rangeLengths ? 3 : 2);
                replyRange(out, aFirst, aLast);
                replyRange(out, bFirst, bLast);
                if (options.rangeLengths) {
                    out.integer(length);
                }
            }
        });
        out.closeArray(mark, count[0]);
        out.bulk("len");
        out.integer(length());
    }

    private static void replyRange(Replies out, int first, int last) {
        out.array(2);
        out.integer(first);
        out.integer(last);
    }

    /** The length of the sequence. */
    int length() {
        return lengths[lengths.length - 1];
    }

    /** The sequence. */
    byte[] sequence() {
        byte[] sequence = new byte[length()];
        int[] at = {sequence.length};
        ranges((aFirst, aLast, bFirst, bLast) -> {
            int count = aLast - aFirst + 1;
            at[0] -= count;
            System.arraycopy(a, aFirst, sequence, at[0], count);
        });
        return sequence;
    }

    /** Shows the ranges of the sequence that are contiguous in both strings, as long as possible, the last first. */
    void ranges(RangeVisitor visitor) {
        int i = a.length;
        int j = b.length;
        while (i > 0 && j > 0) {
            int aEnd = i;
            int bEnd = j;
            while (i > 0 && j > 0 && a[i - 1] == b[j - 1]) {
                i--;
                j--;
            }
            if (i < aEnd) {
                visitor.range(i, aEnd - 1, j, bEnd - 1);
            } else if (lengths[(i - 1) * width + j] > lengths[i * width + j - 1]) {
                i--;
            } else {
                j--;
            }
        }
    }
}
