package dev.vedette.store.command.stream;

import dev.vedette.store.command.Call;
import dev.vedette.store.keyspace.Decimals;
import dev.vedette.store.keyspace.value.StreamId;
import dev.vedette.store.session.Args;
import org.jspecify.annotations.Nullable;

/**
 * Arguments that are ids of a stream's entries: {@code millis-sequence}, or {@code millis} alone where the command says
 * which sequence is meant. Where ranges are asked for, {@code -} and {@code +} are the ends of all.
 *
 * <p>The methods answer null with the error replied when there is no id.
 */
final class IdArgs {

    private static final String INVALID = "ERR Invalid stream ID specified as stream command argument";
    private static final int LENGTH_MAX = 127;
    /** What XADD is told of the next entry's id. */
    record Wanted(StreamId id, boolean isSequenceGiven) {}

    /** One number of an id: without a sign, so that all values are good. */
    private static final class Part {
        private long number;

        /** Whether these bytes are a number, as C's strtoull takes it. */
        boolean parse(byte[] array, int from, int to) {
            if (Decimals.isInteger(array, from, to - from)) {
                number = Decimals.parse(array, from, to - from);
                return number >= 0;
            }
            int at = from;
            while (at < to && (array[at] == ' ' || array[at] >= '\t' && array[at] <= '\r')) {
                at++;
            }
            boolean negative = at < to && array[at] == '-';
            if (negative || at < to && array[at] == '+') {
                at++;
            }
            if (at == to) {
                return false;
            }
            long value = 0;
            for (; at < to; at++) {
                int digit = array[at] - '0';
                if (digit < 0 || digit > 9 || Long.compareUnsigned(value, Long.divideUnsigned(-1L - digit, 10)) > 0) {
                    return false;
                }
                value = value * 10 + digit;
            }
            number = negative ? -value : value;
            return true;
        }
    }

    private IdArgs() {}

    /** An id that is none of the ends. */
    static @Nullable StreamId exact(Call call, int arg) {
        StreamId id = exactOrNull(call.args(), arg);
        if (id == null) {
            call.fail(INVALID);
        }
        return id;
    }

    /** As {@link #exact}, without an error. */
    static @Nullable StreamId exactOrNull(Args args, int arg) {
        return parse(args.array(arg), args.offset(arg), args.length(arg), 0, false);
    }

    /** An id, or one of the ends. */
    static @Nullable StreamId anywhere(Call call, int arg) {
        Args args = call.args();
        StreamId id = parse(args.array(arg), args.offset(arg), args.length(arg), 0, true);
        if (id == null) {
            call.fail(INVALID);
        }
        return id;
    }

    /** An id, of which XADD may be to choose the sequence: {@code millis-*}. */
    static @Nullable Wanted wanted(Call call, int arg) {
        Args args = call.args();
        byte[] array = args.array(arg);
        int from = args.offset(arg);
        int to = from + args.length(arg);
        int hyphen = hyphen(array, from, to);
        if (hyphen == to - 2 && array[to - 1] == '*' && args.length(arg) <= LENGTH_MAX) {
            Part millis = new Part();
            if (millis.parse(array, from, hyphen)) {
                return new Wanted(new StreamId(millis.number, 0), false);
            }
        }
        StreamId id = exact(call, arg);
        return id == null ? null : new Wanted(id, true);
    }

    /** Where a range begins, itself included; the argument may say with a bracket that its id is not. */
    static @Nullable StreamId start(Call call, int arg) {
        boolean excluded = isExcluded(call.args(), arg);
        StreamId id = bound(call, arg, excluded, 0);
        if (id != null && excluded) {
            if (id.equals(StreamId.MAX)) {
                call.fail("ERR invalid start ID for the interval");
                return null;
            }
            return id.next();
        }
        return id;
    }

    /** Where a range ends, itself included; as {@link #start}. */
    static @Nullable StreamId end(Call call, int arg) {
        boolean excluded = isExcluded(call.args(), arg);
        StreamId id = bound(call, arg, excluded, -1);
        if (id != null && excluded) {
            if (id.isZero()) {
                call.fail("ERR invalid end ID for the interval");
                return null;
            }
            return id.previous();
        }
        return id;
    }

    private static boolean isExcluded(Args args, int arg) {
        return args.length(arg) > 1 && args.array(arg)[args.offset(arg)] == '(';
    }

    private static @Nullable StreamId bound(Call call, int arg, boolean excluded, long missingSequence) {
        Args args = call.args();
        int skipped = excluded ? 1 : 0;
        StreamId id = parse(
                args.array(arg), args.offset(arg) + skipped, args.length(arg) - skipped, missingSequence, !excluded);
        if (id == null) {
            call.fail(INVALID);
        }
        return id;
    }

    private static @Nullable StreamId parse(
            byte[] array, int offset, int length, long missingSequence, boolean endsToo) {
        if (length > LENGTH_MAX) {
            return null;
        }
        if (length == 1 && endsToo && array[offset] == '-') {
            return StreamId.MIN;
        } else if (length == 1 && endsToo && array[offset] == '+') {
            return StreamId.MAX;
        }
        int to = offset + length;
        int hyphen = hyphen(array, offset, to);
        Part millis = new Part();
        Part sequence = new Part();
        sequence.number = missingSequence;
        if (!millis.parse(array, offset, hyphen) || hyphen < to && !sequence.parse(array, hyphen + 1, to)) {
            return null;
        }
        return new StreamId(millis.number, sequence.number);
    }

    /** Where the first hyphen is, or the end. */
    private static int hyphen(byte[] array, int from, int to) {
        int at = from;
        while (at < to && array[at] != '-') {
            at++;
        }
        return at;
    }
}
