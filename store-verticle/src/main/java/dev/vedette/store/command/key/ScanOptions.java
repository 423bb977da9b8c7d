package dev.vedette.store.command.key;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.Globs;
import dev.vedette.store.session.Args;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What SCAN, SSCAN, HSCAN and ZSCAN share: reading the cursor and the options, and the frame of the reply.
 *
 * <pre>
 *   long cursor = ScanOptions.cursorArg(call, 2);
 *   if (call.failed()) return;
 *   SetValue set = call.read(1, SetValue.class);
 *   if (call.failed()) return;
 *   if (set == null) { ScanOptions.replyEmpty(call); return; }     // the options are not even read
 *   ScanOptions options = ScanOptions.parse(call, 3);
 *   if (options == null) return;
 *   int mark = ScanOptions.open(call);
 *   ... the step writes what options.matches, and counts the replies
 *   ScanOptions.close(call, mark, nextCursor, replies);
 * </pre>
 */
public final class ScanOptions {

    private static final String INVALID_CURSOR = "ERR invalid cursor";
    private static final long COUNT_DEFAULT = 10;

    private long count = COUNT_DEFAULT;
    private byte @Nullable [] pattern;
    private @Nullable String type;

    private ScanOptions() {}

    /** The cursor at that argument: an unsigned 64-bit number. Answers the error when it is none. */
    public static long cursorArg(Call call, int arg) {
        Args args = call.args();
        byte[] array = args.array(arg);
        int at = args.offset(arg);
        int end = at + args.length(arg);
        boolean negative = at < end && array[at] == '-';
        if (negative || at < end && array[at] == '+') {
            at++;
        }
        // No digits at all is 0 for a cursor without bytes only.
        if (at == end && args.length(arg) > 0) {
            call.fail(INVALID_CURSOR);
            return 0;
        }
        long cursor = 0;
        for (; at < end; at++) {
            int digit = array[at] - '0';
            if (digit < 0 || digit > 9 || overflows(cursor, digit)) {
                call.fail(INVALID_CURSOR);
                return 0;
            }
            cursor = cursor * 10 + digit;
        }
        return negative ? -cursor : cursor;
    }

    private static boolean overflows(long cursor, int digit) {
        long limit = Long.divideUnsigned(-1, 10);
        int compared = Long.compareUnsigned(cursor, limit);
        return compared > 0 || compared == 0 && digit > Long.remainderUnsigned(-1, 10);
    }

    /** MATCH and COUNT from that argument on; null with the error answered. */
    public static @Nullable ScanOptions parse(Call call, int firstArg) {
        return parse(call, firstArg, false);
    }

    /** As {@link #parse(Call, int)}; TYPE, too, if {@code ofKeys}. */
    static @Nullable ScanOptions parse(Call call, int firstArg, boolean ofKeys) {
        ScanOptions options = new ScanOptions();
        Args args = call.args();
        for (int i = firstArg; i < args.count(); i += 2) {
            if (i + 1 == args.count()) {
                call.fail(Errors.SYNTAX);
            } else if (args.is(i, "count")) {
                options.count = call.integerArg(i + 1);
                if (!call.failed() && options.count < 1) {
                    call.fail(Errors.SYNTAX);
                }
            } else if (args.is(i, "match")) {
                options.pattern = args.bytes(i + 1);
            } else if (ofKeys && args.is(i, "type")) {
                options.type = args.text(i + 1);
            } else {
                call.fail(Errors.SYNTAX);
            }
            if (call.failed()) {
                return null;
            }
        }
        if (options.pattern != null && Arrays.equals(options.pattern, new byte[] {'*'})) {
            options.pattern = null;
        }
        return options;
    }

    /** About how many elements a step shall show. */
    public long count() {
        return count;
    }

    /** Whether a member, field or key passes MATCH. */
    public boolean matches(byte[] array, int offset, int length) {
        byte[] glob = pattern;
        return glob == null || Globs.matches(glob, array, offset, length, false);
    }

    /** The word of TYPE, or null. */
    @Nullable
    String type() {
        return type;
    }

    // ------------------------------------------------------------------ the reply

    /** The whole reply for a key that is not there. */
    public static void replyEmpty(Call call) {
        close(call, open(call), 0, 0);
    }

    /** Begins a reply before the step that finds out the next cursor; the elements are written as they are found. */
    public static int open(Call call) {
        return call.out().open();
    }

    /** Ends the reply begun at {@code mark}: puts the cursor and the number of replies before them. */
    public static void close(Call call, int mark, long nextCursor, int replies) {
        call.out().closeArray(mark, replies);
        byte[] cursor = Long.toUnsignedString(nextCursor).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        call.out().insertBulk(mark, cursor);
        call.out().closeArray(mark, 2);
    }
}
