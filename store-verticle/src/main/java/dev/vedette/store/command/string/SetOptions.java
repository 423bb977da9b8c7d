package dev.vedette.store.command.string;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Errors;
import dev.vedette.store.session.Args;

/**
 * The options of SET and GETEX, read into one {@code long} so that a SET with options makes no garbage: a bit for each
 * option, and in the upper half the argument that holds the time.
 */
final class SetOptions {

    static final int NX = 1;
    static final int XX = 1 << 1;
    static final int GET = 1 << 2;
    static final int KEEPTTL = 1 << 3;
    static final int PERSIST = 1 << 4;
    static final int EX = 1 << 5;
    static final int PX = 1 << 6;
    static final int EXAT = 1 << 7;
    static final int PXAT = 1 << 8;

    private static final int TIMES = EX | PX | EXAT | PXAT;

    private SetOptions() {}

    /** An option with the argument that holds its time. */
    static long timed(int option, int timeArg) {
        return (long) timeArg << 32 | option;
    }

    /** Whether that option was given. */
    static boolean has(long options, int option) {
        return (options & option) != 0;
    }

    /** Whether a time was given. */
    static boolean hasTime(long options) {
        return has(options, TIMES);
    }

    /** SET's options from that argument on. Answers the error when they make no sense. */
    static long ofSet(Call call, int firstArg) {
        return parse(call, firstArg, NX | XX | GET | KEEPTTL | TIMES);
    }

    /** GETEX's options from that argument on. Answers the error when they make no sense. */
    static long ofGetex(Call call, int firstArg) {
        return parse(call, firstArg, PERSIST | TIMES);
    }

    private static long parse(Call call, int firstArg, int allowed) {
        Args args = call.args();
        long options = 0;
        for (int i = firstArg; i < args.count(); i++) {
            int option = option(args, i);
            boolean timed = (option & TIMES) != 0;
            if ((option & allowed) == 0 || (options & excludedBy(option)) != 0 || timed && i + 1 == args.count()) {
                call.fail(Errors.SYNTAX);
                return 0;
            }
            options |= option;
            if (timed) {
                i++;
                options = options & 0xffffffffL | (long) i << 32;
            }
        }
        return options;
    }

    private static int option(Args args, int i) {
        if (args.is(i, "nx")) {
            return NX;
        } else if (args.is(i, "xx")) {
            return XX;
        } else if (args.is(i, "get")) {
            return GET;
        } else if (args.is(i, "keepttl")) {
            return KEEPTTL;
        } else if (args.is(i, "persist")) {
            return PERSIST;
        } else if (args.is(i, "ex")) {
            return EX;
        } else if (args.is(i, "px")) {
            return PX;
        } else if (args.is(i, "exat")) {
            return EXAT;
        } else if (args.is(i, "pxat")) {
            return PXAT;
        }
        return 0;
    }

    private static int excludedBy(int option) {
        return switch (option) {
            case NX -> XX;
            case XX -> NX;
            case GET -> 0;
            default -> (KEEPTTL | PERSIST | TIMES) & ~option;
        };
    }

    /**
     * When the key shall expire, in wall-clock milliseconds; answers the error when the time given is none or out of range.
     */
    static long expireAt(Call call, long options) {
        int arg = (int) (options >>> 32);
        long time = call.integerArg(arg);
        if (call.failed()) {
            return 0;
        }
        boolean seconds = has(options, EX | EXAT);
        boolean fits = time > 0 && (!seconds || time <= Long.MAX_VALUE / 1000);
        long millis = seconds ? time * 1000 : time;
        long at = has(options, EX | PX) ? millis + call.nowMillis() : millis;
        if (!fits || at <= 0) {
            call.fail("ERR invalid expire time in '" + call.command().fullName() + "' command");
        }
        return at;
    }

    /** Whether SET is asked to answer the old value, too. */
    static boolean reads(Args args) {
        for (int i = 3; i < args.count(); i++) {
            if (args.is(i, "get")) {
                return true;
            }
        }
        return false;
    }
}
